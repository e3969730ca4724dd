#!/usr/bin/env python3
"""@TITLE@

Replays one thread schedule on a stock numba, with its own simulator and real threads, which wait at the places below.
Exits with 1 if a call fails, with 0 if all pass. Needs numpy, numba and the folder @PACKAGE@ beside it.

Every wait is at a place where CPython may switch to another thread (function entry, return from a call into C, next
iteration of a loop, resumption of a generator), so the schedule can also happen by itself.
"""
# only: no end
import _thread
# end
import ast
import dis
import functools
import os
import sys
import threading
# only: no end
import time
# end

os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# Settings of the calls, in their order.
CALLS = @CALLS@
# A place: file, function, statement, number among the places of this statement, kind, and the line where it was.
PLACES = @PLACES@
# The thread that runs in each turn: "L:i" is thread i of launch L, "m" is the launching thread.
TURNS = @TURNS@
# Thread -> its holds in their order: [turn that ends here, place, visit]. After a hold, the thread waits for its next
# turn.
HOLDS = @HOLDS@
EXPECTED = @EXPECTED@
SOURCES = {}
HOLD_TIMEOUT_S = 2.0
# only: no end
# After the schedule was carried out: if no thread moves for so long, it is a deadlock. If some threads move but none
# comes to its end, it is a run without end.
NO_END_S = 3.0
# end


@THREAD_HOLDING@
# only: module-state

def watched_globals():
    """The global names of the simulator's modules and of the program, by module."""
    watched = ["numba.cuda.simulator." + name for name in ("kernel", "kernelapi", "cudadrv.devicearray")]
    watched += sorted(name for name in sys.modules if name.startswith("@PACKAGE@."))
    return {name: dict(vars(sys.modules[name])) for name in watched if name in sys.modules}


def changed_globals(before):
    missing = object()
    return [f"{module}.{name}: {'(absent)' if old is missing else repr(old)} -> {'(absent)' if new is missing else repr(new)}"
            for module, names in before.items() for now in [vars(sys.modules[module])] for name in {**names, **now}
            for old, new in [(names.get(name, missing), now.get(name, missing))] if old is not new]

# end
# only: no end

def simulated_threads():
    """Name -> where it stands, of the threads that have not ended; None if one is held for a turn that did not come."""
    frames = sys._current_frames()
    standing = {}
    for thread in threading.enumerate():
        frame = frames.get(thread.ident)
        if type(thread).__name__ != "BlockThread" or frame is None:
            continue
        at, outer = (id(frame), frame.f_lasti), frame
        while outer is not None:
            if outer.f_code is Conductor.wait_for_turn.__code__:
                return None
            outer = outer.f_back
        standing[thread.name] = at
    return standing


def end_what_has_no_end():
    """Ends the process if the schedule was carried out and the call does not end."""
    since, seen = 0, None
    while True:
        time.sleep(NAP_S)
        now = simulated_threads()
        if conductor.turn < len(TURNS) - 1 or conductor.free or not now:
            since, seen = 0, now
            continue
        # only: deadlock
        since = since + 1 if now == seen else 0
        # end
        # only: step-limit
        since += 1
        # end
        seen = now
        if since * NAP_S >= NO_END_S:
            print_outcome(EXPECTED)
            sys.stdout.flush()
            os._exit(1)

# end

def print_outcome(failure):
    """Returns the exit status. `failure` is an exception, a text or None."""
    import numba.cuda

    for number in sorted(set(range(len(PLACES))) - found_places):
        conductor.notes.append(f"not in this numba, so not held: {PLACES[number][0]}, {PLACES[number][1]}: "
                               f"{PLACES[number][2]}")
    # only: moved
    conductor.notes.append("@MOVED@ turns ended at the beginning of a line, where CPython does not hand over: their threads were held "
                           "at the last place before where it does")
    # end
    print(f"python {sys.version.split()[0]}, numba {numba.__version__} at {os.path.dirname(numba.cuda.__file__)}")
    for note in conductor.notes:
        print("note:", note)
    if failure is None:
        print("PASSED")
        return 0
    said = failure if isinstance(failure, str) else f"{type(failure).__name__}: {failure}"
    print(f"FAILED {said}")
    print(f"(recorded: {EXPECTED})")
    return 1


def main():
    if sys.version_info < (3, 11):
        print("not tried: holding threads inside a statement needs Python 3.11 or later")
        return 3
    import numba.cuda  # before tracing: imports are no part of the schedule

    # only: module-state
    import @MODULE@

    before = watched_globals()
    # end
    # only: no end
    _thread.start_new_thread(end_what_has_no_end, ())  # not one of the threads of threading, which the exit waits for
    # end
    failure = run_calls()
    # only: module-state
    conductor.free = True
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(HOLD_TIMEOUT_S)
    changes = ["not put back: " + change for change in changed_globals(before)]
    failure = next(iter(sorted(changes, key=lambda change: change != EXPECTED)), failure)
    # end
    # only: guard
    indexes = [tuple(map(int, name.split(":"))) for name in passed_guard if ":" in name]
    wrong = [index for number, index in indexes if number >= 0 and should_have_returned(CALLS[number], index)]
    if wrong:
        failure = f"{EXPECTED}: thread {wrong[0]}"
    # end
    return print_outcome(failure)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # threads that are still held are left where they are
