"""The simulator with a correct swap of `cuda`: under a lock, and only the last thread to leave puts the module back."""
import threading
from contextlib import contextmanager

from numba import cuda
from numba.cuda.simulator import kernel as simulator_kernel

from planted.fixed_simulator_allocator import build_allocator

_lock = threading.Lock()
_swaps = {}  # id of a module's globals -> [number of threads inside, what to put back]


@contextmanager
def _swapped_cuda_module(fn, fake_cuda_module):
    from numba import cuda  # not the global: inside a launch that is the swapped one

    names = fn.__globals__
    with _lock:
        if id(names) not in _swaps:
            originals = dict((k, v) for k, v in names.items() if v is cuda)
            _swaps[id(names)] = [0, originals]
            names.update((k, fake_cuda_module) for k in originals)
        _swaps[id(names)][0] += 1
    try:
        yield
    finally:
        with _lock:
            swap = _swaps[id(names)]
            swap[0] -= 1
            if not swap[0]:
                names.update(swap[1])
                del _swaps[id(names)]


simulator_kernel.swapped_cuda_module = _swapped_cuda_module


def build(buffer_size):
    allocator = build_allocator(buffer_size)

    @cuda.jit
    def kernel(output, n_threads):
        thread_index = cuda.grid(1)
        if thread_index >= n_threads:
            return
        buffer = allocator()
        buffer[0] = 1
        output[thread_index] = buffer[0]

    return kernel
