#!/usr/bin/env python3
"""A second verifier of a log, written from ledger/README.md, the C2SP specifications and RFC 8032.

  second_verifier.py LOG.db --key VKEY [--keys FILE] [--blobs FILE] [--checkpoint FILE]...
                     [--receipt FILE]...

Shares nothing with the product: Python's own library, and slow, plain arithmetic. It is a test's
oracle and no example of how to verify signatures. Prints a line `where code detail` for each
fault, then the number of entries and the root. Exit code 0: no fault, 1: faults, 2: no such log.
  --keys        public keys that sign statements, 64 hex digits a line
  --blobs       lines `<index> <SHA-256>`: the blobs that entries name
  --checkpoint  an older signed note that somebody kept, judged like the stored ones
"""

import argparse
import base64
import contextlib
import datetime
import functools
import hashlib
import json
import pathlib
import re
import sqlite3
import sys

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# Ed25519, RFC 8032 section 5.1 and 6, with the acceptance rule of ledger/crypto/README.md.

def add(p, q):  # Extended coordinates: x = X/Z, y = Y/Z, XY = ZT.
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point, scalar = add(point, point), scalar >> 1
    return result


def equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def point(encoded):
    """The point of a canonical encoding, or None."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - x2) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


NEUTRAL, BASE = (0, 1, 1, 0), point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


@functools.lru_cache(None)
def good_key(key):
    a = point(key)
    return a if a and not equal(a, NEUTRAL) and equal(multiply(L, a), NEUTRAL) else None


@functools.lru_cache(None)
def verifies(key, message, signature):
    a, r = good_key(key), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if not a or not r or len(signature) != 64 or s >= L or equal(multiply(8, r), NEUTRAL):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return equal(multiply(s, BASE), add(r, multiply(k, a)))


# The formats.

class Refused(Exception):
    """What is wrong with a document, by its code."""


def decode64(text):
    """The bytes of standard base64 with padding, in its one spelling."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError(f"base64 {text!r}")
    return data


def parse_entry(body):
    """(index, previous, accepted_at, PAE, [(key id, signature)]) of the one spelling of an entry."""
    entry = json.loads(body.decode("utf-8"))
    envelope, when = entry["envelope"], entry["accepted_at"]
    payload, kind = decode64(envelope["payload"]), envelope["payloadType"]
    signed = [(s["keyid"], decode64(s["sig"])) for s in envelope["signatures"]]
    names = [name for name, _ in signed]
    rebuilt = {
        "accepted_at": when, "index": entry["index"], "previous": entry["previous"], "v": 1,
        "envelope": {"payload": envelope["payload"], "payloadType": kind, "signatures": [
            {"keyid": s["keyid"], "sig": s["sig"]} for s in envelope["signatures"]]}}
    datetime.datetime.strptime(when, "%Y-%m-%dT%H:%M:%S.%fZ")
    if not (json.dumps(rebuilt, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            .encode("utf-8") == body and 1 <= len(body) <= 65535 and len(payload) <= 48000
            and when >= "1970" and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", when, re.ASCII)
            and type(entry["index"]) is int and 0 <= entry["index"] < 2**53
            and re.fullmatch("[0-9a-f]{64}", entry["previous"])
            and re.fullmatch(r"[!#-\[\]-~]{1,128}", kind)
            and 1 <= len(names) <= 16 and names == sorted(set(names))
            and all(re.fullmatch("[0-9a-f]{32}", name) for name in names)
            and all(len(signature) == 64 for _, signature in signed)):
        raise ValueError("not an entry in its one spelling")
    pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    return entry["index"], bytes.fromhex(entry["previous"]), when, pae, signed


def parse_vkey(text):
    name, key_id, encoded = text.strip().split("+", 2)
    key = decode64(encoded)
    if key[:1] != b"\x01" or sha256(name.encode(), b"\n", key)[:4].hex() != key_id or len(key) != 33:
        raise ValueError(f"verifier key {text!r}")
    return name, key[1:]


def parse_note(note):
    """(text, [(key name, key id, signature)]) of a signed note."""
    text, _, tail = note.decode("utf-8").rpartition("\n\n")
    lines = [re.fullmatch("— ([^\\s+\x7f]+) (\\S+)", line) for line in tail.split("\n")[:-1]]
    if (len(note) > 65536 or not text or not tail.endswith("\n") or not all(lines)
            or not 1 <= len(lines) <= 100 or re.search("[\x00-\x09\x0b-\x1f]", text + tail)):
        raise ValueError("not a signed note")
    signatures = [(line[1], decode64(line[2])) for line in lines]
    if any(len(signature) < 5 for _, signature in signatures):
        raise ValueError("a signature without its key id")
    return text + "\n", [(who, data[:4], data[4:]) for who, data in signatures]


def parse_checkpoint(note, name, key):
    """(size, root, what is wrong with its signature) of a signed checkpoint."""
    text, signatures = parse_note(note)
    origin, size, root, *extensions = text[:-1].split("\n")
    root = decode64(root)
    if not (origin and all(extensions) and re.fullmatch("0|[1-9][0-9]*", size)
            and int(size) < 2**64 and len(root) == 32):
        raise ValueError("not a checkpoint")
    key_id = sha256(name.encode(), b"\n\x01", key)[:4]
    own = [signature for who, number, signature in signatures if (who, number) == (name, key_id)]
    wrong = ("checkpoint.unknown_key" if not own
             else "checkpoint.bad_signature"
             if not all(verifies(key, text.encode(), signature) for signature in own)
             else "checkpoint.origin" if origin != name else None)
    return int(size), root, wrong


class Tree:
    """RFC 9162, section 2.1.1: the hash of a range of leaves, by its definition."""

    def __init__(self):
        self.leaves = []
        self.hash = functools.lru_cache(None)(self._hash)

    def _hash(self, first, last):
        if last - first < 2:
            return self.leaves[first] if last > first else sha256()
        middle = first + (1 << (last - first - 1).bit_length() - 1)
        return sha256(b"\x01", self.hash(first, middle), self.hash(middle, last))

    def edge(self):
        """The complete subtrees from left to right."""
        nodes, first, size = b"", 0, len(self.leaves)
        while first < size:
            width = 1 << (size - first).bit_length() - 1
            nodes, first = nodes + self.hash(first, first + width), first + width
        return nodes


def root_of_proof(leaf, index, size, path):
    """RFC 9162, section 2.1.3.2: the root to which an inclusion proof leads, or None."""
    fn, sn, value = index, size - 1, leaf
    if index >= size:
        return None
    for node in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            value = sha256(b"\x01", node, value)
            while fn and not fn & 1:
                fn, sn = fn >> 1, sn >> 1
        else:
            value = sha256(b"\x01", value, node)
        fn, sn = fn >> 1, sn >> 1
    return value if sn == 0 else None


class Verifier:
    def __init__(self, name, key, keys, blobs):
        self.name, self.key, self.keys, self.blobs = name, key, keys, blobs
        self.faults, self.tree = [], Tree()

    def fault(self, where, code, detail=""):
        self.faults.append((str(where), code, detail))

    def entries(self, rows):
        latest, previous = "", bytes(32)
        for index in range(max(rows, default=-1) + 1):
            stored, body = rows.get(index, (bytes(32), None))
            leaf = bytes(32) if body is None else sha256(b"\x00", body)
            self.tree.leaves.append(leaf)
            if stored != leaf:
                self.fault(index, "entry.leaf_hash", leaf.hex())
            try:
                if body is None:
                    raise Refused("entry.unreadable")
                number, back, when, pae, signed = parse_entry(body)
            except Refused as refusal:
                self.fault(index, str(refusal))
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                self.fault(index, "entry.not_canonical", repr(error))
            else:
                if number != index:
                    self.fault(index, "entry.index", number)
                if back != previous:
                    self.fault(index, "entry.previous", back.hex())
                if when < latest:
                    self.fault(index, "entry.accepted_at", when)
                latest = max(latest, when)
                self.signatures(index, pae, signed)
            previous = leaf

    def signatures(self, index, pae, signed):
        for key_id, signature in signed if self.keys is not None else []:
            if key_id not in self.keys:
                self.fault(index, "signature.unknown_key", key_id)
            elif not verifies(self.keys[key_id], pae, signature):
                self.fault(index, "signature.bad", key_id)

    def stored_tree(self, edge, subtrees):
        size = len(self.tree.leaves)
        if edge != [(size, self.tree.edge())]:
            self.fault("tree", "tree.compact_range", size)
        want = {(level, position): self.tree.hash(position << 8 * level, position + 1 << 8 * level)
                for level in range(1, 8) for position in range(size >> 8 * level)}
        got = {(level, position): value for level, position, value in subtrees}
        for at in sorted(want.keys() | got.keys()):
            if want.get(at) != got.get(at):
                self.fault("subtree %d/%d" % at, "tree.subtree")

    def checkpoint(self, where, note, digest=None):
        if digest is not None and sha256(note) != digest:
            self.fault(where, "store.structure", "a text that does not hash to its sha256")
        try:
            size, root, wrong = parse_checkpoint(note, self.name, self.key)
        except ValueError as error:
            return self.fault(where, "checkpoint.text", repr(error))
        if wrong:
            self.fault(where, "checkpoint.signature", wrong)
        if size > len(self.tree.leaves):
            self.fault(where, "checkpoint.size", size)
        elif root != self.tree.hash(0, size):
            self.fault(where, "checkpoint.root", root.hex())
        return None

    def stored_blobs(self, rows):
        for name, body in rows:
            if sha256(body) != name:
                self.fault(name.hex(), "blob.hash")
        for index, name in self.blobs:
            if bytes.fromhex(name) not in {row[0] for row in rows}:
                self.fault(index, "blob.missing", name)

    def receipt(self, where, text):
        try:
            receipt = json.loads(text)
            body, proof = receipt["entry"].encode(), receipt["proof"]
            head, _, note = proof.partition("\n\n")
            first, index, *path = head.split("\n")
            number = parse_entry(body)[0]
            size, root, wrong = parse_checkpoint(note.encode(), self.name, self.key)
            reached = root_of_proof(sha256(b"\x00", body), number, size,
                                    [decode64(node) for node in path])
            if first != "c2sp.org/tlog-proof@v1" or not re.fullmatch("index [0-9]+", index):
                raise ValueError("not a tlog-proof")
        except (ValueError, KeyError, TypeError) as error:
            self.fault(where, "receipt.unreadable", repr(error))
        else:
            code = (wrong or (index != f"index {number}" and "receipt.index")
                    or (reached != root and "receipt.proof"))
            if code:
                self.fault(where, code)
            self.checkpoint(where, note.encode())


def verify_file(verifier, path):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as log:
        if log.execute("pragma integrity_check").fetchall() != [("ok",)]:
            verifier.fault("log", "store.structure")
        verifier.entries({index: (stored, body) for index, stored, body in log.execute(
            "select log_index, leaf_hash, body from entry")})
        verifier.stored_tree(log.execute("select size, nodes from tree_edge").fetchall(),
                             log.execute("select level, position, hash from subtree"))
        for number, digest, note in log.execute("select number, sha256, cast(body as blob) "
                                                "from checkpoint order by number"):
            verifier.checkpoint(f"checkpoint {number}", note, digest)
        verifier.stored_blobs(log.execute("select sha256, body from blob").fetchall())


def named_keys(text):
    keys = [bytes.fromhex(line) for line in text.split()]
    return {sha256(b"muster/key/v1\ned25519\n", key).hex()[:32]: key for key in keys}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("log")
    parser.add_argument("--key", required=True)
    for name in ("--keys", "--blobs"):
        parser.add_argument(name, type=pathlib.Path)
    for name in ("--checkpoint", "--receipt"):
        parser.add_argument(name, type=pathlib.Path, action="append", default=[])
    given = parser.parse_args()
    keys = named_keys(given.keys.read_text()) if given.keys else None
    blobs = [line.split() for line in given.blobs.read_text().splitlines()] if given.blobs else []
    verifier = Verifier(*parse_vkey(given.key), keys, blobs)
    try:
        verify_file(verifier, given.log)
    except sqlite3.Error as error:
        print(f"second_verifier: {given.log}: {error}", file=sys.stderr)
        return 2
    for path in given.checkpoint:
        verifier.checkpoint(path, path.read_bytes())
    for path in given.receipt:
        verifier.receipt(path, path.read_text(encoding="utf-8"))
    for fault in verifier.faults:
        print(*fault)
    size = len(verifier.tree.leaves)
    print(f"entries {size} root {verifier.tree.hash(0, size).hex()}")
    return 1 if verifier.faults else 0


if __name__ == "__main__":
    sys.exit(main())
