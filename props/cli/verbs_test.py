"""Runs the built program as a user does, and checks what a user or a script would read.

    verbs_test.py TEST PROGRAM

Exits 77 where the numba target cannot run.
"""

import ast
import ctypes
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SKIPPED = 77
UNSUPPORTED = 5
KNOWN_FAILURE = "module 'numba.cuda' has no attribute 'local'"
ENDS_WITHIN_S = 4  # 2 on an idle machine
RUN_S = 300  # the longest that a verb may take; it takes a minute on an idle machine
PYTHON = "/usr/bin/python3"  # whose numba the program takes by default
NO_PYTHON = "/nowhere/bin/python3"
MIN_JSON = {
    "format": "straylane-case/2",
    "target": "numba",
    "calls": [{"array_size": 2, "buffer_size": 1, "n_threads": 2, "block_size": 32}],
    "drawn": {"strategy": "sticky", "seed": 1, "depth": 3, "steps_expected": 400},
}


class Tester:
    def __init__(self, program):
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="verbs-"))
        self.temporary = self.folder / "tmp"  # the program's temporary files are here
        self.temporary.mkdir()

    def start(self, *arguments):
        return subprocess.Popen([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                                env={**os.environ, "TMPDIR": str(self.temporary)})

    def run(self, *arguments):
        process = self.start(*arguments)
        process.out, process.err = process.communicate(timeout=RUN_S)
        return process

    def files(self):
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path != self.temporary)


def expect(holds, what, process):
    if not holds:
        sys.exit(f"{what}\n{process.args}\nexit status {process.returncode}\n{process.out[-3000:]}\n{process.err[-3000:]}")


def expect_one_line(process, start, code=1):
    lines = process.err.splitlines()
    expect(process.returncode == code, f"must exit {code}", process)
    expect(len(lines) == 1 and lines[0].startswith("straylane: " + start) and lines[0].isprintable(),
           f"one line that starts with {start}", process)


def needs_numba(tester):
    process = tester.run("doctor", "--target", "numba")
    if process.returncode == UNSUPPORTED:
        print("skipped:", process.out)
        sys.exit(SKIPPED)


def document(process, *keys):
    try:
        read = json.loads(process.out)
    except ValueError as error:
        expect(False, f"one JSON document on stdout ({error})", process)
    for key in keys:
        expect(key in read, f"the document must have {key}", process)
    return read


# --- tests


def malformed_files_are_one_line(tester):
    draw = random.Random(1)
    case = tester.folder / "case.json"
    whole = json.dumps(MIN_JSON)
    named = {
        b"": "is empty, so it is not a case",
        whole[:60].encode(): "",
        whole.replace('"n_threads": 2', '"n_threads": 3').encode():
            "calls[0].n_threads: is 3, must be 0..array_size = 2",
        whole.replace('"buffer_size": 1', '"buffer_size": 0').encode(): "calls[0].buffer_size: is 0, must be",
        whole.replace('"buffer_size": 1', '"buffer_size": -1').encode(): "calls[0].buffer_size: is -1, must be",
        whole.replace('"buffer_size": 1', '"buffer_size": 2147483648').encode():
            "calls[0].buffer_size: is 2147483648, must be",
    }
    for content, place in named.items():
        case.write_bytes(content)
        for verb in ("minimize", "replay"):
            expect_one_line(tester.run(verb, "case.json"), f"case.json: {place}")
    # Text after the brace that is not JSON, so that no target is started.
    for _ in range(300):
        noise = bytes(draw.randrange(256) for _ in range(draw.randrange(60)))
        at = draw.randrange(1, len(whole))
        case.write_bytes(draw.choice([b"{" + noise, whole[:at].encode() + b"\xff" + noise]))
        expect_one_line(tester.run("minimize", "case.json"), "case.json: ")
    with open(case, "wb") as file:
        file.truncate(100 << 20)
    expect_one_line(tester.run("minimize", "case.json"), "case.json: larger than 16777216 bytes")
    case.unlink()
    expect_one_line(tester.run("minimize", "case.json"), "case.json: No such file or directory")
    case.mkdir()
    expect_one_line(tester.run("replay", "case.json"), "case.json: has no min.json")
    expect_one_line(tester.run("replay", "sl2.IAECAQIgAgIXAwMeAnr1lWTuLeec"), "token: ")
    if tester.files() != ["case.json"]:
        sys.exit(f"written: {tester.files()}")


def loads(name):
    try:
        return bool(ctypes.CDLL(name))
    except OSError:
        return False


def missing_for_cuda():
    """What target cuda must say is missing here, or None if its driver is installed."""
    roots = [os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda"]
    folders = [""] + [f"{root}/{below}/" for root in roots if root for below in ("lib64", "targets/x86_64-linux/lib")]
    for part in ("libnvrtc", "libnvJitLink"):
        if not any(loads(f"{folder}{part}.so.{major}") for folder in folders for major in (13, 12)):
            return f"{part}.so.13"
    return None if loads("libcuda.so.1") else "libcuda.so.1"


def what_cannot_run_is_said(tester):
    (tester.folder / "case.json").write_text(json.dumps(MIN_JSON))
    cuda = missing_for_cuda()
    # With a toolkit, cases are built before the message that none can be launched. That is short here.
    for verb in (["hunt", "--time", "1s"], ["props", "--filter", "launch"], ["fuzz"], ["minimize", "case.json"],
                 ["replay", "case.json"]):
        for options, reason in ((["--target", "cuda"], cuda),
                                (["--python", NO_PYTHON], f"{NO_PYTHON}: No such file or directory")):
            if reason is None:
                continue
            process = tester.run(*verb, *options)
            expect(process.returncode == UNSUPPORTED and reason in process.err, f"must exit 5 and say {reason}", process)
            process = tester.run(*verb, *options, "--json", "--quiet")
            read = document(process, "format")
            expect(process.returncode == UNSUPPORTED, "must exit 5", process)
            rows = read.get("targets", [read])
            expect(rows[0]["status"] == "unsupported" and reason in rows[0]["reason"], "status and reason", process)


def hunt_finds_and_says_so(tester):
    needs_numba(tester)
    process = tester.run("hunt", "--json", "--replays", "100")
    read = document(process, "format", "targets", "findings")
    expect(process.returncode == 2, "must exit 2", process)
    for row in read["targets"]:
        for key in ("target", "status", "reason", "system", "cases", "launches", "schedules", "seconds", "classes"):
            expect(key in row, f"a target must have {key}", process)
    finding = read["findings"][0]
    for key in ("bucket", "oracle", "message", "thread", "facts", "rule", "launches_to_failure",
                "seconds_to_failure", "found", "minimal", "shrink", "replays", "confirmed", "folder"):
        expect(key in finding, f"a finding must have {key}", process)
    expect(finding["message"] == KNOWN_FAILURE, "the known failure", process)
    expect(finding["replays"] == {"times": 100, "reproduced": 100, "traces_distinct": 1}, "deterministic", process)
    expect(finding["minimal"]["calls"] == MIN_JSON["calls"], "the smallest settings", process)
    expect(finding["unfinished"] == "" and finding["confirmed"] == "stock", "confirmed", process)
    before = tester.files()
    again = tester.run("hunt", "--replays", "10")
    expect(again.returncode == 2 and "left as it is" in again.out, "must leave the folder as it is", again)
    if tester.files() != before:
        sys.exit(f"changed: {before} {tester.files()}")
    for verb, keys in (("replay", ("replays", "verdict", "bucket", "case", "system")), ("minimize", ("findings",))):
        process = tester.run(verb, str(next(tester.folder.glob("findings/*/min.json"))), "--json")
        read = document(process, "format", "status", "reason", *keys)
        expect(process.returncode == {"replay": 2, "minimize": 0}[verb], "exit status", process)
    # One preemption alone does not fail. That is not blamed on another system.
    case = json.loads(next(tester.folder.glob("findings/*/min.json")).read_text())
    for i in range(2):
        fewer = {**case, "schedule": case["schedule"][:i] + case["schedule"][i + 1:]}
        (tester.folder / "fewer.json").write_text(json.dumps(fewer))
        expect_one_line(tester.run("replay", "fewer.json"), "refused: this is not the run that was recorded", 3)


# Leaves one primitive without control: file of the worker's half, its text, the replacement, the name in the message.
BROKEN_HOOKS = (
    ("stand_in_threading.py", "        _native.wake(self)\n        _native.yield_here()\n", "        _native.wake(self)\n", "Event.set"),
    ("stand_in_threading.py", "        while not self._flag:\n            _native.block_on(self)\n", "", "Event.wait"),
    ("stand_in_threading.py", "_native.spawn(self)\n        _native.yield_here()", "_native.spawn(self)", "Thread.start"),
    ("stand_in_threading.py", "_native.is_alive(self._index)", "_native.is_alive_now(self._index)", "Thread.is_alive"),
    ("instrument.py", "if self._switch_points and not _is_entered_by_try(node):", "if False:", "function entry"),
    ("instrument.py", 'node.iter = self._hook("__sl_iter__"', 'self._hook("__sl_iter__"', "iteration of for"),
)


def canary_names_what_is_not_controlled(tester):
    needs_numba(tester)
    program = Path(tester.program).resolve()
    copy = tester.folder / "copy"
    shutil.copytree(program.parent / "python", copy / "python", ignore=shutil.ignore_patterns("*.pyc", "__pycache__"))
    for beside in (program, program.parent / "seeds"):
        os.symlink(beside, copy / beside.name)
    shutil.copyfile(program, copy / "straylane_copy")
    os.chmod(copy / "straylane_copy", 0o755)
    whole = Tester(str(copy / "straylane_copy"))
    hunt = ("hunt", "--target", "numba", "--replays", "1", "--json", "--quiet")
    process = whole.run(*hunt)
    rows = document(process, "targets")["targets"][0]["canary"]
    expect(process.returncode == 2 and len(rows) >= 15 and all(row["found"] for row in rows), "all found", process)
    for file, there, instead, primitive in BROKEN_HOOKS:
        path = copy / "python" / "straylane_numba" / file
        text = path.read_text()
        expect(text.count(there) >= 1, f"{file} must have {there}", process)
        path.write_text(text.replace(there, instead, 1))
        process = whole.run(*hunt)
        path.write_text(text)
        expect_one_line(process, "target numba: the schedule is not controlled at: ")
        expect(primitive in process.err, f"must name {primitive}", process)
        rows = document(process, "targets", "findings")["targets"][0]["canary"]
        expect(primitive in [row["primitive"] for row in rows if not row["found"]], "in the document", process)


def interrupt(tester, arguments, wait_for, signal_number=signal.SIGINT):
    """Starts the program, sends the signal when stderr has said `wait_for` (or after that many seconds)."""
    process = tester.start(*arguments)
    process.err = ""
    if isinstance(wait_for, str):
        while wait_for not in process.err:
            line = process.stderr.readline()
            if not line:
                process.out, rest = process.communicate()
                process.err += rest
                expect(False, f"must say {wait_for}", process)
            process.err += line
    else:
        time.sleep(wait_for)
    children = children_of(process.pid)
    process.send_signal(signal_number)
    start = time.monotonic()
    process.out, rest = process.communicate(timeout=60)
    seconds = time.monotonic() - start
    process.err += rest
    # Other work on the processors makes it slower by this factor.
    limit = ENDS_WITHIN_S * max(1.0, os.getloadavg()[0] / os.cpu_count())
    expect(seconds < limit, f"must end within {limit:.0f} s, took {seconds:.1f}", process)
    expect(process.returncode == 128 + signal_number, f"must exit {128 + signal_number}", process)
    # A killed process is gone once the processor has had time for it.
    while left := [pid for pid in children if Path(f"/proc/{pid}").exists() and "Z" not in state_of(pid)]:
        expect(time.monotonic() - start < limit, f"processes left: {left}", process)
        time.sleep(0.1)
    left = list(tester.temporary.iterdir()) + list(tester.folder.glob("**/.*.tmp"))
    expect(not left, f"files left: {left}", process)
    return process


def state_of(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


def children_of(pid):
    pids = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                pids += [int(stat.parent.name)] + children_of(int(stat.parent.name))
        except OSError:
            pass
    return pids


def interrupted_hunt_keeps_what_it_found(tester):
    needs_numba(tester)
    for wait_for, step in (("found after", "shrinking"), ("shrunk in", "replaying"), ("replayed", "confirming")):
        process = interrupt(tester, ("hunt", "--replays", "3000"), wait_for)
        expect(f"UNFINISHED: interrupted while {step}" in process.out or step == "confirming", "what it was at", process)
        if "UNFINISHED" in process.out:
            case = next(tester.folder.glob("findings/*-unfinished/case.json"))
            expect(f"./straylane minimize {case.relative_to(tester.folder)}" in process.out, "how to go on", process)
        shutil.rmtree(tester.folder / "findings")
    process = interrupt(tester, ("hunt", "--json"), 0.5, signal.SIGTERM)
    document(process, "targets", "findings")


def interrupted_verbs_end_with_a_summary(tester):
    needs_numba(tester)
    known = tester.run("hunt", "--quiet", "--replays", "10")
    expect(known.returncode == 2, "must find the known failure", known)
    case = str(next(tester.folder.glob("findings/*/min.json")))
    process = interrupt(tester, ("replay", case, "--times", "1000000", "--json"), 2.0)
    expect(document(process, "replays")["status"] == "interrupted", "status", process)
    process = interrupt(tester, ("replay", case, "--times", "1000000"), 2.0, signal.SIGTERM)
    # On a busy machine the worker may not have started by then, so there is nothing to report.
    expect(process.out == "" or "reproduced" in process.out and "interrupted after" in process.err, "how far it got",
           process)
    process = interrupt(tester, ("props", "--max-success", "1000000", "--json"), 2.0)
    expect(document(process, "targets")["targets"][0]["status"] == "interrupted", "status", process)
    process = interrupt(tester, ("fuzz", "--keep-going", "--json", "--time", "60"), 2.0)
    document(process, "format", "status")
    process = interrupt(tester, ("minimize", case, "--json", "--out", "elsewhere"), 0.3)
    document(process, "status", "findings")


def storage_errors_are_said(tester):
    needs_numba(tester)
    (tester.folder / "file").write_text("")
    process = tester.run("hunt", "--out", "file/findings", "--quiet")
    expect_one_line(process, f"{tester.folder}/file: Not a directory", 4)
    process = tester.run("hunt", "--out", "file/findings", "--json")
    expect(process.returncode == 4, "must exit 4", process)
    document(process, "targets", "findings")
    if tester.files() != ["file"]:
        sys.exit(f"written: {tester.files()}")


def run_suite(folder, *arguments, python=PYTHON):
    """Runs the package's suite as its README says, without access to this repository."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    run = subprocess.run([python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments], cwd=folder, text=True,
                         env={**environment, "NUMBA_ENABLE_CUDASIM": "1"}, capture_output=True, timeout=RUN_S)
    run.out, run.err = run.stdout, run.stderr
    return run


def imports_of(file):
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def exported_mwe_runs_alone(tester):
    process = tester.run("export", "mwe", "example", "--settings", "array_size=65,n_threads=65,block_size=7", "--json")
    expect(process.returncode == 0, "must exit 0", process)
    read = document(process, "format", "status", "reason", "what", "files")
    expect(sorted(read["files"]) == [f for f in tester.files() if (tester.folder / f).is_file()], "all files", process)
    example = tester.folder / "example"
    readme = (example / "README.md").read_text()
    for said in ("NUMBA_ENABLE_CUDASIM=1 python3 -m pytest numba_mwe", "for run in 1 2 3 4 5 6 7 8 9 10",
                 "has no attribute 'local'", "array_size 65, buffer_size 5, n_threads 65, block_size 7"):
        expect(said in readme, f"README.md must say {said}", process)
    package = example / "numba_mwe"
    imported = {name for file in package.glob("*.py") for name in imports_of(file)}
    expect(imported == {"numpy", "numba", "pytest"}, f"imports {imported}", process)
    before = tester.files()
    expect_one_line(tester.run("export", "mwe", "example"), f"{example}: Directory not empty", 4)
    for settings, said in (("array_size=3", "n_threads is 7, must be 0..array_size = 3"),
                           ("array_size=1x", 'array_size is "1x"'), ("colour=1", '"colour=1" is not NAME=NUMBER'),
                           ("n_threads=1,n_threads=1", "n_threads given twice")):
        expect_one_line(tester.run("export", "mwe", "other", "--settings", settings), f"--settings: {said}")
    if tester.files() != before:
        sys.exit(f"written: {tester.files()}")
    needs_numba(tester)
    for settings in ((), ("--settings", "array_size=4,n_threads=4"), ("--settings", "array_size=40,n_threads=0")):
        folder = tester.folder / f"empty{len(list(tester.folder.iterdir()))}"
        folder.mkdir()
        expect(tester.run("export", "mwe", folder.name + "/", *settings).returncode == 0, "into an empty folder", process)
        run = run_suite(folder, "numba_mwe")
        expect(run.returncode == 0 and "19 passed" in run.out, "must pass", run)
        kernel = folder / "numba_mwe" / "kernel_factory.py"  # and it can fail
        kernel.write_text(kernel.read_text().replace("thread_index >= n_threads", "thread_index > n_threads + 1"))
        run = run_suite(folder, "numba_mwe")
        expect(run.returncode == 1, "must fail: the guard is wrong", run)


def known_finding(tester):
    process = tester.run("hunt", "--quiet", "--replays", "10")
    expect(process.returncode == 2, "must find the known failure", process)
    return next(tester.folder.glob("findings/*/min.json")).parent


def patched_python(tester, name, replacements):
    """An interpreter whose numba has another source of swapped_cuda_module; everything else is linked."""
    found = subprocess.run([PYTHON, "-c", "import numba; print(numba.__path__[0])"], capture_output=True, text=True)
    folder = tester.folder / "patched" / name
    shutil.copytree(found.stdout.strip(), folder / "numba", copy_function=os.symlink,
                    ignore=shutil.ignore_patterns("__pycache__", "tests"))
    source = folder / "numba" / "cuda" / "simulator" / "kernelapi.py"
    text = source.read_text()
    source.unlink()
    before, function = text.split("def swapped_cuda_module")
    for old, new in replacements.items():
        if old not in function:
            sys.exit(f"swapped_cuda_module has no {old}")
        function = function.replace(old, new)
    source.write_text(before + "def swapped_cuda_module" + function)
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nPYTHONPATH={folder} exec {PYTHON} "$@"\n')
    python.chmod(0o755)
    return str(python)


def expect_test(test, must, python=PYTHON, said="", runs=1):
    """What a maintainer sees: only pytest, in a folder with nothing else in it."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(test, folder)
        for _ in range(runs):
            run = run_suite(folder, python=python)
            passed = "1 passed" in run.out
            expect(passed == (must == "pass") and run.returncode == (0 if passed else 1) and said in run.out,
                   f"must {must} and say {said}", run)


FAILS = f"FAILED AttributeError: tid=[1, 0, 0] ctaid=[0, 0, 0]: {KNOWN_FAILURE}"
FIX = {  # as upstream fixed it
    "    fn_globs = fn.__globals__\n": """    fn_globs = fn.__globals__
    gid = id(fn_globs)
    with _lock:
        if _count.get(gid, 0) == 0:
            _orig[gid] = {k: v for k, v in fn_globs.items() if v is cuda}
            for k in _orig[gid]:
                fn_globs[k] = fake_cuda_module
        _count[gid] = _count.get(gid, 0) + 1
    try:
        yield
    finally:
        with _lock:
            _count[gid] -= 1
            if _count[gid] == 0:
                fn_globs.update(_orig.pop(gid))


_lock, _count, _orig = threading.Lock(), {}, {}


def unused(fn_globs, cuda, fake_cuda_module):
""",
}


def exported_pytest_fails_passes_and_refuses(tester):
    needs_numba(tester)
    finding = known_finding(tester)
    process = tester.run("export", "pytest", str(finding), "tests", "--json")
    expect(process.returncode == 0, "must exit 0", process)
    test = tester.folder / document(process, "format", "status", "what", "files")["files"][0]
    expect(test.name == f"test_{finding.name.replace('-', '_')}.py", "named by its bucket", process)
    expect((finding / test.name).read_text() == test.read_text(), "the finding has it, too", process)
    expect(set(imports_of(test)) - set(sys.stdlib_module_names) == {"pytest", "numba", "numpy", "numba_mwe"},
           f"imports {set(imports_of(test))}", process)
    expect_one_line(tester.run("export", "pytest", str(finding), "tests"), f"{test}: File exists", 4)
    expect_test(test, "fail", said=FAILS, runs=3)
    # Other lines, other comments: still the same sites.
    same = patched_python(tester, "same", {"    # replace\n": "\n\n    # another comment\n", '"cuda"': "'cuda'"})
    expect_test(test, "fail", same, FAILS)
    # Another name: the source still has the failure, but the threads cannot be held. The test must not pass.
    drifted = patched_python(tester, "drifted", {"orig": "original"})
    expect_test(test, "fail", drifted, "REFUSED: the source has drifted")
    # Fixed, but not known to be: refused until the test is told.
    fixed = patched_python(tester, "fixed", FIX)
    expect_test(test, "fail", fixed, "REFUSED: the source has drifted")
    process = tester.run("export", "pytest", str(finding), "told", "--fixed", os.path.relpath(fixed, tester.folder))
    expect(process.returncode == 0, "must exit 0", process)
    told = tester.folder / "told" / test.name
    expect_test(told, "pass", fixed)
    expect_test(told, "fail", drifted, "REFUSED: the source has drifted")
    expect_test(told, "fail", said=FAILS)
    # Changed, but still wrong.
    wrong = patched_python(tester, "wrong", {"fn_globs.update(repl)": "pass"})
    expect_test(told, "fail", wrong, "FAILED AttributeError")
    for other, said in ((PYTHON, f"the test must pass with {PYTHON}, but: FAILED"),
                        (same, f"the test must pass with {same}, but: FAILED"), (NO_PYTHON, f"{NO_PYTHON}: No such file")):
        process = tester.run("export", "pytest", str(finding), "none", "--fixed", other)
        expect_one_line(process, said, UNSUPPORTED if other == NO_PYTHON else 3)
    expect(not (tester.folder / "none").exists(), "nothing written", process)
    # A thread that waits for ever is reported.
    stuck = patched_python(tester, "stuck", {"    fn_globs = fn.__globals__\n":
                                             "    fn_globs = fn.__globals__\n    threading.Event().wait()\n"})
    hasty = tester.folder / "hasty" / test.name
    hasty.parent.mkdir()
    hasty.write_text(test.read_text().replace("\nTIMEOUT_S = 30.0", "\nTIMEOUT_S = 3.0"))
    expect_test(hasty, "fail", stuck, "deadlock: no end within 3 s")
    for python, must in environments():
        expect_test(test, must, python)
    for arguments, said in (((str(tester.folder), "x"), f"{tester.folder}: has no min.json"),
                            (("nowhere", "x"), "nowhere: No such file or directory")):
        expect_one_line(tester.run("export", "pytest", *arguments), said)


def exported_gtest_is_a_project(tester):
    """Checks the files that are written. Building them takes minutes and is left to people."""
    case = {**MIN_JSON, "target": "host", "program": "racy_counter"}
    (tester.folder / "case.json").write_text(json.dumps(case))
    process = tester.run("export", "gtest", "case.json", "race", "--json")
    if process.returncode == UNSUPPORTED:
        print("skipped:", process.err)
        sys.exit(SKIPPED)
    expect(process.returncode == 0, "must exit 0", process)
    cmake, test = (tester.folder / name for name in document(process, "format", "status", "what", "files")["files"])
    expect(cmake.name == "CMakeLists.txt" and f"add_executable({test.stem} {test.name})" in cmake.read_text(), "CMake", process)
    embedded = test.read_text().split('R"json(')[1].split(')json"')[0]
    (tester.folder / "embedded.json").write_text(embedded)
    replay = tester.run("replay", "embedded.json", "--times", "10")
    expect(replay.returncode == 2 and "reproduced 10 of 10" in replay.out, "the case is one that fails", replay)
    expect_one_line(tester.run("export", "gtest", "case.json", "race"), f"{tester.folder}/race: Directory not empty", 4)
    for verb, target, said in (("pytest", "host", "a finding of target host"), ("gtest", "numba", "a finding of target numba")):
        (tester.folder / "case.json").write_text(json.dumps({**case, "target": target, "program": "factory"}))
        expect_one_line(tester.run("export", verb, "case.json", "none"), f"case.json: {said}")


def environments():
    """Environments of `straylane env add` in this checkout: interpreter, and what an exported test must do there."""
    for ready in sorted(Path(__file__).resolve().parents[2].glob(".straylane/envs/*/ready")):
        python = str(ready.parent / "bin" / "python")
        version = "from importlib.metadata import version; print(version('numba-cuda'))"
        run = subprocess.run([python, "-c", version], capture_output=True, text=True)
        numbers = [int(n) for n in run.stdout.split(".")[:2]]
        if numbers:
            print(f"{python}: numba-cuda {run.stdout.strip()}")
            yield python, "pass" if numbers >= [0, 25] else "fail"


def promoted_finding_is_kept(tester):
    needs_numba(tester)
    finding = known_finding(tester)
    process = tester.run("promote", str(finding), "--out", "regressions", "--json")
    read = document(process, "format", "status", "folder")
    expect(process.returncode == 0 and read["folder"] == f"regressions/{finding.name}", "by its bucket", process)
    kept = tester.folder / read["folder"]
    expect(json.loads((kept / "case.json").read_text()) == json.loads((finding / "min.json").read_text()), "the case", process)
    expect(json.loads((kept / "fixed.json").read_text()) == {}, "no fix was given", process)
    expect_one_line(tester.run("promote", str(finding), "--out", "regressions"),
                    f"regressions/{finding.name}: exists already", 4)
    # A case that passes is not a regression.
    case = {**json.loads((finding / "min.json").read_text()), "schedule": []}
    (tester.folder / "passes.json").write_text(json.dumps({**case, "sites": []}))
    process = tester.run("promote", "passes.json", "--out", "others", "--json")
    expect(process.returncode == 3 and document(process)["status"] == "not-reproducible", "must exit 3", process)
    fixed = patched_python(tester, "fixed", FIX)
    expect(tester.run("promote", str(finding), "--out", "others", "--fixed", fixed).returncode == 0, "with a fix", process)
    known = json.loads((tester.folder / "others" / finding.name / "fixed.json").read_text())
    version = json.loads((kept / "case.json").read_text())["system"]["software"]
    expect(version in known.values(), f"the digest of the fix and its version: {known}", process)


def explain_says_why(tester):
    found = tester.run("hunt", "--target", "numba", "--seed", "1", "--replays", "1", "--json")
    finding = document(found, "findings")["findings"][0]
    expect(len(finding["why"]["order"]["orderings"]) == 3, "three orderings", found)
    case = str(Path(finding["folder"]) / "min-any-shape.json")
    process = tester.run("explain", case, "--continuations", "20")
    expect(process.returncode == 0 and "It takes 3 orderings" in process.out and "kernelapi.py:" in process.out, "why", process)
    process = tester.run("explain", case, "--json", "--continuations", "20")
    said = document(process, "bucket", "case", "why", "svg")
    expect(said["bucket"] == finding["bucket"] and said["why"]["no_return"]["continuations"] == 20, "as data", process)
    expect(said["why"]["order"]["digest"] == finding["why"]["order"]["digest"], "the same cause", process)
    expect_one_line(tester.run("explain", "none.json"), "none.json: No such file or directory")
    # A case that passes has no explanation.
    passing = MIN_JSON | {"calls": [{"array_size": 1, "buffer_size": 1, "n_threads": 1, "block_size": 1}]}
    (tester.folder / "passes.json").write_text(json.dumps(passing))
    process = tester.run("explain", "passes.json")
    expect(process.returncode == 3 and "nothing to explain" in process.err, "passes", process)


def every_verb_has_help_with_an_example(tester):
    for verb in ("hunt", "test", "props", "fuzz", "status", "corpus", "corpus merge", "corpus minimize", "corpus import",
                 "corpus export", "minimize", "replay", "explain", "export", "export mwe",
                 "export pytest", "export gtest", "promote", "env", "doctor", "version", "help"):
        process = tester.run(*verb.split(), "--help")
        expect(process.returncode == 0 and f"Example: straylane {verb}" in process.out, "help with an example", process)
    process = tester.run("--help")
    expect(process.returncode == 0 and "Exit codes:" in process.out, "help", process)
    expect_one_line(tester.run("nonsense"), 'there is no verb "nonsense"')


GUARD = """#include "kernel_abi.cuh"
#include "own/one.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = ONE;
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i > n_threads) return;
  straylane_allocate(output, i);
}
"""


def needs_host(tester):
    process = tester.run("doctor", "--target", "host")
    if process.returncode == UNSUPPORTED:
        print("skipped:", process.out)
        sys.exit(SKIPPED)


def a_kernel_of_your_own_is_hunted_and_replays(tester):
    needs_host(tester)
    kernel = tester.folder / "my kernels" / "guard v1.cu"  # a case cannot have a blank in a name
    (kernel.parent / "own").mkdir(parents=True)
    kernel.write_text(GUARD)
    (kernel.parent / "own" / "one.cuh").write_text("#define ONE 1\n")
    process = tester.run("hunt", "--kernel", str(kernel.relative_to(tester.folder)))
    expect(process.returncode == 2 and re.search(r"array_size 1 +buffer_size 1 +n_threads [01]\b", process.out), "found", process)
    folder = next(tester.folder.glob("findings/*"))
    token = process.out[process.out.index("replay: ./straylane "):].splitlines()[0].split()[2:]
    report = (folder / "report.txt").read_text()
    printed = report[report.index("  ./straylane replay findings/"):].splitlines()[0].split()[1:]
    for command in (printed, token):
        process = tester.run(*command)
        expect(process.returncode == 2 and "reproduced" in process.out, "replays word for word", process)
    expect_one_line(tester.run("replay", token[1]), "token: program is guard_v1.cu, a kernel of your own: name it with --kernel")
    # The finding replays whatever happens to the file, and wherever the folder is moved.
    kernel.write_text(GUARD.replace("i > n_threads", "i >= n_threads"))
    elsewhere = tester.folder / "elsewhere"
    shutil.copytree(folder, elsewhere)
    process = tester.run("replay", "elsewhere/min.json")
    expect(process.returncode == 2, "the copy replays", process)
    process = tester.run("minimize", "elsewhere/min.json", "--out", "out", "--json")
    expect(process.returncode == 0 and document(process, "findings")["findings"][0]["bucket"] == folder.name, "minimize",
           process)
    process = tester.run("props", "--kernel", "elsewhere/guard_v1.cu", "--max-success", "5")
    expect(process.returncode == 2 and "FAILED host: launch-meets-every-oracle" in process.out, "props", process)
    fuzz = ("fuzz", "--runs", "20", "--kernel")
    process = tester.run(*fuzz, "elsewhere/guard_v1.cu", "--out", "out2", "--campaign", "campaign")
    if process.returncode != UNSUPPORTED:  # no libFuzzer here
        expect(process.returncode == 2 and "minimized: out2/" in process.out, "fuzz, minimised in the background", process)
        # This kernel fails in two ways, and the second may be met before the first has ended the campaign.
        minimized = list(tester.folder.glob("out2/*/min.json"))
        expect(minimized, "a finding", process)
        status = tester.run("status", "campaign", "--json")
        buckets = document(status, "buckets", "running", "statistics")["buckets"]
        expect(len(buckets) == len(minimized), "status", status)
        buckets = [bucket for bucket in buckets if bucket["bucket"].startswith("stray-lane")]
        expect(buckets, "the guard lets a thread through that should return", status)
        smallest = f"campaign/buckets/{buckets[0]['bucket']}/{buckets[0]['smallest']}"
        process = tester.run("minimize", smallest, "--kernel", "elsewhere/guard_v1.cu", "--out", "out3")
        expect(process.returncode == 0 and "n_threads 0" in process.out, "an input is minimised", process)
        process = tester.run(*fuzz, str(kernel), "--campaign", "campaign2")
        expect(process.returncode == 0, "fuzz, the right kernel", process)
    # The edited kernel no longer fails. A kernel with other sites is refused.
    process = tester.run("replay", "elsewhere/min.json", "--kernel", str(kernel))
    expect(process.returncode == 3, "does not fail with the right kernel", process)
    kernel.write_text(GUARD.replace("buffer[0] = ONE;", "buffer[0] = ONE + 1;"))
    process = tester.run("replay", "elsewhere/min.json", "--kernel", str(kernel))
    expect(process.returncode == 3 and "refused" in process.err and "buffer[0] = ONE + 1;" in process.err, "refused", process)
    # Another kernel in the same bucket gets a folder of its own. The same kernel does not.
    kernel.write_text(GUARD + "// edited\n")
    for _ in range(2):
        process = tester.run("hunt", "--kernel", str(kernel), "--quiet")
        expect(process.returncode == 2, "found", process)
    if sorted(path.name for path in tester.folder.glob("findings/*")) != sorted([folder.name, folder.name + "-2"]):
        sys.exit(f"folders: {list(tester.folder.glob('findings/*'))}")
    (elsewhere / "guard_v1.cu").unlink()
    expect_one_line(tester.run("replay", "elsewhere/min.json"),
                    "elsewhere/min.json: program is guard_v1.cu, and that file is not beside it")


def a_kernel_that_cannot_be_built_is_one_line(tester):
    needs_host(tester)
    abi = '#include "kernel_abi.cuh"\n'
    body = GUARD[GUARD.index('extern'):GUARD.index('extern "C" __global__')].replace("ONE", "1")
    kernel = GUARD[GUARD.index('extern "C" __global__'):]
    written = {
        "syntax.cu": (abi + body + kernel.replace("threadIdx.x;", "threadIdx.x"), "syntax.cu:8:"),
        "none.cu": ("__device__ int a;\n", "none.cu: defines neither straylane_kernel nor straylane_allocate"),
        "empty.cu": ("", "empty.cu: defines neither"),
        "body.cu": (abi + kernel, "{device}allocator.cu: unresolved symbol straylane_kernel_body"),
        "helper.cu": (abi + "__device__ int helper(int);\n" + body + kernel.replace("> n", "> helper(1) + n"),
                      "helper.cu: unresolved symbol helper(int)"),
        "two.cu": (abi + body + 'extern "C" __device__ void straylane_allocate(float* o, int i) { float b[BUFFER_SIZE]; '
                   "straylane_kernel_body(b, o, i); }\n", "two.cu: duplicate symbol straylane_kernel_body"),
        "parameters.cu": ('extern "C" __global__ void straylane_kernel(float* output, int n_threads) {}\n',
                          "parameters.cu: straylane_kernel is not as the contract has it: must be"),
        "declared.cu": (abi + 'extern "C" __global__ void straylane_kernel(int* output, int array_size, int n) {}\n',
                        "declared.cu:2:28: conflicting types for 'straylane_kernel'"),
        "include.cu": ('#include "nowhere.cuh"\n', "include.cu:1:10: 'nowhere.cuh' file not found"),
        "kernel.txt": (abi + body + kernel, "kernel.txt: a kernel is a file of CUDA C++, FILE.cu"),
    }
    for name, (text, _) in written.items():
        (tester.folder / name).write_text(text)
    (tester.folder / "folder.cu").mkdir()
    (tester.folder / "case.json").write_text(json.dumps({**MIN_JSON, "target": "host"}))
    files = tester.files()
    wrong = {name: line for name, (_, line) in written.items()}
    wrong["folder.cu"] = "folder.cu: Is a directory"
    wrong["nowhere.cu"] = "nowhere.cu: No such file or directory"
    wrong["/dev/zero"] = "/dev/zero: not a file"
    for name, line in wrong.items():
        for verb in (["hunt"], ["replay", "case.json"]) if name != "none.cu" else (
                ["hunt"], ["props"], ["fuzz"], ["minimize", "case.json"], ["replay", "case.json"]):
            process = tester.run(*verb, "--kernel", name)
            if "{device}" in line:
                expect(process.returncode == 1 and line.split("}")[1] in process.err, f"must say {line}", process)
            else:
                expect_one_line(process, line)
    for verb in (["hunt"], ["props"], ["fuzz"], ["minimize", "case.json"], ["replay", "case.json"]):
        expect_one_line(tester.run(*verb, "--kernel", "none.cu", "--target", "numba"),
                        "--kernel none.cu: target numba runs no CUDA C++")
    # Each of several errors has its own line, which begins with the place.
    (tester.folder / "none.cu").write_text("__device__ int f() { return a; }\n__device__ int g() { return b; }\n")
    process = tester.run("hunt", "--kernel", "none.cu")
    lines = process.err.splitlines()
    expect(process.returncode == 1 and len(lines) == 2 and lines[0].startswith("straylane: none.cu:1:29: ")
           and lines[1].startswith("none.cu:2:29: "), "two errors, two lines", process)
    if tester.files() != files:
        sys.exit(f"written: {tester.files()}")


def main():
    test, program = sys.argv[1:]
    tester = Tester(program)
    try:
        globals()[test](tester)
    finally:
        shutil.rmtree(tester.folder)


if __name__ == "__main__":
    main()
