"""Even threads take two locks in one order, odd threads in the opposite order."""
import threading

from numba import cuda


class State:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()


def build(buffer_size):
    s = State()

    @cuda.jit
    def kernel(output, n_threads):
        if cuda.grid(1) >= n_threads:
            return
        thread_index = cuda.grid(1)
        first, second = (s.a, s.b) if thread_index % 2 else (s.b, s.a)
        with first:
            max(0, 1)  # a call, where CPython can hand over
            with second:
                output[thread_index] = 1

    return kernel
