#!/usr/bin/env python3
"""A run that another program trained, on emulated chips: their logs, judged from its transcript.

  tests/cli/external_fleet_test.py MUSTER EXAMPLE
"""

import json
import pathlib
import shutil
import unittest

from example_run import ExampleTest, muster

NONCE = "00112233445566778899aabbccddeeff"
WINDOW, RATE = "2026-07-01..2026-10-01", "0.5"
SHARDS, CHUNK = 3, 64


class ExternalFleetTest(ExampleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_folder = cls.trained("run")
        cls.good("run", "transcript", cls.run_folder, "--shards", SHARDS, "--chunk-bytes", CHUNK)
        cls.spec = json.loads((cls.run_folder / "spec.json").read_text())

    def fleet_words(self, name, *more):
        return ("device-log", "fleet", self.run_folder, "--run", "R1", "--window", WINDOW, "--nonce",
                NONCE, "--rate", RATE, "--out", self.folder / name, *more)

    def judged(self, fleet, shard, code):
        chip = fleet["chips"][shard]
        words = ["attest", "appraise", "--now", fleet["read_at"], "--chip", chip["chip"], "--device-key",
                 chip["device_key"], "--nonce", NONCE, "--window", WINDOW, "--rate", RATE, "--presence",
                 "bench", "--memory-bytes", fleet["memory_bytes"], "--declaration", fleet["declaration"]]
        for file in ("head", "log", "openings"):
            words += [f"--{file}", chip[file]]
        for head in chip["ledgered"]:
            words += ["--ledgered", head]
        ran = muster(*words, "--json")
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return json.loads(ran.stdout)

    def test_chips_that_hold_its_checkpoints_are_consistent_and_their_declaration_is_of_the_run(self):
        fleet = self.good(*self.fleet_words("honest"))
        self.assertEqual(len(fleet["chips"]), SHARDS)
        for shard in range(SHARDS):
            result = self.judged(fleet, shard, 0)
            self.assertEqual((result["verdict"], result["findings"]), ("consistent", []))
            self.assertGreater(result["snapshots"], 20)
        ran = muster("attest", "replay", self.run_folder, "--transcript", self.run_folder / "transcript.json",
                     "--seed", "b" * 64, "--declaration", fleet["declaration"], "--json")
        self.assertEqual(ran.returncode, 4, ran.stderr)  # no program: its segments are not judged
        result = json.loads(ran.stdout)
        self.assertEqual(result["faults"], [])
        self.assertEqual(result["external"]["figures"][0]["code"], "flop.frozen")
        declared = result["declared"]
        self.assertGreaterEqual(declared["declared"], 6 * SHARDS)
        self.assertEqual((declared["compared"], declared["otherwise"]), (declared["declared"], []))

    def test_the_shard_map_says_which_chip_holds_which_part_of_which_tensor(self):
        fleet = self.good(*self.fleet_words("mapped"))
        held = {}
        for chip in fleet["chips"]:
            for part in chip["holds"]:
                held.setdefault(part["tensor"], []).append((part["from"], part["to"]))
        sizes = {"weight": 128, "bias": 16, "velocity.weight": 128, "velocity.bias": 16, "examples": 8}
        self.assertEqual(list(held), [tensor["name"] for tensor in self.spec["tensors"]])
        for tensor, parts in held.items():
            ends = [0] + [end for _, end in parts]
            self.assertEqual(parts, list(zip(ends, ends[1:])))
            self.assertEqual(ends[-1], sizes[tensor])
        # 296 bytes in five chunks of 64, two to a shard and a zero one at the end.
        self.assertEqual(fleet["chips"][0]["holds"], [{"tensor": "weight", "from": 0, "to": 128}])
        assignments = pathlib.Path(fleet["declaration"] + ".assignments.ndjson").read_text().splitlines()
        self.assertEqual([json.loads(line)["shard"] for line in assignments], [0, 1, 2])

    def test_one_flipped_byte_in_the_memory_of_one_chip_is_found(self):
        fleet = self.good(*self.fleet_words("flipped", "--evade", "flipped-byte=0"))
        self.judged(fleet, 1, 0)
        self.judged(fleet, 2, 0)
        result = self.judged(fleet, 0, 4)
        self.assertEqual({f["code"] for f in result["findings"]}, {"memory.over_budget"})
        self.assertIn(f"{3 * CHUNK} bytes, budget {2 * CHUNK}", result["findings"][0]["found"])

    def test_chips_that_hold_something_else_are_found(self):
        fleet = self.good(*self.fleet_words("evading", "--evade", "stale-weights=0", "--evade",
                                            "other-shard=1", "--evade", "hidden-run=2"))
        for shard, code in enumerate(("snap.wrong_time", "snap.wrong_chip", "snap.unexplained")):
            self.assertIn(code, {f["code"] for f in self.judged(fleet, shard, 4)["findings"]})

    def test_checkpoints_in_several_files_give_the_same_fleet(self):
        whole = self.good(*self.fleet_words("whole"))
        shutil.copytree(self.run_folder, self.folder / "parted")
        for step in range(0, 21, 4):
            folder = self.folder / f"parted/checkpoints/{step}"
            folder.mkdir()
            folder.with_suffix(".safetensors").rename(folder / "all.safetensors")
        parted = self.good("device-log", "fleet", self.folder / "parted",
                           *self.fleet_words("parted-fleet")[3:])
        self.assertEqual(json.dumps(parted), json.dumps(whole).replace("/whole/", "/parted-fleet/"))
        for file in sorted((self.folder / "whole").iterdir()):
            self.assertEqual(file.read_bytes(), (self.folder / "parted-fleet" / file.name).read_bytes())

    def test_a_run_that_is_not_the_one_committed_to_has_no_fleet(self):
        other = self.folder / "other"
        shutil.copytree(self.run_folder, other)
        file = other / "checkpoints/8.safetensors"
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
        words = ("device-log", "fleet", other, *self.fleet_words("none")[3:])
        ran = muster(*words)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("transcript.json: the states that its run comes to are not those", ran.stderr)
        self.assertFalse((self.folder / "none").exists())
        file.unlink()
        self.assertIn("checkpoints/8.safetensors: no such file", muster(*words).stderr)
        ran = muster(*self.fleet_words("none", "--evade", "flipped-byte=3"))
        self.assertIn('--evade: got "flipped-byte=3", want NAME=SHARD with a shard below 3', ran.stderr)
        self.assertFalse((self.folder / "none").exists())


if __name__ == "__main__":
    unittest.main()
