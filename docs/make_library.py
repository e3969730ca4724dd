"""Installs Straylane, builds the project docs/library against it, and makes library.md from that, or checks that it is that.

    make_library.py BUILD [--check]

BUILD is a build folder in which everything is built. The prefix has a space in its name. Exits 1 where library.md is
another text, or if the project or the installed program does not do what it must; 77 if libFuzzer is missing.
"""

import difflib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PROJECT = FOLDER / "library"
PAGE = FOLDER / "library.md"
SKIPPED = 77


def run(command, code=0, **options):
    process = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=600, **options)
    if process.returncode != code:
        sys.exit(f"{' '.join(map(str, command))}: exit code {process.returncode}, must be {code}\n"
                 f"{process.stdout}{process.stderr}")
    return process.stdout + process.stderr


def require(text, pattern, what):
    if not re.search(pattern, text):
        sys.exit(f"{what} must print {pattern}, and prints\n{text}")


def built(source, prefix, folder, *options):
    run(["cmake", "-S", source, "-B", folder, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", *options])
    run(["cmake", "--build", folder])


def check_program(prefix, scratch):
    """The installed program finds its workers, and an exported test builds without a checkout."""
    straylane = prefix / "bin" / "straylane"
    require(run([straylane, "version"]), r"straylane \d", "version")
    doctor = run([straylane, "doctor"])
    if re.search(r"ok +target host", doctor) is None:
        return
    case = {"format": "straylane-case/2", "target": "host", "program": "racy_counter",
            "calls": [{"array_size": 2, "buffer_size": 1, "n_threads": 2, "block_size": 32}],
            "drawn": {"strategy": "sticky", "seed": 1, "depth": 3, "steps_expected": 400}}
    (scratch / "case.json").write_text(json.dumps(case), encoding="utf-8")
    run([straylane, "export", "gtest", scratch / "case.json", scratch / "exported"])
    built(scratch / "exported", prefix, scratch / "exported build")
    failed = subprocess.run(["ctest", "--test-dir", scratch / "exported build"], capture_output=True, text=True)
    require(failed.stdout, "1 tests failed", "the exported test")


def make_page(prefix, scratch):
    built(PROJECT, prefix, scratch / "counter")
    output = run([scratch / "counter" / "counter_property"], code=1, env={"RC_PARAMS": "seed=1"})
    smallest = next((line for line in output.splitlines() if line.startswith("smallest: ")), "")
    require(smallest, "threads 2, rounds 1; preemptions 1;", "counter_property")
    fuzz = [scratch / "counter" / "counter_fuzz", "-runs=100000", "-seed=1", f"-artifact_prefix={scratch}/"]
    require(run(fuzz, code=77), "an update was lost at threads", "counter_fuzz")
    # The same project without the bug.
    built(PROJECT, prefix, scratch / "fixed", "-DCMAKE_CXX_FLAGS=-DCOUNTER_FIXED")
    run([scratch / "fixed" / "counter_property"])
    run([scratch / "fixed" / "counter_fuzz", "-runs=20000", "-seed=1"])
    return filled(PAGE.read_text(encoding="utf-8"), smallest)


def excerpt(file, start):
    """The whole file, or the function that begins with the line `start`."""
    lines = (PROJECT / file).read_text(encoding="utf-8").splitlines()
    if not start:
        return lines
    first = next(i for i, line in enumerate(lines) if line.strip().startswith(start))
    indent = re.match(" *", lines[first]).group()
    last = next(i for i in range(first, len(lines)) if lines[i] == indent + "}")
    return [line.removeprefix(indent) for line in lines[first:last + 1]]


def filled(page, output):
    """The page with the code after each of its marks."""
    parts = re.split(r"(<!-- .* -->\n)(?:\n(?:    .*\n|\n(?=    ))+)?", page)
    text = parts[0]
    for mark, rest in zip(parts[1::2], parts[2::2]):
        file, _, start = mark.removeprefix("<!-- ").removesuffix(" -->\n").partition(": ")
        lines = [output] if file == "output" else excerpt(file, start)
        text += mark + "\n" + "".join(f"    {line}".rstrip() + "\n" for line in lines) + rest
    return text


def main():
    build = Path(sys.argv[1])
    if not list(Path("/usr/lib/llvm-19/lib/clang/19/lib/linux").glob("*clang_rt.fuzzer-x86_64*")):
        print("no libFuzzer runtime: apt-get install libclang-rt-19-dev")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="straylane library ") as folder:
        scratch = Path(folder)
        prefix = scratch / "a prefix"
        run(["cmake", "--install", build, "--prefix", prefix])
        text = make_page(prefix, scratch)
        check_program(prefix, scratch)
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    difference = list(difflib.unified_diff(PAGE.read_text(encoding="utf-8").splitlines(), text.splitlines(), "library.md",
                                           "as it is", lineterm=""))
    print("\n".join(difference), end="\n" if difference else "")
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
