"""Every thread reads what its neighbour in the block wrote, after a barrier."""
from numba import cuda


def build(buffer_size):
    written = {}

    @cuda.jit
    def kernel(output, n_threads):
        thread_index = cuda.grid(1)
        if thread_index >= n_threads:
            return
        written[thread_index] = 1
        cuda.syncthreads()
        output[thread_index] = written.get((thread_index + 1) % n_threads, 0)

    return kernel
