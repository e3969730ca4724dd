"""The factory program as the numba worker runs it, and the programs that are planted in its place.

A program says which modules get yield points, and turns the settings of a call into a launch. The worker knows nothing
else about it.
"""
import importlib
from collections import namedtuple

import numpy as np


# What a call will do: `run` launches `kernel`, which leaves `outputs` (name -> array).
Launch = namedtuple("Launch", "kernel grid block outputs run")


class Program:
    """The program of that name: "factory", or planted/NAME.py with planted/NAME_allocator.py if that file exists."""

    def __init__(self, name):
        self._is_factory = name == "factory"
        self.modules = (["numba_mwe.allocator_factory", "numba_mwe.kernel_factory"] if self._is_factory
                        else [f"planted.{name}", f"planted.{name}_allocator"])

    def load(self):
        """Imports the program. Call it after the import hook has been set up, and before `prepare`."""
        if self._is_factory:
            allocators, kernels = (importlib.import_module(m) for m in self.modules)
            self._own_build = lambda size: kernels.KernelFactory(allocators.AllocatorFactory(size)).build()
        else:
            self._own_build = importlib.import_module(self.modules[0]).build
        self._build = self._own_build

    def select(self, canary, modules):
        """Makes the next calls launch `canary`, which is in one of `modules`; this program itself if it is empty."""
        self._build = self._own_build
        if canary:
            loaded = (importlib.import_module(name) for name in modules)
            self._build = next(module.BUILD[canary].build for module in loaded if canary in module.BUILD)

    def prepare(self, settings):
        """Builds with fresh factories. Returns the Launch of a call with these settings, in the order of the schema."""
        array_size, buffer_size, n_threads, block_size = settings
        kernel = self._build(buffer_size)
        output = np.zeros(array_size, dtype=np.float32)
        grid = (array_size + block_size - 1) // block_size
        return Launch(getattr(getattr(kernel, "fn", None), "__name__", ""), grid, block_size, {"output": output},
                      lambda: kernel[(grid,), (block_size,)](output, n_threads))
