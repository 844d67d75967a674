#!/usr/bin/env python3
"""A model that Muster does not know, and its run from the data to a re-executor.

  softmax_regression.py data FOLDER           makes the blocks of data, FOLDER/data/0 and so on
  softmax_regression.py train FOLDER RANDOM   trains on them: FOLDER/spec.json, FOLDER/checkpoints
  softmax_regression.py FOLDER                as `muster attest replay --with` calls it

Softmax regression by stochastic gradient descent with momentum, in float32. Nothing but Python's
standard library is used. The Prover commits to the data (`muster run data`), is given RANDOM, trains,
and commits to the run (`muster run transcript FOLDER`). Every number is rounded to float32 after
every operation; the one function of the C library is exp in double precision, so another machine may
round otherwise: then a tolerance judges it. A shop with PyTorch or JAX replaces `Model`.
"""

import array
import hashlib
import json
import math
import pathlib
import struct
import sys

NAME = "softmax-regression"
EXECUTOR = "softmax_regression.py 1"
FEATURES, CLASSES, BATCH, EVERY, BLOCKS, STEPS = 8, 4, 8, 4, 3, 20
CONFIG = {"batch": BATCH, "momentum": 0.875, "rate": 0.125}
TYPES = {"F32": "f", "I64": "q", "U8": "B"}
# Name, type, shape, role: all of a state. The specification and the checkpoints follow from it.
TENSORS = [("weight", "F32", [FEATURES, CLASSES], "weights"), ("bias", "F32", [CLASSES], "weights"),
           ("velocity.weight", "F32", [FEATURES, CLASSES], "state"),
           ("velocity.bias", "F32", [CLASSES], "state"), ("examples", "I64", [], "state")]


def f32(number):
    return struct.unpack("f", struct.pack("f", number))[0]


def digest(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def u64be(number):
    return number.to_bytes(8, "big")


def read_safetensors(path):
    """Tensors as {name: array}, and the metadata."""
    file = path.read_bytes()
    (length,) = struct.unpack("<Q", file[:8])
    header = json.loads(file[8:8 + length])
    metadata, tensors = header.pop("__metadata__", {}), {}
    for name, about in header.items():
        numbers = array.array(TYPES[about["dtype"]])
        numbers.frombytes(file[8 + length:][slice(*about["data_offsets"])])
        if sys.byteorder == "big":
            numbers.byteswap()
        tensors[name] = numbers
    return tensors, metadata


def write_safetensors(path, tensors, metadata):
    """`tensors` as (name, type, shape, numbers)."""
    header, data = {"__metadata__": metadata}, b""
    for name, kind, shape, numbers in tensors:
        numbers = array.array(TYPES[kind], numbers)
        if sys.byteorder == "big":
            numbers.byteswap()
        header[name] = {"dtype": kind, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(numbers) * numbers.itemsize]}
        data += numbers.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


class Model:
    """All that training needs to go on."""

    def __init__(self, tensors, config):
        self.tensors, self.config = tensors, config

    @classmethod
    def initial(cls, seed, config):
        """Weights of [-1/8, 1/8) from the seed, all else 0: whoever has the seed makes them again."""
        tensors = {name: array.array(TYPES[kind], [0] * math.prod(shape))
                   for name, kind, shape, _ in TENSORS}
        for i in range(FEATURES * CLASSES):
            word = digest(b"softmax-regression/initial\n", seed, u64be(i))[:3]
            tensors["weight"][i] = (int.from_bytes(word, "big") / 2 ** 23 - 1) / 8
        return cls(tensors, config)

    def gradients(self, rows, labels):
        weight, bias = self.tensors["weight"], self.tensors["bias"]
        of_weight, of_bias = [0.0] * len(weight), [0.0] * len(bias)
        for row, label in zip(rows, labels):
            logits = list(bias)
            for i, x in enumerate(row):
                for c in range(CLASSES):
                    logits[c] = f32(logits[c] + f32(x * weight[i * CLASSES + c]))
            powers = [f32(math.exp(logit - max(logits))) for logit in logits]
            total = 0.0
            for power in powers:
                total = f32(total + power)
            errors = [f32(f32(power / total) - (c == label)) for c, power in enumerate(powers)]
            for c, error in enumerate(errors):
                of_bias[c] = f32(of_bias[c] + error)
                for i, x in enumerate(row):
                    place = i * CLASSES + c
                    of_weight[place] = f32(of_weight[place] + f32(x * error))
        return {"weight": of_weight, "bias": of_bias}

    def step(self, rows, labels):
        rate, momentum = f32(self.config["rate"]), f32(self.config["momentum"])
        for name, gradient in self.gradients(rows, labels).items():
            numbers, velocity = self.tensors[name], self.tensors["velocity." + name]
            for i, slope in enumerate(gradient):
                velocity[i] = f32(f32(momentum * velocity[i]) + f32(slope / len(rows)))
                numbers[i] = f32(numbers[i] - f32(rate * velocity[i]))
        self.tensors["examples"][0] += len(rows)

    def learn(self, block):
        """One segment: all steps of one block of data."""
        data, _ = read_safetensors(block)
        rows = [data["x"][i:i + FEATURES] for i in range(0, len(data["x"]), FEATURES)]
        for i in range(0, len(rows), self.config["batch"]):
            self.step(rows[i:i + self.config["batch"]], data["y"][i:i + self.config["batch"]])

    def save(self, path, step):
        write_safetensors(path, [(name, kind, shape, self.tensors[name])
                                 for name, kind, shape, _ in TENSORS], {"step": str(step)})


def make_data(folder):
    """Points around a centre for each class: what anybody's own data would be."""
    (folder / "data").mkdir(parents=True)
    for block in range(BLOCKS):
        rows, labels = [], []
        for i in range(EVERY * BATCH):
            word = digest(b"softmax-regression/data\n", u64be(block), u64be(i))
            label = word[0] % CLASSES
            labels.append(label)
            rows += [word[1 + k] / 256 + (k % CLASSES == label) for k in range(FEATURES)]
        write_safetensors(folder / "data" / str(block),
                          [("x", "F32", [EVERY, BATCH, FEATURES], rows),
                           ("y", "U8", [EVERY, BATCH], labels)], {})


def block_order(seed, blocks, segments):
    """Which block each segment learns, as attestation/replay/README.md has it."""
    order, step = [], 0
    while len(order) < segments:
        order += sorted(range(blocks), key=lambda block: digest(
            b"muster/block-order/v1\n", seed, u64be(step), u64be(block)))
        step += 1
    return order[:segments]


def train(folder, random):
    files = [folder / "data" / str(block) for block in range(BLOCKS)]
    seed = digest(b"muster/run-seed/v1\n", *(digest(file.read_bytes()) for file in files), random)
    numbers = sum(math.prod(shape) for _, _, shape, role in TENSORS if role == "weights")
    spec = {"v": "muster/external-spec/v1", "model": "external", "name": NAME,
            "code": digest(pathlib.Path(__file__).read_bytes()).hex(),
            "config": json.dumps(CONFIG, sort_keys=True), "parameters": numbers,
            # Forward and the weights' gradient, 2 N each for an example; there is no layer below.
            "flop_per_step": str(4 * numbers * BATCH), "tokens_per_step": BATCH, "steps": STEPS,
            "checkpoint_every": EVERY, "order": "seeded", "random": random.hex(),
            "tensors": [{"name": name, "dtype": kind, "shape": shape, "role": role}
                        for name, kind, shape, role in TENSORS]}
    (folder / "spec.json").write_text(json.dumps(spec, indent=1), encoding="ascii")
    (folder / "checkpoints").mkdir()
    model = Model.initial(seed, CONFIG)
    model.save(folder / "checkpoints/0.safetensors", 0)
    for segment, block in enumerate(block_order(seed, BLOCKS, STEPS // EVERY)):
        model.learn(files[block])
        step = (segment + 1) * EVERY
        model.save(folder / f"checkpoints/{step}.safetensors", step)


def asked_file(folder, about):
    file = folder / about["file"]
    if hashlib.sha256(file.read_bytes()).hexdigest() != about["sha256"]:
        raise ValueError(f"{file.name} is not the one that was asked about")
    return file


def replay(folder, request):
    spec = request["spec"]
    if spec["name"] != NAME:
        raise ValueError(f"knows {NAME}, not {spec['name']}")
    config = json.loads(spec["config"])
    if request["task"] == "initial":
        model, step = Model.initial(bytes.fromhex(request["seed"]), config), 0
    else:
        tensors, _ = read_safetensors(asked_file(folder, request["start"]))
        model, step = Model(tensors, config), request["segment"]["to"]
        model.learn(asked_file(folder, request["data"]))
    model.save(folder / request["answer"]["state"], step)
    return step


def main(folder):
    request = json.loads((folder / "request.json").read_text(encoding="ascii"))
    answer = {"v": "muster/replay-answer/v1", "executor": EXECUTOR}
    if request["v"] != "muster/external-request/v1" or request["task"] not in ("initial", "segment"):
        answer |= {"status": "unsupported", "message": "knows initial and segment of a model of others"}
    else:
        try:
            answer |= {"status": "done", "step": replay(folder, request)}
        except (ValueError, KeyError) as problem:
            answer |= {"status": "failed", "message": str(problem)}
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "data":
        make_data(pathlib.Path(sys.argv[2]))
    elif sys.argv[1] == "train":
        train(pathlib.Path(sys.argv[2]), bytes.fromhex(sys.argv[3]))
    else:
        main(pathlib.Path(sys.argv[1]))
