"""Makes README.md of this folder from what Straylane says of its kernels, or checks that it is that.

    make_readme.py PROGRAM [--check]

Shows the lines that are the same in every run: a finding, its settings and its preemptions. Exits 1 if README.md is
another text, or if a kernel gets another exit code than it must.
"""

import difflib
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
CLEAN, FINDING = 0, 2
# The kernel, the exit code it must get, and options.
EXAMPLES = [
    ("right.cu", CLEAN, "--time 3s"),
    ("guard_off_by_one.cu", FINDING, ""),
    ("missing_barrier.cu", FINDING, ""),
    ("racy_counter.cu", FINDING, ""),
    ("allocator_too_small.cu", FINDING, ""),
]
SHOWN = ("FINDING ", "  found ", "  minimal ", "  As found: ", "nothing found")

HEAD = """# Kernels of your own: examples

A correct kernel and four wrong ones, and what `./straylane hunt --kernel` says about each. The page
[kernels.md](../kernels.md) says what such a file must have. Straylane prints more than is shown here: how fast it was,
how often the finding was replayed, the folder it is in and the command that replays it.

This page is written by `make_readme.py`, and the test suite compares it with what is printed.
"""


def command_of(kernel, options):
    return " ".join(filter(None, ["./straylane hunt --kernel docs/examples/" + kernel, "--seed 1", options]))


def said_of(program, kernel, options, code):
    command = command_of(kernel, options).split()
    with tempfile.TemporaryDirectory() as out:
        process = subprocess.run([program, *command[1:], "--out", out, "--quiet"], cwd=ROOT, capture_output=True,
                                 text=True, timeout=200)
    if process.returncode != code:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}, must be {code}\n{process.stdout}{process.stderr}")
    return process.stdout.splitlines()


def shown(lines):
    for i, line in enumerate(lines):
        # The line after the name of a finding says what failed.
        if line.startswith(SHOWN) or "preemption" in line or i > 0 and lines[i - 1].startswith("FINDING "):
            yield line


def section(program, kernel, code, options):
    source = (FOLDER / kernel).read_text(encoding="utf-8").splitlines()
    what = source[0].removeprefix("// ")
    text = "\n".join(shown(said_of(program, kernel, options, code)))
    return f"\n## [{kernel}]({kernel})\n\n{what}\n\n    $ {command_of(kernel, options)}\n" + "".join(
        f"    {line}\n" for line in text.splitlines()) + f"\nExit code {code}.\n"


def main():
    program, *options = sys.argv[1:]
    program = str(Path(program).resolve())
    text = HEAD + "".join(section(program, kernel, code, more) for kernel, code, more in EXAMPLES)
    readme = FOLDER / "README.md"
    if "--check" not in options:
        readme.write_text(text, encoding="utf-8")
        return 0
    there = readme.read_text(encoding="utf-8") if readme.exists() else ""
    sys.stdout.writelines(difflib.unified_diff(there.splitlines(True), text.splitlines(True), "README.md", "as printed"))
    return 1 if there != text else 0


if __name__ == "__main__":
    sys.exit(main())
