"""Reads the local array before it is written. On a GPU that gives whatever was there, here it gives poison."""
from numba import cuda, float32


def build(buffer_size):
    @cuda.jit
    def kernel(output, n_threads):
        thread_index = cuda.grid(1)
        if thread_index >= n_threads:
            return
        buffer = cuda.local.array(buffer_size, float32)
        output[thread_index] = buffer[0]

    return kernel
