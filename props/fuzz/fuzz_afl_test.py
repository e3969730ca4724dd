"""Runs AFL++ with the entry points that libFuzzer has.

    fuzz_afl_test.py TEST FOLDER_OF_THE_BINARIES ROOT_OF_THE_SOURCES

Exits 77, with the reason, where AFL++ or a binary is missing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SKIPPED = 77


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def expect(holds, what, done):
    if not holds:
        sys.exit(f"{what}\n{done.args}\nexit status {done.returncode}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}")


def fuzz(binary, root, folder, *arguments, **settings):
    environment = {**os.environ, "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1", "AFL_SKIP_CRASHES": "1",
                   "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", **settings}
    return subprocess.run(["afl-fuzz", "-i", root / "corpus/seeds", "-o", folder / "out", "-t", "20000", "-m", "none",
                           "-x", root / "fuzz/fuzz_launch.dict", "-s", "1", *arguments, "--", binary],
                          capture_output=True, text=True, errors="replace", env=environment, timeout=550, cwd=folder)


def stats(folder):
    lines = (folder / "out/default/fuzzer_stats").read_text(encoding="utf-8").splitlines()
    return {key.strip(): value.strip() for key, value in (line.split(":", 1) for line in lines)}


def afl_finds_a_planted_defect(binary, root, folder):
    # Seeds pass, and so does AFL++'s first input, which must not crash.
    program = {"STRAYLANE_PROGRAM": "shared_overflow"}
    done = fuzz(binary, root, folder, "-E", "50000", AFL_BENCH_UNTIL_CRASH="1", **program)
    crashes = [f for f in (folder / "out/default/crashes").glob("id*")]
    expect(crashes, "found nothing", done)
    replayed = subprocess.run([binary.with_name("fuzz_host_replay"), crashes[0]], capture_output=True, text=True,
                              env={**os.environ, **program}, cwd=folder)
    expect(replayed.returncode == 2 and "outofbounds" in replayed.stdout, "the input does not fail again", replayed)


def afl_sees_what_runs_show(binary, root, folder):
    """AFL++'s map has our counters, so new inputs are kept. Without the counters it would keep the seeds alone."""
    done = fuzz(binary, root, folder, "-E", "3000")
    expect(done.returncode == 0, "does not run clean", done)
    seen = stats(folder)
    expect(int(seen["execs_done"]) >= 3000 and int(seen["saved_crashes"]) == 0, f"{seen}", done)
    expect(int(seen["corpus_found"]) > 0 and int(seen["edges_found"]) > 10, f"sees nothing: {seen}", done)


if __name__ == "__main__":
    afl_binary = Path(sys.argv[2]) / "fuzz_host_afl"
    if not shutil.which("afl-fuzz"):
        skip("afl-fuzz is missing: apt-get install afl++")
    if not afl_binary.exists():
        skip(f"{afl_binary} was not built: AFL++ or LLVM was missing")
    with tempfile.TemporaryDirectory() as temporary:
        globals()[sys.argv[1]](afl_binary, Path(sys.argv[3]), Path(temporary))
