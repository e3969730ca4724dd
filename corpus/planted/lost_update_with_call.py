"""Takes a ticket with a call into C between its read and its write, where CPython can hand over."""
from numba import cuda


class State:
    def __init__(self):
        self.n = 0


def build(buffer_size):
    s = State()

    @cuda.jit
    def kernel(output, n_threads):
        if cuda.grid(1) >= n_threads:
            return
        x = s.n
        s.n = max(x, 0) + 1
        output[x] = 1

    return kernel
