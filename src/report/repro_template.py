#!/usr/bin/env python3
"""@TITLE@

Replays one thread schedule on a stock numba: its own simulator, real threads, and waits at the places below and nothing
else. Exits with 1 where the launch fails, with 0 where it passes. Needs numpy, numba and the folder numba_mwe beside it.

Every wait stands at a place where CPython may hand its lock to another thread (function entry, return of a call into C,
next iteration of a loop, a generator that is resumed), so the schedule is one that can happen by itself.
"""
import dis
import os
import sys
import threading

os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

# Settings of the launches, in their order.
LAUNCHES = @LAUNCHES@
# A place: file, function, statement, kind, line, and first line, end line, end column of the expression.
PLACES = @PLACES@
# Who runs in which turn: "L:i" is thread i of launch L, "m" the launching thread.
TURNS = @TURNS@
# Thread -> its holds in their order: [turn that ends here, place, visit]. The thread then waits for
# its next turn.
HOLDS = @HOLDS@
EXPECTED = @EXPECTED@
HOLD_TIMEOUT_S = 2.0


class Conductor:
    """Lets the threads run in the recorded turns. Gives up, and says so, where a thread does not get to its place."""

    def __init__(self):
        self.condition = threading.Condition()
        self.turn = 0
        self.free = False
        self.ended = None  # the thread whose end began the present turn
        self.notes = []

    def finish_turn(self, turn, ended=None):
        with self.condition:
            if turn >= self.turn:
                self.turn = turn + 1
                self.ended = ended
            self.condition.notify_all()

    def wait_for_turn(self, turn, what):
        if turn is None:
            return
        with self.condition:
            if not self.condition.wait_for(lambda: self.free or self.turn >= turn, HOLD_TIMEOUT_S) and not self.free:
                self.free = True
                self.notes.append(f"{what} waited for turn {turn} ({TURNS[turn]}), the schedule stopped at turn "
                                  f"{self.turn} ({TURNS[min(self.turn, len(TURNS) - 1)]}); running freely from here")
                self.condition.notify_all()
            ended = self.ended
        if ended is not None and ended is not threading.current_thread() and not self.free:
            ended.join(HOLD_TIMEOUT_S)

    def next_turn(self, name, after):
        return next((t for t in range(after + 1, len(TURNS)) if TURNS[t] == name), None)


conductor = Conductor()
launch_number = -1
places_in_code = {}  # code object -> {offset: [(place, before)]}, entry and resume under -1 and -2
found_places = set()


def positions(code):
    return [(i, i.positions) for i in dis.get_instructions(code)]


def statement_shift(place, code):
    """How many lines the statement has moved since it was recorded, or None where it is not there any more."""
    file, _, statement, kind, line, *_ = place
    try:
        with open(code.co_filename) as source:
            lines = source.read().splitlines()
    except OSError:
        return None
    wanted = statement.split()

    def stands_at(number):
        words = []
        for text in lines[number - 1:number + 12]:
            words += text.split("#")[0].split() if "#" in text and "'" not in text and '"' not in text else text.split()
            if len(words) >= len(wanted):
                break
        return words[:len(wanted)] == wanted or " ".join(words).startswith(statement)

    first = code.co_firstlineno
    candidates = sorted(range(max(1, first - 5), first + 200), key=lambda n: abs(n - line))
    return next((n - line for n in candidates if n <= len(lines) and stands_at(n)), None)


def covers(position, line, column):
    return (position.lineno, position.col_offset) < (line, column) <= (position.end_lineno, position.end_col_offset)


def offsets_of(place, code):
    """Where in `code` the place is: {offset: before the instruction?}."""
    file, function, statement, kind, line, first_line, end_line, end_column = place
    inner = code.co_qualname != function
    shift = statement_shift(place, code)
    if shift is None:
        return {}
    end_line, first_line = end_line + shift, first_line + shift
    if kind == "entry":
        return {} if inner else {-1: True}
    if kind == "resume":
        return {} if inner else {-2: True}
    if kind in ("call", "enter"):
        calls = [(i.offset, p) for i, p in positions(code) if i.opname.startswith("CALL") and "INTRINSIC" not in i.opname
                 and (p.end_lineno, p.end_col_offset) == (end_line, end_column)]
        start = min(((p.lineno, p.col_offset) for _, p in calls), default=None)
        return {offset: kind == "enter" for offset, p in calls if (p.lineno, p.col_offset) == start}
    if kind == "loop":
        loops = [(i.offset, p) for i, p in positions(code) if i.opname == "FOR_ITER" and covers(p, end_line, end_column)]
        loops.sort(key=lambda l: (l[1].end_lineno - l[1].lineno, l[1].end_col_offset - l[1].col_offset))
        return {offset: True for offset, _ in loops[:1]}
    return {}


def places_of(code):
    if code not in places_in_code:
        here = {}
        for number, place in enumerate(PLACES):
            file, function = place[:2]
            name = code.co_qualname
            inside = name == function or name.startswith(function + ".<locals>.<")  # itself, or a comprehension in it
            if inside and code.co_filename.replace(os.sep, "/").endswith("/" + file):
                for offset, before in offsets_of(place, code).items():
                    here.setdefault(offset, []).append((number, before))
                    found_places.add(number)
        places_in_code[code] = here
    return places_in_code[code]


class Lane:
    """The holds of one thread."""

    def __init__(self, name):
        self.name = name
        self.holds = list(HOLDS.get(name, []))
        self.visits = {}

    def visit(self, place):
        self.visits[place] = self.visits.get(place, 0) + 1
        if self.holds and self.holds[0][1] == place and self.visits[place] == self.holds[0][2]:
            turn = self.holds.pop(0)[0]
            conductor.finish_turn(turn)
            conductor.wait_for_turn(conductor.next_turn(self.name, turn), f"thread {self.name}")

    def end(self):
        turn = next((t for t in reversed(range(len(TURNS))) if TURNS[t] == self.name), None)
        if turn is not None:
            conductor.finish_turn(turn, threading.current_thread())


class FrameState:
    def __init__(self):
        self.behind = []  # places behind the instruction that is running
        self.looped = set()  # loops that have had their first item


def tracer(lane, outermost):
    """A trace function for one thread: tells `lane` of every place that it passes."""
    states = {}

    def on_call(frame, event, arg):
        code = frame.f_code
        here = places_of(code)
        last_frame = code.co_qualname == outermost
        if not here and not last_frame:
            return None
        resumed = frame.f_lasti > first_resume(code)  # a generator that goes on behind its yield
        if not resumed:
            states[id(frame)] = FrameState()
        for number, _ in here.get(-2 if resumed else -1, []):
            lane.visit(number)
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return on_event

    def on_event(frame, event, arg):
        state = states.setdefault(id(frame), FrameState())
        here = places_of(frame.f_code)
        if event == "opcode":
            for number in state.behind:
                lane.visit(number)
            state.behind = []
            for number, before in here.get(frame.f_lasti, []):
                if not before:
                    state.behind.append(number)
                elif PLACES[number][3] != "loop" or number in state.looped:
                    lane.visit(number)
                else:
                    state.looped.add(number)
        elif event == "exception":
            state.behind = []
        elif event == "return" and frame.f_code.co_qualname == outermost:
            lane.end()
        return on_event

    return on_call


def first_resume(code):
    return next((i.offset for i in dis.get_instructions(code) if i.opname == "RESUME"), 0)


def trace_simulated_thread(frame, event, arg):
    """The first event of every new thread: names it, makes it wait for its turn, and traces it from here on."""
    thread = threading.current_thread()
    if frame.f_code.co_qualname != "BlockThread.run":
        return None
    blocks, block_size = LAUNCHES[launch_number]["blocks"], LAUNCHES[launch_number]["block_size"]
    lane = Lane(f"{launch_number}:{thread.blockIdx.x * block_size + thread.threadIdx.x}")
    conductor.wait_for_turn(conductor.next_turn(lane.name, -1), f"thread {lane.name}")
    trace = tracer(lane, "BlockThread.run")
    sys.settrace(trace)
    return trace(frame, event, arg)


def launch(array_size, buffer_size, n_threads, block_size, blocks):
    import numpy as np
    from numba_mwe.allocator_factory import AllocatorFactory
    from numba_mwe.kernel_factory import KernelFactory

    kernel = KernelFactory(AllocatorFactory(buffer_size)).build()
    output = np.zeros(array_size, dtype=np.float32)
    kernel[(blocks,), (block_size,)](output, n_threads)
    expected = np.zeros(array_size, dtype=np.float32)
    expected[:n_threads] = 1
    wrong = [i for i in range(array_size) if output[i] != expected[i]]
    assert not wrong, f"output[{wrong[0]}] is {output[wrong[0]]:g}, must be {expected[wrong[0]]:g}"


def main():
    global launch_number
    if sys.version_info < (3, 11):
        print("not tried: holding threads inside a statement needs Python 3.11 or later")
        return 3
    import numba.cuda  # before tracing: imports are no part of the schedule

    main_lane = Lane("m")
    threading.settrace(trace_simulated_thread)
    failure = None
    for launch_number, settings in enumerate(LAUNCHES):
        trace_main = tracer(main_lane, None) if HOLDS.get("m") else None
        sys.settrace(trace_main)
        try:
            launch(**settings)
        except Exception as error:
            failure = error
        finally:
            sys.settrace(None)
        if failure is not None:
            break
    threading.settrace(None)
    conductor.free = True
    with conductor.condition:
        conductor.condition.notify_all()
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
    sys.exit(main())
