"""Checks the include directions between the folders of src/.

    check_includes.py SRC

Prints one line for each include that the table does not allow and exits 1; prints nothing and exits 0 without one.
"""

import posixpath
import re
import sys
from pathlib import Path

# What each folder may include besides itself and `domain`. A folder is the longest row that its path begins with.
MAY_INCLUDE = {
    "domain": [],
    "codec": [],
    "os": [],
    "generate": [],
    "interleave": [],
    "order": [],
    "oracle": [],
    "program": ["oracle", "program/factory"],
    "program/factory": ["program", "oracle"],
    "program/canary": ["program", "program/factory"],
    "targets": ["os", "program", "program/factory", "program/canary", "interleave", "targets/worker", "targets/numba",
                "targets/host", "targets/cuda"],
    "targets/worker": ["os", "targets", "program", "program/factory", "program/canary", "interleave"],
    "targets/numba": ["os", "targets", "targets/worker", "program", "interleave"],
    "targets/numba/worker": ["targets/worker", "program", "interleave"],
    "targets/host": ["os", "targets", "targets/worker", "program", "interleave"],
    "targets/host/worker": ["os", "targets/worker", "targets", "program", "program/factory", "program/canary",
                            "interleave", "order"],
    "targets/cuda": ["os", "targets", "targets/worker", "program", "interleave"],
    "targets/cuda/worker": ["os", "targets/worker", "targets", "program", "program/factory", "interleave"],
    "run": ["program", "program/factory", "interleave", "targets", "oracle"],
    "search": ["run", "generate", "codec"],
    "shrink": [],
    "explain": [],
    "hunt": ["os", "program", "program/canary", "search", "shrink", "explain", "run", "codec", "generate", "targets"],
    "campaign": ["os", "program", "hunt", "search", "shrink", "run", "codec", "targets"],
    "report": ["codec", "explain"],
    "cli": ["*"],
}

INCLUDE = re.compile(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')
SOURCES = {".h", ".cc", ".cu", ".cuh", ".inc"}


def folder_of(path):
    """The row that the file at `path` (relative to src/) belongs to, or its folder's path if it belongs to no row."""
    parent = posixpath.dirname(path)
    folder = parent
    while folder and folder not in MAY_INCLUDE:
        folder = posixpath.dirname(folder)
    return folder or parent or "."


def allowed(folder, included):
    rows = MAY_INCLUDE.get(folder, [])
    return included in ("domain", folder) or "*" in rows or included in rows


def included_path(src, includer, quoted, angled):
    """The included file relative to src/, or None if it is not in src/."""
    name = quoted or angled
    if name.split("/")[0] in {row.split("/")[0] for row in MAY_INCLUDE} and "/" in name:
        return name
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(includer), name))
    return beside if quoted and (src / beside).is_file() else None


def violations(src):
    for file in sorted(p for p in src.rglob("*") if p.suffix in SOURCES):
        path = file.relative_to(src).as_posix()
        folder = folder_of(path)
        if folder not in MAY_INCLUDE:
            yield f"{file}:1: folder {folder} has no row in {Path(__file__).name}"
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            target = match and included_path(src, path, *match.groups())
            if target and not allowed(folder, folder_of(target)):
                yield f"{file}:{number}: folder {folder} may not include {folder_of(target)}"


def main():
    src = Path(sys.argv[1])
    if not src.is_dir():
        sys.exit(f"no folder {src}")
    found = list(violations(src))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
