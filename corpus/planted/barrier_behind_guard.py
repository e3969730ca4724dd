"""Only some threads of a block reach the barrier. The others have returned, and the simulator does not wait for them."""
from numba import cuda


def build(buffer_size):
    @cuda.jit
    def kernel(output, n_threads):
        thread_index = cuda.grid(1)
        if thread_index >= n_threads:
            return
        cuda.syncthreads()
        output[thread_index] = 1

    return kernel
