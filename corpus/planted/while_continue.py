"""Takes a ticket after the test of a loop has seen it free and the loop has gone on with `continue`.

CPython hands over at `continue`, before the test is made again, and not between that test and the loop's body.
"""
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
        taken = False
        while not taken:
            x = s.n
            first = True
            while x == s.n:
                if first:
                    first = False
                    continue
                s.n = x + 1
                taken = True
        output[x] = 1

    return kernel
