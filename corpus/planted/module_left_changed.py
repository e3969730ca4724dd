"""Changes a module global and puts it back, without a lock. Two threads at once put back each other's value."""
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
