#!/usr/bin/env python3
"""@TITLE@

Replays one thread schedule on a stock numba: its own simulator, real threads, and waits at the places below and nothing
else. Exits with 1 where the launch fails, with 0 where it passes. Needs numpy, numba and the folder numba_mwe beside it.

Every wait stands at a place where CPython may hand its lock to another thread (function entry, return of a call into C,
next iteration of a loop, a generator that is resumed), so the schedule is one that can happen by itself.
"""
import ast
import dis
import functools
import os
import sys
import threading

os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# Settings of the launches, in their order.
LAUNCHES = @LAUNCHES@
# A place: file, function, statement, number among the places of this statement, kind, and the line where it was.
PLACES = @PLACES@
# Who runs in which turn: "L:i" is thread i of launch L, "m" the launching thread.
TURNS = @TURNS@
# Thread -> its holds in their order: [turn that ends here, place, visit]. The thread then waits for
# its next turn.
HOLDS = @HOLDS@
EXPECTED = @EXPECTED@
SOURCES = {}
HOLD_TIMEOUT_S = 2.0


@THREAD_HOLDING@

def main():
    if sys.version_info < (3, 11):
        print("not tried: holding threads inside a statement needs Python 3.11 or later")
        return 3
    import numba.cuda  # before tracing: imports are no part of the schedule

    failure = run_launches()
    for number in sorted(set(range(len(PLACES))) - found_places):
        conductor.notes.append(f"not in this numba, so not held: {PLACES[number][0]}, {PLACES[number][1]}: "
                               f"{PLACES[number][2]}")
    print(f"python {sys.version.split()[0]}, numba {numba.__version__} at {os.path.dirname(numba.cuda.__file__)}")
    for note in conductor.notes:
        print("note:", note)
    if failure is None:
        print("PASSED")
        return 0
    print(f"FAILED {type(failure).__name__}: {failure}")
    print(f"(recorded: {EXPECTED})")
    return 1


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # threads that are still held are left where they are
