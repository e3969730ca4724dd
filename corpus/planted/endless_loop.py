"""A thread that never ends, with a call in its loop."""
from numba import cuda


class State:
    def __init__(self):
        self.done = False


def build(buffer_size):
    s = State()

    @cuda.jit
    def kernel(output, n_threads):
        if cuda.grid(1) >= n_threads:
            return
        while not s.done:
            max(0, 1)

    return kernel
