"""Makes explanations.md from what Straylane says of two failures, or checks that it is that.

    make_explanations.py PROGRAM [--check]

Exits 1 if explanations.md is another text, 77 if the page was written on another system than this one: its numba and
its Python are named in the page.
"""

import difflib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
SKIPPED = 77
HOST_KERNEL = "corpus/planted/host/atomic_twice.cu"

HEAD = """# Explanations: why a case fails

`./straylane explain FILE|TOKEN` says why a recorded case fails. `hunt`, `props` and `minimize` put the same into a
finding's `report.txt`, its plot into `no-return.svg`, and with `--json` all of it as data (`why`).

**Orderings between threads.** A thread's run is cut at its yield points into stretches. The switches of the run order
stretches of different threads. Straylane drops the orderings that are not needed, and moves the ends of the others
apart (the first earlier, the second later) for as long as every drawn schedule in which they hold still fails. The
orderings that are left are enough. Then each one is reversed. The others are held, and all else stays as it was in the
run up to the pair. If no run fails then, the ordering is necessary. "At will" means that everything else is left open;
a run that fails there fails in another way. Schedules are drawn, not enumerated, so the counts say how many.

**Point of no return.** From each of several prefixes of the run, 100 schedules are drawn to go on with. The share that
fails has its 95 % interval (Wilson). Between two prefixes whose intervals do not overlap, further prefixes are tried,
down to single steps.

**What matters.** There is one column per thread. It has what happens to the variables that several threads touch and
one of them changes. On `numba` these are the global names of the simulator's and the program's modules, compared at
every yield point. What the program reads of them, or of attributes of objects it shares, is shown too. Objects that are
changed in place are not seen. On `host` the column has the accesses to shared and global memory. A value of 4 or 8
bytes is shown as an integer if it is a small one, else as a floating point number.

An explanation costs some thousand runs of the smallest case. It stops after 5 s in a hunt, and after 60 s in `explain`
(`--time`). Target `cuda` has no explanations, because its schedule is not under control.

This page is written by `make_explanations.py`, and the test suite compares it with what is printed.
"""


def run(program, *arguments):
    process = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=250)
    if process.returncode not in (0, 2):
        print(f"{' '.join(arguments)}: exit code {process.returncode}\n{process.stdout}{process.stderr}")
        sys.exit(SKIPPED if process.returncode == 5 else 1)
    return process.stdout


def explained(program, what, hunt):
    with tempfile.TemporaryDirectory() as out:
        findings = json.loads(run(program, *hunt.split()[1:], "--json", "--out", out))["findings"]
        case = Path(findings[0]["folder"]) / "min-any-shape.json"
        system = findings[0]["found"]["system"]
        kernel = ["--kernel", HOST_KERNEL] if HOST_KERNEL in hunt else []
        text = run(program, "explain", str(case), *kernel)
    name = f"{system['software']}, Python {system['python']}" if system["python"] else system["software"]
    shown = "".join(f"    {line}".rstrip() + "\n" for line in text.splitlines())
    command = " ".join(["./straylane explain findings/.../min-any-shape.json", *kernel])
    return f"\n## {what}\n\nWith {name}.\n\n    $ {hunt}\n    $ {command}\n{shown}"


def main():
    program, *options = sys.argv[1:]
    program = str(Path(program).resolve())
    text = HEAD
    text += explained(program, "The failure that started the project", "./straylane hunt --seed 1 --target numba --replays 1")
    text += explained(program, "A kernel: two threads take the same number",
                      f"./straylane hunt --seed 1 --kernel {HOST_KERNEL} --replays 1")
    page = FOLDER / "explanations.md"
    if "--check" not in options:
        page.write_text(text, encoding="utf-8")
        return 0
    there = page.read_text(encoding="utf-8") if page.exists() else ""
    systems = [line for line in text.splitlines() if line.startswith("With ")]
    if systems != [line for line in there.splitlines() if line.startswith("With ")]:
        print(f"the page was written on another system than {systems}")
        return SKIPPED
    sys.stdout.writelines(difflib.unified_diff(there.splitlines(True), text.splitlines(True), "explanations.md", "as printed"))
    return 1 if there != text else 0


if __name__ == "__main__":
    sys.exit(main())
