"""What a fuzz campaign costs over its engine alone, and what it survives.

    bench/run --campaign [--kills N] [--files N] [--runs N] [--pairs N] [--only NAME]

Prints one row of a table of docs/benchmarks.md for each figure.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]


def row(what, value):
    print(f"| {what} | {value} |", flush=True)


def measured(command, **environment):
    """The seconds of the command, by the clock, and of the processor: its own, and of all processes it waited for."""
    before = os.times()
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    after = os.times()
    if done.returncode != 0:
        sys.exit(f"{command}\nexit status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    processor = after.children_user - before.children_user + after.children_system - before.children_system
    return done, time.monotonic() - start, processor


def bare(build, folder, runs):
    corpus = Path(folder) / "corpus"
    corpus.mkdir()
    done, wall, processor = measured(
        [build / "fuzz/fuzz_host", "-len_control=0", "-seed=1", f"-runs={runs}", "-print_final_stats=1", corpus,
         SOURCE / "corpus/seeds"], STRAYLANE_KEEP_GOING=folder)
    executions = int(next(line for line in done.stderr.splitlines() if "number_of_executed_units" in line).split()[-1])
    return executions, wall, processor


def campaign(build, folder, runs, jobs):
    done, wall, processor = measured(
        [build / "straylane", "fuzz", "--target", "host", "--campaign", f"{folder}/campaign", "--out", f"{folder}/findings",
         "--stop-after", "0", "--time", "1d", "--runs", str(runs), "--jobs", str(jobs), "--json"])
    return json.loads(done.stdout)["executions"], wall, processor


def costs(build, runs, pairs):
    """Takes turns and measures processor time, so that other work on the machine affects all three in the same way."""
    rates = {"bare": [], 1: [], 2: []}
    walls = {"bare": [], 1: [], 2: []}
    for _ in range(pairs):
        for kind in rates:
            with tempfile.TemporaryDirectory() as folder:
                executions, wall, processor = (bare(build, folder, runs) if kind == "bare" else
                                               campaign(build, folder, runs, kind))
                rates[kind].append(executions / processor)
                walls[kind].append(executions / wall)
    overhead = statistics.median(a / b - 1 for a, b in zip(rates["bare"], rates[1]))
    scaling = statistics.median(2 * b / a for a, b in zip(rates[1], rates[2]))
    wall = statistics.median(b / a for a, b in zip(walls[1], walls[2]))
    row(f"engine alone, executions per processor second ({runs} runs, median of {pairs})",
        f"{statistics.median(rates['bare']):.0f}")
    row("campaign with one job, the same", f"{statistics.median(rates[1]):.0f}")
    row("overhead of the campaign, median of the pairs", f"{100 * overhead:.1f} %")
    row("two jobs over one, by processor time (a core for each)", f"{scaling:.2f}")
    row("two jobs over one, by wall time, on this machine as loaded as it was", f"{wall:.2f}")


def checked(build, name, count):
    done = subprocess.run([sys.executable, "-B", SOURCE / "props/cli/campaign_test.py", name, build / "straylane", str(count)],
                          capture_output=True, text=True)
    if done.returncode == 77:
        return row(name, done.stdout.strip())
    if done.returncode != 0:
        sys.exit(f"{name}: exit status {done.returncode}\n{done.stdout}\n{done.stderr}")
    for line in done.stdout.splitlines():
        row(*line.split(": ", 1) if line.count(": ") == 1 else line.rsplit(": ", 1))


def fifty_oracles(build):
    done = subprocess.run([build / "props/props_app", "--gtest_filter=FiftyOracles.*"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stdout)
    row("50 planted failures, 20 cases each: buckets", "50" if "SKIPPED" not in done.stdout else "skipped")


def main():
    parser = argparse.ArgumentParser(prog="bench/run --campaign", description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", help="costs, disk, kills, resume or buckets")
    options = parser.parse_args()
    parts = {
        "costs": lambda: costs(options.build, options.runs, options.pairs),
        "disk": lambda: checked(options.build, "a_full_disk_ends_it_with_nothing_half_written", 1),
        "kills": lambda: checked(options.build, "sigkill_leaves_nothing_behind", options.kills),
        "resume": lambda: checked(options.build, "a_large_corpus_is_resumed_at_once", options.files),
        "buckets": lambda: fifty_oracles(options.build),
    }
    if options.only and options.only not in parts:
        parser.error(f"--only is \"{options.only}\", must be one of {', '.join(parts)}")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores when it began\n\n| | |\n|---|---|", flush=True)
    for name, part in parts.items():
        if options.only in (None, name):
            part()


if __name__ == "__main__":
    main()
