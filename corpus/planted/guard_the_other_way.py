"""The correct guard, written another way."""
from numba import cuda


def build(buffer_size):
    @cuda.jit
    def kernel(output, n_threads):
        thread_index = cuda.grid(1)
        if not thread_index < n_threads:
            return
        output[thread_index] = 1

    return kernel
