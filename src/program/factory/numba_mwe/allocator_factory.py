from numba import cuda, float32


class AllocatorFactory:
    """Builds the device function that allocates a local float32 array of `buffer_size` elements."""

    def __init__(self, buffer_size):
        self.buffer_size = buffer_size

    def build(self):
        # A closure variable, not an attribute: on a GPU the length must be a constant when the function is compiled.
        buffer_size = self.buffer_size

        @cuda.jit(device=True, inline=True)
        def allocator():
            return cuda.local.array(buffer_size, float32)

        return allocator
