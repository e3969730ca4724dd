"""Launches one case on the simulator. Runs inside the worker process; called by the native module."""
import gc
import importlib
import os
import sys

import numpy as np

import _straylane_numba as _native
from . import importer, opcodes, stand_in_threading

_build = None
_build_of_program = None  # while a canary is launched, `_build` is the canary's
_trace = None  # of every simulated thread and of `m`; none but at granularity "opcode"


def start(program, granularity):
    """Imports the simulator and the program under the hook. Gives what stands in every report."""
    os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
    if program == "factory":
        modules = ["numba_mwe.allocator_factory", "numba_mwe.kernel_factory"]
    else:
        modules = [f"planted.{program}", f"planted.{program}_allocator"]
    _native.set_up(run_thread)
    importer.install(granularity, modules)
    import numba
    from numba import cuda

    missing = [m for m in importer.SIMULATOR_MODULES if m not in sys.modules]
    if missing:
        raise ImportError(f"this numba has no {missing[0]}")
    global _build, _build_of_program, _trace
    _build = _build_of_program = _builder(program, modules)
    _trace = opcodes.trace if granularity == "opcode" else None
    for module in importer.instrumented_modules:
        _native.watch_module(module.__name__, vars(module))
    gc.collect()
    gc.freeze()
    gc.disable()
    return {"python": sys.version.split()[0], "numba": _numba_version(numba, cuda), "path": sys.executable}


def _builder(program, modules):
    if program == "factory":
        allocators, kernels = (importlib.import_module(m) for m in modules)
        return lambda buffer_size: kernels.KernelFactory(allocators.AllocatorFactory(buffer_size)).build()
    return importlib.import_module(modules[0]).build


def _numba_version(numba, cuda):
    path = os.path.dirname(cuda.__file__)
    if f"{os.sep}numba_cuda{os.sep}" in path:
        import numba_cuda
        return f"numba-cuda {numba_cuda.__version__} (numba {numba.__version__})"
    return f"numba {numba.__version__}"


def select(program):
    """What the next launches are of: a canary, or, where it is empty, this worker's own program."""
    global _build
    if not program:
        _build = _build_of_program
        return
    canaries = (importlib.import_module(name) for name in importer.CANARY_MODULES)
    _build = next(module.BUILD[program].build for module in canaries if program in module.BUILD)


def launch(array_size, buffer_size, n_threads, block_size):
    """One launch with fresh factories. Gives (output bytes, what was raised or None)."""
    kernel = _build(buffer_size)
    output = np.zeros(array_size, dtype=np.float32)
    blocks = (array_size + block_size - 1) // block_size
    raised = None
    try:
        sys.settrace(_trace)
        kernel[(blocks,), (block_size,)](output, n_threads)
    except Exception as error:
        raised = describe(error, error.__traceback__)
    except _native.Unwound:
        pass
    finally:
        sys.settrace(None)
    return output.tobytes(), raised


def describe(error, traceback):
    """(type, message without the simulator's prefix, innermost function)."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    function = "" if traceback is None else traceback.tb_frame.f_code.co_name
    message = str(error)
    if message.startswith("tid=["):
        head, colon, tail = message.partition("]: ")
        message = tail if colon else ""
        if " ctaid=[" not in head:
            message = str(error)
    return type(error).__name__, message, function


def run_thread(thread):
    """The whole life of one simulated thread. Gives its exception as `describe` does, or None."""
    try:
        sys.settrace(_trace)  # of this thread's own interpreter state
        thread.run()
    except _native.Unwound:
        return None
    except BaseException as error:
        return describe(error, error.__traceback__)
    finally:
        sys.settrace(None)
    exception = getattr(thread, "exception", None)  # BlockThread.run keeps it there: (exception, traceback)
    return None if exception is None else describe(*exception)


def between_cases():
    stand_in_threading.reset()


def collect():
    gc.collect()
