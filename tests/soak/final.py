"""The end: the log by its own bytes, acknowledgements, checkpoints, books, chips."""
import base64
import collections
import hashlib
import json
import shutil
import sqlite3

from damage import backup, dump_hash
from month_end import compare_chips
from program import instant

# Recorded by verbs that tell of more than one statement, and so not in the journal.
NOT_IN_JOURNAL = {"log.genesis", "draw.open", "inspect.result", "query.open"}
KNOWN_FILES = ("log.db", "log.db-wal", "log.db-shm", "log.db.lock", "view.db", "view.db-wal",
               "view.db-shm", "view.db.lock", "muster.json", "operator.key", "operator.0.key",
               "evidence")


def leaf(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def root(leaves):
    """RFC 6962: the larger half of a tree is a power of two."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()


def statement_of(entry):
    """The hash by which an author knows a statement: SHA-256 over what is signed."""
    envelope = json.loads(entry)["envelope"]
    payload = base64.b64decode(envelope["payload"])
    kind = envelope["payloadType"].encode()
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    return hashlib.sha256(signed).hexdigest()


def entries_of(kept):
    with sqlite3.connect(f"file:{kept}?mode=ro", uri=True) as file:
        return [row[0] for row in file.execute("select body from entry order by log_index")]


def log_holds(world, kept):
    """By this program's own hashing: chain, tree, and each acknowledgement in its place."""
    check = world.program.checks.that
    entries = entries_of(kept)
    leaves = [leaf(entry) for entry in entries]
    before = "0" * 64
    for index, (entry, hashed) in enumerate(zip(entries, leaves)):
        said = json.loads(entry)
        check(said["previous"] == before and said["index"] == index, f"entry {index}: chain")
        before = hashed.hex()
    head = world.program.json(["ledger", "head"])
    check(head["size"] == len(entries) and head["root"] == root(leaves).hex(),
          f"head {head['size']} {head['root']}, by the entries {len(entries)} {root(leaves).hex()}")
    places = {statement_of(entry): index for index, entry in enumerate(entries)}
    check(len(places) == len(entries), "one statement stands twice")
    journal = world.books.journal.read()
    nobody_elses(world, entries, {said["statement"] for said in journal})
    for said in journal:
        index = places.get(said["statement"])
        check(index is not None, f"acknowledged and not in the log: {said}")
        if index is None or said["index"] is None:
            continue
        check(index == said["index"] and leaves[index].hex() == said["leaf"],
              f"acknowledged in another place: {said}, it is {index}")
    world.program.tally["entries"] = len(entries)


def nobody_elses(world, entries, said):
    """The log holds what the world said, and nothing beside it."""
    kinds = collections.Counter()
    for entry in entries:
        if statement_of(entry) not in said:
            payload = json.loads(base64.b64decode(json.loads(entry)["envelope"]["payload"]))
            kinds[payload["kind"]] += 1
    tally = world.program.tally
    world.program.checks.that(set(kinds) <= NOT_IN_JOURNAL, f"nobody said these: {kinds}")
    world.program.checks.that(kinds["inspect.result"] == tally["chips drawn"],
                              f"{kinds['inspect.result']} results of {tally['chips drawn']} lines")


def verified(world):
    """The program's own word, with every checkpoint that was kept."""
    words = ["ledger", "verify", "--log", "--rules", "--projection", *world.log_keys]
    for file, _ in world.checkpoints:
        words += ["--checkpoint", file]
    answer = world.program.json(words)
    world.program.checks.that(answer["valid"] and not answer["faults"], f"{answer['faults']}")
    last = world.checkpoints[-1][0]
    for file, size in world.checkpoints[:-1]:
        judged = world.program.json(["ledger", "compare", file, last, *world.log_keys])
        world.program.checks.that(judged["relation"] == "consistent",
                                  f"checkpoint of {size}: {judged}")


def all_books(world):
    """From the first day to the last, of every party and of all together."""
    books = world.books
    period = f"2020-01-01..{instant(world.program.now_ms)}"
    listed = world.program.json(["balance", "list", "--period", period])
    closing = {row["party"]: row["closing"] for row in listed["balances"]}
    for party in books.parties():
        world.program.checks.that(closing.get(party, 0) == books.closing(party),
                                  f"{party} closes with {closing.get(party, 0)}, "
                                  f"want {books.closing(party)}")
    made, gone = len(books.chips), sum(c.life == "destroyed" for c in books.chips.values())
    world.program.checks.that(listed["totals"]["closing"] == made - gone,
                              f"all books: {listed['totals']}, {made} made, {gone} destroyed")


def unaccounted(world):
    """What nobody can show is what the world lost or shredded unread, and nothing else."""
    found = world.program.json(["balance", "unaccounted", "--chips"], codes=(0, 1))
    chips = world.books.chips.values()
    want = {name: {chip.id for chip in chips if name in chip.flags}
            for name in ("lost", "stolen", "missing")}
    want["destroyed without an exit read"] = {
        chip.id for chip in chips if chip.life == "destroyed" and not chip.was_read}
    world.program.checks.that(set(want) <= {one["class"] for one in found["classes"]},
                              f"classes: {found['classes']}")
    for one in found["classes"]:
        told, so = {row["chip"] for row in one["chips"]}, want.get(one["class"], set())
        world.program.checks.that(told == so, f"{one['class']}: told and not so {told - so}, "
                                              f"so and not told {so - told}")
        world.program.tally[f"at the end {one['class']}"] = len(told)
    world.program.checks.that(not found["shortfalls"], f"short books: {found['shortfalls']}")


def rebuilt(world, kept):
    """A registry made of the log alone says the same of every chip."""
    program = world.program
    want = dump_hash(world)
    again = world.voice.new_file("-restored")
    program.json(["ledger", "restore", kept, "--newest", world.checkpoints[-1][0]], registry=again)
    program.checks.that(dump_hash(world, again) == want, "a restored log has another view")
    compare_chips(world, again)
    program.checks.that(program.json(["registry", "rebuild"])["sha256"] == want,
                        "a rebuilt view differs from the kept one")
    shutil.rmtree(again)


def nothing_left_behind(world):
    found = sorted(path.name for path in world.program.registry.iterdir())
    strange = [name for name in found if name not in KNOWN_FILES]
    world.program.checks.that(not strange, f"in the registry's folder: {strange}")


def last_checks(world):
    verified(world)
    kept = backup(world)
    log_holds(world, kept)
    all_books(world)
    unaccounted(world)
    compare_chips(world)
    rebuilt(world, kept)
    nothing_left_behind(world)
