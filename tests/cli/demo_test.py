#!/usr/bin/env python3
"""Plays `muster demo` at a small scale and reads what it left, as a stranger would.

  tests/cli/demo_test.py MUSTER

The inspector's process never sees the Provers' folder: the demo deletes it before it starts one,
and this test makes sure of it.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree

MUSTER = sys.argv.pop(1) if len(sys.argv) > 1 else "build/muster"
SCALE = "4000"


def run(*words, registry=None):
    command = [MUSTER, *words, "--json"]
    if registry:
        command += ["--registry", str(registry)]
    return subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name) / "demo"
        ran = run("demo", str(cls.folder), "--scale", SCALE)
        if ran.returncode != 0:
            raise AssertionError(f"demo ended with {ran.returncode}: {ran.stderr[-2000:]}")
        cls.answer = json.loads(ran.stdout)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def audit(self, plan):
        return next(audit for audit in self.answer["audits"] if audit["plan"] == plan)

    def test_is_marked_as_simulated(self):
        self.assertIs(self.answer["simulated"], True)
        self.assertIn("SIMULATED", (self.folder / "report.html").read_text())

    def test_the_inspector_had_no_file_of_the_provers(self):
        self.assertFalse((self.folder / "provers").exists())

    def test_the_prover_that_hides_a_run_is_found(self):
        hider = self.audit("P-" + self.answer["hider"])
        self.assertEqual(hider["evaluation"]["verdict"], "finding")
        self.assertGreater(hider["hits"], 0)

    def test_no_honest_prover_is_accused(self):
        for audit in self.answer["audits"]:
            if audit["plan"] in ("P-" + self.answer["hider"], "P-pool"):
                continue
            self.assertEqual(audit["evaluation"]["verdict"], "no-sign-of", audit["plan"])
            self.assertEqual(audit["hits"], 0, audit["plan"])

    def test_every_sentence_has_its_parts(self):
        for audit in self.answer["audits"]:
            evaluation = audit["evaluation"]
            for part in ("excess_flop", "rule_flop", "window", "within_days", "offbook_at_most",
                         "drawn_probability", "recognition", "lines", "open", "not_covered",
                         "assumptions"):
                self.assertIn(part, evaluation, audit["plan"])
            self.assertEqual(evaluation["recognition"], "not known")
            self.assertGreaterEqual(float(evaluation["drawn_probability"]), 0.95)

    def test_a_stranger_makes_every_draw_anew(self):
        for audit in self.answer["audits"]:
            open_checks = [c["check"] for c in audit["checks"]["checks"] if not c["ok"]]
            self.assertEqual(open_checks, [], audit["plan"])
            self.assertIs(audit["checks"]["valid"], True, audit["plan"])

    def test_a_draw_is_verified_from_the_ledger_alone(self):
        keys = []
        for key in sorted((self.folder / "inspector").glob("frame-*.key")):
            keys += ["--frame-key", f"{key.stem.removeprefix('frame-')}={key}"]
        ran = run("plan", "verify", "P-pool", *keys, registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertIn("ceremony in the ledger", json.loads(ran.stdout)["beacon"]["source"])

    def test_every_party_takes_part_in_the_ceremony_of_the_pool(self):
        ran = run("ceremony", "show", "P-pool", registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        shown = json.loads(ran.stdout)
        roles = [party["role"] for party in shown["parties"]]
        self.assertEqual(roles, ["prover"] * (len(self.answer["audits"]) - 1) + ["verifier"])
        last_commitment = max(party["committed"] for party in shown["parties"])
        self.assertLess(last_commitment, min(party["revealed"] for party in shown["parties"]))
        self.assertLess(max(party["revealed"] for party in shown["parties"]), shown["sealed"])

    def test_the_ledger_verifies_from_its_entries_alone(self):
        ran = run("ledger", "verify", registry=self.folder / "registry")
        self.assertEqual(ran.returncode, 0, ran.stderr)
        self.assertTrue(json.loads(ran.stdout)["valid"])

    def test_a_view_that_is_deleted_comes_back_equal(self):
        registry = self.folder / "registry"
        before = run("registry", "dump-hash", registry=registry)
        for name in ("view.db", "view.db-wal", "view.db-shm"):
            (registry / name).unlink(missing_ok=True)
        after = run("registry", "dump-hash", registry=registry)
        self.assertEqual(before.returncode, 0, before.stderr)
        self.assertEqual(json.loads(before.stdout), json.loads(after.stdout))

    def test_the_report_is_one_well_formed_file_without_script(self):
        text = (self.folder / "report.html").read_text()
        root = ElementTree.fromstring(text)
        self.assertTrue(root.tag.endswith("html"))
        for forbidden in ("<script", "src=\"http", "href=\"http"):
            self.assertNotIn(forbidden, text)

    def test_the_demo_writes_over_nothing(self):
        ran = run("demo", str(self.folder), "--scale", SCALE)
        self.assertEqual(ran.returncode, 3)
        self.assertEqual(len(ran.stderr.strip().splitlines()[-1:]), 1)


if __name__ == "__main__":
    unittest.main()
