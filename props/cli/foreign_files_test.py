"""Files that are not ours stay as they are, and ours are not lost: the program on folders of users and of strangers.

    foreign_files_test.py TEST PROGRAM

Exits 77 where the target of a test cannot run. The same on many more trees, in process:
props/campaign/foreign_files_test.cc.
"""

import contextlib
import gzip
import hashlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SKIPPED = 77
UNSUPPORTED = 5
RUN_S = 120  # the longest that a run may take; it takes a second or two on an idle machine
TREES = 24  # for each option that is refused at once
TREES_OF_RUNS = 2  # for each option that is refused only after some work
MARKER = ".straylane-folder"
SOURCE = Path(__file__).resolve().parents[2]
WRONG_KERNEL = SOURCE / "corpus/planted/host/guard_off_by_one.cu"
NAMES = ("tmp", "afl", "lock", "campaign.sqlite", "stats.ndjson", "buckets", "crashes", "corpus", "findings", "ready",
         ".hidden", ".straylane", "report.html", "a.txt", ".a.99999999.tmp", ".campaign.sqlite.99999999.tmp",
         hashlib.sha1(b"x").hexdigest(), hashlib.sha1(b"y").hexdigest(), "numba_mwe", "case.json")


class Tester:
    def __init__(self, program):
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="foreign-"))
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()

    def start(self, *arguments, cwd=None, **options):
        return subprocess.Popen([self.program, *map(str, arguments)], cwd=cwd or self.folder, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
                                env={**os.environ, "TMPDIR": str(self.temporary)}, **options)

    def run(self, *arguments, **options):
        process = self.start(*arguments, **options)
        process.out, process.err = process.communicate(timeout=RUN_S)
        return process


def expect(holds, what, process):
    if not holds:
        sys.exit(f"{what}\n{process.args}\nexit status {process.returncode}\n{process.out[-3000:]}\n"
                 f"{process.err[-3000:]}")


def expect_one_line(process, says, code=1):
    lines = process.err.splitlines()
    expect(process.returncode == code, f"must exit {code}", process)
    expect(len(lines) == 1 and lines[0].startswith("straylane: ") and says in lines[0], f"one line that says: {says}",
           process)


def needs_host(tester):
    process = tester.run("doctor", "--target", "host")
    if process.returncode == UNSUPPORTED or not (Path(tester.program).parent / "fuzz" / "fuzz_host").exists():
        print("skipped:", process.out)
        sys.exit(SKIPPED)


def make_tree(draw, folder, outside, depth=0):
    folder.mkdir(parents=True, exist_ok=True)
    for name in draw.sample(NAMES, draw.randint(1, 5)):
        path, kind = folder / name, draw.randrange(6)
        if kind == 0:
            path.symlink_to(outside)
        elif kind == 1:
            os.mkfifo(path)
        elif kind < 4 or depth == 2:
            path.write_bytes(b"x" * draw.randrange(20))
        else:
            make_tree(draw, path, outside, depth + 1)


def state_of(folder):
    states = {}
    for path in folder.rglob("*"):
        found = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else None
        states[path] = (found.st_mode, found.st_mtime_ns if not path.is_dir() else 0, content)
    return states


def expect_untouched(tester, arguments, trees, code=None):
    """In `arguments`, {user} is a user's folder, {entry} something in it, and {new} a new folder in it."""
    for seed in range(trees):
        draw = random.Random(f"{arguments}{seed}")
        user, outside = tester.folder / "user", tester.folder / "outside"
        make_tree(draw, user, outside)
        make_tree(draw, outside, user)
        before = state_of(user) | state_of(outside)
        words = {"user": user, "entry": draw.choice(sorted(user.iterdir())), "new": user / "new"}
        process = tester.run(*(word.format(**words) if isinstance(word, str) else word for word in arguments))
        after = state_of(user) | state_of(outside)
        for path, state in before.items():
            expect(path in after, f"{path} is gone", process)
            expect(after[path] == state, f"{path} has changed", process)
        expect(code is None or process.returncode == code, f"must exit {code}", process)
        for folder in (user, outside, *tester.folder.glob("made*"), tester.folder / ".straylane"):
            shutil.rmtree(folder, ignore_errors=True)


# --- tests


def foreign_files_stay(tester):
    needs_host(tester)
    fuzz = ("fuzz", "--target", "host", "--runs", "50", "--time", "20s")
    # Refused at once, because no entry of such a tree is a folder of ours or an empty folder.
    expect_untouched(tester, ("env", "add", "--name", "{user}", "numba==9.9.9"), TREES, 1)
    expect_untouched(tester, ("env", "add", "--name", "../../user", "numba==9.9.9"), TREES, 1)
    for folder in ("{user}", "{entry}"):
        expect_untouched(tester, ("env", "add", "--name", folder, "numba==9.9.9"), TREES, 1)
        expect_untouched(tester, ("corpus", "minimize", folder, "--target", "host"), TREES)
    expect_untouched(tester, ("corpus", "merge", "{user}", SOURCE / "corpus/seeds", "--target", "host"), TREES, 1)
    expect_untouched(tester, ("corpus", "import", "{user}", SOURCE / "corpus/seeds"), TREES, 1)
    expect_untouched(tester, ("corpus", "import", "made", "{user}"), TREES)
    expect_untouched(tester, ("corpus", "export", SOURCE / "corpus/seeds", "{user}"), TREES, 1)
    expect_untouched(tester, ("corpus", "export", SOURCE / "corpus/seeds", "{new}"), TREES, 0)
    expect_untouched(tester, (*fuzz, "--campaign", "{user}"), TREES, 1)
    expect_untouched(tester, (*fuzz, "--campaign", "made", "--corpus", "{user}"), TREES, 1)
    expect_untouched(tester, (*fuzz, "--campaign", "made", "--sync", "{user}"), TREES, 1)
    expect_untouched(tester, ("fuzz", "--resume", "--campaign", "{user}"), TREES, 1)
    expect_untouched(tester, ("export", "mwe", "{user}"), TREES, 4)
    expect_untouched(tester, ("export", "mwe", "{new}"), TREES, 0)
    expect_untouched(tester, ("report", SOURCE / "corpus/regressions", "-o", "{entry}"), TREES, 4)
    # What runs first.
    expect_untouched(tester, (*fuzz, "--campaign", "{new}", "--out", "made-out"), TREES_OF_RUNS, 0)
    kernel = ("--kernel", WRONG_KERNEL)
    expect_untouched(tester, ("fuzz", *kernel, "--time", "20s", "--campaign", "made", "--out", "{user}"), TREES_OF_RUNS,
                     2)
    expect_untouched(tester, ("hunt", *kernel, "--replays", "1", "--out", "{user}"), TREES_OF_RUNS, 2)
    found = tester.run("hunt", "--target", "numba", "--replays", "1", "--out", "found")
    if found.returncode == 2:
        finding = next((tester.folder / "found").glob("*-*"))
        expect_untouched(tester, ("promote", finding, "--out", "{user}"), TREES_OF_RUNS, 0)
        expect_untouched(tester, ("export", "pytest", finding, "{user}"), TREES_OF_RUNS, 0)
        expect_untouched(tester, ("minimize", finding / "min.json", "--executions", "100", "--proof-executions", "0",
                                  "--out", "{user}"), 1, 0)


def an_environment_is_a_name(tester):
    """A folder was once removed before pip had even begun."""
    user = tester.folder / "user"
    user.mkdir()
    (user / "a").write_text("mine")
    for name in (str(user), "../../user", "..", ".", "a/b", "-rf", ""):
        if name:
            expect_one_line(tester.run("env", "add", f"--name={name}", "numba==9.9.9"), "is not a name")
    there = tester.folder / ".straylane/envs/mine"
    there.mkdir(parents=True)
    expect_one_line(tester.run("env", "add", "--name", "mine", "numba==9.9.9"), "is not an environment of Straylane")
    expect(there.is_dir() and (user / "a").read_text() == "mine", "both stay", tester.run("env", "list"))


def names_in(folder):
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def options_of(campaign):
    with contextlib.closing(sqlite3.connect(campaign / "campaign.sqlite")) as database:
        return dict(database.execute("SELECT key, value FROM campaign"))


def campaigns_are_moved_and_copied(tester):
    needs_host(tester)
    folder = tester.folder
    process = tester.run("fuzz", "--campaign", "one", "--target", "host", "--runs", "3000", "--time", "100s")
    expect(process.returncode == 0, "a campaign", process)
    absolute = [value for value in options_of(folder / "one").values() if value.startswith(str(folder))]
    expect(not absolute, "no path of here", process)
    shutil.copytree(folder / "one", folder / "copy")
    (folder / "one").rename(folder / "moved")
    before, inputs = state_of(folder / "copy"), names_in(folder / "moved/corpus")
    process = tester.run("fuzz", "--resume", "--campaign", "moved", "--runs", "500", "--time", "100s", "--json")
    expect(process.returncode == 0 and not (folder / "one").exists(), "goes on where it is", process)
    seeds = len(list((Path(tester.program).parent / "seeds").iterdir()))
    expect(json.loads(process.out)["files_read"] == len(inputs) + seeds, "every input, not the marker", process)
    expect(state_of(folder / "copy") == before, "the copy is another campaign", process)
    before = state_of(folder / "moved")
    process = tester.run("fuzz", "--resume", "--campaign", "../copy", "--runs", "500", "--time", "100s",
                         cwd=tester.temporary)
    expect(process.returncode == 0 and state_of(folder / "moved") == before, "the copy goes on in itself", process)


def a_campaign_of_a_stranger_names_nothing(tester):
    """--resume once ran any interpreter, and filled any folder, that the campaign's record named."""
    needs_host(tester)
    folder = tester.folder
    process = tester.run("fuzz", "--campaign", "one", "--target", "host", "--runs", "500", "--time", "100s")
    expect(process.returncode == 0, "a campaign", process)
    evil = folder / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {folder}/ran\n")
    evil.chmod(0o755)
    (folder / "user").mkdir()
    for key, value in (("python", str(evil)), ("out", "../elsewhere"), ("corpus", "../user"), ("sync", "../elsewhere")):
        shutil.copytree(folder / "one", folder / "two")
        with contextlib.closing(sqlite3.connect(folder / "two/campaign.sqlite")) as database:
            database.execute("UPDATE campaign SET value = ? WHERE key = ?", (value, key))
            target = "numba" if key == "python" else "host"
            database.execute("UPDATE campaign SET value = ? WHERE key = 'target'", (target,))
            database.commit()
        expect_one_line(tester.run("fuzz", "--resume", "--campaign", "two", "--time", "2s"), f"was run with --{key} ")
        used = [path for path in (folder / "ran", folder / "elsewhere", *(folder / "user").iterdir()) if path.exists()]
        expect(not used, f"{key} is not used", process)
        shutil.rmtree(folder / "two")
    for name in ("lock", "stats.ndjson", "crashes", "buckets", "corpus"):
        shutil.copytree(folder / "one", folder / "two")
        (folder / "two" / name).rename(folder / "was")
        (folder / "two" / name).symlink_to(folder / "was")
        before = state_of(folder / "two")
        expect_one_line(tester.run("fuzz", "--resume", "--campaign", "two", "--time", "2s"), f"two/{name}: is not a ")
        expect(state_of(folder / "two") == before, "nothing is written", process)
        shutil.rmtree(folder / "was") if (folder / "was").is_dir() else (folder / "was").unlink()
        shutil.rmtree(folder / "two")
    for path in (folder / "one").glob("campaign.sqlite*"):
        path.write_bytes(b"")
    expect_one_line(tester.run("fuzz", "--resume", "--campaign", "one", "--time", "2s"), "campaign.sqlite is empty")


def what_is_no_case_is_refused(tester):
    """Any bytes are a case, and nearly all of them pass."""
    needs_host(tester)
    folder = tester.folder
    for name, content in (("a.json", b"[1]"), ("a.gz", gzip.compress(b"{}")), ("report.txt", b"FINDING x\n"),
                          ("n.json", b"null")):
        (folder / name).write_bytes(content)
        for verb in ("replay", "minimize", "explain", "promote"):
            expect_one_line(tester.run(verb, name), f"{name}: is not a case: neither a JSON object, nor in a corpus or campaign "
                            "of Straylane; --bytes takes any file for the bytes of a fuzz input")
        process = tester.run("replay", "--bytes", name, "--target", "host")
        expect(process.returncode == 0 and process.out == "pass\n", "with --bytes it is a case", process)
    (folder / "bom.json").write_bytes(b"\xef\xbb\xbf{}")
    expect_one_line(tester.run("replay", "bom.json"), "bom.json: begins with a byte order mark")
    seed = next((SOURCE / "corpus/seeds").iterdir())
    expect_one_line(tester.run("replay", seed, "--target", "host"), "--bytes")
    process = tester.run("replay", seed, "--target", "host", "--bytes")
    expect(process.returncode == 0, "a seed", process)
    tester.run("corpus", "import", "mine", SOURCE / "corpus/seeds")
    process = tester.run("replay", folder / "mine" / seed.name, "--target", "host")
    expect(process.returncode == 0 and process.out == "pass\n", "in a corpus of ours", process)
    os.mkfifo(folder / "fifo")
    for name in ("fifo", "/dev/zero"):
        for options in ((), ("--bytes",)):
            expect_one_line(tester.run("replay", name, *options), f"{name}: is not a regular file")
    for name in ("finding.json", "case.json"):
        (folder / "findings/x").mkdir(parents=True)
        (folder / "findings/x/case.json").write_text("{}")
        (folder / "findings/x" / name).unlink(missing_ok=True)
        os.mkfifo(folder / "findings/x" / name)
        expect_one_line(tester.run("report", "findings", "-o", "r.html"), f"{name}: is not a regular file")
        shutil.rmtree(folder / "findings")


def closed_descriptors_lose_nothing(tester):
    """The next opened file once got the number of the closed one."""
    needs_host(tester)
    for closed in ((0,), (1,), (2,), (0, 1), (0, 2), (1, 2), (0, 1, 2)):
        name = "".join(map(str, closed))
        ends = " ".join({0: "<&-", 1: ">&-", 2: "2>&-"}[fd] for fd in closed)
        shell = f'"$0" "$@" {ends}'
        for verb in (("fuzz", "--campaign", f"c{name}"), ("hunt", "--replays", "1")):
            command = [*verb, "--kernel", WRONG_KERNEL, "--time", "60s", "--out", f"{verb[0]}{name}"]
            process = subprocess.run(["sh", "-c", shell, tester.program, *command], cwd=tester.folder, capture_output=True,
                                     text=True)
            process.out, process.err = process.stdout, process.stderr
            expect(process.returncode == 2, "must exit 2", process)
            expect(list((tester.folder / f"{verb[0]}{name}").glob("*/min.json")), "a finding", process)
        with contextlib.closing(sqlite3.connect(tester.folder / f"c{name}/campaign.sqlite")) as database:
            if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                sys.exit("campaign.sqlite is not sound")


def a_hangup_ends_it_with_a_summary(tester):
    """Closing the terminal once lost what had been found."""
    needs_host(tester)
    process = tester.start("fuzz", "--campaign", "one", "--target", "host", "--time", "10m")
    deadline = time.monotonic() + RUN_S
    while not (tester.folder / "one/stats.ndjson").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    process.send_signal(signal.SIGHUP)
    process.out, process.err = process.communicate(timeout=RUN_S)
    expect(process.returncode == 129 and "ended by interrupted" in process.out, "a summary, and 129", process)
    process = tester.run("hunt", "--target", "numba", "--out", "found", "--time", "1s")
    if process.returncode == UNSUPPORTED:
        return
    process = tester.start("hunt", "--target", "numba", "--out", "hungup", "--replays", "10000000")
    line = ""
    while "found after" not in line:
        line = process.stderr.readline()
        if not line:
            process.out, process.err = process.communicate()
            expect(False, "must find the known failure", process)
    process.send_signal(signal.SIGHUP)
    process.out, process.err = process.communicate(timeout=RUN_S)
    kept = list((tester.folder / "hungup").glob("*/case.json"))
    expect(process.returncode == 129 and kept, "what was found is kept", process)


def a_limit_of_file_sizes_is_an_error(tester):
    """SIGXFSZ once ended it without a message, and left its temporary folder."""
    needs_host(tester)

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))

    process = tester.run("fuzz", "--campaign", "one", "--target", "host", "--time", "5s", preexec_fn=limited)
    last = process.err.splitlines()[-1]
    expect(process.returncode == 4 and last.startswith("straylane: one"), "must exit 4, and say so", process)
    process = tester.run("hunt", "--kernel", WRONG_KERNEL, "--replays", "1", "--out", "found", preexec_fn=limited)
    expect(process.returncode == 4 and "File too large" in process.err, "must exit 4, and say so", process)
    left = [*tester.temporary.iterdir(), *(tester.folder / "found").glob("*")]
    expect(not left, f"left: {left}", process)


def main():
    tester = Tester(str(Path(sys.argv[2]).resolve()))
    try:
        globals()[sys.argv[1]](tester)
    finally:
        shutil.rmtree(tester.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
