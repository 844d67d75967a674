"""The end of a soak: the log by this program's own hashing, then by the product's word."""
import base64
import hashlib
import json
import random

from clerk import is_signed, pre_authentication

SAMPLE = 40  # receipts that the product's own verifier judges as well


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def roots(leaves):
    """The root of each size, from 0 on (RFC 6962)."""
    found, peaks = [hashlib.sha256(b"").digest()], []
    for hashed in leaves:
        size = 1
        peaks.append((size, hashed))
        while len(peaks) > 1 and peaks[-1][0] == peaks[-2][0]:
            (_, right), (size, left) = peaks.pop(), peaks.pop()
            peaks.append((2 * size, node(left, right)))
        root = peaks[-1][1]
        for _, peak in reversed(peaks[:-1]):
            root = node(peak, root)
        found.append(root)
    return found


def root_by_proof(index, size, hashed, path):
    """RFC 9162, section 2.1.3.2. None where the path has another length."""
    at, last, root = index, size - 1, hashed
    for step in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = node(step, root)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            root = node(root, step)
        at, last = at >> 1, last >> 1
    return root if last == 0 else None


def statement_of(entry):
    envelope = json.loads(entry)["envelope"]
    signed = pre_authentication(envelope["payloadType"].encode(), base64.b64decode(envelope["payload"]))
    return hashlib.sha256(signed).hexdigest()


def entries_of(tiles, size):
    """The entries in a folder of tiles (C2SP tlog-tiles): bundles of 256, each entry behind its length."""
    entries = []
    for bundle in range((size + 255) // 256):
        width = min(256, size - 256 * bundle)
        name = f"{bundle % 1000:03d}"
        rest = bundle // 1000
        while rest:
            name, rest = f"x{rest % 1000:03d}/{name}", rest // 1000
        path = tiles / "tile" / "entries" / (name if width == 256 else f"{name}.p/{width}")
        data, at = path.read_bytes(), 0
        while at < len(data):
            length = int.from_bytes(data[at:at + 2], "big")
            entries.append(data[at + 2:at + 2 + length])
            at += 2 + length
    return entries


class Judge:
    """Holds the log to what everybody was told."""

    def __init__(self, yard, checks, tally):
        self.yard = yard
        self.checks = checks
        self.tally = tally
        self.dice = random.Random(7)

    def read(self):
        tiles = self.yard.folder / "tiles"
        self.yard.run("ledger", "export", tiles)
        head = self.yard.run("ledger", "head")
        self.verifier_key = head["verifier_key"]
        self.entries = entries_of(tiles, head["size"])
        self.leaves = [leaf(entry) for entry in self.entries]
        self.roots = roots(self.leaves)
        self.checks.that(len(self.entries) == head["size"] and self.roots[-1].hex() == head["root"],
                         f"head {head['size']} {head['root']}; by the entries {len(self.entries)}")
        before = "0" * 64
        for index, (entry, hashed) in enumerate(zip(self.entries, self.leaves)):
            said = json.loads(entry)
            self.checks.that(said["previous"] == before and said["index"] == index, f"entry {index}: the chain breaks")
            before = hashed.hex()
        self.places = {statement_of(entry): index for index, entry in enumerate(self.entries)}
        self.checks.that(len(self.places) == len(self.entries), "a statement was recorded twice")
        self.tally["entries"] = len(self.entries)

    def acknowledged(self, journals):
        """Every line that a writer kept is in the log, in the place that it was told."""
        receipts = []
        for path in journals:
            for line in path.read_text().splitlines():
                said = json.loads(line)
                index = self.places.get(said["statement"])
                self.checks.that(index is not None, f"acknowledged and not in the log: {line[:300]}")
                if index is not None and said["index"] is not None:
                    self.checks.that(index == said["index"] and self.leaves[index].hex() == said["leaf"],
                                     f"acknowledged in another place than {index}: {line[:300]}")
                if said["receipt"]:
                    receipts.append(said["receipt"])
                self.tally["acknowledged statements looked up"] += 1
        return receipts

    def note(self, text):
        """Size and root of a checkpoint whose signature is the log's."""
        body, signatures = text.split("\n\n", 1)
        public = base64.b64decode(self.verifier_key.split("+", 2)[2])[1:]
        good = any(is_signed(public, (body + "\n").encode(), base64.b64decode(line.split(" ")[2])[4:])
                   for line in signatures.splitlines() if line.startswith("— "))
        self.checks.that(good, f"a checkpoint is not signed by the log's key: {text[:200]}")
        lines = body.split("\n")
        return int(lines[1]), base64.b64decode(lines[2])

    def receipts(self, receipts):
        """Each by this program's own hashing; some by the product as well."""
        for receipt in receipts:
            head, _, rest = receipt["proof"].partition("\n\n")
            lines = head.split("\n")
            index = int(lines[1].split(" ")[1])
            size, root = self.note(rest)
            path = [base64.b64decode(line) for line in lines[2:]]
            hashed = leaf(receipt["entry"].encode())
            good = root == self.roots[size] and root_by_proof(index, size, hashed, path) == root
            self.checks.that(good and self.leaves[index] == hashed, f"a receipt of entry {index} does not hold")
        for number, receipt in enumerate(self.dice.sample(receipts, min(SAMPLE, len(receipts)))):
            file = self.yard.folder / f"{number}.receipt"
            file.write_text(json.dumps(receipt))
            answer = self.yard.run("ledger", "check-proof", file, "--key", self.verifier_key)
            self.checks.that(answer["valid"], f"check-proof: {answer}")
        self.tally["receipts verified"] = len(receipts)

    def refused(self, hashes):
        for one in hashes:
            self.checks.that(one not in self.places, f"refused, and in the log: {one}")
        self.tally["refused statements looked up"] = len(hashes)

    def feed(self, leaves):
        good = [one.hex() for one in self.leaves[:len(leaves)]] == leaves
        self.checks.that(good, f"the feed of {len(leaves)} entries differs from the log")
        self.tally["entries read from the feed"] = len(leaves)

    def checkpoints(self, notes):
        """All of them are of this history; and the product verifies the log from them on."""
        words = []
        for number, (size, text) in enumerate(sorted(notes.items())):
            told, root = self.note(text)
            self.checks.that(told == size and root == self.roots[size], f"a checkpoint of {size} is of another history")
            file = self.yard.folder / f"{number}.checkpoint"
            file.write_text(text)
            words += ["--checkpoint", file]
        answer = self.yard.run("ledger", "verify", "--log", "--rules", "--projection", "--key", self.verifier_key,
                               *words)
        self.checks.that(answer["valid"] and not answer["faults"], f"ledger verify: {answer['faults']}")
        self.tally["checkpoints kept"] = len(notes)

    def chips(self, last, slots):
        """Each chip stands where its writer put it last."""
        rows = self.yard.lines("chip", "list", "--limit", 1_000_000)
        shown = {row["chip"]: row for row in rows}
        for chip, statement in last.items():
            row = shown[chip]
            good = row["last_statement"] == statement and row["slot"] == slots.get(chip, row["slot"])
            self.checks.that(good, f"chip {chip} is {row['last_statement']} in {row['slot']}, its writer said "
                                   f"{statement} in {slots.get(chip)}")
        self.tally["chips compared"] = len(last)

    def views(self, registries):
        """Each front end's view is the one that the log alone gives."""
        for registry in registries:
            kept = self.yard.run("registry", "dump-hash", registry=registry)["sha256"]
            made = self.yard.run("registry", "rebuild", registry=registry)["sha256"]
            self.checks.that(kept == made, f"{registry.name}: the view is {kept}, rebuilt {made}")
