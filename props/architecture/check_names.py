"""Checks that names stay where they belong.

    check_names.py SRC

Prints one line for each place in src/ that breaks a rule below and exits 1; prints nothing and exits 0 without one.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple


class Rule(NamedTuple):
    pattern: re.Pattern
    owner: str  # the folder that may use the name; empty if none may
    why: str


RULES = [
    Rule(re.compile(r"array_size|buffer_size|n_threads"), "program/factory",
         "a setting of the factory kernel is named in its own folder alone"),
    Rule(re.compile(r"""(?:[=!]= ?|open_target\()"(?:numba|host|cuda)\""""), "targets",
         "nobody outside src/targets compares a target's name: ask TargetInfo or TargetKind"),
    Rule(re.compile(r"rc::detail"), "", "an internal name of RapidCheck"),
]


def violations(src):
    for file in sorted(p for p in src.rglob("*") if p.is_file() and "__pycache__" not in p.parts):
        path = file.relative_to(src).as_posix()
        rules = [rule for rule in RULES if not (rule.owner and path.startswith(rule.owner + "/"))]
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            for rule in rules:
                match = rule.pattern.search(line)
                if match:
                    yield f"{file}:{number}: {match.group()}: {rule.why}"


def main():
    src = Path(sys.argv[1])
    missing = [rule.owner for rule in RULES if rule.owner and not (src / rule.owner).is_dir()]
    if missing:
        sys.exit(f"no folder {src / missing[0]}")
    found = list(violations(src))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
