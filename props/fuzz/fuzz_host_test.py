"""Runs fuzz_host as a user does, and as another machine does.

    fuzz_host_test.py TEST FOLDER_OF_THE_BINARIES ROOT_OF_THE_SOURCES

Exits 77 where there is nothing to run.
"""

import os
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SKIPPED = 77
CRASH = 77  # libFuzzer's code for one
# One input in four million has the value. With comparisons, half of the seeds 1 to 10 need less than 45,000 runs.
MAGIC_RUNS = 150_000


def run(command, environment, folder):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, cwd=folder)


def expect(holds, what, done):
    if not holds:
        sys.exit(f"{what}\nexit status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


def look_for_magic_value(binary, coverage, folder):
    environment = {**os.environ, "STRAYLANE_PROGRAM": "magic_settings", "STRAYLANE_COVERAGE": coverage}
    return run([binary, "-len_control=0", "-seed=1", f"-runs={MAGIC_RUNS}", f"-artifact_prefix={folder}/"],
               environment, folder)


def fuzz_host_finds_a_magic_value(binary, root, folder):
    """The comparison of a 32-bit value in device code guides the engine to that value; nothing else does."""
    done = look_for_magic_value(binary, "compares", folder)
    expect(done.returncode == CRASH, "not found with comparisons", done)
    expect("array_size 170, " in done.stderr and "n_threads 107, block_size 24" in done.stderr, "another failure", done)
    artifacts = list(folder.glob("crash-*"))
    expect(len(artifacts) == 1, f"artifacts: {artifacts}", done)
    replayed = run([binary.with_name("fuzz_host_replay"), artifacts[0]],
                   {**os.environ, "STRAYLANE_PROGRAM": "magic_settings"}, folder)
    expect(replayed.returncode == 2, "the input does not fail again", replayed)

    done = look_for_magic_value(binary, "edges", folder)
    expect(done.returncode == 0, "found without comparisons, too: then it shows nothing", done)
    expect(f"Done {MAGIC_RUNS} runs" in done.stderr, "did not run all", done)
    source = (root / "corpus/planted/host/magic_settings.cu").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(source, 1) if "settings ==" in text)
    expect(f"not reached: magic_settings.cu:{line}\n" in done.stderr, "the line behind it is not named", done)


def fuzz_host_runs_from_a_copied_folder(binary, root, folder):
    """Runs in a folder of its own with an empty environment, without any file of the build or of the sources."""
    package = folder / "package"
    packed = run(["cmake", f"-DBINARY={binary}", f"-DFOLDER={package}", f"-DSOURCE={root}", "-P",
                  root / "fuzz" / "package.cmake"], {**os.environ}, folder)
    expect(packed.returncode == 0, "not packed", packed)
    with zipfile.ZipFile(package / "fuzz_host_seed_corpus.zip") as seeds:
        seeds.extractall(folder / "seeds")
    (folder / "corpus").mkdir()
    needed = run(["ldd", package / "fuzz_host"], {}, folder)
    expect(needed.returncode == 0 and "not found" not in needed.stdout, "libraries are missing", needed)
    for library in ("libLLVM", "libclang-cpp", "libfmt"):
        line = next((line for line in needed.stdout.splitlines() if library in line), "")
        expect(str(package) in line, f"{library} is not the one in the folder", needed)
    done = run([package / "fuzz_host", "-seed=1", "-runs=500", "-dict=fuzz_host.dict", folder / "corpus",
                folder / "seeds"], {}, package)
    expect(done.returncode == 0, "does not run clean", done)
    expect("Done 500 runs" in done.stderr, "did not run all", done)
    expect(re.search(r"Dictionary: \d+ entries", done.stderr), "the dictionary was not read", done)
    expect(re.search(r"straylane: coverage \d+ of \d+ edges", done.stderr), "no coverage of device code", done)
    expect(any((folder / "corpus").iterdir()), "the corpus stayed empty", done)


if __name__ == "__main__":
    fuzz_host = Path(sys.argv[2]) / "fuzz_host"
    if not fuzz_host.exists():
        print(f"skipped: {fuzz_host} was not built, libFuzzer's runtime or LLVM is missing")
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as temporary:
        globals()[sys.argv[1]](fuzz_host, Path(sys.argv[3]), Path(temporary))
