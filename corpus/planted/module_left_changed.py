"""A module global is changed and put back without a lock: two threads at once put back each other's value."""
from numba import cuda

mode = "idle"


def build(buffer_size):
    @cuda.jit
    def kernel(output, n_threads):
        global mode
        thread_index = cuda.grid(1)
        if thread_index >= n_threads:
            return
        before = mode
        mode = "busy"
        output[thread_index] = 1  # the array's Python code: CPython can hand over
        mode = before

    return kernel
