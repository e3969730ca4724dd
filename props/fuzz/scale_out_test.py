"""Runs .clusterfuzzlite/build.sh as ClusterFuzzLite does, and the built programs as another machine does.

    scale_out_test.py TEST ROOT_OF_THE_SOURCES WORK LIB_FUZZING_ENGINE

WORK is kept, so that the next time only what has changed is compiled. Exits 77, with the reason, where there is no engine or
no LLVM.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SKIPPED = 77
TARGETS = {"fuzz_host": 300, "fuzz_codec": 20_000}  # runs


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def expect(holds, what, done):
    if not holds:
        sys.exit(f"{what}\n{done.args}\nexit status {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-4000:]}")


def run(command, environment, folder):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, cwd=folder)


def build(root, work, engine, folder):
    """Fills $OUT, with only those variables that these services set (and a compiler cache, if one is in use)."""
    sources = work.with_name(work.name + "_src")  # the same for every build in WORK: CMake insists
    sources.mkdir(parents=True, exist_ok=True)
    if not (sources / "straylane").exists():
        (sources / "straylane").symlink_to(root)
    (folder / "out").mkdir()
    cache = {k: v for k, v in os.environ.items() if k.startswith("CCACHE_") or k.endswith("_COMPILER_LAUNCHER")}
    environment = {**cache, "PATH": "/usr/bin:/bin", "HOME": str(folder), "SRC": str(sources), "OUT": str(folder / "out"),
                   "WORK": str(work), "LIB_FUZZING_ENGINE": engine, "STRAYLANE_JOBS": "2"}
    done = run([root / ".clusterfuzzlite/build.sh"], environment, folder)
    expect(done.returncode == 0, "build.sh", done)
    return folder / "out"


def seeds_of(package, name, folder):
    with zipfile.ZipFile(package / f"{name}_seed_corpus.zip") as seeds:
        seeds.extractall(folder)
        return len(seeds.namelist())


def runs_elsewhere(root, work, engine, folder):
    package = folder / "elsewhere" / "a folder"
    shutil.copytree(build(root, work, engine, folder), package, symlinks=True)
    shutil.rmtree(folder / "out")
    for name, runs in TARGETS.items():
        seeds, corpus = folder / f"{name}-seeds", folder / f"{name}-corpus"
        corpus.mkdir()
        count = seeds_of(package, name, seeds)
        needed = run(["ldd", package / name], {}, folder)
        expect(needed.returncode == 0 and "not found" not in needed.stdout, f"{name}: libraries are missing", needed)
        ours = [line for line in needed.stdout.splitlines() if "libfmt" in line]
        expect(ours and str(package) in ours[0], f"{name}: libfmt is not the one in the folder", needed)
        done = run([package / name, "-seed=1", f"-runs={runs}", f"-dict={package / name}.dict", corpus, seeds], {}, folder)
        expect(done.returncode == 0, f"{name}: does not run clean", done)
        expect(f"Done {runs} runs" in done.stderr, f"{name}: did not run all", done)
        expect(f"{count} files found in" in done.stderr, f"{name}: did not read its {count} seeds", done)
        entries = re.search(r"Dictionary: (\d+) entries", done.stderr)
        expect(entries and int(entries.group(1)) > 0, f"{name}: the dictionary was not read", done)
        options = package / f"{name}.options"
        expect(not options.exists() or options.read_text(encoding="utf-8").startswith("[libfuzzer]\n"), f"{name}: options", done)
    expect((package / "fuzz_host.options").exists(), "fuzz_host has options", done)


def finds_a_planted_defect(root, work, engine, folder):
    """Checks that the built programs really work: they find a kernel whose guard is off by one."""
    package = build(root, work, engine, folder)
    environment = {"STRAYLANE_KERNEL": str(root / "docs/examples/guard_off_by_one.cu")}
    done = run([package / "fuzz_host", "-seed=1", "-runs=20000", f"-artifact_prefix={folder}/"], environment, folder)
    expect(done.returncode == 77, "not found", done)
    expect("straylane: finding stray-lane-" in done.stderr, "another failure", done)
    expect(len(list(folder.glob("crash-*"))) == 1, "no artifact", done)


def says_what_is_missing(root, work, engine, folder):
    environment = {"PATH": "/usr/bin:/bin", "SRC": str(folder), "OUT": str(folder), "WORK": str(folder)}
    done = run([root / ".clusterfuzzlite/build.sh"], environment, folder)
    expect(done.returncode != 0 and "LIB_FUZZING_ENGINE" in done.stderr, "an unset variable is named", done)


if __name__ == "__main__":
    test, root, work, engine = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    if not engine or not Path(engine).exists():
        skip("no libFuzzer runtime: apt-get install libclang-rt-19-dev")
    if not Path("/usr/lib/llvm-19/lib/cmake/clang").exists():
        skip("no LLVM 19 and clang: apt-get install llvm-19-dev libclang-19-dev clang-19")
    with tempfile.TemporaryDirectory() as temporary:
        globals()[test](root, work, engine, Path(temporary))
