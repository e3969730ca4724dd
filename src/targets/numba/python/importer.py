"""Import hook: the simulator's modules and the program's get yield points and the stand-in for `threading`."""
import builtins
import importlib.machinery
import importlib.util
import sys
import threading

import numpy as np

import _straylane_numba as _native
from . import instrument, opcodes, stand_in_threading

SIMULATOR_MODULES = (
    "numba.cuda.simulator.kernel",
    "numba.cuda.simulator.kernelapi",
    "numba.cuda.simulator.cudadrv.devicearray",
)
# Every worker can import the canaries.
CANARY_MODULES = ("planted.canary_threading", "planted.canary_code", "planted.canary_line")
# The modules of the canaries that do not get the worker's granularity. "planted.canary" is their common part. None: no
# yield points.
_OWN_GRANULARITIES = {"planted.canary": None, "planted.canary_threading": None, "planted.canary_code": "switch"}
instrumented_modules = []


class _NumpyStandIn:
    """numpy as the simulator sees it: `empty` returns poisoned memory, where numpy returns recycled memory."""

    def __init__(self):
        self.__dict__.update(vars(np), empty=self._poisoned)  # the instance's names win over methods of the same name

    @staticmethod
    def _poisoned(shape, dtype=float, *args, **kwargs):
        array = np.empty(shape, dtype, *args, **kwargs)
        if array.size and not array.dtype.hasobject:
            array.reshape(-1).view(np.uint8).fill(0xA5)
        return array


_native.stands_for_c(_NumpyStandIn._poisoned.__code__)  # as for the real one, the yield point is after the call


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name, path, granularity, program):
        super().__init__(name, path)
        self._granularity = granularity
        self._program = program

    def get_code(self, name):
        if self._granularity is None:
            return super().get_code(name)
        source = importlib.util.decode_source(self.get_data(self.path))
        file = name.replace(".", "/") + ".py"
        tree = instrument.transform(source, self.path, file, self._granularity, _native.add_site, self._program,
                                    _native.add_place if self._program else None,
                                    lambda line, site: stand_in_threading.add_with(self.path, line, site))
        code = compile(tree, self.path, "exec", dont_inherit=True)
        _register(code)
        if self._granularity == "opcode":
            opcodes.add_module(code, file, source)
        return code

    def exec_module(self, module):
        real = sys.modules["threading"]
        sys.modules["threading"] = stand_in_threading
        try:
            super().exec_module(module)
        finally:
            sys.modules["threading"] = real
        if module.__name__.startswith("numba.") and getattr(module, "np", None) is np:
            module.np = _NumpyStandIn()
        instrumented_modules.append(module)


class _Finder:
    def __init__(self, granularity, program_modules):
        self._granularity = granularity
        self._program_modules = program_modules

    def find_spec(self, name, path, target=None):
        program = name in self._program_modules
        if not program and name not in (*SIMULATOR_MODULES, *CANARY_MODULES, *_OWN_GRANULARITIES):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or not (spec.origin or "").endswith(".py"):
            return None
        loader = _Loader(name, spec.origin, _OWN_GRANULARITIES.get(name, self._granularity), program)
        return importlib.util.spec_from_file_location(name, spec.origin, loader=loader)


def _register(code):
    _native.add_code(code)
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            _register(constant)


def install(granularity, program_modules):
    for name, function in vars(_native).items():
        if name.startswith("__sl_"):
            setattr(builtins, name, function)
    sys.meta_path.insert(0, _Finder(granularity, frozenset(program_modules)))
    assert threading is sys.modules["threading"]
