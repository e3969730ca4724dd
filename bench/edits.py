"""Shows whether recorded cases replay after edits of the source: kernel and allocator on numba, a .cu file on host.

    bench/run --edits [--only WORD] [--json]

Finds and minimises one failure on each target. Then makes every edit in a copy of the source, and replays there the
case as found (`case.json`), the smallest one (`min.json`) and its token. Prints for each of them whether it

    replays   in the same bucket (exit code 2)
    refuses   (3), and names what was recorded and what is there now, or says that the digest of a token differs
    differs   (3): it ran under the recorded schedule and did not fail
    WRONG     anything else: another bucket, or a pass

Exit status 1 if one is WRONG, or if a case does not replay although the statements at its sites are unchanged.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
KERNEL, ALLOCATOR = "kernel_factory.py", "allocator_factory.py"
BODY = "            buffer = allocator()\n"  # of the kernel
ONE = "            buffer[0] = 1\n"
ADD = "  int i = blockIdx.x * blockDim.x + threadIdx.x;\n"
UNSUPPORTED, SKIPPED = 5, 77
REPLAYS, REFUSES = "replays", "refuses"


def at(old, new):
    def edit(text):
        if text.count(old) != 1:
            sys.exit(f"bench/edits.py: the source has {text.count(old)} times, not once: {old!r}")
        return text.replace(old, new)
    return edit


# What is edited, file, edit, and whether a case must replay after it: yes if the statements at its sites stay, and no
# new statement passes the same places once more. None: either is right.
NUMBA = [
    ("comment lines above", KERNEL, lambda t: "# One.\n# Two.\n" + t, REPLAYS),
    ("comment lines above, in the allocator", ALLOCATOR, lambda t: "# One.\n# Two.\n" + t, REPLAYS),
    ("blank lines in the function", KERNEL, at(BODY, "\n\n" + BODY), REPLAYS),
    ("comment behind a statement", KERNEL, at(ONE, ONE.rstrip() + "  # the first\n"), REPLAYS),
    ("docstring in the function", KERNEL, at("n_threads):\n            thread",
                                             'n_threads):\n            """Words."""\n            thread'), REPLAYS),
    ("function added above", ALLOCATOR, at("class Alloc", "def added(x):\n    return max(x, 1)\n\n\nclass Alloc"), REPLAYS),
    ("function added below", KERNEL, lambda t: t + "\n\ndef added(x):\n    return max(x, 1)\n", REPLAYS),
    ("variable added in another function", ALLOCATOR, at("        self.buffer_size = buffer_size\n",
                                                         "        self.buffer_size = buffer_size\n        added = 1\n"), REPLAYS),
    ("variable added before the site", KERNEL, at(BODY, "            added = 1\n" + BODY), REPLAYS),
    ("call added before the site", KERNEL, at(BODY, "            max(0, 1)\n" + BODY), REPLAYS),
    ("call added before the site, in the allocator", ALLOCATOR, at("            return cuda", "            max(0, 1)\n            return cuda"), REPLAYS),
    ("loop with calls added before the site", KERNEL, at(BODY, "            for k in range(3):\n                max(0, k)\n" + BODY), REPLAYS),
    ("function added and called before the site", KERNEL, lambda t: at(BODY, "            added(2)\n" + BODY)(t) +
     "\n\ndef added(x):\n    return max(x, 1)\n", REPLAYS),
    ("line broken at a space", ALLOCATOR, at("(buffer_size, float32)", "(buffer_size,\n                                    float32)"), REPLAYS),
    ("line broken where no space was", ALLOCATOR, at("(buffer_size, float32)", "(\n                buffer_size, float32)"), REFUSES),
    ("statement duplicated", KERNEL, at(ONE, ONE + ONE), None),
    ("local variable renamed, in another function", KERNEL, lambda t: t.replace("allocator = self", "made = self").replace("= allocator()", "= made()"), REFUSES),
    ("local variable renamed, at the site", ALLOCATOR, lambda t: t.replace(" buffer_size = self", " size = self").replace("array(buffer_size", "array(size"), REFUSES),
    ("statement at the site changed", ALLOCATOR, at("return cuda.local.array(buffer_size, float32)",
                                                    "made = cuda.local.array(buffer_size, float32)\n            return made"), REFUSES),
    ("call removed before the site", KERNEL, at(BODY, "            buffer = [0]\n"), REFUSES),
]
HOST = [
    ("comment lines above", lambda t: "// One.\n// Two.\n" + t, REPLAYS),
    ("blank lines in the function", at(ADD, ADD + "\n\n"), REPLAYS),
    ("function added above", at('extern "C" __global__', "__device__ int plus_one(int x) { return x + 1; }\n\n" + 'extern "C" __global__'), REPLAYS),
    ("function added below", lambda t: t + "\n__device__ int plus_one(int x) { return x + 1; }\n", REPLAYS),
    ("variable added before the site", at(ADD, ADD + "  int added = i + 1;\n  (void)added;\n"), REPLAYS),
    ("access added before the site", at("  int mine", "  atomicAdd(&added, 1);\n  int mine"), REPLAYS),
    ("line broken at a space", at("blockIdx.x * blockDim.x +", "blockIdx.x * blockDim.x +\n   "), REPLAYS),
    ("local variable renamed, at the site", lambda t: t.replace("mine", "my_own"), REFUSES),
]


class Program:
    """A copy of the built program with its own copy of the sources, which can be edited."""

    def __init__(self, build, folder, quick):
        self.folder = folder
        self.quick = quick
        (folder / "python").mkdir()
        for name in ("straylane", "python/_straylane_numba.abi3.so"):
            shutil.copy2(build / name, folder / name)
        for name in ("straylane_numba", "factory_program.py", "planted"):
            (folder / "python" / name).symlink_to((build / "python" / name).resolve())
        self.mwe = folder / "python/numba_mwe"
        shutil.copytree(SOURCE / "src/program/factory/numba_mwe", self.mwe, ignore=shutil.ignore_patterns("__pycache__"))
        if (build / "host").is_dir():
            (folder / "host").symlink_to((build / "host").resolve())

    def run(self, *arguments):
        return subprocess.run([self.folder / "straylane", *arguments], cwd=self.folder, capture_output=True, text=True)

    def finding(self, *arguments):
        """{"case": file, "minimum": file, "token": text} and the bucket."""
        done = self.run("hunt", "--seed", "1", "--replays", "10", *arguments)
        if done.returncode == UNSUPPORTED:
            print(done.stderr)
            sys.exit(SKIPPED)
        folders = sorted((self.folder / "findings").glob("*")) if done.returncode == 2 else []
        if len(folders) != 1:
            sys.exit(f"bench/edits.py: {arguments}: exit status {done.returncode}\n{done.stdout}\n{done.stderr}")
        finding = folders[0].rename(self.folder / ("finding-" + arguments[1]))
        token = json.loads((finding / "finding.json").read_text())["token"]
        recorded = {"case.json": finding / "case.json", "min.json": finding / "min.json", "token": token}
        return {"min.json": recorded["min.json"]} if self.quick else recorded, folders[0].name

    def outcome(self, recorded, bucket, *options):
        done = self.run("replay", recorded, "--json", *options)
        answer = json.loads(done.stdout)
        if done.returncode == 2 and answer["bucket"] == bucket:
            return REPLAYS, ""
        if done.returncode == 3 and "refused" in done.stderr:
            return REFUSES, done.stderr.strip()
        if done.returncode == 3 and answer.get("verdict") == "pass":
            return "differs", done.stderr.strip()
        return "WRONG", f"exit status {done.returncode}, {answer.get('bucket')} {done.stderr.strip()}"


def replay_all(program, target, bucket, recorded, name, must, *options):
    recorded = {kind: case for kind, case in recorded.items() if case}  # a case with a long list of choices has no token
    outcomes = {kind: program.outcome(case, bucket, *options) for kind, case in recorded.items()}
    return {"target": target, "edit": name, "must": must, "outcomes": {kind: said for kind, (said, _) in outcomes.items()},
            "reasons": {kind: reason for kind, (_, reason) in outcomes.items() if reason}}


def numba_rows(program, only):
    recorded, bucket = program.finding("--target", "numba")
    for name, file, edit, must in NUMBA:
        if only not in name:
            continue
        path = program.mwe / file
        text = path.read_text()
        path.write_text(edit(text))
        if path.read_text() == text:
            sys.exit(f"bench/edits.py: {name} edits nothing")
        yield replay_all(program, "numba", bucket, recorded, name, must)
        path.write_text(text)


def host_rows(program, only):
    text = (SOURCE / "corpus/planted/host/atomic_twice.cu").read_text()
    text = text.replace("__device__", "__device__ int added;\n__device__", 1)
    kernel = program.folder / "kernel.cu"
    kernel.write_text(text)
    recorded, bucket = program.finding("--target", "host", "--kernel", str(kernel))
    for name, edit, must in HOST:
        if only not in name:
            continue
        if edit(text) == text:
            sys.exit(f"bench/edits.py: {name} edits nothing")
        kernel.write_text(edit(text))
        yield replay_all(program, "host", bucket, recorded, name, must, "--kernel", str(kernel))


def is_wrong(row):
    outcomes = row["outcomes"]
    cases = {said for kind, said in outcomes.items() if kind != "token"}
    return "WRONG" in outcomes.values() or (row["must"] is not None and cases != {row["must"]})


def main():
    parser = argparse.ArgumentParser(prog="bench/run --edits", description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path)
    parser.add_argument("--only", default="", help="edits whose name contains this")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="replay min.json alone")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        program = Program(options.build.resolve(), Path(name), options.quick)
        if not options.json:
            print("| target | edit | case.json | min.json | token |\n|---|---|---|---|---|", flush=True)
        host = (options.build / "host/straylane_host_worker").exists()
        for make in (numba_rows, host_rows) if host else (numba_rows,):
            for row in make(program, options.only):
                rows.append(row)
                if not options.json:
                    cells = [row["outcomes"].get(kind, "-") for kind in ("case.json", "min.json", "token")]
                    print(f"| {row['target']} | {row['edit']} | " + " | ".join(cells) + " |", flush=True)
                if is_wrong(row):
                    print(f"{row['target']}, {row['edit']}: {row['outcomes']}, must: {row['must']}\n{row['reasons']}", file=sys.stderr)
    if options.json:
        print(json.dumps({"edits": rows}, indent=2))
    sys.exit(1 if any(map(is_wrong, rows)) else 0)


if __name__ == "__main__":
    main()
