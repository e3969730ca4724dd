"""Every thread waits for an event that nothing sets, so no schedule lets it end."""
import threading

from numba import cuda


class State:
    def __init__(self):
        self.event = threading.Event()


def build(buffer_size):
    s = State()

    @cuda.jit
    def kernel(output, n_threads):
        if cuda.grid(1) >= n_threads:
            return
        s.event.wait()
        output[cuda.grid(1)] = 1

    return kernel
