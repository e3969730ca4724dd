"""Runs the built program as a user does, and reads what a user or a script would read.

    verbs_test.py TEST PROGRAM

Exits 77 where the numba target cannot run.
"""

import ctypes
import json
import os
import random
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
ENDS_WITHIN_S = 4  # 2, on a machine with nothing else to do
NO_PYTHON = "/nowhere/bin/python3"
MIN_JSON = {
    "format": "straylane-case/1",
    "target": "numba",
    "launches": [{"array_size": 2, "buffer_size": 1, "n_threads": 2, "block_size": 32}],
    "drawn": {"strategy": "sticky", "seed": 1, "depth": 3, "steps_expected": 400},
}


class Tester:
    def __init__(self, program):
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="verbs-"))
        self.temporary = self.folder / "tmp"  # where the program's own temporary files would be left
        self.temporary.mkdir()

    def start(self, *arguments):
        return subprocess.Popen([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                                env={**os.environ, "TMPDIR": str(self.temporary)})

    def run(self, *arguments):
        process = self.start(*arguments)
        process.out, process.err = process.communicate(timeout=100)
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
        b"": "empty, holds no case",
        whole[:60].encode(): "",
        whole.replace('"n_threads": 2', '"n_threads": 3').encode():
            "launches[0].n_threads: is 3, must be 0..array_size = 2",
        whole.replace('"buffer_size": 1', '"buffer_size": 0').encode(): "launches[0].buffer_size: is 0, must be",
        whole.replace('"buffer_size": 1', '"buffer_size": -1').encode(): "launches[0].buffer_size: is -1, must be",
        whole.replace('"buffer_size": 1', '"buffer_size": 2147483648').encode():
            "launches[0].buffer_size: is 2147483648, must be",
    }
    for content, place in named.items():
        case.write_bytes(content)
        for verb in ("minimize", "replay"):
            expect_one_line(tester.run(verb, "case.json"), f"case.json: {place}")
    # Broken so that no target is started: whatever follows the brace is not JSON.
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
    expect_one_line(tester.run("replay", "case.json"), "case.json: Is a directory")
    expect_one_line(tester.run("replay", "sl1.IAECAQIgAgIXAwMeAnr1lWTuLeec"), "token: ")
    if tester.files() != ["case.json"]:
        sys.exit(f"written: {tester.files()}")


def loads(name):
    try:
        return bool(ctypes.CDLL(name))
    except OSError:
        return False


def missing_for_cuda():
    """What target cuda must say is missing here; None where its driver is there."""
    roots = [os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda"]
    folders = [""] + [f"{root}/{below}/" for root in roots if root for below in ("lib64", "targets/x86_64-linux/lib")]
    for part in ("libnvrtc", "libnvJitLink"):
        if not any(loads(f"{folder}{part}.so.{major}") for folder in folders for major in (13, 12)):
            return f"{part}.so.13"
    return None if loads("libcuda.so.1") else "libcuda.so.1"


def what_cannot_run_is_said(tester):
    (tester.folder / "case.json").write_text(json.dumps(MIN_JSON))
    cuda = missing_for_cuda()
    # Where there is a toolkit, cases are built before it is said that none can be launched: not for long here.
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
    for key in ("bucket", "oracle", "message", "thread", "thread_index", "n_threads", "stray", "launches_to_failure",
                "seconds_to_failure", "found", "minimal", "preemptions", "replays", "confirmed", "folder"):
        expect(key in finding, f"a finding must have {key}", process)
    expect(finding["message"] == KNOWN_FAILURE, "the known failure", process)
    expect(finding["replays"] == {"times": 100, "reproduced": 100, "traces_distinct": 1}, "deterministic", process)
    expect(finding["minimal"]["launches"] == MIN_JSON["launches"], "the smallest settings", process)
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
    # One preemption alone does not fail, and is not taken for another system's fault.
    case = json.loads(next(tester.folder.glob("findings/*/min.json")).read_text())
    for i in range(2):
        fewer = {**case, "schedule": case["schedule"][:i] + case["schedule"][i + 1:]}
        (tester.folder / "fewer.json").write_text(json.dumps(fewer))
        expect_one_line(tester.run("replay", "fewer.json"), "refused: this is not the run that was recorded", 3)


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
    expect(seconds < ENDS_WITHIN_S, f"must end within {ENDS_WITHIN_S} s, took {seconds:.1f}", process)
    expect(process.returncode == 128 + signal_number, f"must exit {128 + signal_number}", process)
    time.sleep(0.1)
    left = [pid for pid in children if Path(f"/proc/{pid}").exists() and "Z" not in state_of(pid)]
    expect(not left, f"processes left: {left}", process)
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
    # On a busy machine the worker may not have started by then: there is nothing to tell.
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


def every_verb_has_help_with_an_example(tester):
    for verb in ("hunt", "test", "props", "fuzz", "minimize", "replay", "env", "doctor", "version"):
        process = tester.run(verb, "--help")
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
    expect(process.returncode == 2 and "array_size 1     buffer_size 1     n_threads 0" in process.out, "found", process)
    folder = next(tester.folder.glob("findings/*"))
    token = process.out[process.out.index("replay: ./straylane "):].splitlines()[0].split()[2:]
    report = (folder / "report.txt").read_text()
    printed = report[report.index("  ./straylane replay findings/"):].splitlines()[0].split()[1:]
    for command in (printed, token):
        process = tester.run(*command)
        expect(process.returncode == 2 and "reproduced" in process.out, "replays word for word", process)
    expect_one_line(tester.run("replay", token[1]), "token: program is guard_v1.cu, a kernel of your own: name it with --kernel")
    # Whatever happens to the file, and wherever the folder goes.
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
    fuzz = ("fuzz", "--runs", "20", "--corpus", "corpus", "--kernel")
    process = tester.run(*fuzz, "elsewhere/guard_v1.cu")
    if process.returncode != UNSUPPORTED:  # no libFuzzer here
        expect(process.returncode == 2, "fuzz", process)
        command = process.out[process.out.index("./straylane minimize"):].splitlines()[0].split()[1:]
        process = tester.run(*command, "--out", "out2")
        expect(process.returncode == 0 and "n_threads 0" in process.out, "an input is minimised word for word", process)
        process = tester.run(*fuzz, str(kernel))
        expect(process.returncode == 0, "fuzz, the right kernel", process)
    # The edited kernel: does not fail any more, and what has other sites is refused.
    process = tester.run("replay", "elsewhere/min.json", "--kernel", str(kernel))
    expect(process.returncode == 3, "does not fail with the right kernel", process)
    kernel.write_text(GUARD.replace("buffer[0] = ONE;", "buffer[0] = ONE + 1;"))
    process = tester.run("replay", "elsewhere/min.json", "--kernel", str(kernel))
    expect(process.returncode == 3 and "refused" in process.err and "buffer[0] = ONE + 1;" in process.err, "refused", process)
    # Another kernel in the same bucket has a folder of its own; the same again has not.
    kernel.write_text(GUARD + "// edited\n")
    for _ in range(2):
        process = tester.run("hunt", "--kernel", str(kernel), "--quiet")
        expect(process.returncode == 2, "found", process)
    if sorted(path.name for path in tester.folder.glob("findings/*")) != sorted([folder.name, folder.name + "-2", "inputs"]):
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
    # Of several errors each has a line, the first of which is the place.
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
