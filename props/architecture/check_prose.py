"""Checks the prose of documents, comments and help.

    check_prose.py ROOT [STRAYLANE]

Reads the Markdown files and the comments of the sources under ROOT, and the help of every verb of the program
STRAYLANE. Prints one line for each sentence or line that breaks a rule below, and for each file, function or class that
is named and does not exist. Then exits 1. Without any, prints nothing and exits 0.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

WORDS_MAX = 40
COLUMNS_MAX = 120

# What a native speaker has to read twice, and what to write instead.
PATTERNS = [
    (re.compile(r"^Of\b"), 'begins with "Of": name the subject first'),
    (re.compile(r"\bbehind the\b", re.I), '"behind the": say "after the"'),
    (re.compile(r"(?<!\bthere )\bis none\b"), '"is none": say what it is not'),  # but Python's None may be
    (re.compile(r"\bwho waits\b", re.I), '"who waits": say "waiting threads"'),
]
# Sentences that may break a rule: the start of the sentence, and why it stays.
ALLOWED = {}

ITEM = re.compile(r"\s*(?:[-*]|\d+\.) |\w+ {2,}\S")
FOLDERS = ["src", "props", "fuzz", "bench", "corpus"]
COMMENTS = {".h": "//", ".cc": "//", ".cu": "//", ".cuh": "//", ".py": "#"}


# What is named in documents and comments, and is not ours.
FOREIGN_FILES = {
    ".cu": "a suffix",
    "repro.py": "in a finding",
    "simulator/kernelapi.py": "numba",
}
FOREIGN_NAMES = {
    "fuzz_host_afl": "made by the build",
    "fuzz_launch_afl": "made by the build",
    "main_repo": "a key of OSS-Fuzz",
    "primary_contact": "a key of OSS-Fuzz",
}


class Passage(NamedTuple):
    """Text that is read as one piece: a paragraph, an item of a list, a cell of a table."""

    place: str  # "file:line" or "straylane hunt --help"
    text: str


def sentences(text):
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\[([^][]*)\]\([^()]*\)", r"\1", text)  # a link is what it shows
    text = re.sub(r"`[^`]*`", "CODE", text)
    return re.split(r"(?<=[.!?:])[\")]* (?=[\"(*]*(?:[A-Z`-]|k[A-Z]))", text)


def paragraphs(lines, place):
    """Passages of numbered lines: they end at an empty or indented line, and begin at the item of a list.

    "name    what it is" is an item, too.
    """
    passage, first = [], 0
    for number, line in lines + [(0, "")]:
        item = ITEM.match(line)
        indented = re.match(r" {2,}\S", line) and not item and not (passage and ITEM.match(passage[0]))
        if not line.strip() or item or indented or line.startswith(("#", "|", "<!--")):
            if passage:
                yield Passage(f"{place}:{first}", " ".join(passage))
            passage = []
        if line.startswith("|"):
            for cell in line.split("|"):
                yield Passage(f"{place}:{number}", cell)
        elif line.strip() and not indented and not line.startswith(("<!--",)):
            if not passage:
                first = number
            passage.append(line.lstrip("#") if line.startswith("#") else line)


def of_document(path, text):
    fenced, lines = False, []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            fenced, line = not fenced, ""
        lines.append((number, "" if fenced or line.startswith("    ") else line))
    yield from paragraphs(lines, path)


def of_comments(path, text, mark):
    block = []
    for number, line in enumerate(text.splitlines() + [""], 1):
        stripped = line.strip()
        if stripped.startswith(mark) and not stripped.startswith("#include"):
            block.append((number, stripped[len(mark):].removeprefix(" ")))
            continue
        yield from paragraphs(block, path)
        block = []
        if f"  {mark} " in line and '"' not in line:
            yield Passage(f"{path}:{number}", line.split(f"  {mark} ", 1)[1])


def of_docstrings(path, text):
    try:
        tree = ast.parse(text)
    except SyntaxError:  # a template
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and (doc := ast.get_docstring(node)):
            yield from paragraphs([(node.body[0].lineno, line) for line in doc.splitlines()], path)


def of_help(straylane):
    def said(*words):
        return subprocess.run([straylane, *words, "--help"], capture_output=True, text=True, check=True).stdout

    verbs = re.findall(r"^  (\w+) {2,}\S", said().split("Subcommands:")[-1], re.M)
    if not verbs:
        sys.exit(f"{straylane} --help lists no verb")
    for words in [[], *([verb] for verb in verbs)]:
        place = " ".join(["straylane", *words, "--help"])
        for line in re.sub(r"\n {20,}", " ", said(*words)).splitlines():
            yield Passage(place, re.sub(r"^\s+\S.*?\s{2,}", "", line))


def passages_of(root, file):
    path = file.relative_to(root).as_posix()
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".md":
        yield from of_document(path, text)
        return
    yield from of_comments(path, text, COMMENTS[file.suffix])
    if file.suffix == ".py":
        yield from of_docstrings(path, text)


def files_of(root):
    yield from sorted(root.glob("*.md"))
    for folder in ["docs", *FOLDERS]:
        for file in sorted((root / folder).rglob("*")):
            if "__pycache__" not in file.parts and (file.suffix in COMMENTS or file.suffix == ".md"):
                yield file



def breaches(passage):
    for sentence in sentences(passage.text):
        if any(sentence.startswith(start) for start in ALLOWED):
            continue
        for pattern, why in PATTERNS:
            if pattern.search(sentence):
                yield f"{passage.place}: {why}: {sentence}"
        words = len(re.findall(r"[A-Za-z]{2,}|\ba\b|\bI\b", sentence))
        if words > WORDS_MAX:
            yield f"{passage.place}: {words} words: {sentence}"


def long_lines(root, file):
    """Lines of documents and comments beyond COLUMNS_MAX. Tables and what programs print stay as they are."""
    fenced = False
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if file.suffix == ".md" and line.startswith("```"):
            fenced = not fenced
        prose = not line.startswith(("|", "    ")) if file.suffix == ".md" else line.lstrip().startswith(("//", "# "))
        if prose and not fenced and len(line) > COLUMNS_MAX:
            yield f"{file.relative_to(root).as_posix()}:{number}: {len(line)} columns"


class Tree:
    """The files under a root and the words of their code, for the check of what is named."""

    NO_SOURCES = {"__pycache__", ".git", ".straylane", "build", "findings"}

    def __init__(self, root):
        self.files, self.folders, self.words = set(), set(), set()
        for folder, folders, names in os.walk(root):
            folders[:] = [name for name in folders if name not in self.NO_SOURCES]
            inside = Path(folder).relative_to(root)
            self.folders.add(inside.as_posix())
            for name in names:
                self.files.add((inside / name).as_posix())
                self.words.add(name.split(".")[0])
                if not name.endswith(".md"):
                    self.words |= words_of_code(Path(folder) / name)
        self.ends = set()  # a path may begin at the root or in any folder
        for file in self.files | self.folders:
            parts = file.split("/")
            for first in range(len(parts)):
                end = "/".join(parts[first:])
                self.ends |= {end, os.path.splitext(end)[0]}  # without a suffix it is a pair of header and source
        self.first_folders = {folder.split("/")[-1] for folder in self.folders if folder.count("/") < 2} - {"."}

    def has(self, path):
        return all(one in self.ends for one in variants(path.rstrip("/")))

    def missing_file(self, code):
        """The path in `code` if it looks like one of a file of the repository and there is no such file."""
        path = re.sub(r":\d+$", "", code).removeprefix("./")
        if path in FOREIGN_FILES or not re.fullmatch(r"[\w.,{}/+-]+", path) or re.search(r"\b[A-Z]{2,}", path):
            return None
        source = re.search(r"\.(h|cc|cu|cuh|py|dict|md)$|\.\{h,cc\}$", path)
        inside = "/" in path and path.split("/")[0] in self.first_folders
        return path if (source or inside) and not self.has(path) else None

    def missing_name(self, code):
        """The function or class in `code` if there is no such word in any source."""
        if not re.fullmatch(r"\w+(::\w+)*(\(.*\))?", code):
            return None
        for name in re.findall(r"\w+", code.split("(")[0]):
            if re.search(r"[a-z]_[a-z]|[a-z][A-Z]", name) and name not in self.words and name not in FOREIGN_NAMES:
                return name
        return None


def variants(path):
    """The paths that "a.{h,cc}" stands for."""
    choice = re.search(r"\{([^{}]*)\}", path)
    if not choice:
        return [path]
    return [path[:choice.start()] + one + path[choice.end():] for one in choice[1].split(",")]


def words_of_code(file):
    try:
        text = file.read_text(encoding="utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return set()
    if mark := COMMENTS.get(file.suffix):
        text = re.sub(rf"(^|\s){mark} .*", "", text, flags=re.M)
    return set(re.findall(r"\w+", text))


def missing(tree, passage):
    """What the passage names and the tree does not have."""
    for code in re.findall(r"`([^`]+)`", passage.text):
        if path := tree.missing_file(code):
            yield f"{passage.place}: no such file: {path}"
        elif name := tree.missing_name(code):
            yield f"{passage.place}: no such name: {name}"
    plain = re.sub(r"`[^`]*`|\]\([^()]*\)", "", passage.text)
    for path in re.findall(r"(?<![\w/<.-])[\w/]+\.(?:h|cc|cuh)\b", plain):
        if path := tree.missing_file(path):
            yield f"{passage.place}: no such file: {path}"
    if ".md:" not in passage.place:
        return
    folder = os.path.dirname(passage.place)
    for link in re.findall(r"\]\(([^()\s]*)\)", passage.text):
        target = os.path.normpath(os.path.join(folder, link.split("#")[0]))
        if not re.match(r"\w+:|#", link) and target not in tree.files | tree.folders:
            yield f"{passage.place}: no such file: {link}"


def main():
    root = Path(sys.argv[1])
    found = []
    tree = Tree(root)
    for file in files_of(root):
        found += long_lines(root, file)
        for passage in passages_of(root, file):
            found += breaches(passage)
            found += missing(tree, passage)
    for straylane in sys.argv[2:]:
        for passage in of_help(straylane):
            found += breaches(passage)
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
