"""Shared memory without a barrier between a thread's write and its neighbour's read."""
from numba import cuda, float32


def build(buffer_size):
    @cuda.jit
    def kernel(output, n_threads):
        thread_index = cuda.grid(1)
        if thread_index >= n_threads:
            return
        written = cuda.shared.array(64, float32)
        written[thread_index] = 1
        output[thread_index] = written[(thread_index + 1) % n_threads]

    return kernel
