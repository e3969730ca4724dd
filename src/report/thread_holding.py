# How threads are held. Uses CALLS, PLACES, TURNS, HOLDS, HOLD_TIMEOUT_S and SOURCES (the texts of modules that are not
# files). Each call makes one launch.


# Time is counted in naps and not by the clock: if the machine gives a process no time, its naps take longer, too.
NAP_S = 0.1


class Conductor:
    """Lets the threads run in the recorded turns. If a thread does not get to its place, gives up and says so."""

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
            naps = (self.condition.wait_for(lambda: self.free or self.turn >= turn, NAP_S)
                    for _ in range(round(HOLD_TIMEOUT_S / NAP_S)))
            if not any(naps) and not self.free:
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
call_number = -1
places_in_code = {}  # see places_of
found_places = set()


class Locator:
    """Finds the places in one source file, as it is installed here.

    A place is the n-th one of its statement in its function, in the order in which a walk over the syntax tree meets
    them. Statements are also compared as syntax trees, so quotes, white space, comments and lines may differ.
    """

    def __init__(self, path):
        self.nodes = {}  # (function, statement) -> [(kind, node)]
        self.context_expressions = set()
        self.statement = ""
        self.loops = []  # around the statement, innermost last
        self.walk(ast.parse(source_of(path)), [], False)

    def add(self, kind, node, names):
        self.nodes.setdefault((".".join(names), self.statement), []).append((kind, node))

    def walk_all(self, nodes, names, inside):
        for node in nodes:
            self.walk(node, names, inside)

    def walk(self, node, names, inside):
        """`names` are those of the functions and classes around the node; `inside` is true inside a function."""
        if isinstance(node, ast.AsyncFunctionDef):
            return
        outer = self.statement
        if isinstance(node, ast.stmt) and inside:
            self.statement = header(node)
        if isinstance(node, ast.With):
            self.context_expressions.update(item.context_expr for item in node.items)
        if isinstance(node, ast.ClassDef):
            self.walk_all(node.body, names + [node.name], False)
        elif isinstance(node, ast.FunctionDef):
            self.walk_all(node.decorator_list, names, inside)
            self.walk(node.args, names, inside)
            self.statement = header(node)
            names = names + (["<locals>"] if inside else []) + [node.name]
            self.add("entry", node, names)
            loops, self.loops = self.loops, []
            self.walk_all(node.body, names, True)
            self.loops = loops
        elif isinstance(node, ast.Lambda) and inside:
            names = names + ["<locals>", "<lambda>"]
            self.add("entry", node, names)
            self.walk(node.body, names, True)
        elif isinstance(node, ast.For) and inside:
            self.walk(node.iter, names, inside)
            self.add("loop", node.iter, names)
            self.walk_loop(node, names)
        elif isinstance(node, ast.While) and inside:
            self.walk(node.test, names, inside)
            self.walk_loop(node, names)
            self.add("while", node, names)
        elif isinstance(node, ast.Continue) and inside and isinstance(self.loops[-1], ast.While):
            self.add("while", node, names)
        else:
            self.walk_all(ast.iter_child_nodes(node), names, inside)
            # only: with
            if inside and isinstance(node, ast.With) and locks(node):
                self.add("with", node, names)
                self.add("exit", node, names)
            # end
            if inside and isinstance(node, ast.comprehension):
                self.add("loop", node.iter, names)
            elif inside and isinstance(node, ast.Yield):
                self.add("resume", node, names)
            elif inside and isinstance(node, ast.Call) and getattr(node.func, "id", "") != "super":
                self.add("enter", node, names)
                self.add("call", node, names)
        self.statement = outer

    def walk_loop(self, node, names):
        self.loops.append(node)
        self.walk_all(node.body, names, True)
        self.loops.pop()
        self.walk_all(node.orelse, names, True)

    def find(self, place):
        _, function, statement, occurrence, kind, _ = place
        there = self.nodes.get((function, normal(statement)), [])
        if occurrence < len(there) and there[occurrence][0] == kind:
            return there[occurrence][1]
        return None


# only: with
def locks(node):
    """The expressions that a `with` enters and that may be locks."""
    return [item.context_expr for item in node.items if not isinstance(item.context_expr, ast.Call)]


# end
def header(node):
    """A statement in one spelling and without the statements inside it."""
    parts = {}
    for name, value in ast.iter_fields(node):
        if name in ("body", "handlers", "orelse", "finalbody", "decorator_list", "cases") and isinstance(value, list):
            value = [ast.Pass()] if name == "body" else []
        parts[name] = value
    if isinstance(node, ast.Try):
        parts["finalbody"] = [ast.Pass()]
    return ast.unparse(ast.fix_missing_locations(type(node)(**parts, lineno=1, col_offset=0)))


def normal(statement):
    """The header of a statement from its source text, which has no statements inside it."""
    text = statement[2:] if statement.startswith("elif ") else statement
    for source in (text, text + " pass", text + " pass\nfinally: pass"):
        try:
            return header(ast.parse(source).body[0])
        except (SyntaxError, IndexError):
            pass
    return statement


def source_of(path):
    if path in SOURCES:
        return SOURCES[path]
    with open(path, encoding="utf-8") as source:
        return source.read()


@functools.lru_cache(None)
def locator(path):
    return Locator(path)


@functools.lru_cache(None)
def instructions(code):
    return list(dis.get_instructions(code))


@functools.lru_cache(None)
def prefixes(code):
    """{offset of an instruction: offset of the first of its EXTENDED_ARG prefixes}."""
    starts, first = {}, None
    for i in instructions(code):
        first = i.offset if first is None else first
        starts[i.offset] = first
        if i.opname != "EXTENDED_ARG":
            first = None
    return starts


def start_of(node):
    """The position of a node of the syntax tree or of an instruction."""
    return node.lineno, node.col_offset


def end_of(node):
    return node.end_lineno, node.end_col_offset


def ends_at(instruction, node):
    return end_of(instruction.positions) == end_of(node)


def covers(instruction, node):
    start, end = start_of(instruction.positions), end_of(instruction.positions)
    return None not in start + end and start < end_of(node) <= end


def length(instruction):
    p = instruction.positions
    return p.end_lineno - p.lineno, p.end_col_offset - p.col_offset


# How a thread comes to a place: at the start of the function, after an instruction, before one, before one by a jump
# back, or at the one with which a generator goes on.
ENTRY, AFTER, BEFORE, BACK, RESUME = range(5)


def offsets_of(kind, node, code):
    """Where in `code` the place is: [(how, offset)]. Empty if it is in another code object."""
    if kind == "entry":
        first = min([node.lineno] + [d.lineno for d in getattr(node, "decorator_list", [])])
        named = code.co_qualname[-1] == getattr(node, "name", ">")[-1]
        return [(ENTRY, 0)] if code.co_firstlineno == first and named else []
    if kind == "resume":
        return [(RESUME, i.offset) for i in instructions(code) if i.opname == "RESUME" and ends_at(i, node)]
    if kind in ("call", "enter"):
        # `return f()` in a `with` calls __exit__ with the position of the statement, which starts before the node.
        calls = [i for i in instructions(code) if i.opname.startswith("CALL") and "INTRINSIC" not in i.opname
                 and ends_at(i, node) and start_of(i.positions) >= start_of(node)]
        start = min((start_of(i.positions) for i in calls), default=None)
        calls = [i for i in calls if start_of(i.positions) == start]
        if node in locator(code.co_filename).context_expressions:
            calls = calls[:1]  # the others call __exit__
        return [(BEFORE if kind == "enter" else AFTER, i.offset) for i in calls]
    # only: with
    if kind in ("with", "exit"):
        ends = [node] + locks(node)  # 3.11 gives these instructions the position of the statement, later versions that of the lock
        here = [i for i in instructions(code) if any(ends_at(i, n) and start_of(i.positions) == start_of(n) for n in ends)]
        if kind == "with":
            return [(BEFORE, i.offset) for i in here if i.opname == "BEFORE_WITH"]
        return [(AFTER, i.offset) for i in here if i.opname == "CALL"]
    # end
    if kind == "loop":
        loops = [i for i in instructions(code) if i.opname == "FOR_ITER" and covers(i, node)]
        return [(BACK, prefixes(code)[i.offset]) for i in sorted(loops, key=length)[:1]]
    if kind == "while" and isinstance(node, ast.Continue):
        return [(AFTER, i.offset) for i in instructions(code) if i.opname.startswith("JUMP") and ends_at(i, node)]
    if kind == "while":
        body, last = node.body[0], node.body[-1]
        inside = [i.offset for i in instructions(code) if i.positions.lineno is not None
                  and start_of(body) <= start_of(i.positions) < end_of(last)]
        return [(BACK, prefixes(code)[offset]) for offset in inside[:1]]
    return []


def places_of(code):
    """{(how, offset): [place]} of a code object."""
    if code not in places_in_code:
        here = {}
        for number, place in enumerate(PLACES):
            file, function, kind, name = place[0], place[1], place[4], code.co_qualname
            inside = name == function or name.startswith(function + ".<locals>.<")  # itself, or a comprehension in it
            if inside and ("/" + code.co_filename.replace(os.sep, "/")).endswith("/" + file):
                node = locator(code.co_filename).find(place)
                for where in offsets_of(kind, node, code) if node is not None else []:
                    here.setdefault(where, []).append(number)
                    found_places.add(number)
        # only: guard
        for offset in after_guard(code):
            here.setdefault((BEFORE, offset), []).append(GUARD)
        # end
        places_in_code[code] = here
    return places_in_code[code]


# only: guard
GUARD = len(PLACES)  # the place after an early return
passed_guard = []  # names of the threads that came there


def after_guard(code):
    """The first instruction after the early return of a function of the program; [] if it has none."""
    if os.path.dirname(code.co_filename) != os.path.join(os.path.dirname(os.path.abspath(__file__)), "@PACKAGE@"):
        return []
    for node in ast.walk(ast.parse(source_of(code.co_filename))):
        if not isinstance(node, ast.FunctionDef) or node.name != code.co_name or not offsets_of("entry", node, code):
            continue
        for guard in node.body:
            if isinstance(guard, ast.If) and not guard.orelse and len(guard.body) == 1 and isinstance(guard.body[0], ast.Return):
                starts = {i.offset: start_of(i.positions) for i in instructions(code)}
                return [offset for offset, start in starts.items() if None not in start and start > end_of(guard)][:1]
    return []


# end
class Lane:
    """The holds of one thread."""

    def __init__(self, name):
        self.name = name
        self.holds = list(HOLDS.get(name, []))
        self.visits = {}

    def visit(self, place):
        # only: guard
        if place == GUARD:
            passed_guard.append(self.name)
            return
        # end
        self.visits[place] = self.visits.get(place, 0) + 1
        if self.holds and self.holds[0][1] == place and self.visits[place] == self.holds[0][2]:
            turn = self.holds.pop(0)[0]
            conductor.finish_turn(turn)
            conductor.wait_for_turn(conductor.next_turn(self.name, turn), f"thread {self.name}")

    def end(self):
        if not conductor.free:
            self.say_what_was_not_reached()
        turn = next((t for t in reversed(range(len(TURNS))) if TURNS[t] == self.name), None)
        if turn is not None:
            conductor.finish_turn(turn, threading.current_thread())

    def say_what_was_not_reached(self):
        for _, place, visit in self.holds[:1]:
            conductor.notes.append(f"thread {self.name} was not held: it came {self.visits.get(place, 0)} times, not "
                                   f"{visit}, to {PLACES[place][1]}: {PLACES[place][2]}")


class FrameState:
    def __init__(self):
        self.after = []  # places after the instruction that is running
        self.last = -1  # offset of the instruction that ran last


def tracer(lane, outermost):
    """A trace function for one thread: tells `lane` of every place that the thread passes."""
    states = {}  # frame -> FrameState

    def visit(places):
        for number in places:
            lane.visit(number)

    def on_call(frame, event, arg):
        code = frame.f_code
        here = places_of(code)
        if not here and code.co_qualname != outermost:
            return None
        resumes = (RESUME, frame.f_lasti) in here
        if resumes:
            visit(here[RESUME, frame.f_lasti])
        elif frame not in states:
            states[frame] = FrameState()
            visit(here.get((ENTRY, 0), []))
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        return on_event

    def on_event(frame, event, arg):
        state = states[frame]
        here = places_of(frame.f_code)
        if event == "opcode":
            offset = prefixes(frame.f_code)[frame.f_lasti]
            visit(state.after)
            state.after = here.get((AFTER, frame.f_lasti), [])
            if offset < state.last:
                visit(here.get((BACK, offset), []))
            visit(here.get((BEFORE, frame.f_lasti), []))
            state.last = offset
        elif event == "exception":
            state.after = []
        elif event == "return" and frame.f_code.co_qualname == outermost:
            lane.end()
        return on_event

    return on_call


def trace_simulated_thread(frame, event, arg):
    """On the first event of a new thread: names it, makes it wait for its turn, and traces it from then on."""
    thread = threading.current_thread()
    if frame.f_code.co_qualname != "BlockThread.run":
        return None
    lane = Lane(f"{call_number}:{index_of(thread, CALLS[call_number])}")
    conductor.wait_for_turn(conductor.next_turn(lane.name, -1), f"thread {lane.name}")
    trace = tracer(lane, "BlockThread.run")
    sys.settrace(trace)
    return trace(frame, event, arg)


@PROGRAM_CALL@

def warm_up():
    """Runs one thread freely: 3.13 traces a function's instructions only after it was asked to and the function ran."""
    conductor.free = True
    threading.settrace(trace_simulated_thread)
    sys.settrace(tracer(Lane("of no schedule"), None))
    call(WARM_UP)
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(HOLD_TIMEOUT_S)
    conductor.free = False


def run_calls():
    """Makes the calls in the schedule. Returns the exception that ended them, or None."""
    global call_number
    sys._getframe().f_trace_opcodes = True  # 3.12 looks at this only when tracing is switched on
    try:
        warm_up()
    except Exception as error:  # one thread is enough
        return error
    main_lane = Lane("m")
    sys.settrace(tracer(main_lane, None))  # for good: 3.12 crashes if it is switched off while other threads run
    failure = None
    for call_number, settings in enumerate(CALLS):
        try:
            call(settings)
        except Exception as error:
            failure = error
            break
    else:
        if not conductor.free:
            main_lane.say_what_was_not_reached()
    conductor.free = True
    with conductor.condition:
        conductor.condition.notify_all()
    return failure
