"""Runs the calls of a case on the simulator. Runs inside the worker process; called by the native module.

What is called is a program (program/factory/factory_program.py): its `modules` get yield points, `load` imports them,
`select` puts a canary in its place, and `prepare` makes a launch of a call's settings.
"""
import gc
import os
import sys

import _straylane_numba as _native
from factory_program import Program
from . import importer, opcodes, stand_in_threading

_program = None
_trace = None  # of every simulated thread and of `m`; none but at granularity "opcode"


def start(name, granularity):
    """Imports the simulator and the program under the hook. Gives what stands in every report."""
    os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
    global _program, _trace
    program = Program(name)
    _native.set_up(run_thread)
    importer.install(granularity, program.modules)
    import numba
    from numba import cuda

    missing = [m for m in importer.SIMULATOR_MODULES if m not in sys.modules]
    if missing:
        raise ImportError(f"this numba has no {missing[0]}")
    program.load()
    _program = program
    _trace = opcodes.trace if granularity == "opcode" else None
    for module in importer.instrumented_modules:
        _native.watch_module(module.__name__, vars(module))
    gc.collect()
    gc.freeze()
    gc.disable()
    return {"python": sys.version.split()[0], "software": _numba_version(numba, cuda), "path": sys.executable}


def _numba_version(numba, cuda):
    path = os.path.dirname(cuda.__file__)
    if f"{os.sep}numba_cuda{os.sep}" in path:
        import numba_cuda
        return f"numba-cuda {numba_cuda.__version__} (numba {numba.__version__})"
    return f"numba {numba.__version__}"


def select(program):
    """What the next calls are of: a canary, or, where it is empty, this worker's own program."""
    _program.select(program, importer.CANARY_MODULES)


def call(*settings):
    """One call of the program. Gives its launch (kernel, grid, block), what was raised or None, and its outputs, each
    (name, type, shape, bytes)."""
    launch = _program.prepare(settings)
    raised = None
    try:
        sys.settrace(_trace)
        launch.run()
    except Exception as error:
        raised = describe(error, error.__traceback__)
    except _native.Unwound:
        pass
    finally:
        sys.settrace(None)
    outputs = [(name, array.dtype.name, array.shape, array.tobytes()) for name, array in launch.outputs.items()]
    return (launch.kernel, launch.grid, launch.block), raised, outputs


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
