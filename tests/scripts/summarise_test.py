#!/usr/bin/env python3
"""What scripts/summarise.py counts, by the words that test programs really print."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPT = ROOT / "scripts" / "summarise.py"
sys.path.insert(0, str(SCRIPT.parent))
import summarise  # noqa: E402

DOCTEST_OK = """[doctest] doctest version is "2.4.9"
===============================================================================
[doctest] test cases:  18 |  18 passed | 0 failed | 0 skipped
[doctest] assertions: 268 | 268 passed | 0 failed |
[doctest] Status: SUCCESS!
"""
DOCTEST_BAD = "[doctest] test cases:   18 |   16 passed | 2 failed | 1 skipped\n"


def run(*command) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def counted(text: str, ok: bool = True) -> tuple[int, int, list[str]]:
    counts = summarise.count(text, ok)
    return counts.passed, counts.failed, counts.skipped


class CountTest(unittest.TestCase):
    def test_doctest_counts_its_cases(self):
        self.assertEqual(counted(DOCTEST_OK), (18, 0, []))
        self.assertEqual(counted(DOCTEST_BAD, ok=False), (16, 2, []))

    def test_unittest_counts_its_tests(self):
        self.assertEqual(counted("....\nRan 4 tests in 0.1s\n\nOK\n"), (4, 0, []))
        text = "Ran 9 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n"
        self.assertEqual(counted(text, ok=False), (6, 3, []))

    def test_tests_that_unittest_leaves_out_are_named(self):
        self.assertEqual(counted("Ran 3 tests in 0.1s\n\nOK (skipped=1)\n"),
                         (2, 0, ["1 Python tests, which do not say why"]))

    def test_the_last_plain_line_counts_before_all_else(self):
        text = DOCTEST_OK + "1 passed, 0 failed\n   7 passed, 1 failed\n"
        self.assertEqual(counted(text, ok=False), (7, 1, []))

    def test_a_program_that_says_nothing_is_one_test(self):
        self.assertEqual(counted("hello\n"), (1, 0, []))
        self.assertEqual(counted("hello\n", ok=False), (0, 1, []))

    def test_a_bad_exit_is_a_failure_whatever_was_printed(self):
        self.assertEqual(counted(DOCTEST_OK, ok=False), (18, 1, []))

    def test_skipped_groups_are_named_once(self):
        line = "skipped: foreign vectors: not there\n"
        text = f"a.cpp:3: MESSAGE: {line}{line}"
        self.assertEqual(counted(text)[2], ["foreign vectors: not there"])

    def test_meson_counting_skipped_tests_names_no_group(self):
        self.assertEqual(counted("Skipped:            0   \n")[2], [])


class TestlogTest(unittest.TestCase):
    def log(self, *tests: dict) -> tuple[int, str]:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "testlog.json")
            path.write_text("".join(json.dumps(test) + "\n" for test in tests), encoding="utf-8")
            done = run(sys.executable, SCRIPT, "testlog", path)
            return done.returncode, done.stdout

    def test_results_of_all_programs_are_added(self):
        status, printed = self.log({"name": "a", "result": "OK", "stdout": DOCTEST_OK},
                                   {"name": "b", "result": "FAIL", "stdout": DOCTEST_BAD},
                                   {"name": "c", "result": "OK", "stdout": ""})
        self.assertEqual((status, printed), (1, "FAILED b: FAIL\n35 passed, 2 failed\n"))

    def test_a_crash_and_a_timeout_fail(self):
        status, printed = self.log({"name": "a", "result": "TIMEOUT", "stdout": None},
                                   {"name": "b", "result": "ERROR", "stdout": DOCTEST_OK})
        self.assertEqual((status, printed.splitlines()[-1]), (1, "18 passed, 2 failed"))

    def test_skipped_tests_are_named(self):
        status, printed = self.log({"name": "a", "result": "OK", "stdout": ""},
                                   {"name": "vectors", "result": "SKIP", "stdout": ""})
        self.assertEqual((status, printed), (0, "skipped: vectors: not run\n1 passed, 0 failed\n"))

    def test_no_tests_at_all_is_a_failure(self):
        self.assertEqual(self.log()[0], 1)

    def test_a_missing_log_is_a_failure(self):
        self.assertEqual(run(sys.executable, SCRIPT, "testlog", "nowhere.json").returncode, 1)


class StagesTest(unittest.TestCase):
    """scripts/stages.sh, as check and .ci/run use it."""

    def run_stages(self, script: str) -> tuple[int, list[str]]:
        setup = f"set -uo pipefail; source {ROOT}/scripts/stages.sh; begin"
        done = run("bash", "-c", f"{setup}\n{script}\nfinish")
        return done.returncode, done.stdout.splitlines()

    def test_the_last_line_is_the_only_plain_one_and_adds_up(self):
        script = "stage a echo '3 passed, 0 failed'; stage b true; step c true"
        status, lines = self.run_stages(script)
        plain = [line for line in lines if line.endswith("failed") and line[0].isdigit()]
        self.assertEqual((status, plain), (0, ["4 passed, 0 failed"]))
        self.assertEqual(lines[-1], plain[0])

    def test_a_failing_stage_does_not_end_the_run_but_fails_it(self):
        status, lines = self.run_stages("stage a false; stage b true")
        self.assertEqual((status, lines[-2:]), (1, ["failed in a: 1", "1 passed, 1 failed"]))

    def test_a_failing_step_counts(self):
        status, lines = self.run_stages("stage a true; step b false")
        self.assertEqual((status, lines[-1]), (1, "1 passed, 1 failed"))

    def test_a_stage_that_counts_failures_fails_even_with_exit_code_0(self):
        status, lines = self.run_stages("stage a echo '3 passed, 2 failed' || echo seen")
        self.assertEqual((status, lines[-1]), (1, "3 passed, 2 failed"))
        self.assertIn("seen", lines)

    def test_skipped_groups_stand_before_the_last_line(self):
        status, lines = self.run_stages("stage a echo 'skipped: vectors: not there'")
        self.assertEqual((status, lines[-2:]),
                         (0, ["skipped: vectors: not there", "1 passed, 0 failed"]))

    def test_a_run_without_any_test_fails(self):
        self.assertEqual(self.run_stages("step a true")[0], 1)

    def test_stages_get_no_input(self):
        self.assertEqual(self.run_stages("stage a cat")[1][-1], "1 passed, 0 failed")

    def test_scratch_is_in_memory_where_there_is_room_and_gone_at_the_end(self):
        script = 'touch "$run_folder/a"; echo "at $run_folder"; stage a true'
        folder = next(line[3:] for line in self.run_stages(script)[1] if line.startswith("at "))
        self.assertTrue(os.path.isabs(folder))
        self.assertFalse(os.path.exists(folder))

    def test_a_folder_for_scratch_that_somebody_chose_is_used(self):
        with tempfile.TemporaryDirectory() as chosen:
            script = f'export TMPDIR={chosen}; finish() {{ :; }}; begin; echo "at $run_folder"'
            done = run("bash", "-c", f"source {ROOT}/scripts/stages.sh; {script}")
            self.assertTrue(done.stdout.startswith(f"at {chosen}/"), done.stdout)


if __name__ == "__main__":
    unittest.main()
