#!/usr/bin/env python3
"""A run of a model that Muster does not know, from its data to the Verifier's verdict.

  tests/cli/external_replay_test.py MUSTER EXAMPLE
"""

import hashlib
import json
import pathlib
import shutil
import struct
import subprocess
import sys
import textwrap
import unittest

from example_run import EXAMPLE, PATIENCE, RANDOM, ExampleTest, muster

SHARDS, CHUNK = 2, 64

# Every program that is made here may use the example as a module.
PYTHON = f"""#!/usr/bin/env python3
import json, os, pathlib, sys
sys.dont_write_bytecode = True
sys.path.insert(0, {str(EXAMPLE.parent)!r})
import softmax_regression as example
folder = pathlib.Path(sys.argv[1])
request = json.loads((folder / "request.json").read_text())
"""


def sha256(data):
    return hashlib.sha256(data).digest()


def state_bytes(file, order):
    """The tensors of a checkpoint, one after the other as the specification has them."""
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    return b"".join(data[8 + length:][slice(*header[name]["data_offsets"])] for name in order)


def chunk_digests(state):
    """By shard, as attestation/README.md has it: the zero chunk is 32 zero bytes."""
    count = -(-len(state) // (SHARDS * CHUNK))
    state += b"\0" * (count * SHARDS * CHUNK - len(state))
    chunks = [state[i:i + CHUNK] for i in range(0, len(state), CHUNK)]
    digests = ["0" * 64 if not any(chunk) else sha256(chunk).hex() for chunk in chunks]
    return [digests[i * count:(i + 1) * count] for i in range(SHARDS)]


class ExternalReplayTest(ExampleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.honest = cls.folder / "honest"
        cls.script("data", cls.honest)
        cls.data = cls.good("run", "data", cls.honest / "data", "--random", RANDOM, "--segments", 5)
        cls.script("train", cls.honest, RANDOM)
        cls.made = cls.good("run", "transcript", cls.honest, "--shards", SHARDS, "--chunk-bytes", CHUNK)
        cls.spec = json.loads((cls.honest / "spec.json").read_text())
        cls.key = cls.folder / "inspector"
        cls.public_key = cls.good("key", "new", cls.key)["public"]
        # Where the kernel makes no walls, all but the network is tried without them.
        ran = muster("attest", "replay", cls.honest, "--seed", "b" * 64, "--with", EXAMPLE)
        cls.walls = ["--allow-network"] * ("refuses it a place" in ran.stderr)

    @classmethod
    def script(cls, *words):
        subprocess.run([EXAMPLE, *map(str, words)], check=True, timeout=PATIENCE)

    def copy_of_run(self, name):
        copy = self.folder / name
        shutil.copytree(self.honest, copy)
        return copy

    def replay(self, *more, run=None, transcript=None, program=EXAMPLE, code=0, segments=5):
        with_program = ("--with", program, *self.walls) if program else ()
        ran = muster("attest", "replay", run or self.honest, "--transcript",
                     transcript or self.honest / "transcript.json", "--seed", "b" * 64, "--segments", segments,
                     *with_program, *more, "--json")
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return json.loads(ran.stdout) if code != 3 and ran.stdout else ran.stderr

    def program(self, lines):
        path = self.folder / f"program{len(list(self.folder.glob('program*')))}"
        path.write_text(PYTHON + textwrap.dedent(lines))
        path.chmod(0o755)
        return path

    def test_what_is_committed_to_follows_from_the_files_alone(self):
        blocks = [sha256((self.honest / f"data/{i}").read_bytes()) for i in range(3)]
        seed = sha256(b"muster/run-seed/v1\n" + b"".join(blocks) + bytes.fromhex(RANDOM))
        self.assertEqual(self.data["seed"], seed.hex())
        order = []
        for step in range(2):
            order += sorted(range(3), key=lambda block: sha256(
                b"muster/block-order/v1\n" + seed + step.to_bytes(8, "big") + block.to_bytes(8, "big")))
        self.assertEqual(self.data["order"], order[:5])
        text = (self.honest / "transcript.json").read_text()
        self.assertEqual(self.made["commitment"], sha256(text.encode()).hex())
        spec = json.loads(text)["spec"]
        self.assertEqual(self.made["precommitment"], {"metadata": sha256(spec.encode()).hex(),
                                                      "data_order": self.data["root"]})
        self.assertEqual((self.made["parameters"], self.made["flop"]), (36, "23040"))

    def test_an_honest_run_replays_to_the_bit(self):
        result = self.replay()
        self.assertTrue(result["clean"])
        self.assertEqual([s["grade"] for s in result["replayed"]], ["exact"] * 5)
        self.assertEqual(result["program"]["executor"], "softmax_regression.py 1")
        self.assertEqual(result["external"]["declared_flop"], "23040")
        self.assertEqual([f["code"] for f in result["external"]["figures"]], ["flop.frozen"])
        self.assertEqual([n["check"] for n in result["not_judged"]],
                         ["run.impossible_update", "memorisation"])
        self.assertIsNone(result["memorisation_p"])

    def test_a_tampered_segment_is_found(self):
        """The forger trains on from weights of his own, and commits to what comes of it."""
        forged = self.copy_of_run("forged")
        file = forged / "checkpoints/8.safetensors"
        data = bytearray(file.read_bytes())
        data[-200] ^= 1
        file.write_bytes(data)
        for name in ("states", "transcript.json"):
            (forged / name).unlink()
        self.good("run", "transcript", forged, "--shards", SHARDS, "--chunk-bytes", CHUNK)
        result = self.replay(run=forged, transcript=forged / "transcript.json", code=1)
        grades = {(s["from"], s["to"]): s["grade"] for s in result["replayed"]}
        self.assertEqual(grades[(4, 8)], "mismatched")
        self.assertEqual(grades[(0, 4)], "exact")
        self.assertEqual(result["faults"], [])

    def test_a_checkpoint_that_was_not_committed_to_is_found_without_a_program(self):
        forged = self.copy_of_run("swapped")
        shutil.copy(self.honest / "checkpoints/8.safetensors", forged / "checkpoints/12.safetensors")
        result = self.replay(run=forged, program=None, code=1)
        codes = {(f["code"], f["step"]) for f in result["faults"]}
        self.assertIn(("run.uncommitted", 12), codes)
        self.assertIn(("run.out_of_order", 8), codes)

    def test_without_a_program_nothing_is_consistent(self):
        result = self.replay(program=None, code=4)
        self.assertIsNone(result["clean"])
        self.assertEqual(result["replayed"], [])
        said = {n["check"]: n["remedy"] for n in result["not_judged"]}
        self.assertEqual(said["replay"], "--with PROGRAM")
        self.assertIn("run.unseeded", said)
        ran = muster("attest", "replay", self.honest, "--transcript",
                     self.honest / "transcript.json", "--seed", "b" * 64)
        self.assertIn("NOT JUDGED", ran.stdout)
        self.assertNotIn("CONSISTENT", ran.stdout)

    def test_initial_weights_of_the_provers_own_choice_are_found_or_said_to_be_not_judged(self):
        chosen = self.copy_of_run("chosen")
        file = chosen / "checkpoints/0.safetensors"
        data = bytearray(file.read_bytes())
        data[-200] ^= 1
        file.write_bytes(data)
        for name in ("states", "transcript.json"):
            (chosen / name).unlink()
        self.good("run", "transcript", chosen, "--shards", SHARDS, "--chunk-bytes", CHUNK)
        result = self.replay(run=chosen, transcript=chosen / "transcript.json", code=1)
        self.assertEqual(result["faults"][0]["code"], "run.unseeded")
        shy = self.program("""
            if request["task"] == "initial":
                answer = {"v": "muster/replay-answer/v1", "status": "unsupported"}
                (folder / "answer.json").write_text(json.dumps(answer))
            else:
                example.main(folder)
            """)
        result = self.replay(program=shy)
        self.assertIn("run.unseeded", [n["check"] for n in result["not_judged"]])

    def test_another_rounding_is_judged_by_the_stated_tolerance_only(self):
        other = self.program("""
            example.main(folder)
            if request["task"] == "segment":
                tensors, metadata = example.read_safetensors(folder / "end.safetensors")
                tensors["weight"][0] *= 1.000001
                example.write_safetensors(folder / "end.safetensors",
                    [(n, k, s, tensors[n]) for n, k, s, _ in example.TENSORS], metadata)
            """)
        self.assertEqual(self.replay(program=other, code=1)["replayed"][0]["grade"], "mismatched")
        tolerance = ("--tolerance-l2", "1e-3", "--tolerance-linf", "1e-5")
        result = self.replay(*tolerance, program=other)
        self.assertEqual(result["replayed"][0]["grade"], "within")
        counting = self.program("""
            example.main(folder)
            if request["task"] == "segment":
                tensors, metadata = example.read_safetensors(folder / "end.safetensors")
                tensors["examples"][0] += 1
                example.write_safetensors(folder / "end.safetensors",
                    [(n, k, s, tensors[n]) for n, k, s, _ in example.TENSORS], metadata)
            """)
        result = self.replay(*tolerance, program=counting, code=1)
        self.assertEqual(result["replayed"][0]["grade"], "mismatched")

    def test_a_program_that_fails_judges_nothing(self):
        self.assertIn("exit code 7", self.replay(program=self.program("sys.exit(7)"), code=3))
        wrong = self.program("""
            example.main(folder)
            example.write_safetensors(folder / "end.safetensors",
                                      [("weight", "F32", [1], [0])], {"step": "0"})
            """)
        self.assertIn('end.safetensors: checkpoint: tensor "weight": got F32 [1], want F32 [8, 4]',
                      self.replay(program=wrong, code=3))

    def test_declared_memory_is_held_to_the_run(self):
        order = [tensor["name"] for tensor in self.spec["tensors"]]
        lines = {shard: [] for shard in range(SHARDS)}
        for step in (0, 8, 20):
            state = state_bytes(self.honest / f"checkpoints/{step}.safetensors", order)
            for shard, chunks in enumerate(chunk_digests(state)):
                lines[shard].append({"shard": shard, "step": step, "from": f"2026-01-0{1 + step // 8}"
                                     "T00:00:00.000Z", "to": "2026-01-09T00:00:00.000Z",
                                     "chunks": chunks})
        stem = self.folder / "declared"
        metadata = {"run": "odd", "use": "training", "from": "2026-01-01T00:00:00.000Z",
                    "to": "2026-01-09T00:00:00.000Z", "parameters": "36", "flop": "23000",
                    "bytes_per_parameter": "4", "chunk_bytes": CHUNK, "scratch_bytes_per_chip": 0,
                    "restarts": [], "precommitment": self.made["precommitment"]}

        def write(items):
            text = "".join(json.dumps(item, sort_keys=True, separators=(",", ":")) + "\n"
                           for item in items)
            pathlib.Path(f"{stem}.steps.ndjson").write_text(text)

        pathlib.Path(f"{stem}.json").write_text(
            json.dumps(metadata, sort_keys=True, separators=(",", ":")))
        pathlib.Path(f"{stem}.assignments.ndjson").write_text("")
        items = lines[0] + lines[1]
        write(items)
        result = self.replay("--declaration", stem)
        self.assertEqual(result["declared"]["compared"], 6)
        self.assertEqual(result["declared"]["otherwise"], [])
        self.assertIn("flop.declared", [f["code"] for f in result["external"]["figures"]])
        items[1]["chunks"][0] = "1" * 64
        write(items)
        result = self.replay("--declaration", stem, code=1)
        self.assertEqual(result["declared"]["otherwise"], [{"step": 8, "shard": 0}])

    def room(self, name, *more, code=0, ask=("--with", EXAMPLE)):
        draw, sealed = self.folder / f"{name}.draw", self.folder / f"{name}.sealed"
        ran = muster("attest", "request", self.honest / "transcript.json", "--value", "c" * 64,
                     "--source", "a test", "--segments", 2, "--largest", 0, "--out", draw, *ask)
        if ran.returncode != 0:
            return ran
        ran = muster("attest", "replay", self.honest, "--request", draw, "--sign", self.key,
                     "--sealed", sealed, *more, "--json")
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return draw, sealed

    def test_in_the_room_a_model_of_others_is_done_again_by_the_program_that_was_asked_for(self):
        for name, more in (("all", ()), ("ends", ("--only-chosen",))):
            draw, sealed = self.room(name, "--with", EXAMPLE, *self.walls, *more)
            ran = muster("attest", "check", sealed, "--request", draw, "--transcript",
                         self.honest / "transcript.json", "--key", self.public_key, "--json")
            self.assertEqual(ran.returncode, 0, ran.stderr)
            result = json.loads(ran.stdout)
            self.assertTrue(result["taken"])
            self.assertEqual([s["grade"] for s in result["sealed"]["segments"]], ["exact"] * 2)
            self.assertIn("memorisation", result["sealed"]["not_judged"])
        refused = self.room("none", ask=())
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--with PROGRAM", refused.stderr)

    def test_what_is_no_run_is_refused_by_name(self):
        def refused(name, change, *more):
            run = self.copy_of_run(name)
            for file in ("states", "transcript.json"):
                (run / file).unlink()
            change(run)
            ran = muster("run", "transcript", run, *more)
            self.assertEqual(ran.returncode, 2, ran.stdout)
            self.assertFalse((run / "transcript.json").exists())
            return ran.stderr

        def change_spec(**fields):
            return lambda run: (run / "spec.json").write_text(json.dumps({**self.spec, **fields}))

        self.assertIn("external.parameters: got 35", refused("count", change_spec(parameters=35)))
        self.assertIn("external: ", refused("version", change_spec(v="muster/external-spec/v9")))
        self.assertIn("4.safetensors", refused("hole", lambda run: (
            run / "checkpoints/4.safetensors").unlink()))
        self.assertIn("named 0, 1", refused("block", lambda run: (run / "data/1").rename(
            run / "data/one")))
        self.assertIn("step: got 4, want 8", refused("step", lambda run: shutil.copy(
            run / "checkpoints/4.safetensors", run / "checkpoints/8.safetensors")))
        self.assertIn("transcript.shards", refused("shards", lambda run: None, "--shards", 0))
        again = muster("run", "transcript", self.honest)
        self.assertEqual(again.returncode, 3, again.stderr)


if __name__ == "__main__":
    unittest.main()
