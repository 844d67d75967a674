#!/usr/bin/env python3
"""`muster scenario score --bundles` and `scenario verify`: scenario_finding_test.py MUSTER. What the
inspector files stands for a stranger with the keys beside it, and not with a byte changed."""

import json
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

MUSTER = pathlib.Path(sys.argv.pop(1)).resolve()


class Findings(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.holder = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.holder.name)
        cls.world = cls.folder / "world.json"
        cls.found = cls.folder / "found"
        done = cls.muster("scenario", "new", cls.world, "--chips", "12", "--sites", "2",
                          "--violation-chips", "6")
        assert done.returncode == 0, done.stderr
        done = cls.muster("scenario", "score", cls.world, "--rows", "V5,V10,V11,V27", "--plays",
                          "4", "--searched", "1", "--bundles", cls.found)
        assert done.returncode == 0, done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.holder.cleanup()

    @staticmethod
    def muster(*words):
        return subprocess.run([MUSTER, *map(str, words)], capture_output=True, text=True,
                              check=False, timeout=120)

    def verify(self, file, keys=None):
        return self.muster("scenario", "verify", file, "--keys", keys or self.found / "keys.json",
                           "--json")

    def test_each_play_that_is_caught_left_one(self):
        names = sorted(path.name for path in self.found.iterdir())
        # None of the decoy that passes; of attempts on paper one for each that was made.
        self.assertEqual(names, ["V10-1.finding.json", "V11-1.finding.json",
                                 "V27-1-double-acceptance.paper.json",
                                 "V27-2-released-twice.paper.json",
                                 "V27-3-transfer-of-a-held-chip.paper.json",
                                 "V27-4-transfer-of-another-s.paper.json", "V5-1.finding.json",
                                 "keys.json"])

    def test_each_refusal_stands_by_the_keys_alone(self):
        papers = sorted(self.found.glob("*.paper.json"))
        for file in papers:
            done = self.verify(file)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            self.assertIn("the register refused it by ", json.loads(done.stdout)["shows"])
        whole = papers[0].read_text()
        changed = self.folder / "changed.paper.json"
        changed.write_text(whole.replace('"kind":"refusal"', '"kind":"rEfusal"'))
        self.assertEqual(self.verify(changed).returncode, 2)
        changed.write_text(whole.replace('"signature":"', '"signature":"00', 1))
        self.assertEqual(self.verify(changed).returncode, 1)

    def test_each_stands_by_the_keys_alone(self):
        for file in self.found.glob("*.finding.json"):
            done = self.verify(file)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            answer = json.loads(done.stdout)
            self.assertTrue(answer["stands"])
            self.assertNotEqual(answer["verdict"], "consistent")
            self.assertEqual(answer["by_word"] == "", answer["verdict"] == "contradicted")

    def test_none_stands_with_a_byte_changed(self):
        whole = (self.found / "V11-1.finding.json").read_bytes()
        chance = random.Random(1)
        for _ in range(20):
            place = chance.randrange(len(whole))
            changed = bytearray(whole)
            changed[place] ^= 1 << chance.randrange(7)
            file = self.folder / "changed.json"
            file.write_bytes(changed)
            with self.subTest(place=place):
                self.assertIn(self.verify(file).returncode, (1, 2))

    def test_none_stands_by_other_keys(self):
        keys = json.loads((self.found / "keys.json").read_text())
        keys["prover"], keys["inspector"] = keys["inspector"], keys["prover"]
        other = self.folder / "other.json"
        other.write_text(json.dumps(keys))
        self.assertEqual(self.verify(self.found / "V5-1.finding.json", other).returncode, 1)

    def test_no_row_is_not_every_row(self):
        for rows in ("", ",", "V6,,V8", "V99"):
            done = self.muster("scenario", "score", "--rows", rows)
            with self.subTest(rows=rows):
                self.assertEqual(done.returncode, 2)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_keys_that_cannot_be_read_are_named(self):
        broken = self.folder / "broken.json"
        broken.write_text("{")
        done = self.verify(self.found / "V5-1.finding.json", broken)
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"reading {broken}: JSON", done.stderr)

    def test_a_folder_that_is_there_is_left_alone(self):
        done = self.muster("scenario", "score", self.world, "--rows", "V27", "--bundles", self.found)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(len(list(self.found.iterdir())), 8)


if __name__ == "__main__":
    unittest.main()
