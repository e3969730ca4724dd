"""Checks what CI reads after a hunt: exit code, SARIF, JUnit, JSON, each against its schema.

    ci_formats_test.py TEST PROGRAM ROOT_OF_THE_SOURCES

Exits 77, with the reason, where a target or a package that only this test needs is missing.
"""

import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

SKIPPED = 77
UNSUPPORTED = 5
WRONG = {  # kernel of docs/examples -> rule -> text of the line that the report must name
    "missing_barrier.cu": {"no-exception/UninitialisedRead": "if (tile[blockDim.x - 1 - threadIdx.x] == 1)"},
    # The wrong thread writes within the output, or past its end, depending on the settings that were drawn first.
    "guard_off_by_one.cu": {"stray-lane": "buffer[0]", "no-exception/OutOfBounds": "output[i]"},
    "racy_counter.cu": {"no-exception/DataRace": "int mine = taken;"},
    "allocator_too_small.cu": {"no-exception/OutOfBounds": "buffer[k] = 0;"},
}


class Tester:
    def __init__(self, program, root):
        self.program = program
        self.root = Path(root)
        self.folder = Path(tempfile.mkdtemp(prefix="ci-"))

    def run(self, *arguments):
        done = subprocess.run([self.program, *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, errors="replace", timeout=200)
        if done.returncode == UNSUPPORTED:
            skip(done.stderr)
        return done

    def hunt(self, kernel, *arguments):
        """A kernel of docs/examples in a user's own checkout. Its path is relative, as in CI."""
        (self.folder / "src").mkdir(exist_ok=True)
        source = self.root / "docs/examples" / kernel
        (self.folder / "src" / kernel).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        name = Path(kernel).stem
        done = self.run("hunt", "--target", "host", "--kernel", f"src/{kernel}", "--seed", "1", "--time", "3s", "--json",
                        "--replays", "10", "--sarif", f"{name}.sarif", "--junit", f"{name}.xml", *arguments)
        return done, self.folder / f"{name}.sarif", self.folder / f"{name}.xml"


def skip(reason):
    print("skipped:", reason)
    sys.exit(SKIPPED)


def expect(holds, what, done):
    if not holds:
        sys.exit(f"{what}\n{done.args}\nexit status {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8"))


def check_sarif_schema(path):
    try:
        import jsonschema
    except ImportError:
        skip("python3-jsonschema is not installed")
    schema = read_json(Path(__file__).with_name("sarif.schema.json"))
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(read_json(path))


def check_junit_schema(path):
    try:
        checked = subprocess.run(["xmllint", "--noout", "--schema", Path(__file__).with_name("junit.xsd"), path],
                                 capture_output=True, text=True)
    except FileNotFoundError:
        skip("xmllint (libxml2-utils) is not installed")
    expect(checked.returncode == 0, "JUnit is not what its schema says", checked)


def check_counts(junit, failures):
    """The counts of a suite are those of its cases, and every finding is a failure."""
    found = 0
    for suite in xml.parse(junit).getroot():
        cases = suite.findall("testcase")
        for outcome in ("failure", "error", "skipped"):
            count = sum(1 for case in cases if case.find(outcome) is not None)
            named = {"failure": "failures", "error": "errors"}.get(outcome, outcome)
            if count != int(suite.get(named)):
                sys.exit(f"{junit}: {suite.get('name')} says {suite.get(named)} {named}, has {count}")
        found += int(suite.get("failures"))
        if len(cases) != int(suite.get("tests")):
            sys.exit(f"{junit}: {suite.get('name')}: tests")
    if found != failures:
        sys.exit(f"{junit}: {found} failures, must be {failures}")


# --- tests


def a_wrong_kernel_fails_in_every_format(tester):
    for kernel, rules in WRONG.items():
        done, sarif, junit = tester.hunt(kernel)
        expect(done.returncode == 2, f"{kernel}: exit code", done)
        result, = read_json(sarif)["runs"][0]["results"]
        expect(result["ruleId"] in rules and result["level"] == "error", f"{kernel}: {result['ruleId']}", done)
        text = rules[result["ruleId"]]
        place = result["locations"][0]["physicalLocation"]
        lines = (tester.folder / "src" / kernel).read_text(encoding="utf-8").splitlines()
        expect(place["artifactLocation"] == {"uri": f"src/{kernel}"}, f"{kernel}: {place}", done)
        expect(text in lines[place["region"]["startLine"] - 1], f"{kernel}: {place['region']}", done)
        check_counts(junit, 1)
        case, = [c for c in xml.parse(junit).iter("testcase") if c.find("failure") is not None]
        expect(case.get("file") == f"src/{kernel}" and int(case.get("line")) == place["region"]["startLine"],
               f"{kernel}: JUnit names another place", done)
        finding, = json.loads(done.stdout)["findings"]
        expect(finding["location"]["line"] == place["region"]["startLine"], f"{kernel}: JSON names another place", done)


def a_right_kernel_passes_in_every_format(tester):
    done, sarif, junit = tester.hunt("right.cu")
    expect(done.returncode == 0, "exit code", done)
    run, = read_json(sarif)["runs"]
    expect(run["results"] == [] and run["invocations"][0]["executionSuccessful"], "SARIF has results", done)
    check_counts(junit, 0)
    expect([c.get("name") for c in xml.parse(junit).iter("testcase")] == ["search"], "JUnit has no case", done)
    expect(json.loads(done.stdout)["findings"] == [], "JSON has findings", done)
    fixed = tester.root / "docs/examples/right.cu"
    (tester.folder / "src" / "guard_off_by_one.cu").write_text(fixed.read_text(encoding="utf-8"), encoding="utf-8")
    done = tester.run("hunt", "--target", "host", "--kernel", "src/guard_off_by_one.cu", "--time", "2s")
    expect(done.returncode == 0, "the wrong kernel, put right", done)


def a_campaign_fails_and_passes_in_every_format(tester):
    """fuzz reports the same place for the same defect as hunt, and exits clean once the kernel is correct."""
    kernel = "guard_off_by_one.cu"
    (tester.folder / "src").mkdir()
    source = tester.folder / "src" / kernel
    for name, code in (("guard_off_by_one", 2), ("right", 0)):
        source.write_text((tester.root / f"docs/examples/{name}.cu").read_text(encoding="utf-8"), encoding="utf-8")
        sarif, junit = tester.folder / f"{name}.sarif", tester.folder / f"{name}.xml"
        # The correct kernel uses all its time. The wrong one ends at the finding.
        done = tester.run("fuzz", "--target", "host", "--kernel", f"src/{kernel}", "--time", "120s" if code else "3s", "--campaign",
                          name, "--json", "--sarif", sarif.name, "--junit", junit.name)
        expect(done.returncode == code, f"{name}: exit code", done)
        run, = read_json(sarif)["runs"]
        new = json.loads(done.stdout)["buckets"]  # two may come before the campaign has ended
        expect(bool(new) == bool(code) and len(run["results"]) == len(new), f"{name}: SARIF", done)
        expect(run["invocations"][0]["exitCode"] == code, f"{name}: exit code in SARIF", done)
        check_sarif_schema(sarif)
        check_junit_schema(junit)
        check_counts(junit, len(new))
        places = {(c.get("file"), c.get("line")) for c in xml.parse(junit).iter("testcase") if c.find("failure") is not None}
        lines = source.read_text(encoding="utf-8").splitlines()
        for result in run["results"]:
            text = WRONG[kernel][result["ruleId"]]
            place = result["locations"][0]["physicalLocation"]
            line = place["region"]["startLine"]
            expect(place["artifactLocation"] == {"uri": f"src/{kernel}"} and text in lines[line - 1], f"{result}", done)
            expect((f"src/{kernel}", str(line)) in places, "JUnit names another place", done)
    done = tester.run("report", "guard_off_by_one", "--sarif", "of-campaign.sarif")
    of_folder, of_session = (sorted(json.dumps(r["locations"]) for r in read_json(tester.folder / name)["runs"][0]["results"])
                             for name in ("of-campaign.sarif", "guard_off_by_one.sarif"))
    expect(of_folder == of_session, "report of the campaign says the same", done)
    done = tester.run("fuzz", "--target", "host", "--campaign", "right", "--sarif", "again.sarif", "--junit", "again.xml")
    run, = read_json(tester.folder / "again.sarif")["runs"]
    expect(done.returncode == 1 and not run["invocations"][0]["executionSuccessful"], "a refused campaign is no clean one", done)
    error, = [c.find("error") for c in xml.parse(tester.folder / "again.xml").iter("testcase")]
    expect(error is not None and "--resume" in error.get("message"), "JUnit has the reason", done)
    done = tester.run("fuzz", "--target", "host", "--campaign", "other", "--sarif", "again.sarif")
    expect(done.returncode == 4 and not (tester.folder / "other").exists(), "nothing is overwritten", done)


def sarif_meets_its_schema(tester):
    for kernel in ("missing_barrier.cu", "racy_counter.cu", "right.cu"):
        done, sarif, _ = tester.hunt(kernel)
        check_sarif_schema(sarif)
    again = tester.run("report", "findings", "--sarif", "of-folders.sarif")
    expect(again.returncode == 0, "report", again)
    check_sarif_schema(tester.folder / "of-folders.sarif")
    results = read_json(tester.folder / "of-folders.sarif")["runs"][0]["results"]
    expect(len(results) == 2, "report has both findings", again)
    first = read_json(tester.folder / "missing_barrier.sarif")["runs"][0]["results"][0]
    same, = [r for r in results if r["partialFingerprints"] == first["partialFingerprints"]]
    expect(same["locations"] == first["locations"] and same["codeFlows"] == first["codeFlows"],
           "a finding says the same when it is read from its folder", again)


def junit_meets_its_schema(tester):
    for kernel in ("missing_barrier.cu", "right.cu"):
        _, _, junit = tester.hunt(kernel)
        check_junit_schema(junit)
    done = tester.run("report", "findings", "--junit", "of-folders.xml")
    expect(done.returncode == 0, "report", done)
    check_junit_schema(tester.folder / "of-folders.xml")
    check_counts(tester.folder / "of-folders.xml", 1)
    (tester.folder / "nothing").mkdir()
    done = tester.run("report", "nothing", "--junit", "nothing.xml")
    check_junit_schema(tester.folder / "nothing.xml")
    check_counts(tester.folder / "nothing.xml", 0)


def the_simulators_line_is_named(tester):
    """Numba: the statement of the allocator that raises, read back from the source that ran."""
    done = tester.run("hunt", "--target", "numba", "--seed", "1", "--sarif", "numba.sarif", "--junit", "numba.xml",
                      "--replays", "10")
    expect(done.returncode == 2, "a finding", done)
    result, = read_json(tester.folder / "numba.sarif")["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    expect(place["artifactLocation"]["uriBaseId"] == "STRAYLANE", f"{place}", done)
    lines = (tester.root / place["artifactLocation"]["uri"]).read_text(encoding="utf-8").splitlines()
    expect("cuda.local.array" in lines[place["region"]["startLine"] - 1], f"{place}", done)
    check_counts(tester.folder / "numba.xml", 1)


def reports_are_never_overwritten(tester):
    done, sarif, _ = tester.hunt("guard_off_by_one.cu")
    before = sarif.read_bytes()
    done, _, _ = tester.hunt("guard_off_by_one.cu")
    expect(done.returncode == 4 and "guard_off_by_one.sarif: exists already" in done.stderr, "refused", done)
    expect(sarif.read_bytes() == before, "changed all the same", done)
    done = tester.run("hunt", "--target", "host", "--kernel", "src/guard_off_by_one.cu", "--junit", "no/such\0".strip("\0"),
                      "--sarif", "/proc/nowhere.sarif")
    expect(done.returncode == 4 and len(done.stderr.splitlines()) == 1, "one line", done)


if __name__ == "__main__":
    globals()[sys.argv[1]](Tester(sys.argv[2], sys.argv[3]))
