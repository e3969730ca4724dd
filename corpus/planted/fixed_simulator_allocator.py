"""The allocator of fixed_simulator. It is not in the kernel's module, which is where the stock simulator fails."""
from numba import cuda, float32


def build_allocator(buffer_size):
    @cuda.jit(device=True, inline=True)
    def allocator():
        return cuda.local.array(buffer_size, float32)

    return allocator
