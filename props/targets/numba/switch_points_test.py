"""Compares our yield points with the places where a stock interpreter checks for a request to hand over its lock.

    switch_points_test.py FOLDER [--launch] [--verbose]

FOLDER holds the worker's module and the package straylane_numba. A stock run asks for a pending call that asks for itself again:
CPython makes pending calls, handles signals and hands over its lock at one and the same check, so that the call is made
at every check, and sees in which instruction. Both runs are of one thread and deterministic, and are compared in their order:

    sound       every yield point that we passed is a check that was made, in the same order
    complete    every check that was made is one of our yield points, or is left out for a reason in `left_out`

That the comparison would notice is checked with yield points before every line, many of which cannot be.

--launch compares a launch of the factory kernel by the simulator, too; it needs numba.
"""
import ctypes
import dis
import importlib.machinery
import importlib.util
import itertools
import json
import os
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
HAS_POSITIONS = sys.version_info >= (3, 11)


# -- the stock interpreter ---------------------------------------------------------------------------------------------


class StockChecks:
    """Records (frame, offset) at every check, in the requested files and in code that they call."""

    def __init__(self, files, calls_per_check=1):
        self._files = files
        self._calls_per_check = calls_per_check
        self._make = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(self._pending_call)
        ask = ctypes.pythonapi.Py_AddPendingCall
        ask.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        # `0 in` this asks once, from C. After a call from Python there is a check, which on 3.13 forgets the request.
        self._ask = itertools.starmap(ask, itertools.repeat((ctypes.cast(self._make, ctypes.c_void_p), None)))
        self._on = False
        self._last = None
        self._times = 0  # how often the call was made at `_last`
        self.seen = []  # (code, offset, caller's code or None, caller's offset)

    def _pending_call(self, _):
        if not self._on:
            return 0
        frame = sys._getframe(1)
        caller = frame.f_back
        if frame.f_code.co_filename in self._files or (caller is not None and caller.f_code.co_filename in self._files):
            # A pending call that requests itself again is made a fixed number of times at one check.
            here = (frame, frame.f_lasti, caller and caller.f_lasti)
            self._times = self._times + 1 if here == self._last else 0
            if self._times % self._calls_per_check == 0:
                self.seen.append((frame.f_code, frame.f_lasti, caller and caller.f_code, caller and caller.f_lasti))
            self._last = here
        else:
            self._last = None
        return 0 if 0 in self._ask else -1

    def __enter__(self):
        self._on = True
        return self if 0 in self._ask else None

    def __exit__(self, *error):
        self._on = False


def calls_per_check():
    def only_entry():
        pass

    checks = StockChecks({__file__})
    with checks:
        only_entry()
    return sum(code is only_entry.__code__ for code, *_ in checks.seen)


_instructions = {}


def instruction_at(code, offset):
    if code not in _instructions:
        lines, line = {}, code.co_firstlineno
        for i in dis.get_instructions(code):
            if not HAS_POSITIONS:
                line = i.starts_line or line
            lines[i.offset] = (i, line)
        _instructions[code] = lines
    # In the middle of a call, the offset may be that of the cache entries after the instruction.
    return next((_instructions[code][o] for o in range(offset, -1, -1) if o in _instructions[code]), (None, 0))


def place_of(code, offset):
    """{op, line, end_line, end_column, column, covers} of an instruction; op "start" if the frame has not begun."""
    i, line = instruction_at(code, offset)
    if i is None:
        return {"op": "start", "line": code.co_firstlineno, "end": None, "start": None}
    place = {"op": i.opname, "line": line, "end": None, "start": None, "arg": i.arg}
    if HAS_POSITIONS:
        p = i.positions
        place.update(line=p.lineno, start=(p.lineno, p.col_offset), end=(p.end_lineno, p.end_col_offset))
    if "JUMP" in i.opname and isinstance(i.argval, int):
        place["backward"] = i.argval <= i.offset
        target, target_line = instruction_at(code, i.argval)
        if target is not None and target.opname == "FOR_ITER":
            place["loop"] = ((target.positions.lineno, target.positions.col_offset,
                              target.positions.end_lineno, target.positions.end_col_offset)
                             if HAS_POSITIONS else (target_line, 0, target_line, 0))
    return place


def qualnames(code, prefix=""):
    """{code: qualified name}, also for 3.10, where code objects do not have it."""
    names = {}
    for constant in code.co_consts:
        if hasattr(constant, "co_code"):
            name = prefix + constant.co_name
            names[constant] = name
            is_function = constant.co_flags & 0x2  # CO_NEWLOCALS
            names.update(qualnames(constant, name + (".<locals>." if is_function else ".")))
    return names


def events_of(checks, names):
    """One dictionary for each check, in terms of the source."""
    events = []
    for code, offset, caller, caller_offset in checks.seen:
        if code in names:
            place = place_of(code, offset)
            event = {"function": names[code], "what": "check", **place}
            if place["op"] == "RESUME":
                event["what"] = "resume" if place["arg"] & 3 else "entry"
            elif place["op"] in ("start", "GEN_START"):
                event["what"] = "entry"
            elif place["op"] in ("YIELD_VALUE", "YIELD_FROM"):
                event["what"] = "resume"
            elif "loop" in place or "JUMP_BACKWARD" in place["op"] or place.get("backward"):
                event["what"] = "jump back"
            elif place["op"].startswith(("CALL", "PRECALL")):
                event["what"] = "call"
            events.append(event)
        elif caller in names:
            place = place_of(code, offset)
            if place["op"] in ("start", "GEN_START") or (place["op"] == "RESUME" and not place["arg"] & 3):
                events.append({"function": names[caller], "what": "enter", "callee": code.co_name,
                               **place_of(caller, caller_offset)})
    return events


# -- ours --------------------------------------------------------------------------------------------------------------


class Instrumented:
    """Source files with the real hooks, and the sites that were passed while `listen` was on."""

    def __init__(self, folder, granularity="switch"):
        self._granularity = granularity
        sys.path.insert(0, folder)
        import builtins

        import _straylane_numba as native
        from straylane_numba import instrument

        for name, function in vars(native).items():
            if name.startswith("__sl_"):
                setattr(builtins, name, function)
        self.native = native
        self._transform = instrument.transform
        self.sites = {}
        self.files = {}
        self.passed = []

    def _add_site(self, file, function, statement, occurrence, line, kind, end_line, end_column):
        number = self.native.add_site(file, function, statement, occurrence, line, kind, end_line, end_column)
        self.files[number] = file
        self.sites[number] = {"function": function, "statement": statement, "line": line, "kind": kind,
                              "end": (end_line, end_column)}
        return number

    def compile(self, source, path):
        code = compile(self._transform(source, path, path, self._granularity, self._add_site, False), path, "exec")
        self._register(code)
        return code

    def _register(self, code):
        self.native.add_code(code)
        for constant in code.co_consts:
            if hasattr(constant, "co_code"):
                self._register(constant)

    def __enter__(self):
        self.native.listen(self.passed)
        return self

    def __exit__(self, *error):
        self.native.listen(None)

    def events(self):
        return [self.sites[number] for number in self.passed]


# -- comparison --------------------------------------------------------------------------------------------------------


def same_function(event, site):
    name, function = event["function"], site["function"]
    return name == function or name.startswith(function + ".<locals>.<")  # itself, or a comprehension in it


def is_same(event, site):
    kind, what = site["kind"], event["what"]
    if kind == "line":
        return False
    if kind in ("entry", "resume"):
        return what == kind and event["function"] == site["function"]
    if not same_function(event, site):
        return False
    if kind in ("call", "enter"):
        if what != kind:
            return False
        return event["end"] == site["end"] if HAS_POSITIONS else event["line"] <= site["end"][0]
    if what != "jump back":
        return False
    if kind == "while":
        return "loop" not in event
    if "loop" not in event:
        return False
    first_line, first_column, last_line, last_column = event["loop"]
    if not HAS_POSITIONS:
        return first_line == site["line"]
    return (first_line, first_column) < tuple(site["end"]) <= (last_line, last_column)


def left_out(event, lines):
    """Why a check is not one of our yield points; None if there is no good reason."""
    op, what = event["op"], event["what"]
    text = lines[event["line"] - 1] if event["line"] and event["line"] <= len(lines) else ""
    own = event["function"].rsplit(".", 1)[-1]
    if what == "entry" and own in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"):
        return "entry of a comprehension: the yield points of its loop are next to it"
    if what == "enter" and not op.startswith(("CALL", "PRECALL")):
        return "Python code without yield points that is entered other than by a call (with, property, iteration)"
    if what in ("call", "enter") and text.lstrip().startswith("with "):
        return "leaving a with block: the yield points of what it calls are next to it"
    if what == "enter":
        return "Python code without yield points that is entered through C or by a class"
    if what == "call" and "super(" in text:
        return "super(): must be called from the function itself; an attribute of what it gives is next to it"
    if what == "resume" and own == "<genexpr>":
        return "a generator expression goes on: the yield point of its loop is next to it"
    if sys.version_info < (3, 11) and what in ("check", "call", "resume"):
        return "3.10 also checks where a jump forward is taken, at handlers, and behind comprehensions and yield from"
    return None


def aligned(ours, stock):
    """{place in ours: place in stock}, in the order of both, with as many pairs as possible."""
    best = [[0] * (len(stock) + 1) for _ in range(len(ours) + 1)]
    for i in range(len(ours) - 1, -1, -1):
        for k in range(len(stock) - 1, -1, -1):
            best[i][k] = max(best[i + 1][k], best[i][k + 1])
            if best[i + 1][k + 1] + 1 > best[i][k] and is_same(stock[k], ours[i]):
                best[i][k] = best[i + 1][k + 1] + 1
    pairs = {}
    i = k = 0
    while i < len(ours) and k < len(stock):
        if best[i][k] == best[i + 1][k + 1] + 1 and is_same(stock[k], ours[i]):
            pairs[i] = k
            i, k = i + 1, k + 1
        elif best[i + 1][k] == best[i][k]:
            i += 1
        else:
            k += 1
    return pairs


def compare(title, ours, stock, path_lines, verbose):
    """Aligns the two sequences. Gives the number of problems."""
    problems = 0
    reasons = {}
    pairs = aligned(ours, stock)
    covered = len(pairs)
    for i, site in enumerate(ours):
        if i not in pairs:
            problems += 1
            print(f"UNSOUND {title}: {site['kind']} in {site['function']}, line {site['line']}: {site['statement']}: "
                  "the stock interpreter made no check there")
    met = set(pairs.values())
    skipped = [event for k, event in enumerate(stock) if k not in met]
    for event in skipped:
        reason = left_out(event, path_lines(event))
        if verbose or reason is None:
            print("left out:", reason, {k: v for k, v in event.items() if v is not None})
        if reason is None:
            problems += 1
            print(f"INCOMPLETE {title}: a check at {event['op']} in {event['function']}, line {event['line']}")
        else:
            reasons[reason] = reasons.get(reason, 0) + 1
    print(f"{title}: {len(ours)} yield points passed, {covered} of them checks of the stock interpreter; "
          f"{covered} of its {len(stock)} checks are yield points")
    for reason, count in sorted(reasons.items()):
        print(f"    {count:4} {reason}")
    kinds = {}
    for site in ours:
        kinds[site["kind"]] = kinds.get(site["kind"], 0) + 1
    print("    by kind:", ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))
    return problems


def check_sample(folder, verbose):
    path = os.path.join(HERE, "switch_sample.py")
    with open(path) as file:
        source = file.read()

    code = compile(source, path, "exec")
    names = {"__name__": "stock_sample"}
    exec(code, names)
    checks = StockChecks({path}, calls_per_check())
    with checks:
        stock_result = names["main"]()
    stock = events_of(checks, qualnames(code))

    instrumented = Instrumented(folder)
    names = {"__name__": "sample"}
    exec(instrumented.compile(source, path), names)
    with instrumented:
        result = names["main"]()
    assert str(result) == str(stock_result), (result, stock_result)
    kinds = {site["kind"] for site in instrumented.events()}
    assert kinds == {"entry", "enter", "call", "loop", "while", "resume"}, kinds
    lines = source.splitlines()
    problems = compare("sample", instrumented.events(), stock, lambda event: lines, verbose)

    finer = Instrumented(folder, "line")
    exec(finer.compile(source, path), names)
    with finer:
        names["main"]()
    unsound = len(finer.passed) - len(aligned(finer.events(), stock))
    print(f"before every line: {unsound} of {len(finer.passed)} yield points are no check of the stock interpreter")
    return problems + (unsound == 0)


# -- the simulator's own launch ----------------------------------------------------------------------------------------

LAUNCH_MODULES = ("numba.cuda.simulator.kernel", "numba.cuda.simulator.kernelapi",
                  "numba.cuda.simulator.cudadrv.devicearray", "numba_mwe.allocator_factory", "numba_mwe.kernel_factory")


class _Loader(importlib.machinery.SourceFileLoader):
    compile_source = None

    def get_code(self, name):
        return _Loader.compile_source(importlib.util.decode_source(self.get_data(self.path)), self.path)


class _Finder:
    def find_spec(self, name, path, target=None):
        if name not in LAUNCH_MODULES:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        return importlib.util.spec_from_file_location(name, spec.origin, loader=_Loader(name, spec.origin))


def launch(folder, stock):
    """Launches the factory kernel. `m` itself runs its threads, one after another. Gives the events."""
    os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
    sys.path.insert(0, folder)
    names, files = {}, set()
    instrumented = None if stock else Instrumented(folder)

    def compile_source(source, path):
        files.add(path)
        if not stock:
            return instrumented.compile(source, path)
        code = compile(source, path, "exec", dont_inherit=True)
        names.update({c: f"{path}:{name}" for c, name in qualnames(code).items()})
        return code

    _Loader.compile_source = staticmethod(compile_source)
    sys.meta_path.insert(0, _Finder())
    import numpy as np
    from numba.cuda.simulator import kernel as simulator
    from numba_mwe.allocator_factory import AllocatorFactory
    from numba_mwe.kernel_factory import KernelFactory

    def start(thread):
        ident = threading.get_ident()
        before, threading._active[ident] = threading._active[ident], thread
        thread.run()
        threading._active[ident] = before

    simulator.BlockThread.start = start
    simulator.BlockThread.is_alive = lambda thread: False

    kernel = KernelFactory(AllocatorFactory(5)).build()
    output = np.zeros(2, dtype=np.float32)
    recorder = StockChecks(files, calls_per_check()) if stock else instrumented
    with recorder:
        kernel[(1,), (2,)](output, 1)
    assert list(output) == [1, 0], output
    if stock:
        return events_of(recorder, names)
    # Names include the function's file here, because there are several files.
    return [{**site, "function": f"{recorder.files[number]}:{site['function']}"}
            for number, site in ((n, recorder.sites[n]) for n in recorder.passed)]


def run_launch(folder, mode):
    done = subprocess.run([sys.executable, "-B", os.path.abspath(__file__), folder, f"--{mode}"], stdout=subprocess.PIPE,
                          check=True, timeout=120)
    return [{**e, "end": e["end"] and tuple(e["end"])} for e in json.loads(done.stdout)]


def check_launch(folder, verbose):
    cache = {}

    def lines(event):
        path = event["function"].split(":")[0]
        if path not in cache:
            with open(path) as file:
                cache[path] = file.read().splitlines()
        return cache[path]

    stock, ours = (run_launch(folder, mode) for mode in ("stock", "ours"))
    return compare("launch", ours, stock, lines, verbose)


def main():
    folder, *options = sys.argv[1:]
    for mode in ("stock", "ours"):
        if f"--{mode}" in options:
            print(json.dumps(launch(folder, mode == "stock")))
            return 0
    verbose = "--verbose" in options
    print(f"python {sys.version.split()[0]}")
    problems = check_sample(folder, verbose)
    if "--launch" in options:
        problems += check_launch(folder, verbose)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
