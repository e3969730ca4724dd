"""The check finds a planted breach of each rule, and lets the owners of names through."""

import tempfile
import unittest
from pathlib import Path

import check_names


class CheckNames(unittest.TestCase):
    def found(self, files):
        """Places of the violations in a src/ with these files (path: text), without the folder and the reason."""
        with tempfile.TemporaryDirectory() as folder:
            src = Path(folder)
            for path, text in files.items():
                (src / path).parent.mkdir(parents=True, exist_ok=True)
                (src / path).write_text(text)
            lines = [line.removeprefix(f"{src}/") for line in check_names.violations(src)]
            return [line.rsplit(": ", 1)[0] if "TargetInfo" not in line else line.split(": ")[0] for line in lines]

    def test_owners_may_use_their_names(self):
        files = {"program/factory/settings.h": "int array_size;\n", "targets/a.cc": 'if (name == "numba") return;\n'}
        self.assertEqual(self.found(files), [])

    def test_a_setting_of_the_factory_kernel_elsewhere(self):
        files = {"shrink/a.cc": "x\n// n_threads follows\n", "targets/b.py": "buffer_size = 1\n"}
        self.assertEqual(self.found(files), ["shrink/a.cc:2: n_threads", "targets/b.py:1: buffer_size"])

    def test_a_compared_target_name(self):
        files = {"report/a.cc": 'if (target == "host") x();\nif (target != "cuda") y();\n',
                 "cli/a.cc": 'open_target("numba", {});\njson["host"] = 1;\n'}
        self.assertEqual(self.found(files), ["cli/a.cc:1", "report/a.cc:1", "report/a.cc:2"])

    def test_an_internal_name_of_a_library(self):
        self.assertEqual(self.found({"hunt/a.cc": "rc::detail::checkTestable(f);\n"}), ["hunt/a.cc:1: rc::detail"])


if __name__ == "__main__":
    unittest.main()
