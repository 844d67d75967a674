"""Readers that remember: the feed from the first entry on, checkpoints, and chips with their histories."""
import random
import time

from caller import Caller

CHECKPOINTS = 400  # that are kept, of all that were seen


class Forked(Exception):
    """What was read goes back on what was read before."""


def checkpoint_size(note):
    return int(note.split("\n")[1])


class FeedReader:
    """Follows the feed: each entry once, in order, over crashes and front ends."""

    def __init__(self, plan):
        self.caller = Caller(plan["ports"], plan["token"])
        self.leaves = []
        self.pause = plan["pause"]

    def act(self):
        after = f"&after={len(self.leaves) - 1}" if self.leaves else ""
        status, told = self.caller.json("feed", "GET", f"/v1/feed?limit=1000{after}")
        if status != 200:
            raise Forked(f"the feed: {status} {told}")
        for entry in told["entries"]:
            if entry["index"] != len(self.leaves):
                raise Forked(f"the feed tells entry {entry['index']} after {len(self.leaves) - 1}")
            self.leaves.append(entry["leaf"])
        if len(told["entries"]) < 1000:
            time.sleep(self.pause)

    def result(self):
        return {"leaves": self.leaves}


class CheckpointKeeper:
    """No checkpoint is smaller than one seen before, whatever was killed between them."""

    def __init__(self, plan):
        self.caller = Caller(plan["ports"], plan["token"])
        self.dice = random.Random(plan["seed"])
        self.pause = plan["pause"]
        self.kept = {}  # size -> note
        self.size = 0
        self.seen = 0

    def act(self):
        answer, _ = self.caller.ask("checkpoint", "GET", "/checkpoint")
        note = answer.body.decode()
        size = checkpoint_size(note) if answer.status == 200 else -1
        if size < self.size:
            raise Forked(f"a checkpoint of {size} after one of {self.size}: {answer.status} {note[:300]}")
        if size > self.size:
            self.seen += 1
            if len(self.kept) >= CHECKPOINTS:
                del self.kept[self.dice.choice(list(self.kept))]
            self.kept[size] = note
        self.size = size
        time.sleep(self.pause)

    def result(self):
        return {"checkpoints": self.kept, "seen": self.seen}


class ChipReader:
    """Chips, histories, rosters and proofs, one after the other."""

    def __init__(self, plan):
        self.caller = Caller(plan["ports"], plan["token"])
        self.dice = random.Random(plan["seed"])
        self.chips = plan["chips"]
        self.parties = plan["parties"]
        self.pause = plan["pause"]

    def act(self):
        chip, party = self.dice.choice(self.chips), self.dice.choice(self.parties)
        what, path = self.dice.choice((
            ("chip", f"/v1/chips/{chip}"), ("chip", f"/v1/chips/{chip}"), ("history", f"/v1/chips/{chip}/history"),
            ("page of 100 chips", f"/v1/chips?party={party}&limit=100"), ("roster", f"/v1/rosters/{party}"),
            ("parties", "/v1/parties?limit=10")))
        answer, _ = self.caller.ask(what, "GET", path)
        if answer.status != 200:
            raise Forked(f"{path}: {answer.status} {answer.body[:300]}")
        time.sleep(self.dice.uniform(0, 2 * self.pause))

    def result(self):
        return {}


def watch(kind, plan, over, results):
    """The process: acts until `over`, then puts what it knows into `results`."""
    watcher, failed = kind(plan), None
    try:
        while not over.is_set():
            watcher.act()
        if kind is FeedReader:
            watcher.act()
    except Exception as reason:  # told to the parent, which fails
        failed = f"{type(reason).__name__}: {reason}"
        if plan["alarm"]:
            over.set()
    results.put({"who": kind.__name__, "failed": failed, "latencies": watcher.caller.latencies,
                 "lost": watcher.caller.lost, "put_off": watcher.caller.put_off, **watcher.result()})
