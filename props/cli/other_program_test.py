"""Takes a program that is not the factory kernel through every verb. The output has the names of that program.

    other_program_test.py TEST PROGRAM

PROGRAM is straylane with the target and the program "shelf" (props/stub_program.h) added to those that it knows: `rows`,
`lane_width` (one of 32, 64, 128) and `depth` (at most `rows`), and a planted bug at rows 3, lane_width 64, depth 3.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

RUN_S = 120
PARAMETERS = ("rows", "lane_width", "depth")
# Words of the factory kernel, which must not appear in output about another program.
FOREIGN = re.compile(r"array_size|buffer_size|n_threads|block_size|stray(?!lane)|factory|numba_mwe|prefix-invariant", re.IGNORECASE)
SMALLEST = {"rows": 3, "lane_width": 64, "depth": 3}


class Tester:
    def __init__(self, program):
        self.program = program
        self.folder = Path(tempfile.mkdtemp(prefix="shelf-"))

    def run(self, *arguments, code=0):
        process = subprocess.run([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=RUN_S, check=False)
        expect(process.returncode == code, f"must exit {code}", process)
        return process

    def text(self, path):
        return (self.folder / path).read_text(encoding="utf-8")


def expect(holds, what, process):
    if not holds:
        sys.exit(f"{what}\n{process.args}\nexit status {process.returncode}\n{process.stdout[-3000:]}"
                 f"\n{process.stderr[-3000:]}")


def expect_own_names(text, what, names=PARAMETERS):
    """Checks that the text has the program's parameters, and nothing of the factory kernel."""
    missing = [name for name in names if name not in text]
    if missing:
        sys.exit(f"{what} does not name {', '.join(missing)}:\n{text[:3000]}")
    foreign = FOREIGN.search(text)
    if foreign:
        sys.exit(f"{what} speaks of {foreign.group()}:\n{text[max(0, foreign.start() - 300):foreign.end() + 100]}")


def hunt_and_what_follows(tester):
    hunt = tester.run("hunt", "--target", "shelf", "--seed", "1", "--time", "30s", "--replays", "50",
                      "--sarif", "found.sarif", "--junit", "found.xml", code=2)
    expect_own_names(hunt.stdout, "hunt")
    for file in ("found.sarif", "found.xml"):
        expect_own_names(tester.text(file), file)
    finding = next(path for path in (tester.folder / "findings").iterdir())
    for name in ("report.txt", "case.json", "min.json", "min-any-shape.json"):
        expect_own_names((finding / name).read_text(encoding="utf-8"), name)
    # It has no settings; these are in the cases beside it.
    expect_own_names((finding / "finding.json").read_text(encoding="utf-8"), "finding.json", names=("shelf-full",))
    smallest = json.loads((finding / "min-any-shape.json").read_text())
    expect(smallest["calls"] == [SMALLEST] and smallest["program"] == "shelf", "the smallest settings", hunt)
    read = json.loads(tester.run("hunt", "--target", "shelf", "--json", "--replays", "10", "--out", "again", code=2).stdout)
    expect_own_names(json.dumps(read), "hunt --json")
    expect(read["findings"][0]["minimal_any_shape"]["calls"] == [SMALLEST], "the same smallest settings", hunt)

    case = str(finding / "min.json")
    replayed = tester.run("replay", case, "--times", "100", code=2)
    expect("reproduced 100 of 100, 1 distinct trace" in replayed.stdout, "replays", replayed)
    expect_own_names(tester.run("replay", case, "--json", code=2).stdout, "replay --json")
    token = re.search(r"sl2\.[\w-]+", (finding / "report.txt").read_text()).group()
    expect("shelf-full" in tester.run("replay", token, code=2).stdout, "a token replays", replayed)
    expect_own_names(tester.run("minimize", str(finding / "case.json"), "--out", "minimized").stdout, "minimize")
    explained = tester.run("explain", str(finding / "min-any-shape.json"), "--time", "20s")
    expect_own_names(explained.stdout, "explain", names=("next = place + 1;",))

    tester.run("report", "findings", "-o", "page.html", "--json", "report.json", "--sarif", "r.sarif", "--junit", "r.xml")
    for file in ("page.html", "report.json", "r.sarif", "r.xml"):
        expect_own_names(tester.text(file), file)


def props_check_it(tester):
    checked = tester.run("props", "--target", "shelf", "--max-success", "200", "--json", "--sarif", "p.sarif",
                         "--junit", "p.xml", code=2)
    expect_own_names(checked.stdout, "props --json")
    read = json.loads(checked.stdout)["targets"][0]
    results = {row["name"]: row for row in read["properties"]}
    for name in ("invalid-settings-build-nothing", "same-case-same-trace", "recorded-form-replays", "calls-share-nothing"):
        expect(results[name]["passed"], f"{name} holds", checked)
    expect(not results["launch-meets-every-oracle"]["passed"], "the planted bug is found", checked)
    expect("lane_width=32" in str(results) or "rows=1" in str(results), "classes by its own edges", checked)
    expect(read["findings"][0]["minimal_any_shape"]["calls"] == [SMALLEST], "the smallest settings", checked)
    for file in ("p.sarif", "p.xml"):
        expect_own_names(tester.text(file), file)


def fuzz_finds_and_minimises(tester):
    fuzzed = tester.run("fuzz", "--target", "shelf", "--campaign", "campaign", "--time", "60s", "--json", "--sarif", "f.sarif",
                        "--junit", "f.xml", code=2)
    read = json.loads(fuzzed.stdout)
    expect(len(read["buckets"]) == 1 and read["findings"][0]["minimization"] == "minimized", "one bucket, minimised", fuzzed)
    folder = Path(tester.folder / read["findings"][0]["folder"])
    expect_own_names((folder / "report.txt").read_text(), "report.txt of a campaign's finding")
    smallest = json.loads((folder / "min-any-shape.json").read_text())
    expect(smallest["calls"] == [SMALLEST], "the smallest settings", fuzzed)
    expect_own_names(tester.text("f.sarif") + tester.text("f.xml"), "the campaign's SARIF and JUnit")
    status = tester.run("status", "campaign")
    expect("target shelf" in status.stdout and not FOREIGN.search(status.stdout), "status", status)


if __name__ == "__main__":
    os.environ["NO_COLOR"] = "1"
    {"hunt_and_what_follows": hunt_and_what_follows, "props_check_it": props_check_it,
     "fuzz_finds_and_minimises": fuzz_finds_and_minimises}[sys.argv[1]](Tester(sys.argv[2]))
