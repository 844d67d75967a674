#!/usr/bin/env python3
"""Does one segment of a run of the built-in MLP again: an example of a re-executor.

  replay_mlp.py FOLDER        as `muster attest replay --with` calls it

It reads request.json, start.safetensors and data.safetensors in FOLDER, and writes
end.safetensors and answer.json. Nothing but Python's standard library is used, and nothing of
Muster's: the model is written anew from its description. Every number is rounded to float32 after
every operation, by array("f"), and sums have the order of the built-in trainer; so it comes to the
same bits. A program that rounds otherwise is judged by --tolerance-l2 and --tolerance-linf.
"""

import array
import hashlib
import json
import math
import operator
import pathlib
import struct
import sys

EXECUTOR = "replay_mlp.py 1"
NORM_EPSILON = 1e-5


def floats(numbers):
    return array.array("f", numbers)


def f32(number):
    """Rounded to float32. Double arithmetic and one such rounding is float32 arithmetic."""
    return struct.unpack("f", struct.pack("f", number))[0]


def read_safetensors(path):
    """Tensors as {name: (type, shape, bytes)}, and the metadata."""
    file = path.read_bytes()
    (length,) = struct.unpack("<Q", file[:8])
    header = json.loads(file[8:8 + length])
    metadata = header.pop("__metadata__", {})
    data = file[8 + length:]
    return {name: (about["dtype"], about["shape"], data[slice(*about["data_offsets"])])
            for name, about in header.items()}, metadata


def write_safetensors(path, tensors, metadata):
    """`tensors` as {name: (shape, floats)}."""
    header, data = {"__metadata__": metadata}, b""
    for name, (shape, numbers) in sorted(tensors.items()):
        numbers = floats(numbers)
        if sys.byteorder == "big":
            numbers.byteswap()
        header[name] = {"dtype": "F32", "shape": shape,
                        "data_offsets": [len(data), len(data) + 4 * len(numbers)]}
        data += numbers.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def numbers_of(tensor):
    kind, _, data = tensor
    if kind != "F32":
        raise ValueError(f"want F32, got {kind}")
    numbers = array.array("f", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def add(a, b):
    return floats(map(operator.add, a, b))


def scaled(factor, row):
    return floats([factor * x for x in row])


def rows_of(numbers, width):
    return [numbers[i:i + width] for i in range(0, len(numbers), width)]


def matrix_product(left, right, bias):
    """Row by row: bias, and the products added in rising order of the inner index."""
    result = []
    for row in left:
        total = floats(bias)
        for factor, line in zip(row, right):
            total = add(total, scaled(factor, line))
        result.append(total)
    return result


def transposed(rows):
    return [floats(column) for column in zip(*rows)]


def sum_of_rows(rows):
    total = floats([0.0] * len(rows[0]))
    for row in rows:
        total = add(total, row)
    return total


def total_of(numbers):
    """The sum from the first to the last, rounded each time."""
    total = 0.0
    for number in numbers:
        total = f32(total + number)
    return total


class Linear:
    """y = x W + b"""

    def __init__(self, weight, bias):
        self.weight, self.bias = rows_of(weight, len(bias)), bias

    def forward(self, x):
        self.x = x
        return matrix_product(x, self.weight, self.bias)

    def backward(self, dy):
        zero = floats([0.0] * len(self.bias))
        dweight = matrix_product(transposed(self.x), dy, zero)
        self.gradients = [floats(n for row in dweight for n in row), sum_of_rows(dy)]
        return matrix_product(dy, transposed(self.weight), floats([0.0] * len(self.weight)))


class Norm:
    """Layer normalisation with a gain and an offset."""

    def __init__(self, gain, offset):
        self.gain, self.offset = gain, offset

    def forward(self, x):
        self.unit, self.inverse = [], []
        result = []
        for row in x:
            mean = f32(total_of(row) / len(row))
            apart = floats([n - mean for n in row])
            variance = f32(total_of(floats([n * n for n in apart])) / len(row))
            inverse = f32(1.0 / f32(math.sqrt(f32(variance + f32(NORM_EPSILON)))))
            unit = scaled(inverse, apart)
            self.unit.append(unit)
            self.inverse.append(inverse)
            result.append(add(floats(map(operator.mul, unit, self.gain)), self.offset))
        return result

    def backward(self, dy):
        result = []
        products = []
        for row, unit, inverse in zip(dy, self.unit, self.inverse):
            up = floats(map(operator.mul, row, self.gain))
            mean = f32(total_of(up) / len(up))
            slope = f32(total_of(floats(map(operator.mul, up, unit))) / len(up))
            inner = floats([n - mean for n in up])
            inner = floats(map(operator.sub, inner, scaled(slope, unit)))
            result.append(scaled(inverse, inner))
            products.append(floats(map(operator.mul, row, unit)))
        self.gradients = [sum_of_rows(products), sum_of_rows(dy)]
        return result


def exp32(x):
    if x > 88.73:
        return math.inf
    return 0.0 if x < -104.0 else f32(math.exp(x))


class Silu:
    """x / (1 + e^-x)"""

    def forward(self, x):
        self.x = x
        self.sigmoid = [floats([1.0 / f32(1.0 + exp32(-n)) for n in row]) for row in x]
        return [floats(map(operator.mul, row, s)) for row, s in zip(x, self.sigmoid)]

    def backward(self, dy):
        result = []
        for row, x, sigmoid in zip(dy, self.x, self.sigmoid):
            rest = floats([1.0 - s for s in sigmoid])
            inner = floats([1.0 + n for n in floats(map(operator.mul, x, rest))])
            result.append(floats(map(operator.mul, row, floats(map(operator.mul, sigmoid, inner)))))
        return result


def cross_entropy_slope(logits, targets):
    """The gradient of the mean cross-entropy."""
    share = f32(1.0 / len(targets))
    result = []
    for row, target in zip(logits, targets):
        most = max(row)
        powers = floats([exp32(f32(n - most)) for n in row])
        total = total_of(powers)
        slope = scaled(share, floats([p / total for p in powers]))
        slope[target] = slope[target] - share
        result.append(slope)
    return result


def gradients_of(weights, samples, context, width):
    """The gradient of each tensor for one batch. A sample is `context` bytes and the one after."""
    w = weights
    layers = [Linear(w["hidden.0.weight"], w["hidden.0.bias"]),
              Norm(w["norm.0.gain"], w["norm.0.offset"]), Silu(),
              Linear(w["hidden.1.weight"], w["hidden.1.bias"]),
              Norm(w["norm.1.gain"], w["norm.1.offset"]), Silu(),
              Linear(w["output.weight"], w["output.bias"])]
    table = rows_of(w["embedding"], width)
    x = []
    for sample in samples:
        row = floats([])
        for byte in sample[:context]:
            row.extend(table[byte])
        x.append(row)
    for layer in layers:
        x = layer.forward(x)
    dx = cross_entropy_slope(x, [sample[context] for sample in samples])
    for layer in reversed(layers):
        dx = layer.backward(dx)
    dtable = [floats([0.0] * width) for _ in table]
    for sample, row in zip(samples, dx):
        for byte, part in zip(sample[:context], rows_of(row, width)):
            dtable[byte] = add(dtable[byte], part)
    result = {"embedding": floats(n for row in dtable for n in row)}
    names = [("hidden.0.weight", "hidden.0.bias"), ("norm.0.gain", "norm.0.offset"), None,
             ("hidden.1.weight", "hidden.1.bias"), ("norm.1.gain", "norm.1.offset"), None,
             ("output.weight", "output.bias")]
    for pair, layer in zip(names, layers):
        if pair:
            result.update(zip(pair, layer.gradients))
    return result


def power(base, exponent):
    """base^exponent by squaring: the trainer does not ask a C library for powers."""
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        exponent >>= 1
        base *= base
    return result


def adam_step(optimizer, step, gradient, weights, first, second):
    """Kingma and Ba 2015, algorithm 1, for the numbers of one tensor; `step` counts from 1."""
    beta1, beta2 = float(optimizer["beta1"]), float(optimizer["beta2"])
    rate, epsilon = f32(float(optimizer["learning_rate"])), f32(float(optimizer["epsilon"]))
    correction1 = f32(1.0 / (1.0 - power(beta1, step)))
    correction2 = f32(1.0 / (1.0 - power(beta2, step)))
    beta1, beta2 = f32(beta1), f32(beta2)
    squares = floats(map(operator.mul, gradient, gradient))
    first = add(scaled(beta1, first), scaled(f32(1.0 - beta1), gradient))
    second = add(scaled(beta2, second), scaled(f32(1.0 - beta2), squares))
    spread = floats([math.sqrt(n) for n in scaled(correction2, second)])
    spread = floats([n + epsilon for n in spread])
    move = scaled(rate, floats(map(operator.truediv, scaled(correction1, first), spread)))
    return floats(map(operator.sub, weights, move)), first, second


def replay(folder, request):
    metadata, optimizer = request["metadata"], request["optimizer"]
    if metadata["model"] != "mlp" or optimizer["name"] != "adam":
        raise ValueError(f"knows mlp and adam, not {metadata['model']} and {optimizer['name']}")
    for part in ("start", "data"):
        file = folder / request[part]["file"]
        if hashlib.sha256(file.read_bytes()).hexdigest() != request[part]["sha256"]:
            raise ValueError(f"{file.name} is not the one that was asked about")
    state, _ = read_safetensors(folder / request["start"]["file"])
    data, _ = read_safetensors(folder / request["data"]["file"])
    _, (steps, batch, size), samples = data["samples"]
    kinds = ("weights.", optimizer["first_moments"], optimizer["second_moments"])
    shapes = {p["name"]: p["shape"] for p in request["parameters"]}
    held = {name: [numbers_of(state[kind + name]) for kind in kinds] for name in shapes}
    step = request["segment"]["from"]
    for i in range(steps):
        here = samples[i * batch * size:(i + 1) * batch * size]
        weights = {name: numbers[0] for name, numbers in held.items()}
        gradients = gradients_of(weights, [here[k:k + size] for k in range(0, len(here), size)],
                                 metadata["context"], metadata["width"])
        step += 1
        for name, numbers in held.items():
            held[name] = adam_step(optimizer, step, gradients[name], *numbers)
    tensors = {kind + name: (shapes[name], numbers[i])
               for name, numbers in held.items() for i, kind in enumerate(kinds)}
    write_safetensors(folder / request["answer"]["state"], tensors, {"step": str(step)})
    return step


def main(folder):
    request = json.loads((folder / "request.json").read_text(encoding="ascii"))
    if request["v"] != "muster/replay-request/v1":
        sys.exit(f"request.json: version {request['v']} is not known here")
    answer = {"v": "muster/replay-answer/v1", "executor": EXECUTOR}
    try:
        answer |= {"status": "done", "step": replay(folder, request)}
    except (ValueError, KeyError) as problem:
        answer |= {"status": "failed", "message": str(problem)}
    (folder / request["answer"]["document"]).write_text(json.dumps(answer), encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
