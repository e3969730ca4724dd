"""Yield points by source transformation, at the places where CPython itself hands over its lock.

CPython 3.10 and later checks for a request to hand over at four places only: at function entry, at the next iteration
of a loop, after a call that ran C code, and where a generator is resumed. `transform` puts a call of one of the hooks
below at exactly these places (granularity "switch"). "line" adds one before every statement that begins a line.

    __sl_entry__(site)              entry of a function
    __sl_call__(site, f, ...)       calls f(...). If f ran C code, there is a yield point after the call (site + 1,
                                    "call"). If f is a Python function without hooks, which hands over at its entry,
                                    there is one before the call (site, "enter").
    __sl_call_star__(...)           the same for f(*args), with a yield point after the call unless f is a plain
                                    function
    __sl_call_behind__(...)         the same if the interpreter checks after every call (3.10; f(*args) on 3.11)
    __sl_iter__(site, iterable)     iterates, with a yield point before every item but the first
    __sl_while__(site)              returns a callable for the beginning of the body, with a yield point at every call
                                    but the first. A `continue` calls it, too, with a site. It is then called with None
                                    before the test, because the jump of `continue` hands over there.
    __sl_resume__(site, value)      a generator goes on after `yield`
    __sl_line__(site)               before a statement that begins a line
    __sl_guard__()                  after the kernel's early return; no yield point
    __sl_read__, __sl_write__       in the program's modules only (see observed_names.py); no yield points

Line numbers stay those of the file. Comprehensions and calls keep their order of evaluation.
"""
import ast
import sys

from . import observed_names


def transform(source, path, file, granularity, add_site, mark_guard, add_place=None, add_with=None):
    """Returns the module's AST with hooks. Granularity "opcode" gets the guard hook only.

    file       the file name of its sites
    add_site   returns a number for a site
    add_place  returns a number for a place where a shared variable is read or written
    add_with   gets the line and the site number of every `with` whose object may be a lock. The site, of kind "with",
               is where a thread waits. The next number is the site after its end, of kind "exit". There are no hooks:
               the yield points are in the lock's own __enter__ and __exit__.
    """
    tree = ast.parse(source, path)
    lines = source.splitlines()
    statements = {(s.lineno, s.col_offset): statement_text(s, lines) for s in ast.walk(tree) if isinstance(s, ast.stmt)}
    tree = _Instrumenter(source, file, granularity, add_site, mark_guard, add_with).visit(tree)
    if add_place is not None and granularity != "opcode":
        tree = observed_names.transform(tree, statements, file, add_place)
    return ast.fix_missing_locations(tree)


class _Instrumenter(ast.NodeTransformer):
    def __init__(self, source, file, granularity, add_site, mark_guard, add_with):
        self._lines = source.splitlines()
        self._file = file
        self._lines_too = granularity == "line"
        self._switch_points = granularity != "opcode"
        self._add_site = add_site
        self._mark_guard = mark_guard
        self._add_with = add_with
        self._qualname = []
        self._depth = 0  # of nested functions; module and class level code runs at import, before any schedule
        self._statement = ""
        self._line = 0  # of the last yield point of granularity "line"
        self._occurrences = {}
        self._while_count = 0
        self._unchecked = set()  # calls after which the interpreter does not check
        self._loops = []  # around the statement, innermost last: the name of a while loop's callable, None for `for`
        self._continues = set()  # the while loops with a `continue`

    # -- sites ---------------------------------------------------------------------------------------------------

    def _site(self, kind, node):
        function = ".".join(self._qualname)
        key = (function, self._statement)
        occurrence = self._occurrences.get(key, 0)
        self._occurrences[key] = occurrence + 1
        return ast.Constant(self._add_site(self._file, function, self._statement, occurrence, node.lineno, kind,
                                           node.end_lineno, node.end_col_offset))

    @staticmethod
    def _hook(name, *args, like, keywords=()):
        return ast.copy_location(ast.Call(ast.Name(name, ast.Load()), list(args), list(keywords)), like)

    def _hook_statement(self, name, *args, like):
        return ast.copy_location(ast.Expr(self._hook(name, *args, like=like)), like)

    # -- scopes --------------------------------------------------------------------------------------------------

    def visit(self, node):
        if not isinstance(node, ast.stmt) or not self._depth:
            return super().visit(node)
        outer, self._statement = self._statement, statement_text(node, self._lines)
        line_site = None
        if self._lines_too and node.lineno != self._line and not isinstance(node, (ast.Global, ast.Nonlocal)):
            self._line = node.lineno
            line_site = self._site("line", node)
        result = super().visit(node)
        self._statement = outer
        if line_site is None:
            return result
        before = self._hook_statement("__sl_line__", line_site, like=node)
        before.end_lineno = before.value.end_lineno = node.lineno
        return [before, *(result if isinstance(result, list) else [result])]

    def visit_ClassDef(self, node):
        depth, self._depth = self._depth, 0
        self._qualname.append(node.name)
        node.body = self._visit_all(node.body)
        self._qualname.pop()
        self._depth = depth
        return node

    def visit_FunctionDef(self, node):
        node.decorator_list = self._visit_all(node.decorator_list)
        node.args = self.generic_visit(node.args)
        self._enter(node.name)
        loops, self._loops = self._loops, []
        outer, self._statement = self._statement, statement_text(node, self._lines)
        entry = []
        if self._switch_points and not _is_entered_by_try(node):
            entry.append(self._hook_statement("__sl_entry__", self._site("entry", node), like=node))
        guard = next((s for s in node.body if _is_guard(s)), None) if self._mark_guard else None
        docstring = node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
        body = []
        for statement in node.body[len(docstring):]:
            body += self._visit_all([statement])
            if statement is guard:
                body.append(self._hook_statement("__sl_guard__", like=statement))
        node.body = [*docstring, *entry, *body]
        self._statement = outer
        self._loops = loops
        self._leave()
        return node

    def visit_AsyncFunctionDef(self, node):
        return node  # no coroutine runs inside a kernel

    def visit_Lambda(self, node):
        if not self._wanted():
            return node
        self._enter("<lambda>")
        entry = self._hook("__sl_entry__", self._site("entry", node), like=node)  # returns None
        body = self.visit(node.body)
        self._leave()
        node.body = ast.copy_location(ast.BoolOp(ast.Or(), [entry, body]), body)
        return node

    def _enter(self, name):
        if self._depth:
            self._qualname.append("<locals>")
        self._qualname.append(name)
        self._depth += 1

    def _leave(self):
        self._depth -= 1
        self._qualname.pop()
        if self._depth:
            self._qualname.pop()

    def _visit_all(self, nodes):
        out = []
        for node in nodes:
            visited = self.visit(node)
            out += visited if isinstance(visited, list) else [visited]
        return out

    def _wanted(self):
        return self._depth and self._switch_points

    # -- switch points -------------------------------------------------------------------------------------------

    def visit_Call(self, node):
        self.generic_visit(node)
        is_super = isinstance(node.func, ast.Name) and node.func.id == "super"
        if not self._wanted() or is_super or node in self._unchecked:
            return node
        before = self._site("enter", node)
        self._site("call", node)  # its number is the next one
        return self._hook(_call_hook(node), before, node.func, *node.args, like=node, keywords=node.keywords)

    def visit_With(self, node):
        if sys.version_info < (3, 11):  # no check where the next instruction begins the block
            for item in node.items:
                self._unchecked.add(item.context_expr)
        locks = any(not isinstance(item.context_expr, ast.Call) for item in node.items)
        self.generic_visit(node)
        if locks and self._wanted():
            site = self._site("with", node)
            self._site("exit", node)  # its number is the next one
            if self._add_with is not None:
                self._add_with(node.lineno, site.value)
        return node

    def visit_Yield(self, node):
        self.generic_visit(node)
        if not self._wanted():
            return node
        return self._hook("__sl_resume__", self._site("resume", node), node, like=node)

    def visit_For(self, node):
        node.iter = self.visit(node.iter)
        self._yield_between_items(node)
        self._visit_body(node, None)
        return node

    def visit_comprehension(self, node):
        self.generic_visit(node)
        self._yield_between_items(node)
        return node

    def _yield_between_items(self, node):
        if self._wanted():
            node.iter = self._hook("__sl_iter__", self._site("loop", node.iter), node.iter, like=node.iter)

    def _visit_body(self, node, loop):
        self._loops.append(loop)
        node.body = self._visit_all(node.body)
        self._loops.pop()
        node.orelse = self._visit_all(node.orelse)

    def visit_While(self, node):
        if not self._wanted():
            self.generic_visit(node)
            return node
        self._while_count += 1
        name = f"_sl_while_{self._while_count}"
        node.test = self.visit(node.test)
        self._visit_body(node, name)
        if name in self._continues:
            came_back = self._hook(name, ast.Constant(None), like=node.test)  # returns None
            node.test = ast.copy_location(ast.BoolOp(ast.Or(), [came_back, node.test]), node.test)
        loop = self._hook("__sl_while__", self._site("while", node), like=node)
        make = ast.Assign([ast.Name(name, ast.Store())], loop)
        node.body.insert(0, self._hook_statement(name, like=node))
        return [ast.copy_location(make, node), node]

    def visit_Continue(self, node):
        if not self._wanted() or self._loops[-1] is None:
            return node
        self._continues.add(self._loops[-1])
        return [self._hook_statement(self._loops[-1], self._site("while", node), like=node), node]


def statement_text(node, lines):
    """Returns the source text of a statement up to its body, with white space folded."""
    body = getattr(node, "body", None)
    if isinstance(body, list) and body:
        start = body[0]
        if getattr(start, "decorator_list", None):
            start = start.decorator_list[0]
        last, column = start.lineno, start.col_offset
    else:
        last, column = node.end_lineno, node.end_col_offset
    text = [line.encode() for line in lines[node.lineno - 1:last]]
    text[-1] = text[-1][:column]
    text[0] = text[0][node.col_offset:]
    shown = [_without_comment(line.decode(errors="replace")) for line in text]
    return " ".join(" ".join(shown).split())


def _is_entered_by_try(function):
    """Returns whether the interpreter skips the check at entry: 3.10 does if the first instruction begins a `try`."""
    first = function.body[1:2] if ast.get_docstring(function, clean=False) is not None else function.body[:1]
    return sys.version_info < (3, 11) and isinstance(first[0] if first else None, ast.Try)


def _call_hook(call):
    star = any(isinstance(a, ast.Starred) for a in call.args) or any(k.arg is None for k in call.keywords)
    if sys.version_info < (3, 11) or (star and sys.version_info < (3, 12)):
        return "__sl_call_behind__"
    return "__sl_call_star__" if star else "__sl_call__"


def _is_guard(statement):
    """Returns whether the statement is `if ...: return`, and nothing else."""
    return (isinstance(statement, ast.If) and not statement.orelse and len(statement.body) == 1
            and isinstance(statement.body[0], ast.Return))


def _without_comment(line):
    # Good enough for a label. A line with quotes keeps its comment, because the '#' may be inside a string literal.
    return line.split("#", 1)[0] if "#" in line and "'" not in line and '"' not in line else line
