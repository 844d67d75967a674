#!/usr/bin/env python3
"""Two verifiers on the golden log and on its mutations: mutation_test.py GOLDEN_LOG_TOOL
[--every-byte].

`muster`'s audit and tests/ledger/second_verifier.py must find the same faults in the same places.
Here the operator's secret key is known, since a dishonest operator has it.
"""

import collections
import contextlib
import hashlib
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parents[1] / "vectors" / "ledger" / "golden"
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True
import second_verifier as second  # noqa: E402

STEP = 7  # of the bytes; every byte takes minutes
TABLES = {"entry": "log_index, leaf_hash, body", "subtree": "level, position, hash",
          "blob": "number, sha256, body", "tree_edge": "id, size, nodes",
          "checkpoint": "number, sha256, cast(body as blob)"}
State = collections.namedtuple("State", TABLES)


def rows_of(database):
    return State(*([list(row) for row in database.execute(f"select {columns} from {table}")]
                   for table, columns in TABLES.items()))


def copy(state):
    return State(*([list(row) for row in rows] for rows in state))


class File:
    """One log.db whose rows are replaced at will, and both verifiers' opinion of it."""

    def __init__(self, folder, source, tool):
        self.path = folder / f"{source.name}.db"
        shutil.copy(source / "log.db", self.path)
        self.database = sqlite3.connect(self.path, isolation_level=None)
        self.database.execute("pragma synchronous = off")
        self.triggers = self.database.execute(
            "select name, sql from sqlite_schema where type = 'trigger'").fetchall()
        self.tool = subprocess.Popen([tool, "audit", source], stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)
        self.key = second.parse_vkey((source / "log.vkey").read_text())
        self.keys = second.named_keys((source / "keys").read_text())
        self.blobs = [line.split() for line in (source / "blobs").read_text().splitlines()]

    def write(self, state):
        run = self.database.execute
        run("begin")
        for name, _ in self.triggers:
            run(f"drop trigger {name}")
        for table, rows in state._asdict().items():
            run(f"delete from {table}")
            marks = "?, ?, cast(? as text)" if table == "checkpoint" else "?, ?, ?"
            columns = TABLES[table].replace("cast(body as blob)", "body")
            self.database.executemany(f"insert into {table} ({columns}) values ({marks})", rows)
        for _, sql in self.triggers:
            run(sql)
        run("commit")

    def judge(self, state, held=None):
        """What the first and the second verifier find: sorted lists of (place, code)."""
        self.write(state)
        self.tool.stdin.write(f"{self.path}\t{held}\n" if held else f"{self.path}\n")
        self.tool.stdin.flush()
        first = json.loads(self.tool.stdout.readline())
        verifier = second.Verifier(*self.key, self.keys, self.blobs)
        second.verify_file(verifier, self.path)
        if held:
            verifier.checkpoint(held, held.read_bytes())
        found = sorted((where if where.isdigit() else "log", code)
                       for where, code, _ in verifier.faults)
        assert "faults" in first, first
        size = len(verifier.tree.leaves)
        same_tree = first["root"] == verifier.tree.hash(0, size).hex() and first["entries"] == size
        return sorted(map(tuple, first["faults"])), found, same_tree

    def close(self):
        self.tool.stdin.close()
        self.tool.wait()
        self.database.close()


# What a dishonest operator can do.

def rehashed(state):
    """Leaf hashes, compact range and subtrees as they follow from the bodies."""
    tree = second.Tree()
    for row in state.entry:
        row[1] = second.sha256(b"\0", row[2])
        tree.leaves.append(row[1])
    size = len(tree.leaves)
    return state._replace(
        tree_edge=[[0, size, tree.edge()]],
        subtree=[[level, position, tree.hash(position << 8 * level, position + 1 << 8 * level)]
                 for level in (1, 2) for position in range(size >> 8 * level)])


def rechained(state, renumber=False, after=-1):
    """Also with each `previous` behind entry `after` as it follows, and, if asked, each index."""
    previous = bytes(32)
    for index, row in enumerate(state.entry):
        if index > after:
            row[2] = re.sub(rb'"previous":"[0-9a-f]{64}","v":1}$',
                            b'"previous":"%s","v":1}' % previous.hex().encode(), row[2])
        if renumber:
            row[0] = index
            row[2] = re.sub(rb'"index":\d+,"previous', b'"index":%d,"previous' % index, row[2])
        previous = second.sha256(b"\0", row[2])
    return rehashed(state)


def signed(secret, text):
    digest = hashlib.sha512(secret).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254

    def encoded(point):
        inverse = pow(point[2], second.P - 2, second.P)
        x, y = point[0] * inverse % second.P, point[1] * inverse % second.P
        return (y | (x & 1) << 255).to_bytes(32, "little")

    key = encoded(second.multiply(scalar, second.BASE))
    r = int.from_bytes(hashlib.sha512(digest[32:] + text).digest(), "little") % second.L
    big_r = encoded(second.multiply(r, second.BASE))
    k = int.from_bytes(hashlib.sha512(big_r + key + text).digest(), "little") % second.L
    return key, big_r + ((r + k * scalar) % second.L).to_bytes(32, "little")


def secret_of(number):
    return hashlib.sha256(b"test key %d" % number).digest()


def checkpoint(size, root, origin=b"log.example/golden", name=b"log.example/golden", by=9):
    text = b"%s\n%d\n%s\n" % (origin, size, second.base64.b64encode(root))
    key, signature = signed(secret_of(by), text)
    key_id = second.sha256(name, b"\n\x01", key)[:4]
    return text + "\n— ".encode() + name + b" " + second.base64.b64encode(key_id + signature) + b"\n"


def with_checkpoint(state, number, note):
    changed = copy(state)
    changed.checkpoint[number][1:] = [second.sha256(note), note]
    return changed


def resigned(state):
    """Every checkpoint signed anew over what the log says now."""
    tree = second.Tree()
    tree.leaves = [row[1] for row in state.entry]
    for number, row in enumerate(state.checkpoint):
        size = min(int(row[2].split(b"\n")[1]), len(tree.leaves))
        state = with_checkpoint(state, number, checkpoint(size, tree.hash(0, size)))
    return state


def statement_signed(body, number):
    """An entry's body with the signature of key `number` made anew."""
    entry = json.loads(body)
    envelope = entry["envelope"]
    payload, kind = second.decode64(envelope["payload"]), envelope["payloadType"].encode()
    pae = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    key, signature = signed(secret_of(number), pae)
    name = second.sha256(b"muster/key/v1\ned25519\n", key).hex()[:32]
    envelope["signatures"] = [
        {"keyid": name, "sig": second.base64.b64encode(signature).decode()}]
    return json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()


# The mutations: name, state, and whether somebody who holds only the log must find it.

def flips(rows, column, step):
    for number, row in enumerate(rows):
        for at in range(number % step, len(row[column]), step):
            flipped = bytearray(row[column])
            flipped[at] ^= 1 << (at + number) % 8
            yield number, at, bytes(flipped)


def byte_mutations(good, step):
    for number, at, body in flips(good.entry, 2, step):
        changed = copy(good)
        changed.entry[number][2] = body
        yield f"entry {number} byte {at}", changed
        yield f"entry {number} byte {at}, rehashed", rehashed(copy(changed))
        yield f"entry {number} byte {at}, chain rewritten", rechained(changed, after=number)
    for table, column in (("entry", 1), ("tree_edge", 2), ("subtree", 2), ("blob", 2)):
        for number, at, value in flips(getattr(good, table), column, step):
            changed = copy(good)
            getattr(changed, table)[number][column] = value
            yield f"{table} {number} column {column} byte {at}", changed
    for number, at, note in flips(good.checkpoint, 2, step):
        # The signature of a witness that the auditor does not know says nothing to it.
        passed_over = note.find("— witness".encode()) + 4 in range(1, at)
        if not passed_over:
            yield f"checkpoint {number} byte {at}", with_checkpoint(good, number, note)
        changed = copy(good)
        changed.checkpoint[number][2] = note
        yield f"checkpoint {number} byte {at}, hash kept", changed


def edited(good, edit, rewrite=None):
    changed = copy(good)
    edit(changed.entry)
    return rewrite(changed) if rewrite else changed


def order_mutations(good):
    """Entries swapped, dropped, doubled: as they are, and with a rewritten chain."""
    def renumbered(state):
        return rechained(state, renumber=True)

    for i in range(len(good.entry) - 1):
        def swap(rows, i=i):
            rows[i][1:], rows[i + 1][1:] = rows[i + 1][1:], rows[i][1:]

        yield f"entries {i} and {i + 1} swapped", edited(good, swap)
        yield f"entries {i} and {i + 1} swapped, rehashed", edited(good, swap, rehashed)
        yield f"entries {i} and {i + 1} swapped, rewritten", edited(good, swap, renumbered)
    for i in range(len(good.entry)):
        def drop(rows, i=i):
            del rows[i]

        def double(rows, i=i):
            rows.append([len(rows), *rows[i][1:]])

        yield f"entry {i} dropped", edited(good, drop)
        yield f"entry {i} dropped, rewritten", edited(good, drop, renumbered)
        if i + 1 < len(good.entry):  # what is appended at the end and consistent is no fault
            yield f"entry {i} doubled", edited(good, double)


def meaning_mutations(good):
    """Back-dating, exchanged signatures, replaced checkpoints and blobs."""
    for i in range(1, len(good.entry)):
        def back_date(rows, i=i):
            rows[i][2] = re.sub(rb'^\{"accepted_at":"\d{4}', b'{"accepted_at":"2020', rows[i][2])

        yield f"entry {i} back-dated", edited(good, back_date, rechained)
        yield f"entry {i} back-dated, all signed anew", resigned(
            edited(good, back_date, rechained))

        def exchange(rows, i=i):
            one, other = (re.search(rb'"sig":"([^"]+)"', rows[k][2])[1] for k in (i - 1, i))
            for k, old, new in ((i - 1, one, other), (i, other, one)):
                rows[k][2] = rows[k][2].replace(old, new)

        yield f"signatures of {i - 1} and {i} exchanged", edited(good, exchange, rechained)
        yield f"signatures of {i - 1} and {i} exchanged, all signed anew", resigned(
            edited(good, exchange, rechained))

    def replace(rows):
        rows[0][2] = rows[0][2].replace(b'"payload":"eyJ', b'"payload":"fyJ')

    yield "entry 0 replaced, all signed anew", resigned(edited(good, replace, rechained))
    root, size = second.sha256(b"another"), len(good.entry)
    for number in range(len(good.checkpoint)):
        own = int(good.checkpoint[number][2].split(b"\n")[1])
        for what, note in (
                ("another root", checkpoint(own, root)),
                ("a size beyond the log", checkpoint(size + 1, root)),
                ("another key", checkpoint(own, root, by=8)),
                ("another log", checkpoint(own, root, origin=b"log.example/other")),
                ("another name", checkpoint(own, root, name=b"log.example/other")),
                ("another text", b"no checkpoint")):
            yield f"checkpoint {number} of {what}", with_checkpoint(good, number, note)
    changed = copy(good)
    del changed.blob[0]
    yield "the blob dropped", changed
    yield "the compact range of an empty log", good._replace(tree_edge=[[0, 0, b""]])


def subtree_mutations(good):
    """For a log of more than 256 entries."""
    level, position, value = good.subtree[0]
    yield "a subtree changed", good._replace(subtree=[[level, position, value[::-1]]])
    yield "a subtree missing", good._replace(subtree=[])
    for extra in ([1, 1, value], [2, 0, value]):
        yield f"a subtree too many: {extra[:2]}", good._replace(subtree=[*good.subtree, extra])
    yield from ((name, state) for name, state in order_mutations(
        good._replace(entry=good.entry[:258])) if re.search(r" 25[67]\b", name))


class Tally:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, name, opinions, want_fault=True):
        first, found, same_tree = opinions
        if first == found and same_tree and bool(first) == want_fault:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED {name}:\n  first  {first}\n  second {found}\n"
              f"  want {'a fault' if want_fault else 'none'}, same tree: {same_tree}")


def beyond_the_log(file, good, tally, held):
    """What the operator can rewrite unseen with all keys, and an older checkpoint shows."""
    tally.check("nothing changed", file.judge(good), want_fault=False)
    tally.check("nothing changed, all signed anew", file.judge(resigned(copy(good))), False)
    forged = copy(good)
    forged.entry[1][2] = statement_signed(forged.entry[1][2].replace(
        b'"payload":""', b'"payload":"Zm9yZ2Vk"'), 2)
    shorter = copy(good)
    del shorter.entry[2:]
    for name, rewritten in (("rewritten with every key", resigned(rechained(forged))),
                            ("cut off", resigned(rehashed(shorter)))):
        tally.check(name, file.judge(rewritten), want_fault=False)
        tally.check(f"{name}, and an older checkpoint", file.judge(rewritten, held))
    tally.check("an older checkpoint", file.judge(good, held), want_fault=False)


def same_files(golden, made, tally):
    """The committed log is what the tool makes."""
    for path in sorted(GOLDEN.iterdir()):
        if path.suffix == ".md":
            continue
        if path.suffix == ".db":
            with contextlib.closing(sqlite3.connect(golden / path.name)) as one, \
                    contextlib.closing(sqlite3.connect(made / path.name)) as other:
                same = rows_of(one) == rows_of(other)
        else:
            same = path.read_bytes() == (made / path.name).read_bytes()
        print("" if same else f"FAILED {path.name} is not what the tool makes\n", end="")
        tally.passed, tally.failed = tally.passed + same, tally.failed + (not same)


def receipts(golden, tally):
    """The second verifier's command, on the golden log and its receipts."""
    command = [sys.executable, HERE.parent / "second_verifier.py", golden / "log.db", "--key",
               (golden / "log.vkey").read_text(), "--keys", golden / "keys",
               "--blobs", golden / "blobs", "--checkpoint", golden / "older.checkpoint"]
    good = sorted(golden.glob("*.receipt"))
    with tempfile.TemporaryDirectory() as folder:
        bad = pathlib.Path(folder, "bad.receipt")
        bad.write_text(good[0].read_text().replace("index 0", "index 1"))
        for files, want in ((good, 0), ([bad], 1)):
            options = [word for path in files for word in ("--receipt", path)]
            done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
            ok = done.returncode == want and (want == 0 or "receipt.index" in done.stdout)
            print("" if ok else f"FAILED receipts {files}: {done}\n", end="")
            tally.passed, tally.failed = tally.passed + ok, tally.failed + (not ok)


def main(tool, every_byte=False):
    tally = Tally()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([tool, "make", folder / "made"], check=True)
        # A copy, because a reader of an SQLite file leaves files beside it.
        golden = pathlib.Path(shutil.copytree(GOLDEN, folder / "golden"))
        same_files(golden, folder / "made", tally)
        receipts(golden, tally)
        file = File(folder, folder / "made", tool)
        good = rows_of(file.database)
        beyond_the_log(file, good, tally, folder / "made" / "older.checkpoint")
        for mutations in (byte_mutations(good, 1 if every_byte else STEP), order_mutations(good),
                          meaning_mutations(good)):
            for mutation, state in mutations:
                tally.check(mutation, file.judge(state))
        file.close()
        subprocess.run([tool, "make", folder / "large", "300"], check=True)
        file = File(folder, folder / "large", tool)
        good = rows_of(file.database)
        tally.check("the large log", file.judge(good), want_fault=False)
        for mutation, state in subtree_mutations(good):
            tally.check(mutation, file.judge(state))
        file.close()
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--every-byte" in sys.argv[2:]))
