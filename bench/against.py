"""Compares the speed of two builds of Straylane, by running the benchmarks of both in turn.

    against.py BUILD OTHER_BUILD [--rounds N] [--seconds S]

Both are build folders with the targets `bench` and `bench_host`. Prints a row for each figure: its median in either
build, and the median of the ratios of neighbouring runs. Such ratios change little if the speed of the machine drifts.
A ratio above 1 says that BUILD is faster.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path


def document(command):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    try:
        return json.loads(run.stdout)
    except ValueError:
        sys.exit(f"{' '.join(command)}: exit status {run.returncode}: {run.stderr.strip()[-400:]}")


def numba_figures(build, seconds):
    """Name -> speed, of target numba: launches/s, and shrinks/s of the known failure."""
    read = document([str(build / "bench" / "straylane_bench"), "--json", "--rounds", "1", "--seconds", str(seconds),
                     "--seeds", "2", "--minima", "2"])
    figures = {}
    for rate in read["launch_rates"]:
        settings = "/".join(str(value) for value in rate["settings"].values())
        for row in rate["controlled"]:
            if row["batch"] > 1:
                name = f"numba: launches/s, {settings}, {row['schedule']} schedule"
                figures[name] = row["launches_per_s"]["median"]
    figures["numba: shrinks/s of the known failure"] = 1 / read["minima"]["seconds"]["median"]
    return figures


def host_figures(build, seconds):
    """Name -> speed, of target host: launches of 10 threads and inputs of the fuzz target, each a second."""
    read = document([str(build / "bench" / "straylane_bench_host"), "--json", "--rounds", "1",
                     "--seconds", str(seconds), "--fuzz-runs", "100000", "--only", "launches", "--only", "fuzz"])
    figures = {}
    for key, row in read["rows"].items():
        if key.startswith("launch_") and row["unit"] == "us":
            figures[f"host: launches/s, {row['name']}"] = 1e6 / row["median"]
        elif row["unit"] == "per s":
            figures[f"host: inputs/s, {row['name']}"] = row["median"]
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("other", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    options = parser.parse_args()
    pairs = {}  # name -> (speed of build, speed of other) of each round
    for round_number in range(options.rounds):
        first, second = (options.build, options.other) if round_number % 2 == 0 else (options.other, options.build)
        for figures in (numba_figures, host_figures):
            measured = {build: figures(build, options.seconds) for build in (first, second)}
            for name, speed in measured[options.build].items():
                if name in measured[options.other]:
                    pairs.setdefault(name, []).append((speed, measured[options.other][name]))
        print(f"round {round_number + 1} of {options.rounds}", file=sys.stderr)
    print(f"{'figure':<64}{'build':>12}{'other':>12}{'ratio':>8}")
    for name, speeds in pairs.items():
        build, other = (statistics.median(column) for column in zip(*speeds))
        ratio = statistics.median(a / b for a, b in speeds)
        print(f"{name:<64}{build:>12.1f}{other:>12.1f}{ratio:>8.3f}")


if __name__ == "__main__":
    main()
