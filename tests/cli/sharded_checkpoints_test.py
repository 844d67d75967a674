#!/usr/bin/env python3
"""States in several files, as common tools write them: the run is the one that it is in one file.

  tests/cli/sharded_checkpoints_test.py MUSTER EXAMPLE
"""

import json
import shutil
import struct
import unittest

from example_run import EXAMPLE, ExampleTest, muster

LAYOUT = ("--shards", 2, "--chunk-bytes", 64)
FIRST, SECOND = "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"
INDEX = "model.safetensors.index.json"


def read_tensors(file):
    """{name: (dtype, shape, bytes)} and the metadata."""
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__", {})
    return {name: (about["dtype"], about["shape"], data[8 + length:][slice(*about["data_offsets"])])
            for name, about in header.items()}, metadata


def write_tensors(file, tensors, metadata):
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, (dtype, shape, content) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write_bytes(struct.pack("<Q", len(text)) + text + data)


def shard(run, step):
    """The checkpoint as a folder: weights in two files with an index, the rest in a third."""
    single = run / f"checkpoints/{step}.safetensors"
    tensors, _ = read_tensors(single)
    single.unlink()
    folder = run / "checkpoints" / str(step)
    folder.mkdir()
    files = {FIRST: ["bias"], SECOND: ["weight"],
             "optimizer.safetensors": ["examples", "velocity.bias", "velocity.weight"]}
    for file, names in files.items():
        write_tensors(folder / file, {name: tensors[name] for name in names}, {"format": "pt"})
    weights = {name: file for file in (FIRST, SECOND) for name in files[file]}
    total = sum(len(tensors[name][2]) for name in weights)
    (folder / INDEX).write_text(json.dumps({"metadata": {"total_size": total}, "weight_map": weights},
                                           indent=2) + "\n")
    (folder / "config.json").write_text("{}")
    return folder


class ShardedCheckpointsTest(ExampleTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.whole = cls.trained("whole")
        cls.made = cls.good("run", "transcript", cls.whole, *LAYOUT)
        ran = muster("attest", "replay", cls.whole, "--seed", "b" * 64, "--with", EXAMPLE)
        cls.walls = ["--allow-network"] * ("refuses it a place" in ran.stderr)

    def sharded(self, name, steps=(0, 4, 8, 12, 16, 20)):
        run = self.folder / name
        shutil.copytree(self.whole, run)
        for file in ("states", "transcript.json"):
            (run / file).unlink()
        for step in steps:
            shard(run, step)
        return run

    def test_sharding_changes_nothing_that_is_committed_to(self):
        run = self.sharded("all")
        self.assertEqual(self.good("run", "transcript", run, *LAYOUT), self.made)
        self.assertEqual((run / "states").read_bytes(), (self.whole / "states").read_bytes())
        some = self.sharded("some", steps=(4, 20))
        self.assertEqual(self.good("run", "transcript", some, *LAYOUT), self.made)

    def test_a_sharded_run_replays_to_the_bit_and_a_flipped_byte_of_one_file_is_found(self):
        run = self.sharded("replayed")
        words = ("attest", "replay", run, "--transcript", self.whole / "transcript.json", "--seed",
                 "b" * 64, "--segments", 5, "--with", EXAMPLE, *self.walls)
        shutil.copy(self.whole / "states", run / "states")
        result = self.good(*words)
        self.assertTrue(result["clean"])
        self.assertEqual([s["grade"] for s in result["replayed"]], ["exact"] * 5)
        file = run / "checkpoints/8" / SECOND
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
        ran = muster(*words, "--json")
        self.assertEqual(ran.returncode, 1, ran.stderr)
        result = json.loads(ran.stdout)
        self.assertIn(("run.uncommitted", 8), {(f["code"], f["step"]) for f in result["faults"]})
        self.assertIn("mismatched", [s["grade"] for s in result["replayed"]])

    def refused(self, change):
        run = self.sharded(f"wrong{len(list(self.folder.glob('wrong*')))}", steps=(8,))
        change(run / "checkpoints/8")
        ran = muster("run", "transcript", run, *LAYOUT)
        self.assertEqual(ran.returncode, 2, ran.stdout + ran.stderr)
        self.assertIn("checkpoints/8", ran.stderr)
        self.assertEqual(len(ran.stderr.strip().splitlines()), 1, ran.stderr)
        self.assertFalse((run / "transcript.json").exists() or (run / "states").exists())
        return ran.stderr

    def index(self, change):
        def changed(folder):
            index = json.loads((folder / INDEX).read_text())
            change(index)
            (folder / INDEX).write_text(json.dumps(index))
        return changed

    def test_an_index_that_says_otherwise_than_its_files_is_refused_by_field(self):
        total = self.refused(self.index(lambda i: i["metadata"].update(total_size=145)))
        self.assertIn(f"{INDEX}: index.metadata.total_size: got 145, and the tensors have 144", total)
        wrong = self.refused(self.index(lambda i: i["weight_map"].update(bias=SECOND)))
        self.assertIn(f'index.weight_map."bias": got "{SECOND}", and the tensor is in "{FIRST}"', wrong)
        fewer = self.refused(self.index(lambda i: i["weight_map"].pop("bias") and i["weight_map"].update(
            weight=FIRST)))
        self.assertIn('index.weight_map."weight"', fewer)
        out = self.refused(self.index(lambda i: i["weight_map"].update(bias="../" + FIRST)))
        self.assertIn(f'index.weight_map."bias": got "../{FIRST}", want the name of a file beside', out)
        self.assertIn("index.metadata: missing", self.refused(self.index(lambda i: i.pop("metadata"))))
        self.assertIn(INDEX, self.refused(lambda folder: (folder / INDEX).write_text("{")))
        twice = self.refused(lambda folder: (folder / INDEX).write_text(
            '{"metadata":{"total_size":144},"weight_map":{"bias":"a.safetensors","bias":"b.safetensors"}}'))
        self.assertIn("bias", twice)

    def test_a_file_too_few_or_too_many_is_refused_by_tensor(self):
        missing = self.refused(lambda folder: (folder / SECOND).unlink())
        self.assertIn(f'index.weight_map."weight": got "{SECOND}", and there is no such file', missing)
        self.assertIn('no tensor "velocity.weight"', self.refused(
            lambda folder: (folder / "optimizer.safetensors").unlink()))
        twice = self.refused(lambda folder: shutil.copy(folder / FIRST, folder / "copy.safetensors"))
        self.assertIn(f'tensor "bias" is in "copy.safetensors" and in "{FIRST}"', twice)
        more = self.refused(lambda folder: write_tensors(folder / "more.safetensors",
                                                         {"ema": ("U8", [1], b"1")}, {}))
        self.assertIn('"ema" is none of these', more)
        step = self.refused(lambda folder: write_tensors(
            folder / FIRST, read_tensors(folder / FIRST)[0], {"step": "12"}))
        self.assertIn(f"{FIRST}: checkpoint.__metadata__.step: got 12, want 8", step)
        cut = self.refused(lambda folder: (folder / SECOND).write_bytes(
            (folder / SECOND).read_bytes()[:-1]))
        self.assertIn(f"{SECOND}: safetensors: the tensors end at byte 128", cut)

    def test_a_step_that_is_there_twice_or_not_at_all_is_refused(self):
        both = self.refused(lambda folder: shutil.copy(
            self.whole / "checkpoints/8.safetensors", folder.with_suffix(".safetensors")))
        self.assertIn("both are there, want one of them", both)
        none = self.refused(shutil.rmtree)
        self.assertIn("no such file, and no folder", none)

        def empty(folder):
            shutil.rmtree(folder)
            folder.mkdir()
        self.assertIn("got 0 files that end in .safetensors", self.refused(empty))


if __name__ == "__main__":
    unittest.main()
