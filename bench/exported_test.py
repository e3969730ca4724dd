#!/usr/bin/env python3
"""Runs an exported test many times in several environments, and prints how often it failed and passed.

    exported_test.py TEST.py --fails PYTHON --passes PYTHON [--runs N] [--ways plain,1e-6,1,xdist]

Each way is one column: `plain` is `python -m pytest` N times; `1e-6` and `1` are N copies of the file in one pytest whose
switch interval is that many seconds; `xdist` is N copies on four workers (left out where pytest-xdist is not installed).
The schedule runs in a new process each time, whatever the way. Exits 1 where a run was other than it must be: --fails
means the recorded failure, not a refusal, nor anything else.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

PLUGIN = "import os, sys\n\nsys.setswitchinterval(float(os.environ['SWITCH_INTERVAL_S']))\n"
VERSIONS = """
import importlib.metadata as m, sys
names = [n for n in ("numba", "numba-cuda") if any(True for d in m.distributions(name=n))]
print(", ".join(f"{n} {m.version(n)}" for n in names) + f", Python {sys.version.split()[0]}")
"""


def outcomes(report, recorded):
    """fails, passes or another word, for each test of a JUnit file; and the seconds of each."""
    for case in ElementTree.parse(report).iter("testcase"):
        failure = case.find("failure")
        said = failure.get("message", "") if failure is not None else ""
        if failure is None and case.find("error") is None and case.find("skipped") is None:
            yield "passes", float(case.get("time"))
        elif "FAILED" in said and recorded in said:
            yield "fails", float(case.get("time"))
        else:
            yield said.split(":")[0][:40] or "error", float(case.get("time"))


def pytest(python, folder, *options, **environment):
    """One run of pytest over the folder's files: outcomes, and its seconds from start to end."""
    report = folder / "report.xml"
    report.unlink(missing_ok=True)
    start = time.monotonic()
    run = subprocess.run([python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *options, "."],
                         cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True)
    seconds = time.monotonic() - start
    if not report.exists():
        sys.exit(f"{python}: pytest: {run.stdout[-500:]}{run.stderr[-500:]}")
    return list(outcomes(report, recorded_in(next(folder.glob("test_*.py"))))), seconds


def recorded_in(test):
    return eval(re.search(r"^EXPECTED = (.*)$", test.read_text(), re.MULTILINE).group(1))


def run_way(way, python, test, runs):
    """[(outcome, seconds)], None where the way is not to be had here."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if way == "plain":
            shutil.copy(test, folder)
            results = []
            for _ in range(runs):
                found, seconds = pytest(python, folder)
                results += [(outcome, seconds) for outcome, _ in found]
            return results
        for copy in range(runs):
            shutil.copy(test, folder / f"{test.stem}_{copy}.py")
        if way == "xdist":
            if subprocess.run([python, "-c", "import xdist"], capture_output=True).returncode != 0:
                return None
            return pytest(python, folder, "-n", "4")[0]
        (folder / "switch_interval.py").write_text(PLUGIN)
        return pytest(python, folder, "-p", "switch_interval", PYTHONPATH=str(folder), SWITCH_INTERVAL_S=way)[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("test", type=Path)
    parser.add_argument("--fails", action="append", default=[], metavar="PYTHON", help="must fail with this interpreter")
    parser.add_argument("--passes", action="append", default=[], metavar="PYTHON", help="must pass with this one")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--ways", default="plain,1e-6,1,xdist")
    arguments = parser.parse_args()
    if not arguments.test.is_file():
        parser.error(f"{arguments.test}: no such file")
    wrong = 0
    print("| environment | way | as it must be | median s | slowest s |\n|---|---|---|---|---|", flush=True)
    for must, pythons in (("fails", arguments.fails), ("passes", arguments.passes)):
        for python in pythons:
            versions = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True).stdout.strip()
            for way in arguments.ways.split(","):
                results = run_way(way, python, arguments.test.resolve(), arguments.runs)
                if results is None:
                    print(f"| {versions} | {way} | pytest-xdist is not installed | | |", flush=True)
                    continue
                right = sum(outcome == must for outcome, _ in results)
                others = sorted({outcome for outcome, _ in results if outcome != must})
                seconds = sorted(s for _, s in results)
                wrong += right != arguments.runs or len(results) != arguments.runs
                print(f"| {versions} | {way} | {must} {right} of {arguments.runs}{'; else ' + ', '.join(others) if others else ''} "
                      f"| {seconds[len(seconds) // 2]:.2f} | {seconds[-1]:.2f} |", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
