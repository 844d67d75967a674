"""Several processes at once: writers beside writers, readers beside both, a batch that dies."""
import json
import threading

from program import Unexpected, instant
from service import racked

READERS = 2
READS = 12  # of each reader, at most: they only have to be there while others write
BATCH = 24


def shelf(world, party, chips, site=None):
    """Another rack for `chips`, as body and columns of a relocation."""
    rack = world.number("R")
    slots = [f"u{n}" for n in range(len(chips))]
    for chip, slot in zip(chips, slots):
        chip.wanted = (rack, slot)
    return {"rack": rack, "cause": "at once"}, {"slot": slots}


def stands(chips):
    for chip in chips:
        chip.slot = chip.wanted
        chip.busy = False


class Readers:
    """Processes that read all the while; each answer must be whole."""

    def __init__(self, world):
        self.world = world
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.read, args=(n,)) for n in range(READERS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def words(self):
        period = f"{instant(self.world.window[0])}..{instant(self.world.program.now_ms)}"
        party = self.world.provers[0]
        return (["chip", "list", "--limit", 500], ["ledger", "head"], ["roster", "show", party],
                ["balance", "show", party, "--period", period], ["registry", "dump-hash"],
                ["ledger", "verify", "--log"], ["ship", "status"], ["case", "list"],
                ["licence", "show", "L1"], ["key", "show", self.world.voice.keys[party]])

    def read(self, n):
        program, words = self.world.program, self.words()
        for n in range(n * 5, n * 5 + READS):
            if self.over.is_set():
                return
            ran = program.run([*words[n % len(words)], "--json"])
            program.checks.that(ran.code == 0, f"a reader beside writers: {words[n % len(words)]}: "
                                               f"exit {ran.code}: {ran.err[:300]}")
            for text in [ran.out] if ran.out.startswith("{\n") else ran.out.splitlines():
                json.loads(text)
            program.count("reads beside writers")


def at_once(world):
    """Every Prover writes at the same moment, one of them by two processes with a stream each."""
    many = prepared_batch(world)
    tasks = []
    for n, party in enumerate([*world.provers, world.provers[0]]):
        busy = [chip for _, chips in tasks for chip in chips]
        chips = [chip for chip in racked(world, party, 6) if chip not in busy]
        if chips:
            stream = f"lane{n}"
            tasks.append(((party, stream), chips))
    with Readers(world):
        started = []
        for (party, stream), chips in tasks:
            body, columns = shelf(world, party, chips)
            words = world.voice.who_and_what("relocate", party, chips, columns, chips[0].site, None,
                                             ())
            line = world.voice.verb_words("relocate", body, [*words, "--stream", stream])
            started.append((world.program.start([*line, "--json"]), party, chips))
        for process, party, chips in started:
            ran = world.program.end(process, f"a writer beside others, {party}")
            if not world.program.checks.that(ran.code == 0, f"beside others: {ran.err[:300]}"):
                raise Unexpected("a writer beside others failed")
            world.voice.acknowledged(json.loads(ran.out), "relocate", party)
            stands(chips)
        two_for_one(world)
        one_for_all(world)
        batch(world, *many)
    world.note("crowd", len(tasks))


def prepared(world, party, chips, stream, number=None):
    body, columns = shelf(world, party, chips)
    words = world.voice.who_and_what("relocate", party, chips, columns, chips[0].site, None, ())
    words += ["--stream", stream] + (["--number", number] if number else [])
    return world.voice.made("relocate", body, words)


def ended(world, files):
    """Hands in each file by a process of its own, all at once; their answers."""
    started = [world.program.start(["statement", "submit", file, "--json"]) for file in files]
    return [json.loads(world.program.end(process, "a submission beside others").out)
            for process in started]


def two_for_one(world):
    """Two statements about one chip: the first wins, the other is told what is so now."""
    party = world.provers[-1]
    chips = racked(world, party, 1)
    if not chips:
        return
    files, wanted = [], []
    for stream in ("race1", "race2"):
        files.append(prepared(world, party, chips, stream))
        wanted.append(chips[0].wanted)
    answers = ended(world, files)
    states = sorted(answer["status"] for answer in answers)
    rules = [answer["rule"] for answer in answers if answer["status"] == "refused"]
    world.program.checks.that(states == ["recorded", "refused"] and rules == ["expects.mismatch"],
                              f"two statements for one chip: {answers}")
    world.program.count("refused expects.mismatch")
    for answer, slot in zip(answers, wanted):
        if answer["status"] == "recorded":
            chips[0].slot = slot
            world.voice.acknowledged(answer, "relocate", party)


def one_for_all(world):
    """The same statement from four processes: one entry, one receipt."""
    party = world.provers[0]
    chips = racked(world, party, 2)
    if not chips:
        return
    answers = ended(world, [prepared(world, party, chips, "main")] * 4)
    good = sorted(answer["status"] for answer in answers) == ["duplicate"] * 3 + ["recorded"]
    world.program.checks.that(good and len({answer["index"] for answer in answers}) == 1,
                              f"one statement from four processes: {answers}")
    stands(chips)
    world.voice.acknowledged(answers[0], "relocate", party)


def prepared_batch(world):
    """Many statements about one chip each, in one file."""
    party = max(world.provers, key=lambda name: len(world.books.of(name, "installed")))
    chips = racked(world, party, BATCH)
    stream = world.number("batch")
    lines = []
    for n, chip in enumerate(chips):
        file = prepared(world, party, [chip], stream, n + 1)
        lines.append(json.dumps({"envelope": json.loads(file.read_text()), "blobs": []}))
    file = world.voice.new_file(".ndjson")
    file.write_text("\n".join(lines) + "\n")
    for chip in chips:
        chip.busy = True
    return party, chips, file


def batch(world, party, chips, file):
    """Hands a batch in; the process is killed, and what it printed holds."""
    said = {}
    for _ in range(world.dice.randint(0, 2)):
        ran = world.program.killed_at_a_write(world.dice.uniform(0, 0.03),
                                              ["statement", "submit", file, "--json"])
        world.program.tally["kills"] += ran.killed
        said |= whole_lines(ran.out)
    for answer in world.program.lines(["statement", "submit", file]):
        before = said.get(answer["statement"])
        held = before is None or (answer["status"] == "duplicate" and
                                  before["index"] == answer["index"])
        world.program.checks.that(held, f"a batch said {before}, and then {answer}")
        world.voice.acknowledged(answer, "relocate", party)
    stands(chips)
    world.program.count("statements in batches", len(chips))


def whole_lines(out):
    lines = out.split("\n")[:-1]
    return {answer["statement"]: answer for answer in map(json.loads, lines)}
