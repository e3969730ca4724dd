"""Runs fuzz_launch and fuzz_launch_replay as a user does.

    fuzz_launch_test.py TEST FOLDER_OF_THE_BINARIES SEEDS

Exits 77 where there is nothing to run.
"""

import filecmp
import os
import subprocess
import sys
import tempfile
from pathlib import Path

KNOWN_FAILURE = "module 'numba.cuda' has no attribute 'local'"
SKIPPED = 77
UNSUPPORTED = 5


def run(command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", env={**os.environ, **environment})
    if done.returncode == UNSUPPORTED:
        print("skipped:", done.stderr.strip())
        sys.exit(SKIPPED)
    return done


def fuzz(binaries, arguments, **environment):
    binary = binaries / "fuzz_launch"
    if not binary.exists():
        print(f"skipped: {binary} was not built, libFuzzer's runtime (libclang-rt-19-dev) is missing")
        sys.exit(SKIPPED)
    return run([binary, "-len_control=0", "-max_total_time=90", *arguments], **environment)


def expect(holds, what, done):
    if not holds:
        sys.exit(f"{what}\nexit status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


def expect_reproduced(binaries, artifact, bucket):
    """The input fails in the same bucket without the engine, each time."""
    for _ in range(3):
        replayed = run([binaries / "fuzz_launch_replay", artifact])
        expect(replayed.returncode == 2, "replay does not exit with 2", replayed)
        expect(KNOWN_FAILURE in replayed.stdout, "replay does not show the known failure", replayed)
        expect(f"fail {bucket} " in replayed.stdout, f"replay is not in bucket {bucket}", replayed)


def buckets_of(done):
    return [line.split()[-1] for line in done.stderr.splitlines() if line.startswith("straylane: finding ")]


def fuzz_finds_known_failure(binaries, _seeds, folder):
    done = fuzz(binaries, ["-seed=1", "-runs=20000", f"-artifact_prefix={folder}/"])
    expect(done.returncode == 77, "the engine does not take the finding for a crash", done)
    expect(KNOWN_FAILURE in done.stderr, "the known failure is not said", done)
    expect("token sl2." in done.stderr, "the finding has no token", done)
    artifacts = list(folder.iterdir())
    expect(len(artifacts) == 1 and artifacts[0].name.startswith("crash-"), f"artifacts: {artifacts}", done)
    expect_reproduced(binaries, artifacts[0], buckets_of(done)[0])


def fuzz_keeps_going(binaries, seeds, folder):
    corpus, found = folder / "corpus", folder / "found"
    corpus.mkdir()  # the first folder is the one that libFuzzer adds to
    found.mkdir()
    done = fuzz(binaries, ["-seed=1", "-runs=2000", corpus, seeds], STRAYLANE_KEEP_GOING=str(found))
    expect(done.returncode == 0, "a finding ends the run", done)
    buckets = buckets_of(done)
    expect(len(buckets) == 1, f"buckets: {buckets}", done)
    expect([f.name for f in found.iterdir()] == [f"{buckets[0]}.input"], "not one input for the bucket", done)
    expect_reproduced(binaries, found / f"{buckets[0]}.input", buckets[0])


def fuzz_seeds_are_those_of_the_source(binaries, seeds, folder):
    done = run([binaries / "fuzz_launch_replay", "--write-seeds", folder])
    expect(done.returncode == 0, "seeds are not written", done)
    names = sorted(f.name for f in folder.iterdir())
    expect(names == sorted(f.name for f in seeds.iterdir()), "corpus/seeds has other files", done)
    _, different, unread = filecmp.cmpfiles(folder, seeds, names, shallow=False)
    expect(not different and not unread, f"differ: {different + unread}", done)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        globals()[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]), Path(temporary))
