# Stays a module of its own: the simulator swaps the global name `cuda` of a device function's module around each call
# of it, which matters only where that module is not the kernel's.
from numba import cuda


class KernelFactory:
    """Builds the kernel `(output, n_threads)`, which writes 1 to the first `n_threads` elements of `output`."""

    def __init__(self, allocator_factory):
        self.allocator_factory = allocator_factory

    def build(self):
        allocator = self.allocator_factory.build()

        @cuda.jit
        def kernel(output, n_threads):
            thread_index = cuda.grid(1)
            if thread_index >= n_threads:
                return
            buffer = allocator()
            buffer[0] = 1
            output[thread_index] = buffer[0]

        return kernel
