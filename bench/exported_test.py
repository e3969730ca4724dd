#!/usr/bin/env python3
"""Runs an exported test many times in several environments, and prints how often it failed and passed.

    exported_test.py TEST.py --fails PYTHON --passes PYTHON [--runs N] [--ways plain,1e-6,1,xdist] [--results FILE]

Each way is one row of an environment:
    plain   `python -m pytest` over the file, N times; wall and processor time are those of all of pytest
    1e-6    20 copies of the file in one pytest after sys.setswitchinterval(1e-6), which also holds for their launches
    1       the same with 1 s
    xdist   20 copies of the file in one pytest, on two workers of pytest-xdist
With copies, the times are per test. The launches of each test always run in a process of their own, which is included.

--fails means the recorded failure; a refusal does not count. If a run goes other than it must, it is printed, and the
exit status is 1. With --results each run is written to that file as one line as soon as it has ended, and the same
command goes on from there later; runs of another test file are not counted. --runs 0 runs nothing, and prints what is
in the file. Progress is shown on stderr.
"""
import argparse
import hashlib
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

WAYS = ("plain", "1e-6", "1", "xdist")
COPIES = 20  # in one pytest
SWITCH_INTERVAL = "import os, sys\n\nsys.setswitchinterval(float(os.environ['SWITCH_INTERVAL_S']))\n"
# Writes each test's own processor time to the JUnit file, without pytest's start and without the other tests.
PROCESSOR_TIME = """
import resource

import pytest


def used():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item):
    before = used()
    yield
    item.user_properties.append(("processor_s", used() - before))
"""
VERSIONS = """
import importlib.metadata as m, sys
names = [n for n in ("numba", "numba-cuda") if any(True for d in m.distributions(name=n))]
print(", ".join(f"{n} {m.version(n)}" for n in names) + f", Python {sys.version.split()[0]}")
"""


def recorded_in(test):
    return eval(re.search(r"^EXPECTED = (.*)$", test.read_text(), re.MULTILINE).group(1))


def outcome_of(case, recorded):
    """The outcome of a test in a JUnit file: "fails" (as recorded), "passes", or what else it said."""
    problem = next((found for found in map(case.find, ("failure", "error", "skipped")) if found is not None), None)
    if problem is None:
        return "passes"
    said = problem.get("message", "")
    return "fails" if problem.tag == "failure" and "FAILED" in said and recorded in said else f"{problem.tag}: {said}"


def children_s():
    return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])


def pytest(python, folder, *options, **environment):
    """One run of pytest over the folder's files: its tests, and its wall and processor time in seconds."""
    report = folder / "report.xml"
    start, used = time.monotonic(), children_s()
    command = [python, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *options, "."]
    run = subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True)
    seconds, used = time.monotonic() - start, children_s() - used
    if not report.exists():
        sys.exit(f"{python}: pytest: {run.stdout[-500:]}{run.stderr[-500:]}")
    cases = list(ElementTree.parse(report).iter("testcase"))
    if not cases:
        sys.exit(f"{python}: pytest found no test: a test file is named test_*.py")
    return cases, seconds, used


def runs_of(way, python, test, wanted):
    """At least one more run, at most `wanted`: [{outcome, wall_s, processor_s}]."""
    recorded = recorded_in(test)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if way == "plain":
            shutil.copy(test, folder)
            cases, wall_s, processor_s = pytest(python, folder)
            return [{"outcome": outcome_of(case, recorded), "wall_s": wall_s, "processor_s": processor_s} for case in cases]
        for copy in range(min(wanted, COPIES)):
            shutil.copy(test, folder / f"{test.stem}_{copy}.py")
        (folder / "conftest.py").write_text(PROCESSOR_TIME)
        (folder / "switch_interval.py").write_text(SWITCH_INTERVAL)
        if way == "xdist":
            cases, _, _ = pytest(python, folder, "-n", "2")
        else:
            cases, _, _ = pytest(python, folder, "-p", "switch_interval", PYTHONPATH=str(folder), SWITCH_INTERVAL_S=way)
        return [{"outcome": outcome_of(case, recorded), "wall_s": float(case.get("time")),
                 "processor_s": float(case.find("properties/property").get("value"))} for case in cases]


class Results:
    """The runs so far, by environment and way. Each new one is also written to the file, if one was named."""

    def __init__(self, path, test):
        self.digest = hashlib.sha1(test.read_bytes()).hexdigest()[:16]
        self.runs = {}
        self.file = open(path, "a+") if path else None
        if self.file:
            self.file.seek(0)
            for run in map(json.loads, self.file):
                if run["test"] == self.digest:
                    self.of(run["environment"], run["way"]).append(run)

    def of(self, environment, way):
        return self.runs.setdefault((environment, way), [])

    def add(self, environment, way, run):
        self.of(environment, way).append(run)
        if self.file:
            self.file.write(json.dumps({"test": self.digest, "environment": environment, "way": way, **run}) + "\n")
            self.file.flush()


def row(environment, must, way, runs):
    counted = [sum(run["outcome"] == outcome for run in runs) for outcome in ("fails", "passes")]
    times = [sorted(run[kind] for run in runs) for kind in ("wall_s", "processor_s")]
    cells = [environment, way, must, len(runs), *counted]
    cells += [f"{value:.2f}" for seconds in times for value in (seconds[len(seconds) // 2], seconds[-1])]
    return "| " + " | ".join(map(str, cells)) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("test", type=Path)
    parser.add_argument("--fails", action="append", default=[], metavar="PYTHON", help="must fail with this interpreter")
    parser.add_argument("--passes", action="append", default=[], metavar="PYTHON", help="must pass with this one")
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--results", type=Path, metavar="FILE", help="keep the runs in FILE, and go on from those in it")
    arguments = parser.parse_args()
    if not arguments.test.is_file():
        parser.error(f"{arguments.test}: no such file")
    ways = arguments.ways.split(",")
    if unknown := set(ways) - set(WAYS):
        parser.error(f"--ways: {', '.join(sorted(unknown))}: must be of {', '.join(WAYS)}")
    pythons = [("fails", python) for python in arguments.fails] + [("passes", python) for python in arguments.passes]
    if not pythons:
        parser.error("names no environment: --fails PYTHON, --passes PYTHON")
    results = Results(arguments.results, arguments.test)
    wrong = 0
    print("| environment | way | must | runs | failed | passed | wall median s | max | processor median s | max |")
    print("|---" * 10 + "|", flush=True)
    for must, python in pythons:
        python = os.path.abspath(python)
        versions = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True, check=True).stdout.strip()
        xdist = subprocess.run([python, "-c", "import xdist"], capture_output=True).returncode == 0
        for way in ways:
            if way == "xdist" and not xdist:
                print(f"| {versions} | {way} | {must} | not run: pytest-xdist is not installed |" + " |" * 6, flush=True)
                wrong += 1
                continue
            runs = results.of(versions, way)
            while len(runs) < arguments.runs:
                for run in runs_of(way, python, arguments.test.resolve(), arguments.runs - len(runs)):
                    results.add(versions, way, run)
                print(f"\r{versions}, {way}: {len(runs)} of {arguments.runs} ", end="", file=sys.stderr, flush=True)
            print("\r", end="", file=sys.stderr)
            if not runs:
                continue
            others = [run["outcome"] for run in runs if run["outcome"] != must]
            wrong += len(others)
            print(row(versions, must, way, runs), flush=True)
            for said in sorted(set(others)):
                print(f"  {others.count(said)} of them must not be: {said}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
