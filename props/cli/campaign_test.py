"""Breaks campaigns in ways that happen on real machines, and checks what is left.

    campaign_test.py TEST PROGRAM [COUNT]

COUNT: kills, or files of the corpus; what ctest asks for is small, `bench/run --campaign` asks for all.
Exits 77 where target host cannot run or something is not permitted. Figures go to stdout, one "name: value" a line.
"""

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SKIPPED = 77
STORAGE = 4
WAIT_S = 60  # for things that happen at once on an idle machine
MARK = "STRAYLANE_CAMPAIGN_TEST"
EMPTY_SHA1 = "da39a3ee5e6b4b0d3255bfef95601890afd80709"


def say(name, value):
    print(f"{name}: {value}", flush=True)


def inputs_in(folder):
    """Files of a corpus, without its marker."""
    return [path for path in Path(folder).iterdir() if not path.name.startswith(".")] if Path(folder).exists() else []


def names_in(folder):
    return {path.name for path in inputs_in(folder)}


def fail(what, process=None):
    text = f"{what}\n"
    if process is not None:
        text += f"{process.args}\nexit status {process.returncode}\n{process.out[-3000:]}\n{process.err[-3000:]}"
    sys.exit(text)


class Campaign:
    """The program on one folder. Every process that it starts has a mark in its environment."""

    def __init__(self, program, folder, target="host"):
        self.program, self.folder, self.target = program, Path(folder), target
        self.temporary = self.folder / "temporary"  # temporary files of processes are here
        self.temporary.mkdir(parents=True)
        self.mark = f"{os.getpid()}.{time.time_ns()}"
        self.path = self.folder / "campaign"
        self.corpus = self.path / "corpus"

    def start(self, *arguments):
        command = [self.program, "fuzz", "--campaign", str(self.path), "--out", str(self.folder / "findings"), *arguments]
        if "--resume" not in arguments:
            command += ["--target", self.target, *([] if "--stop-after" in arguments else ["--stop-after", "0"])]
        return subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, errors="replace",
                                env={**os.environ, "TMPDIR": str(self.temporary), MARK: self.mark})

    def run(self, *arguments):
        return ended(self.start(*arguments))

    def processes(self):
        """Process ids by name, of the program and of all processes below it."""
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if f"{MARK}={self.mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "comm").read_text().strip()
            except OSError:
                pass
        return found

    def wait_until(self, holds, what, process):
        deadline = time.monotonic() + WAIT_S
        while not holds():
            if process.poll() is not None:
                fail(f"it ended before {what}", ended(process))
            if time.monotonic() > deadline:
                process.kill()
                fail(f"waited {WAIT_S} s until {what}", ended(process))
            time.sleep(0.02)

    def ticks(self):
        path = self.path / "stats.ndjson"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def expect_nothing_left(self):
        """Waits until there are no processes and no temporary files."""
        deadline = time.monotonic() + WAIT_S
        while True:
            temporary = [p for p in self.folder.rglob("*") if p.name.endswith(".tmp") or p.parent == self.temporary]
            temporary += [p for p in (self.path / "tmp", self.path / "afl") if p.exists()]
            processes = self.processes()
            if not processes and not temporary:
                return
            if time.monotonic() > deadline:
                fail(f"left: {processes} {temporary}")
            time.sleep(0.02)

    def expect_whole(self):
        """Checks that every file has the content that its name says, and that the database is sound."""
        names = inputs_in(self.corpus)
        for path in [*names, *self.path.glob("buckets/*/first-*"), *self.path.glob("buckets/*/smallest-*")]:
            content = path.read_bytes()
            if hashlib.sha1(content).hexdigest() != path.name.split("-")[-1] or not content:
                fail(f"{path} is not whole: {len(content)} bytes")
        for path in self.path.glob("buckets/*/bucket.json"):
            json.loads(path.read_text())
        for line in (self.path / "stats.ndjson").read_text().splitlines():
            json.loads(line)
        with contextlib.closing(sqlite3.connect(self.path / "campaign.sqlite")) as database:
            if database.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                fail("campaign.sqlite is not sound")


def ended(process):
    process.out, process.err = process.communicate(timeout=WAIT_S * 4)
    return process


def a_full_disk_ends_it_with_nothing_half_written(program, _count):
    """On a tmpfs of 64 MiB, in a mount namespace of its own."""
    if os.environ.get("STRAYLANE_UNSHARED") is None:
        command = ["unshare", "-m", "--propagation", "private", sys.executable, "-B", *sys.argv]
        probe = subprocess.run(["unshare", "-m", "true"], capture_output=True, text=True)
        if probe.returncode != 0:
            print("skipped: no mount namespace:", probe.stderr.strip())
            sys.exit(SKIPPED)
        sys.exit(subprocess.run(command, env={**os.environ, "STRAYLANE_UNSHARED": "1"}).returncode)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=True)
        try:
            for round_number, min_free in enumerate((None, "0")):  # with the watch, and with a write that fails
                fill_disk(Campaign(program, Path(folder) / str(round_number)), Path(folder), min_free)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def fill_disk(campaign, disk, min_free):
    process = campaign.start("--jobs", "2", "--time", "10m", *(["--min-free", min_free] if min_free else []))
    campaign.wait_until(lambda: campaign.corpus.exists() and len(inputs_in(campaign.corpus)) > 3, "it has a corpus",
                        process)
    with open(disk / "fill", "wb", buffering=0) as fill:
        try:
            while True:
                fill.write(b"\0" * (1 << 20))
        except OSError:
            full = time.monotonic()
        try:
            while True:
                fill.write(b"\0" * 512)
        except OSError:
            pass
        ended(process)
        seconds = time.monotonic() - full
    name = f"full disk, {'watched' if min_free is None else 'not watched'}"
    if process.returncode != STORAGE:
        fail("must exit 4", process)
    if len(process.err.strip().splitlines()[-1]) == 0 or "straylane: " not in process.err:
        fail("one line that says so", process)
    say(f"{name}: seconds until it ended", f"{seconds:.2f}")
    if seconds > 5:
        fail(f"took {seconds:.1f} s, must be within 5", process)
    campaign.expect_nothing_left()
    campaign.expect_whole()
    files = len(inputs_in(campaign.corpus))
    say(f"{name}: files in the corpus, empty or partial ones", f"{files}, 0")
    full_again = campaign.run("--resume", "--time", "2s")
    if full_again.returncode != STORAGE:
        fail("must exit 4 while the disk is full", full_again)
    (disk / "fill").unlink()
    before = len(inputs_in(campaign.corpus))
    process = campaign.run("--resume", "--time", "3s", "--json")
    document = json.loads(process.out)
    if process.returncode != 0 or document["files_read"] < before + seeds_of(campaign):
        fail(f"must read {before} files of the corpus and {seeds_of(campaign)} seeds", process)
    say(f"{name}: files that --resume read", f"{before} of {before}")
    shutil.rmtree(campaign.folder)


def seeds_of(campaign):
    return len(list((Path(campaign.program).parent / "seeds").iterdir()))


def sigkill_leaves_nothing_behind(program, count):
    """SIGKILL at random instants, to every kind of process in turn."""
    killed = {}
    lost_s = [0.0]
    draw = random.Random(1)
    # Target host gets a kernel that fails, so that findings are minimised, too. Target numba has a worker process.
    planted = Path(__file__).resolve().parents[2] / "corpus/planted/host/guard_off_by_one.cu"
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            campaign = Campaign(program, folder, "numba" if number % 4 == 3 else "host")
            kernel = ["--kernel", str(planted)] if number % 4 == 1 else []
            process = campaign.start("--jobs", "2", "--time", "10m", *kernel)
            name, lost = kill_one(campaign, process, number, draw)
            killed[name] = killed.get(name, 0) + 1
            lost_s.append(lost)
    say("killed", ", ".join(f"{name} {times}" for name, times in sorted(killed.items())))
    say("left behind: processes, temporary files", "0, 0")
    say("seconds of figures lost, at most", f"{max(lost_s):.1f}")


def kill_one(campaign, process, number, draw):
    def victims():
        all_of = {pid: name for pid, name in campaign.processes().items() if pid != process.pid}
        return {process.pid: "straylane"} if number % 2 == 0 else all_of

    campaign.wait_until(victims, "there is a process", process)
    if number % 5 != 4:  # otherwise it is killed while it starts
        campaign.wait_until(campaign.ticks, "there is a tick", process)
    time.sleep(draw.random() * 1.5)
    there = victims() or {process.pid: "straylane"}
    victim = draw.choice(sorted(there))
    ticks, before = campaign.ticks(), names_in(campaign.corpus)
    time_before = time.monotonic()
    try:
        os.kill(victim, signal.SIGKILL)
    except ProcessLookupError:  # the process has ended
        pass
    lost = 0.0
    if victim == process.pid:
        ended(process)
        campaign.expect_nothing_left()
        if ticks:
            lost = max(0.0, time.time() - (campaign.path / "stats.ndjson").stat().st_mtime - (time.monotonic() - time_before))
    else:  # the campaign goes on, and ends when it is asked to
        time.sleep(0.3)
        if process.poll() is not None:
            fail(f"the campaign ended with {there[victim]}", ended(process))
        process.send_signal(signal.SIGINT)
        ended(process)
        if process.returncode != 130:
            fail("must exit 130", process)
        campaign.expect_nothing_left()
    if campaign.corpus.exists():
        after = names_in(campaign.corpus)
        # libFuzzer removes an input only after the smaller one that replaces it exists.
        if len(after) < len(before - after) or (before and not after):
            fail(f"of {len(before)} files {len(after)} are there")
    if ticks:
        campaign.expect_whole()
    return there[victim], lost


def a_large_corpus_is_resumed_at_once(program, count):
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(program, folder)
        first = campaign.run("--time", "2s", "--json")
        if first.returncode != 0:
            fail("the first session", first)
        for i in range(count):
            content = b"%08d" % i
            (campaign.corpus / hashlib.sha1(content).hexdigest()).write_bytes(content)
        files = len(inputs_in(campaign.corpus))
        process = campaign.run("--resume", "--time", "600s", "--runs", str(files + 1_000), "--json")
        document = json.loads(process.out)
        if process.returncode != 0 or document["files_read"] != files + seeds_of(campaign):
            fail(f"must read {files} files", process)
        say("files in the corpus", files)
        say("seconds until the first of them ran", f"{document['seconds_to_first_run']:.2f}")
        say("seconds until all of them had run", f"{document['seconds']:.1f}")
        return document["seconds_to_first_run"]


def two_campaigns_on_one_folder_are_refused(program, _count):
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(program, folder)
        process = campaign.start("--time", "10m")
        campaign.wait_until(campaign.ticks, "there is a tick", process)
        for again in (("--time", "1s"), ("--resume",)):
            second = campaign.run(*again)
            if second.returncode != 1 or f"a campaign is running there, in process {process.pid}" not in second.err:
                fail("must be refused with exit code 1", second)
            if len([line for line in second.err.splitlines() if line.startswith("straylane: ")]) != 1:
                fail("one line", second)
        process.send_signal(signal.SIGINT)
        ended(process)
        if process.returncode != 130 or "ended by interrupted" not in process.out:
            fail("a summary", process)
        second = campaign.run("--time", "1s")
        if second.returncode != 1 or "--resume continues it" not in second.err:
            fail("a campaign that is there already", second)
        resumed = campaign.run("--resume", "--time", "1s")
        if resumed.returncode != 0:
            fail("must go on", resumed)


def corpora_are_merged_and_exchanged(program, _count):
    with tempfile.TemporaryDirectory() as folder:
        shared = Path(folder) / "shared"
        one, two = (Campaign(program, Path(folder) / name) for name in ("one", "two"))

        def corpus(*arguments):
            process = ended(subprocess.Popen([program, "corpus", *map(str, arguments), "--json"], text=True,
                                             stdout=subprocess.PIPE, stderr=subprocess.PIPE))
            if process.returncode != 0:
                fail("corpus", process)
            return json.loads(process.out)

        # Each campaign exchanges inputs with the folder a second after its start, and again later.
        for campaign in (one, two, one):
            process = campaign.run("--time", "13s", "--sync", str(shared), *(["--resume"] if campaign.path.exists() else []))
            if process.returncode != 0:
                fail("a campaign with --sync", process)
        given = names_in(shared)
        if not given or any(len(name) != 40 for name in given):
            fail(f"shared: {given}")
        inputs = Path(folder) / "inputs"
        inputs.mkdir()
        (inputs / "mine").write_bytes(b"\x01mine")
        (inputs / "empty").write_bytes(b"")
        imported = corpus("import", one.corpus, inputs)
        if (imported["added"], imported["no_case"]) != (1, 1):
            fail(f"import: {imported}")
        exported = corpus("export", one.corpus, Path(folder) / "copy")
        if names_in(Path(folder) / "copy") != names_in(one.corpus) or exported["added"] == 0:
            fail(f"export: {exported}")
        merged = corpus("merge", Path(folder) / "merged", one.corpus, two.corpus, "--target", "host")
        if not 0 < merged["added"] <= len(names_in(one.corpus) | names_in(two.corpus)):
            fail(f"merge: {merged}")
        if corpus("merge", Path(folder) / "merged", one.corpus, "--target", "host")["added"] != 0:
            fail("merged once more, nothing is new")
        copy = Path(folder) / "copy"
        minimized = corpus("minimize", copy, "--target", "host")
        if minimized["left"] != len(inputs_in(copy)) or not 0 < minimized["left"] <= exported["added"]:
            fail(f"minimize: {minimized}")
        if corpus("merge", copy, one.corpus, "--target", "host")["added"] != 0:
            fail("what was removed shows something that is lost")


def shared_memory_of(pids):
    """Numbers of the shared memory segments (System V) that these processes made."""
    rows = [line.split() for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]]
    return [row[1] for row in rows if int(row[4]) in pids]


def afl_is_the_engine(program, _count):
    """The supervisor with AFL++: failures, inputs that end the process, SIGKILL, resuming, and a missing AFL++."""
    if not (Path(program).parent / "fuzz" / "fuzz_host_afl").exists() or not shutil.which("afl-fuzz"):
        print("skipped: there is no afl-fuzz, or was none when this was built: apt-get install afl++")
        sys.exit(SKIPPED)
    planted = Path(__file__).resolve().parents[2] / "corpus/planted/host"
    for kernel, bucket in (("guard_off_by_one", "stray-lane-"), ("recurses_in_blocks_of_3", "crash-killed-by-signal-segmentation-fault-")):
        with tempfile.TemporaryDirectory() as folder:
            campaign = Campaign(program, folder)
            process = campaign.run("--engine", "afl", "--time", "200s", "--stop-after", "1", "--kernel", str(planted / f"{kernel}.cu"),
                                   "--json")
            document = json.loads(process.out)
            # Another bucket may come before the campaign has ended.
            found = [finding for finding in document["findings"] if finding["bucket"].startswith(bucket)]
            if process.returncode != 2 or len(found) != 1:
                fail(f"must find {bucket}", process)
            if found[0]["minimization"] != "minimized" or not (Path(found[0]["folder"]) / "min.json").exists():
                fail("must be minimised", process)
            if document["files_read"] != seeds_of(campaign) or document["executions"] == 0:
                fail(f"must start from {seeds_of(campaign)} seeds", process)
            campaign.expect_nothing_left()
            campaign.expect_whole()
    afl_campaign_goes_on(program)
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(program, folder)
        os.environ["PATH"], path = folder, os.environ["PATH"]
        process = campaign.run("--engine", "afl", "--time", "10s")
        os.environ["PATH"] = path
        if process.returncode != 5 or "apt-get install afl++" not in process.err or len(process.err.splitlines()) > 2:
            fail("must exit 5 with one line that names the package", process)


def afl_campaign_goes_on(program):
    with tempfile.TemporaryDirectory() as folder:
        campaign = Campaign(program, folder)
        process = campaign.start("--engine", "afl", "--jobs", "2", "--time", "20m")
        # What AFL++ found is in the corpus, and both jobs run inputs.
        campaign.wait_until(lambda: campaign.corpus.exists() and len(inputs_in(campaign.corpus)) > 5
                            and campaign.ticks() and all(w["executions"] > 0 for w in campaign.ticks()[-1]["workers"]),
                            "it has a corpus", process)
        engines = [pid for pid, name in campaign.processes().items() if name == "afl-fuzz"]
        if len(engines) != 2:
            fail(f"two processes of afl-fuzz: {campaign.processes()}", process)
        os.kill(engines[1], signal.SIGKILL)
        campaign.wait_until(lambda: campaign.ticks()[-1]["restarts"] == 1, "another one goes on", process)
        engines += [pid for pid, name in campaign.processes().items() if name == "afl-fuzz"]
        before = names_in(campaign.corpus)
        process.kill()
        ended(process)
        campaign.expect_nothing_left()
        campaign.expect_whole()
        if left := shared_memory_of(engines):
            fail(f"left shared memory: {left}")
        process = campaign.start("--resume", "--json")
        campaign.wait_until(lambda: "afl-fuzz" in campaign.processes().values() and campaign.ticks()[-1]["workers"][0]["executions"] > 0,
                            "it runs inputs", process)
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        ended(process)
        document = json.loads(process.out)
        if process.returncode != 130 or document["files_read"] < len(before) or not before <= names_in(campaign.corpus):
            fail(f"must go on from {len(before)} files, and end when it is asked to", process)
        say("seconds from SIGINT to the end", f"{time.monotonic() - asked:.2f}")
        campaign.expect_nothing_left()


TESTS = {
    "afl_is_the_engine": 1,
    "corpora_are_merged_and_exchanged": 1,
    "a_full_disk_ends_it_with_nothing_half_written": 1,
    "sigkill_leaves_nothing_behind": 10,
    "a_large_corpus_is_resumed_at_once": 2_000,
    "two_campaigns_on_one_folder_are_refused": 1,
}


def main():
    name, program = sys.argv[1], str(Path(sys.argv[2]).resolve())
    count = int(sys.argv[3]) if len(sys.argv) > 3 else TESTS[name]
    if not (Path(program).parent / "fuzz" / "fuzz_host").exists():
        print("skipped: there is no fuzz_host: no libFuzzer runtime, or no LLVM")
        sys.exit(SKIPPED)
    globals()[name](program, count)


if __name__ == "__main__":
    main()
