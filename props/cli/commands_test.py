"""The command line as a person meets it: mistyped words, folders as cases, what to do next, colours, one status line.

    commands_test.py TEST PROGRAM

Exits 77 where a target that the test needs cannot run.
"""

import contextlib
import errno
import fcntl
import json
import os
import pty
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

SKIPPED = 77
UNSUPPORTED = 5
RUN_S = 300
COLUMNS = 60  # of the terminal: less than a status line has
SOURCE = Path(__file__).resolve().parents[2]
KERNEL = SOURCE / "corpus/planted/host/guard_off_by_one.cu"
RIGHT_KERNEL = SOURCE / "docs/examples/right.cu"
ESCAPE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")


class Tester:
    def __init__(self, program):
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="commands-"))

    def run(self, *arguments, **variables):
        process = subprocess.run([self.program, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=RUN_S, check=False,
                                 env={**os.environ, **variables})
        process.out, process.err = process.stdout, process.stderr
        return process

    def on_terminal(self, *arguments, interrupt_at=None, **variables):
        """Runs it with a terminal as stdout and stderr; types Ctrl-C once it has said that."""
        environment = {**{k: v for k, v in os.environ.items() if k != "NO_COLOR"}, "TERM": "xterm", **variables}
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execvpe(self.program, [self.program, *map(str, arguments)], environment)
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, COLUMNS, 0, 0))
        said = b""
        while True:
            try:
                block = os.read(terminal, 4096)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                block = b""  # the other end is closed
            if not block:
                break
            said += block
            if interrupt_at and interrupt_at.encode() in said:
                time.sleep(0.5)
                os.write(terminal, b"\x03")
                interrupt_at = None
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
        process = subprocess.CompletedProcess([self.program, *arguments], os.waitstatus_to_exitcode(status))
        process.out, process.err = said.decode(errors="replace"), ""
        return process


def screen_of(said):
    """The lines that stay on the terminal."""
    lines, row, column = [""], 0, 0
    at = 0
    while at < len(said):
        escape = ESCAPE.match(said, at)
        if escape:
            count = int(escape[1] or "0") if escape[1].isdigit() or not escape[1] else 0
            if escape[2] == "A":
                row = max(0, row - max(1, count))
            elif escape[2] == "J":
                lines[row:] = [lines[row][:column]]
            at = escape.end()
            continue
        character = said[at]
        at += 1
        if character == "\r":
            column = 0
        elif character == "\n":
            row += 1
        else:
            if column == COLUMNS:
                row, column = row + 1, 0
            while len(lines) <= row:
                lines.append("")
            lines[row] = lines[row].ljust(column)[:column] + character + lines[row][column + 1:]
            column += 1
        while len(lines) <= row:
            lines.append("")
    return lines


def expect(holds, what, process):
    if not holds:
        sys.exit(f"{what}\n{process.args}\nexit status {process.returncode}\n{process.out[-3000:]}\n{process.err[-3000:]}")


def expect_line(process, line, code=1):
    expect(process.returncode == code, f"must exit {code}", process)
    expect(process.err.splitlines() == ["straylane: " + line], f"must say: {line}", process)


def needs(tester, target):
    process = tester.run("doctor", "--target", target)
    if process.returncode == UNSUPPORTED:
        print("skipped:", process.out)
        sys.exit(SKIPPED)


def found_on_host(tester, *options):
    process = tester.run("hunt", "--kernel", KERNEL, "--replays", "5", *options)
    expect(process.returncode == 2, "must find it", process)
    return process, next((tester.folder / "findings").iterdir())


def next_of(process):
    return [line.removeprefix("Next: ") for line in process.out.splitlines() if line.startswith("Next: ")]


# --- tests


def words_are_corrected(tester):
    for words, line in (
            (["hnut"], 'there is no verb "hnut"; did you mean "hunt"? (straylane --help lists the verbs)'),
            (["nonsense"], 'there is no verb "nonsense" (straylane --help lists the verbs)'),
            (["help", "repaly"], 'there is no verb "repaly"; did you mean "replay"? (straylane --help lists the verbs)'),
            (["hunt", "--sed=1"],
             'hunt: there is no option --sed; did you mean "--seed"? (straylane hunt --help lists the options)'),
            (["corpus", "merge", "a", "b", "--jsn"],
             'corpus merge: there is no option --jsn; did you mean "--json"? (straylane corpus merge --help lists the options)'),
            (["export", "pytst"], 'export: there is no "pytst"; did you mean "pytest"? (straylane export --help lists what there is)'),
            (["hunt", "--strategy", "stciky"], '--strategy is "stciky", must be portfolio, sticky, pct, list, pos, surw or '
             'reads-from; did you mean "sticky"?'),
            (["hunt", "--granularity", "lime"],
             '--granularity is "lime", must be switch, line or opcode; did you mean "line"?'),
            (["fuzz", "--engine", "alf"], '--engine is "alf", must be libfuzzer or afl; did you mean "afl"?')):
        expect_line(tester.run(*words), line)
    for verb in ("hunt", "props", "fuzz", "doctor"):
        process = tester.run(verb, "--target", "hots")
        expect(process.returncode == 1 and process.err.endswith('or all; did you mean "host"?\n'), "the target", process)
    process = tester.run("props", "--filter", "lunch-meets")
    expect(process.returncode == 1 and process.err.startswith(
        'straylane: --filter "lunch-meets" selects no property; did you mean "launch-meets-every-oracle"? '), "a property", process)
    if (Path(tester.program).parent / "CTestTestfile.cmake").exists():
        expect_line(tester.run("test", "--filter", "porps_core"),
                    '--filter "porps_core" selects no test; did you mean "props_core"?')


def version_and_help(tester):
    version = tester.run("version")
    process = tester.run("--version")
    expect(process.returncode == 0 and process.out == version.out.splitlines()[0] + "\n", "one line", process)
    for words in ([], ["hunt"], ["corpus", "merge"], ["env", "add"]):
        said, asked = tester.run("help", *words), tester.run(*words, "--help")
        expect(said.returncode == 0 and said.out == asked.out and "Usage:" in said.out, "the same help", said)


def folders_are_cases(tester):
    needs(tester, "host")
    process, finding = found_on_host(tester)
    name = str(finding.relative_to(tester.folder))
    for words, code in ((["replay", name], 2), (["replay", name + "/"], 2), (["explain", name, "--continuations", "5"], 0),
                        (["minimize", name, "--executions", "50", "--proof-executions", "0", "--out", "again"], 0)):
        process = tester.run(*words)
        expect(process.returncode == code and finding.name in process.out, "the case of the folder", process)
    planted = {"format": "straylane-case/2", "target": "host", "program": "racy_counter",
               "calls": [{"array_size": 2, "buffer_size": 1, "n_threads": 2, "block_size": 32}],
               "drawn": {"strategy": "sticky", "seed": 1, "depth": 3, "steps_expected": 400}}
    (tester.folder / "planted").mkdir()
    (tester.folder / "planted/case.json").write_text(json.dumps(planted))
    process = tester.run("export", "gtest", "planted", "race")
    expect(process.returncode == 0 and next_of(process)[0].startswith("cmake -S race"), "exported", process)
    process = tester.run("promote", "planted", "--out", "kept")
    expect(process.returncode == 0 and list(tester.folder.glob("kept/*/case.json")), "promoted", process)
    (tester.folder / "empty").mkdir()
    for verb in (["replay"], ["minimize"], ["explain"], ["promote"], ["export", "gtest"]):
        process = tester.run(*verb, "empty", *(["to"] if verb[0] == "export" else []))
        expect_line(process, "empty: has no min.json, so it is not a finding, and it is not a bucket of a campaign")
    # A bucket of a campaign whose finding was not minimised stands for its smallest input.
    fuzz = tester.run("fuzz", "--kernel", KERNEL, "--runs", "20", "--campaign", "campaign", "--out", "fuzzed")
    if fuzz.returncode == UNSUPPORTED:  # no libFuzzer here
        return
    expect(fuzz.returncode == 2, "a campaign that finds it", fuzz)
    bucket = next((tester.folder / "campaign/buckets").iterdir())
    process = tester.run("replay", bucket, "--kernel", KERNEL)
    expect(process.returncode == 2 and bucket.name in process.out, "the bucket's smallest input", process)
    process = tester.run("promote", bucket, "--out", "kept")
    expect(process.returncode == 1 and "straylane minimize makes a finding of it" in process.err, "no kernel is known", process)


def what_to_do_next_can_be_done(tester):
    needs(tester, "host")
    process, finding = found_on_host(tester)
    name = f"findings/{finding.name}"
    expect(next_of(process) == [f"./straylane replay {name}", f"./straylane explain {name}",
                                "./straylane report findings -o report.html"], "three commands", process)
    for command in next_of(process):
        done = tester.run(*shlex.split(command)[1:])
        expect(done.returncode in (0, 2), "runs word for word", done)
    expect(process.out.splitlines()[-3].startswith("Next: "), "after everything else", process)
    process = tester.run("hunt", "--kernel", KERNEL, "--replays", "5", "--json")
    expect("Next:" not in process.out, "never with --json", process)
    process = tester.run("props", "--kernel", KERNEL, "--filter", "launch", "--out", "found by props")
    expect(process.returncode == 2 and len(next_of(process)) == 3 and "'found by props/" in next_of(process)[0], "props", process)
    process = tester.run("minimize", name, "--executions", "50", "--proof-executions", "0", "--out", "again")
    expect(next_of(process)[0] == f"./straylane replay again/{finding.name}", "minimize", process)
    process = tester.run("hunt", "--kernel", RIGHT_KERNEL, "--seed", "3", "--time", "1s")
    expect(process.returncode == 0 and next_of(process) == [f"./straylane hunt --seed 4 --kernel {RIGHT_KERNEL} --time 10s"],
           "a longer hunt with other schedules", process)
    process = tester.run("export", "mwe", "example")
    command = "cd example && NUMBA_ENABLE_CUDASIM=1 /usr/bin/python3 -m pytest numba_mwe"
    expect(next_of(process) == [command], "how to run what was exported", process)
    fuzz = tester.run("fuzz", "--kernel", RIGHT_KERNEL, "--runs", "20", "--campaign", "my campaign")
    if fuzz.returncode != UNSUPPORTED:
        expect(next_of(fuzz) == ["./straylane status 'my campaign'"], "fuzz", fuzz)


def reports_are_replaced_with_force(tester):
    (tester.folder / "findings").mkdir()
    files = {"-o": "a.html", "--json": "a.json", "--sarif": "a.sarif", "--junit": "a.xml"}
    words = ["report", "findings", *(word for pair in files.items() for word in pair)]
    expect(tester.run(*words).returncode == 0, "new files", tester.run("version"))
    for option, name in files.items():
        path = tester.folder / name
        whole = path.read_bytes()
        path.write_text("old")
        process = tester.run("report", "findings", option, name)
        expect_line(process, f"{option} {name}: exists already, and nothing is overwritten without --force", 4)
        expect(path.read_text() == "old", "unchanged", process)
        process = tester.run("report", "findings", option, name, "--force")
        expect(process.returncode == 0 and path.stat().st_size > 3, "replaced", process)
        expect(option in ("--json", "-o") or path.read_bytes() == whole, "by the same report", process)
        path.unlink()
        expect(tester.run("report", "findings", option, name, "--force").returncode == 0, "--force needs no file", process)
        # A link and a folder are not files of a report.
        path.rename(tester.folder / "target")
        path.symlink_to("target")
        before = (tester.folder / "target").read_bytes()
        for _ in range(2):
            process = tester.run("report", "findings", option, name, "--force")
            expect_line(process, f"{option} {name}: is not a regular file, and --force replaces nothing else", 4)
            if path.is_symlink():
                path.unlink()
                path.mkdir()
        expect((tester.folder / "target").read_bytes() == before, "what a link names stays", process)
    expect(not list(tester.folder.glob(".*.tmp")), "nothing is left over", process)


def colour_is_for_terminals(tester):
    needs(tester, "host")
    hunt = ("hunt", "--kernel", KERNEL, "--replays", "5", "--out")
    process = tester.on_terminal(*hunt, "one")
    expect(process.returncode == 2 and "\x1b[1;31mFINDING\x1b[0m" in process.out, "a finding is red", process)
    process = tester.on_terminal("hnut")
    expect("\x1b[1;31mstraylane:\x1b[0m there is no verb" in process.out, "an error is red", process)
    process = tester.on_terminal("hunt", "--kernel", RIGHT_KERNEL, "--time", "1s")
    expect("\x1b[32mnothing found\x1b[0m" in process.out, "a clean hunt is green", process)
    expect("\x1b[32m" in tester.on_terminal("hunt", "--kernel", RIGHT_KERNEL, "--time", "1s", NO_COLOR="").out,
           "an empty NO_COLOR is none", process)
    for variables in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        process = tester.on_terminal(*hunt, "two", **variables)
        expect("FINDING" in process.out and "\x1b[1;31m" not in process.out and "\x1b[0m" not in process.out,
               f"no colour with {variables}", process)
    process = tester.run(*hunt, "three")
    expect("FINDING" in process.out and "\x1b" not in process.out + process.err, "no colour in a pipe", process)


def the_status_line_leaves_nothing(tester):
    needs(tester, "host")
    progress = re.compile(r"launches \(\d+/s\)|^host: [a-z-]+$|replaying|explaining|executions/s", re.M)
    finding = found_on_host(tester, "--quiet")[1].relative_to(tester.folder)
    for words, at in ((["hunt", "--kernel", RIGHT_KERNEL, "--time", "3s"], None),
                      (["hunt", "--kernel", RIGHT_KERNEL, "--time", "60s"], "launches ("),
                      (["props", "--kernel", RIGHT_KERNEL, "--max-success", "20"], None),
                      (["props", "--kernel", RIGHT_KERNEL, "--max-success", "1000000"], "host: same"),
                      (["replay", str(finding), "--times", "2000"], None),
                      (["replay", str(finding), "--times", "100000000"], "replaying"),
                      (["explain", str(finding), "--continuations", "5"], None),
                      (["fuzz", "--kernel", RIGHT_KERNEL, "--time", "4s", "--campaign", "one"], None),
                      (["fuzz", "--kernel", RIGHT_KERNEL, "--time", "60s", "--campaign", "two"], "executions")):
        process = tester.on_terminal(*words, interrupt_at=at)
        if process.returncode == UNSUPPORTED:
            continue
        expect(at is None or process.returncode == 130, "interrupted", process)
        screen = "\n".join(screen_of(process.out))
        drawn = ESCAPE.sub("", process.out)
        expect(words[0] == "fuzz" or progress.search(drawn.replace("\r", "\n")), "progress was shown", process)
        left = [line for line in screen.splitlines() if progress.search(line)]
        expect(not left, f"must leave nothing of the status line, and left {left}", process)


def errors_of_a_contract_name_its_page(tester):
    (tester.folder / "empty.json").write_text("")
    (tester.folder / "broken.json").write_text("{")
    (tester.folder / "users").mkdir()
    (tester.folder / "users/file").write_text("mine")
    for words, page in ((["replay", "empty.json"], "formats"), (["replay", "broken.json"], "formats"),
                        (["replay", "users/file"], "formats"), (["replay", "sl2.AAAA"], "formats"),
                        (["corpus", "import", "users", "users"], "campaigns"), (["status", "users"], "campaigns"),
                        (["fuzz", "--resume", "--campaign", "users"], "campaigns")):
        process = tester.run(*words)
        expect(process.returncode == 1 and process.err.endswith(f" (see docs/{page}.md)\n")
               and process.err.count("\n") == 1, f"one line that names {page}.md", process)
    expect_line(tester.run("replay", "nowhere.json"), "nowhere.json: No such file or directory")
    needs(tester, "host")
    expect(tester.run("fuzz", "--target", "host", "--campaign", "users").returncode in (1, UNSUPPORTED), "refused", process)
    for name, text in (("none.cu", "__device__ int a;\n"),
                       ("other.cu", 'extern "C" __global__ void straylane_kernel(float* output, int n_threads) {}\n')):
        (tester.folder / name).write_text(text)
        process = tester.run("hunt", "--kernel", name)
        expect(process.returncode == 1 and process.err.endswith(" (see docs/kernels.md)\n") and process.err.count("\n") == 1,
               "one line that names kernels.md", process)
    (tester.folder / "syntax.cu").write_text("__device__ int f( { return 1; }\n")
    process = tester.run("hunt", "--kernel", "syntax.cu")
    expect(process.returncode == 1 and "docs/" not in process.err, "a mistake in C++ is no matter of the contract", process)


def main():
    test, program = sys.argv[1:]
    tester = Tester(program)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, tester.folder)
        globals()[test](tester)


if __name__ == "__main__":
    main()
