"""@TITLE@

A regression test for a failure of Numba's CUDA simulator that shows only if its threads take turns in one particular
order. By chance this happens in very few launches. Here it happens in every run, because the simulator's own threads
wait at the places below until it is their turn. Nothing else is changed. Every wait is at a place where CPython may
switch to another thread (function entry, return from a call into C, next iteration of a loop, resumption of a generator),
so the order can also happen by itself.

The launches run in a process of their own. There are three reasons: an environment variable selects the simulator when
numba is imported, tracing cannot be switched off again in 3.12, and a deadlock ends only that process and not the suite.
The test needs Python 3.11 or later, numpy, and numba or numba-cuda. `python FILE` runs it without pytest.

If the source has other statements at the places, the threads cannot be held there, and a launch that passes would show
nothing. The test then refuses, unless the function is one of FIXED.
"""
import _thread
import ast
import dis
import faulthandler
import functools
import hashlib
import importlib.metadata
import linecache
import os
import subprocess
import sys
import threading
import time
import types

# The program, by module.
SOURCES = @SOURCES@
# Settings of the calls, in their order.
CALLS = @CALLS@
# A place: file, function, statement, number among the places of this statement, kind, and the line where it was.
PLACES = @PLACES@
# The thread that runs in each turn: "L:i" is thread i of launch L, "m" is the launching thread.
TURNS = @TURNS@
# Thread -> its holds in their order: [turn that ends here, place, visit]. After a hold, the thread waits for its next
# turn.
HOLDS = @HOLDS@
# How it failed when it was recorded, and on what system.
EXPECTED = @EXPECTED@
RECORDED_ON = @RECORDED_ON@
# Functions at the places whose source has the failure fixed: digest of the syntax tree -> the versions that have it. If
# one of them is installed here, only the output must be right.
FIXED = @FIXED@
HOLD_TIMEOUT_S = 5.0
TIMEOUT_S = 30.0  # for the launches; if they take longer, it is a deadlock


def test_@NAME@():
    import pytest  # not at the top: the child process does not need it

    if sys.version_info < (3, 11):
        pytest.skip("holding threads inside a statement needs Python 3.11 or later")
    # -P: a file beside this one must not hide a module of the standard library.
    command = [sys.executable, "-P", "-B", os.path.abspath(__file__), repr(sys.getswitchinterval())]
    try:
        child = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
                               timeout=10 * TIMEOUT_S)
    except subprocess.TimeoutExpired:
        pytest.fail(f"deadlock: no end within {10 * TIMEOUT_S:g} s, and no stacks", pytrace=False)
    print(child.stdout)
    outcome = child.stdout.strip().rpartition("\n")[2]
    if child.stderr.startswith("Timeout ("):
        pytest.fail(f"deadlock: no end within {TIMEOUT_S:g} s; where the threads were:\n{child.stderr}", pytrace=False)
    if not outcome.startswith(("PASSED", "FAILED", "REFUSED")):
        pytest.fail(f"did not come to its end: exit status {child.returncode}\n{child.stdout}{child.stderr}", pytrace=False)
    if not outcome.startswith("PASSED"):
        pytest.fail(outcome, pytrace=False)


@THREAD_HOLDING@

def canonical(node):
    """A syntax tree without its docstrings, as text that is the same for all versions of Python."""
    if isinstance(node, list):
        return "[" + ",".join(map(canonical, node)) + "]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = dict(ast.iter_fields(node))
    body = fields.get("body")
    if isinstance(body, list) and body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        fields["body"] = body[1:] if isinstance(body[0].value.value, str) else body
    kept = {k: v for k, v in fields.items() if k not in ("ctx", "kind", "type_comment") and v is not None and v != []}
    return type(node).__name__ + "(" + ",".join(f"{k}={canonical(v)}" for k, v in sorted(kept.items())) + ")"


def path_of(file):
    """Where a file of PLACES is installed; None if it was not imported."""
    paths = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    return next((path for path in paths if ("/" + path.replace(os.sep, "/")).endswith("/" + file)), None)


def digest_of(file, function):
    """The digest of a function, or of the outermost function around it; None if it is not there."""
    path = path_of(file)
    nodes = [ast.parse(source_of(path))] if path else []
    for name in function.split(".<locals>")[0].split("."):
        nodes = [child for node in nodes for child in node.body if getattr(child, "name", None) == name]
    return hashlib.sha1(f"{file} {canonical(nodes[-1])}".encode()).hexdigest()[:16] if nodes else None


def missing_places():
    found = [path_of(place[0]) and locator(path_of(place[0])).find(place) for place in PLACES]
    return [place for place, node in zip(PLACES, found) if node is None]


def import_sources():
    for path, text in SOURCES.items():
        module = types.ModuleType(path.removesuffix(".py").replace("/", "."))
        module.__file__ = path
        sys.modules[module.__name__] = module
        linecache.cache[path] = len(text), None, text.splitlines(True), path
        exec(compile(text, path, "exec"), module.__dict__)


def system():
    versions = []
    for package in ("numba", "numba-cuda"):
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            pass
    import numba.cuda

    return f"{', '.join(versions)} at {os.path.dirname(numba.cuda.__file__)}, Python {sys.version.split()[0]}"


def outcome_of(failure):
    """The exit status, and one line for people."""
    if failure is not None:
        return 1, f"FAILED {type(failure).__name__}: {failure} (recorded on {RECORDED_ON}: {EXPECTED})"
    missing = missing_places()
    digests = {digest_of(file, function) for file, function, *_ in missing}
    for file, function in sorted({(file, function) for file, function, *_ in missing}):
        print(f"drifted: {digest_of(file, function) or 'absent':16} {file}, {function}")
    for digest in digests & set(FIXED):
        return 0, f"PASSED: fixed as in {FIXED[digest]}"
    if missing:
        where = "; ".join(f"{file}, {function}: {statement}" for file, function, statement, *_ in missing)
        changed = ", ".join(sorted(digest or "absent" for digest in digests))
        return 4, (f"REFUSED: the source has drifted from the sites recorded on {RECORDED_ON}, so the threads cannot be "
                   f"held there and a launch that passes shows nothing. Not found: {where}. If the failure is fixed here, "
                   f"add the function's digest to FIXED: {changed}. Else record the schedule anew.")
    if conductor.notes:
        return 4, (f"REFUSED: the schedule recorded on {RECORDED_ON} could not be carried out, so a launch that passes "
                   f"shows nothing: {'; '.join(conductor.notes)}")
    return 0, "PASSED: every thread was held at every place"


def end_a_deadlock():
    for _ in range(round(TIMEOUT_S / NAP_S)):
        time.sleep(NAP_S)
    print(f"Timeout ({TIMEOUT_S:g} s)", file=sys.stderr, flush=True)
    faulthandler.dump_traceback()
    os._exit(1)


def main():
    if sys.version_info < (3, 11):
        print("REFUSED: holding threads inside a statement needs Python 3.11 or later")
        return 3
    if len(sys.argv) > 1:
        sys.setswitchinterval(float(sys.argv[1]))
    os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
    import_sources()  # before tracing: imports are no part of the schedule
    print(system(), flush=True)
    _thread.start_new_thread(end_a_deadlock, ())  # not one of the threads of threading, which the exit waits for
    status, outcome = outcome_of(run_calls())
    print(outcome)
    return status


if __name__ == "__main__":
    exit_status = main()
    sys.stdout.flush()
    os._exit(exit_status)  # threads that are still held are left where they are
