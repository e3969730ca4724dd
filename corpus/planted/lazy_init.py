"""Checks, then acts: two threads may both see that there are no tickets yet, and make them twice."""
import itertools

from numba import cuda


class State:
    def __init__(self):
        self.tickets = None


def build(buffer_size):
    s = State()

    @cuda.jit
    def kernel(output, n_threads):
        if cuda.grid(1) >= n_threads:
            return
        if s.tickets is None:
            s.tickets = itertools.count()
        output[next(s.tickets)] = 1

    return kernel
