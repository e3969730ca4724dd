"""One thread fails, whatever the schedule."""
from numba import cuda


def build(buffer_size):
    @cuda.jit
    def kernel(output, n_threads):
        thread_index = cuda.grid(1)
        if thread_index >= n_threads:
            return
        if thread_index == 2:
            raise ValueError("planted: thread 2")
        output[thread_index] = 1

    return kernel
