"""No guard at all: every thread of the grid that has an element writes."""
from numba import cuda


def build(buffer_size):
    @cuda.jit
    def kernel(output, n_threads):
        thread_index = cuda.grid(1)
        if thread_index < len(output):
            output[thread_index] = 1

    return kernel
