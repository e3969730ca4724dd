"""Runs the calls of a case on the simulator. Runs inside the worker process, where the native module calls it.

It calls a program (program/factory/factory_program.py): the program's `modules` get yield points, `load` imports them,
`select` puts a canary in its place, and `prepare` makes a launch from the settings of a call.
"""
import gc
import operator
import os
import sys

import _straylane_numba as _native
from factory_program import Program
from . import importer, opcodes, stand_in_threading

_MODULE_CHANGES_MAX = 8
_ABSENT = object()

_program = None
_trace = None  # the trace function of `m` and of every simulated thread, at granularity "opcode"
_watched = []  # (name, global names, a copy of them as they must be) of every instrumented module


def start(name, granularity):
    """Imports the simulator and the program under the hook. Returns the system: the versions of interpreter
    and simulator, and the interpreter's path."""
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
        _watched.append((module.__name__, vars(module), dict(vars(module))))
    gc.collect()
    gc.freeze()
    gc.disable()
    return sys.version.split()[0], _numba_version(numba, cuda), sys.executable


def _numba_version(numba, cuda):
    path = os.path.dirname(cuda.__file__)
    if f"{os.sep}numba_cuda{os.sep}" in path:
        import numba_cuda
        return f"numba-cuda {numba_cuda.__version__} (numba {numba.__version__})"
    return f"numba {numba.__version__}"


def select(program):
    """Chooses what the next calls run: a canary, or, if `program` is empty, this worker's own program."""
    _program.select(program, importer.CANARY_MODULES)


def call(*settings):
    """Makes one call of the program. Returns its launch (kernel, grid, block), what was raised or None, and its
    outputs, each (name, type, shape, bytes)."""
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
    """Returns (type, message without the simulator's prefix, innermost function)."""
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
    """Runs one simulated thread from start to end. Returns its exception as `describe` does, or None."""
    try:
        sys.settrace(_trace)  # for this thread's own interpreter state
        thread.run()
    except _native.Unwound:
        return None
    except BaseException as error:
        return describe(error, error.__traceback__)
    finally:
        sys.settrace(None)
    exception = getattr(thread, "exception", None)  # BlockThread.run keeps it there: (exception, traceback)
    return None if exception is None else describe(*exception)


def module_changes():
    """Returns "module.name: before -> after" for every global name of an instrumented module that stands for another
    object than at the start, because a case did not put it back. At most _MODULE_CHANGES_MAX, in the order of the
    modules."""
    changes = []
    for module, now, before in _watched:
        if len(now) == len(before) and all(map(operator.is_, now.values(), before.values())):
            continue
        for name in {**before, **now}:
            old, new = before.get(name, _ABSENT), now.get(name, _ABSENT)
            if old is not new:
                changes.append(f"{module}.{name}: {_shown(old)} -> {_shown(new)}")
    return changes[:_MODULE_CHANGES_MAX]


def _shown(value):
    try:
        return "(absent)" if value is _ABSENT else repr(value)
    except Exception:
        return "?"


def between_cases():
    stand_in_threading.reset()


def collect():
    gc.collect()
