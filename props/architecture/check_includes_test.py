"""The check finds planted violations, and lets through what is allowed."""

import tempfile
import unittest
from pathlib import Path

import check_includes


class CheckIncludes(unittest.TestCase):
    def found(self, files):
        """The violations in a src/ with these files (path: text), without the folder that src/ is in."""
        with tempfile.TemporaryDirectory() as folder:
            src = Path(folder)
            for path, text in files.items():
                (src / path).parent.mkdir(parents=True, exist_ok=True)
                (src / path).write_text(text)
            return [line.removeprefix(f"{src}/") for line in check_includes.violations(src)]

    def test_what_the_table_allows(self):
        files = {
            "codec/json.cc": '#include "codec/json.h"\n#include <vector>\n#include "domain/case.h"\n',
            "targets/registry.cc": '#include "targets/numba/numba_target.h"\n',
            "targets/numba/numba_target.h": '#include "targets/target.h"\n#include "interleave/strategy.h"\n',
            "targets/numba/worker/module.cc": '#include <Python.h>\n#include "targets/worker/protocol.h"\n',
            "cli/main.cc": '#include "campaign/store.h"\n#include "targets/numba/numba_target.h"\n',
        }
        self.assertEqual(self.found(files), [])

    def test_a_violation_names_its_place(self):
        files = {"domain/case.h": '#pragma once\n\n#include "codec/json.h"\n'}
        self.assertEqual(self.found(files), ["domain/case.h:3: folder domain may not include codec"])

    def test_other_spellings_of_an_include(self):
        files = {
            "codec/json.h": "",
            "oracle/a.cc": "# include <codec/json.h>\n",
            "oracle/b.cc": '  #include "../codec/json.h"\n',
        }
        lines = [f"oracle/{name}.cc:1: folder oracle may not include codec" for name in "ab"]
        self.assertEqual(self.found(files), lines)

    def test_targets_do_not_know_each_other(self):
        files = {
            "targets/host/host_target.cc": '#include "targets/numba/numba_target.h"\n',
            "run/run_case.cc": '#include "targets/target.h"\n#include "targets/numba/numba_target.h"\n',
        }
        lines = [
            "run/run_case.cc:2: folder run may not include targets/numba",
            "targets/host/host_target.cc:1: folder targets/host may not include targets/numba",
        ]
        self.assertEqual(self.found(files), lines)

    def test_a_folder_without_a_row(self):
        files = {"utils/misc.h": ""}
        self.assertEqual(self.found(files), ["utils/misc.h:1: folder utils has no row in check_includes.py"])


if __name__ == "__main__":
    unittest.main()
