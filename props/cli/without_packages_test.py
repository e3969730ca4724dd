#!/usr/bin/env python3
"""Optional packages may be missing: Straylane on a machine without the CUDA toolkit, and on one without LLVM.

    without_packages_test.py cuda_toolkit BUILD     its libraries hidden, the program and the tests of target cuda
    without_packages_test.py llvm_at_run_time BUILD the worker of target host hidden, the program
    without_packages_test.py llvm BUILD             a configure that does not find LLVM

Files are hidden by mounts in a mount namespace of the test's own (unshare -m). Exit status 77 where those are not permitted.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INSIDE = "STRAYLANE_INSIDE_NAMESPACE"
SKIPPED = 77


def toolkit_libraries():
    """Every file that a loader could take for NVRTC or nvJitLink."""
    known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True).stdout
    folders = {os.path.dirname(path) for path in re.findall(r"=> (\S*/lib(?:nvrtc|nvJitLink)\S*)", known)}
    folders |= set(filter(None, os.environ.get("LD_LIBRARY_PATH", "").split(":")))
    for toolkit in filter(None, (os.environ.get("CUDA_HOME"), os.environ.get("CUDA_PATH"), "/usr/local/cuda")):
        folders |= {f"{toolkit}/{name}" for name in ("lib64", "lib", "targets/x86_64-linux/lib")}
    found = [path for folder in folders for name in ("nvrtc", "nvJitLink") for path in glob.glob(f"{folder}/lib{name}*.so*")]
    return sorted({os.path.realpath(path) for path in found})


def hide(paths):
    """Puts this process into a mount namespace where these files and folders are empty."""
    if os.environ.get(INSIDE) != "yes":
        arguments = ["-m"] if os.geteuid() == 0 else ["-rm"]
        if subprocess.run(["unshare", *arguments, "true"], capture_output=True).returncode != 0:
            print("skipped: unshare -m is not permitted here")
            sys.exit(SKIPPED)
        os.environ[INSIDE] = "yes"
        os.execvp("unshare", ["unshare", *arguments, sys.executable, "-B", *sys.argv])
    for path in paths:
        over = ["-t", "tmpfs", "none"] if os.path.isdir(path) else ["--bind", "/dev/null"]
        mounted = subprocess.run(["mount", *over, path], capture_output=True, text=True)
        if mounted.returncode != 0:
            print(f"skipped: {mounted.stderr.strip()}")
            sys.exit(SKIPPED)


def run(command, status, **environment):
    done = subprocess.run([str(word) for word in command], cwd=ROOT, env={**os.environ, **environment}, capture_output=True,
                          text=True)
    assert done.returncode == status, f"{command}: {done.returncode}, must be {status}\n{done.stdout}{done.stderr}"
    return done.stdout


def check_unsupported(program, target, says, *options):
    """Checks that every verb says in one line that `target` is missing, and what installs it."""
    with tempfile.TemporaryDirectory() as out:
        hunt = [program, "hunt", "--target", target, "--time", "2s", "--out", out, *options]
        document = json.loads(run([*hunt, "--json"], 5))
        row = next(row for row in document["targets"] if row["target"] == target)
        assert row["status"] == "unsupported" and says in row["reason"], row
        assert document["findings"] == [] and os.listdir(out) == [], document
    case = ROOT / "corpus/planted/off_by_one_guard.case.json"
    replay = subprocess.run([program, "replay", "--target", target, *options, case], capture_output=True, text=True)
    assert replay.returncode == 5 and says in replay.stderr, replay.stderr
    assert replay.stderr.count("\n") == 1 and replay.stdout == "", replay


def cuda_toolkit(build):
    libraries = toolkit_libraries()
    hide(libraries)
    program = build / "straylane"
    says = "no CUDA toolkit: libnvrtc.so.13 or .12, and libnvJitLink.so.13 or .12 missing"
    doctor = run([program, "doctor"], 0)
    assert re.search(r"^missing CUDA toolkit +no CUDA toolkit: .*cuda-nvrtc-13-0", doctor, re.MULTILINE), doctor
    check_unsupported(program, "cuda", says)
    check_unsupported(program, "cuda", says, "--kernel", ROOT / "docs/examples/right.cu")
    tests = run([build / "props/props_cuda"], 0)
    skipped = re.search(r"\[  SKIPPED \] (\d+) tests", tests)
    passed = re.search(r"\[  PASSED  \] (\d+) tests", tests)
    assert skipped and passed and int(skipped[1]) > 5 and int(passed[1]) > 5, tests
    print(f"{len(libraries)} libraries hidden; of the tests of target cuda {passed[1]} passed, {skipped[1]} were skipped")


def llvm_at_run_time(build):
    hide([build / "host"] if (build / "host").is_dir() else [])
    program = build / "straylane"
    says = "apt-get install llvm-19-dev libclang-19-dev"
    doctor = run([program, "doctor"], 0)
    assert re.search(rf"^missing target host +.*{says}", doctor, re.MULTILINE), doctor
    check_unsupported(program, "host", says)
    check_unsupported(program, "host", says, "--kernel", ROOT / "docs/examples/right.cu")


def llvm(_):
    with tempfile.TemporaryDirectory() as folder:
        said = run(["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_DISABLE_FIND_PACKAGE_LLVM=ON"], 0)
        assert "target host is left out: apt-get install llvm-19-dev libclang-19-dev" in said, said
        targets = run(["ninja", "-C", folder, "-t", "targets", "all"], 0)
        tests = run(["ctest", "--test-dir", folder, "-N"], 0)
        for name in ("straylane_host_worker", "fuzz_host", "bench_host"):
            assert not re.search(rf"\b{name}\b", targets), name
        assert "props_numba" in tests and "props_cuda" in tests and "props_host" not in tests, tests


if __name__ == "__main__":
    missing = {"cuda_toolkit": cuda_toolkit, "llvm_at_run_time": llvm_at_run_time, "llvm": llvm}
    missing[sys.argv[1]](Path(sys.argv[2]).resolve())
