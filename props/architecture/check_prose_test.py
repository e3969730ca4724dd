"""The check finds a planted breach of each rule, and lets good prose through."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

import check_prose

LONG = "It is " + "a " * 39 + "word."


class CheckProse(unittest.TestCase):
    def found(self, name, text, others={}):
        """The breaches in a file of this name, each as "LINE: its first words". `others` are files beside it."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            file = root / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            for path, content in others.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(content)
            self.assertIn(file, list(check_prose.files_of(root)))
            tree = check_prose.Tree(root)
            lines = list(check_prose.long_lines(root, file))
            for passage in check_prose.passages_of(root, file):
                lines += check_prose.breaches(passage)
                lines += check_prose.missing(tree, passage)
            return [":".join(line.removeprefix(name + ":").split(":")[:2]) for line in lines]

    def test_good_prose(self):
        text = "// Returns the size in bytes. The caller keeps it.\nint a = 1;  // one of these\n"
        self.assertEqual(self.found("src/a.h", text), [])
        self.assertEqual(self.found("docs/a.md", "# Of all\n\n    Of code\n\nThis is a page.\n"), ["1: begins with \"Of\""])

    def test_each_pattern(self):
        for sentence, what in [
            ("Of the first launch.", 'begins with "Of"'),
            ("It stands behind the guard.", '"behind the"'),
            ("A file without content is none.", '"is none"'),
            ("The lock is given to who waits first.", '"who waits"'),
            (LONG, "42 words"),
        ]:
            with self.subTest(sentence):
                self.assertEqual(self.found("src/a.h", f"int a;\n// {sentence}\n"), [f"2: {what}"])
                self.assertEqual(self.found("docs/a.md", f"{sentence}\n"), [f"1: {what}"])
                self.assertEqual(self.found("bench/a.py", f'"""{sentence}"""\n'), [f"1: {what}"])

    def test_sentences_are_counted_one_by_one(self):
        text = "It is so on it, " * 3 + "as it is. "
        self.assertEqual(self.found("docs/a.md", (text + "\n") * 5), [])
        items = "".join(f"- {text}\n" for _ in range(5))
        self.assertEqual(self.found("docs/a.md", items), [])
        names = "".join(f"a{n}    what it\n      is and is not\n" for n in range(9))
        self.assertEqual(self.found("bench/a.py", f'"""Names.\n\n{names}"""\n'), [])

    def test_there_is_none(self):
        self.assertEqual(self.found("src/a.h", "// Null if there is none. `raised` is None or a tuple.\n"), [])

    def test_a_comment_over_several_lines_is_one_passage(self):
        self.assertEqual(self.found("src/a.cc", "// It stands behind\n// the guard.\n"), ['1: "behind the"'])

    def test_a_comment_after_code(self):
        self.assertEqual(self.found("src/a.cc", "int a;  // Of the first launch\n"), ['1: begins with "Of"'])

    def test_long_lines(self):
        self.assertEqual(self.found("src/a.cc", "// " + "x " * 60 + "\n"), ["1: 123 columns"])
        self.assertEqual(self.found("docs/a.md", "```\n" + "x " * 70 + "\n```\n| " + "x " * 70 + "|\n"), [])

    def test_a_sentence_that_is_allowed_by_name(self):
        with mock.patch.object(check_prose, "ALLOWED", {"Of mice and men": "a title"}):
            self.assertEqual(self.found("docs/a.md", "Of mice and men.\n"), [])

    def test_a_file_that_is_named_must_exist(self):
        there = {"src/order/race.h": "int race_free(int seen);\n", "props/b_test.cc": "// old_name\n", "docs/b.md": ""}
        for good in ["`src/order/race.h`", "`order/race`", "`race.h`", "order/race.h", "[b](b.md)",
                     "[b](b.md#top)", "[x](https://example.org/a.md)", "`src/order/`", "`NAME/x.h`", "`buckets/a`",
                     "`min.json`", "<signal.h>"]:
            with self.subTest(good):
                self.assertEqual(self.found("docs/a.md", f"See {good} here.\n", there), [])
        for bad in ["`src/order/lost.h`", "`order/lost`", "`race.{h,cc}`", "`lost_test.py`", "order/lost.h", "[b](lost.md)"]:
            with self.subTest(bad):
                self.assertEqual(self.found("docs/a.md", f"See {bad} here.\n", there), ["1: no such file"])
        self.assertEqual(self.found("src/a.cc", "int a;  // see order/lost.h\n", there), ["1: no such file"])

    def test_a_function_or_class_that_is_named_must_exist(self):
        there = {"src/order/race.h": "int race_free(int seen);  // once old_name, OldName\n"}
        for name in ["race_free", "race_free(seen)", "plain", "--some_option", "a sentence_with words"]:
            self.assertEqual(self.found("docs/a.md", f"See `{name}` here.\n", there), [])
        for name in ["old_name", "OldName", "OldName::race_free", "old_name()"]:
            self.assertEqual(self.found("docs/a.md", f"See `{name}` here.\n", there), ["1: no such name"])
            self.assertEqual(self.found("src/a.cc", f"// See `{name}` here.\n", there), ["1: no such name"])


if __name__ == "__main__":
    unittest.main()
