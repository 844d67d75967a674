"""One party that writes all the while, as a process of its own, and keeps what it was told.

What has no answer is sent again, the same bytes, until there is one: then it is recorded, or it was before.
A chip is in one statement at a time, and names the statement before; so the writer knows where each chip stands.
"""
import base64
import hashlib
import http.client
import json
import random
import time

from caller import Caller
from clerk import Clerk, forged

NDJSON = "application/x-ndjson"
JOB_SECONDS = 300


class Wrong(Exception):
    """An answer that no careful server would give."""


class Writer:
    """Plays `party`, by dice of its own; `journal` gets a line for each acknowledged statement."""

    def __init__(self, plan, journal):
        self.plan = plan
        self.party = plan["party"]
        self.dice = random.Random(plan["seed"])
        self.clerk = Clerk(self.party, plan["key"], plan["origin"], plan["stream"])
        self.caller = Caller(plan["ports"], plan["token"])
        self.last = {chip: plan["installed"] for chip in plan["chips"]}
        self.slot = {}
        self.journal = journal
        self.tally = {}
        self.told = []  # the last statements that were acknowledged, with their answers
        self.refused = []
        self.names = 0

    def count(self, what, by=1):
        self.tally[what] = self.tally.get(what, 0) + by

    def name(self, prefix):
        self.names += 1
        return f"{self.plan['stream']}-{prefix}{self.names}"

    def keep(self, statement, index, leaf, receipt=None, how="one"):
        self.journal.write(json.dumps({"statement": statement.hash, "index": index, "leaf": leaf, "how": how,
                                       "receipt": receipt}) + "\n")
        self.journal.flush()
        self.count("acknowledged")
        for chip in statement.chips:
            self.last[chip] = statement.hash

    # Statements.

    def move(self, chip):
        rack = self.name("R")
        said = self.clerk.says("relocate", {"cause": "load", "items": [{"slot": "u1"}], "rack": rack}, [chip],
                               [self.last[chip]], f"{self.party}.dc")
        self.slot[chip] = f"{self.party}.dc/{rack}/u1"
        return said

    def moves(self, count):
        return [self.move(chip) for chip in self.dice.sample(self.plan["chips"], count)]

    def site(self):
        name = self.name("s")
        return self.clerk.says("site.register", {"country": "XA", "kind": "warehouse", "name": name, "site": name})

    # Ways of handing in.

    def one(self, statement):
        answer, first = self.caller.ask("statement", "POST", "/v1/statements", statement.line,
                                        Content_Type="application/json")
        told = json.loads(answer.body)
        good = answer.status == 201 or answer.status == 200 and (not first or told["status"] == "duplicate")
        if not good or told["statement"] != statement.hash or told["receipt"] is None:
            raise Wrong(f"one statement: {answer.status} {answer.body[:500]}")
        if answer.status == 200:
            if first:
                raise Wrong(f"never sent before, and told to be a duplicate: {told}")
            self.count("found recorded when sent again")
        self.keep(statement, told["index"], told["leaf"], told["receipt"])
        self.told = [*self.told[-200:], (statement, told)]

    def again(self):
        """What was acknowledged before is a duplicate, with the same receipt."""
        if not self.told:
            return
        statement, before = self.dice.choice(self.told)
        status, told = self.caller.json("duplicate", "POST", "/v1/statements", statement.line,
                                        Content_Type="application/json")
        same = all(told.get(name) == before[name] for name in ("index", "leaf", "receipt"))
        if status != 200 or not same:
            raise Wrong(f"sent again: {status} {told}, before {before}")
        self.count("duplicates sent on purpose")

    def many(self, statements):
        body = b"".join(one.line + b"\n" for one in statements)
        status, told = self.caller.json("batch", "POST", "/v1/statements", body, Content_Type=NDJSON)
        if status != 200 or len(told["verdicts"]) != len(statements):
            raise Wrong(f"a batch: {status} {str(told)[:500]}")
        for statement, verdict in zip(statements, told["verdicts"]):
            self.take(statement, verdict)

    def take(self, statement, verdict):
        if verdict["status"] not in ("recorded", "duplicate") or verdict["statement"] != statement.hash:
            raise Wrong(f"in a batch: {verdict}")
        if verdict["status"] == "duplicate":
            self.count("found recorded when sent again")
        self.keep(statement, verdict["index"], verdict["leaf"], how="batch")

    def all_or_none(self):
        """A batch that falls as a whole, because of one statement in it."""
        slots = dict(self.slot)
        statements = self.moves(self.dice.randint(2, 20))
        bad = self.dice.randrange(len(statements))
        lines = [forged(one).line if n == bad else one.line for n, one in enumerate(statements)]
        answer, _ = self.caller.ask("strict", "POST", "/v1/statements", b"\n".join(lines) + b"\n",
                                    Content_Type=NDJSON, Prefer="handling=strict")
        if answer.status < 400:
            raise Wrong(f"a strict batch with a forged line: {answer.status} {answer.body[:300]}")
        self.slot = slots
        self.never(*statements)
        self.count("strict batches that fell")

    def never(self, *statements):
        self.refused += [one.hash for one in statements]

    def hostile(self):
        """A stranger's signature, and another statement under a number that is taken."""
        slots = dict(self.slot)
        bad = forged(self.move(self.dice.choice(self.plan["chips"])))
        answer, _ = self.caller.ask("refused", "POST", "/v1/statements", bad.line, Content_Type="application/json")
        if not 400 <= answer.status < 500:
            raise Wrong(f"a forged signature: {answer.status} {answer.body[:300]}")
        self.slot = slots
        self.never(bad)
        if self.told:
            name = self.name("x")
            other = self.clerk.says("site.register", {"country": "XA", "kind": "warehouse", "name": name, "site": name},
                                    number=number_of(self.told[-1][0]))
            answer, _ = self.caller.ask("refused", "POST", "/v1/statements", other.line,
                                        Content_Type="application/json")
            if answer.status != 409:
                raise Wrong(f"a number that is taken: {answer.status} {answer.body[:300]}")
            self.never(other)
        self.count("hostile statements refused")

    def job(self, statements, upload):
        """In the background. A job that nobody knows any more is handed in anew: nothing is recorded twice."""
        body = b"".join(one.line + b"\n" for one in statements)
        until = time.monotonic() + JOB_SECONDS
        while time.monotonic() < until:
            job = self.uploaded(body) if upload else self.posted(body)
            if job and self.ended(job, until, len(statements)):
                for statement in statements:
                    self.keep(statement, None, None, how="upload" if upload else "job")
                return
            self.count("jobs handed in anew")
        raise Wrong(f"a job has no end in {JOB_SECONDS} s")

    def posted(self, body):
        status, told = self.caller.json("job", "POST", "/v1/statements", body, Content_Type=NDJSON,
                                        Prefer="respond-async")
        if status != 202:
            raise Wrong(f"a job: {status} {told}")
        return told["job"]

    def uploaded(self, body):
        """In pieces, with the offset asked for after each that got no answer; None where it is gone."""
        wish = {"kind": "statements", "bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        status, told = self.caller.json("upload", "POST", "/v1/uploads", json.dumps(wish),
                                        Content_Type="application/json")
        if status not in (200, 201):
            raise Wrong(f"an upload: {status} {told}")
        place, at = f"/v1/uploads/{told['upload']}", told["received"]
        while at < len(body):
            piece = body[at:at + self.dice.randint(10_000, 60_000)]
            try:
                answer = self.caller.once("PATCH", place, piece, Content_Type="application/octet-stream",
                                          Upload_Offset=str(at))
                at = int(answer.headers["Upload-Offset"]) if answer.status == 200 else self.offset(place)
            except (OSError, http.client.HTTPException):
                self.caller.lost += 1
                time.sleep(0.1)
                at = self.offset(place)
            if at is None:
                return None
        answer, first = self.caller.ask("upload", "POST", "/v1/jobs", json.dumps({"upload": told["upload"]}),
                                        Content_Type="application/json")
        if answer.status == 404 and (not first or len(self.caller.ports) > 1):
            return None  # it was taken, and the answer lost; or another front end has it
        if answer.status != 202:
            raise Wrong(f"a job of an upload: {answer.status} {answer.body[:300]}")
        return json.loads(answer.body)["job"]

    def offset(self, place):
        """How far the upload has come; None at a front end that never saw it."""
        answer, _ = self.caller.ask("upload", "GET", place)
        if answer.status == 404 and len(self.caller.ports) > 1:
            return None
        if answer.status != 200:
            raise Wrong(f"an upload that was begun: {answer.status} {answer.body[:300]}")
        return int(answer.headers["Upload-Offset"])

    def ended(self, job, until, lines):
        while time.monotonic() < until:
            status, told = self.caller.json("job asked for", "GET", f"/v1/jobs/{job}")
            if status == 404:
                return False
            if told["state"] not in ("waiting", "running"):
                break
            time.sleep(0.1)
        else:
            return False
        good = told["recorded"] + told["duplicates"] == lines and not told["refused"] and not told["invalid"]
        if told["state"] != "done" or not good:
            raise Wrong(f"a job ended as {told}, want {lines} recorded")
        self.count("found recorded when sent again", told["duplicates"])
        return True

    # The day.

    def act(self):
        what = self.dice.random()
        if what < 0.60:
            self.one(self.move(self.dice.choice(self.plan["chips"])))
        elif what < 0.70:
            self.one(self.site())
        elif what < 0.85:
            self.many(self.moves(self.dice.randint(2, self.plan["batch"])))
        elif what < 0.87:
            self.job(self.moves(self.dice.randint(20, 2 * self.plan["batch"])), upload=False)
        elif what < 0.90:
            self.job(self.moves(self.dice.randint(20, 2 * self.plan["batch"])), upload=True)
        elif what < 0.92:
            self.all_or_none()
        elif what < 0.95:
            self.hostile()
        else:
            self.again()


def number_of(statement):
    """The number that a statement has in its stream."""
    return json.loads(base64.b64decode(json.loads(statement.line)["payload"]))["number"]


def play(plan, over, results):
    """The process: acts until `over`; then puts what it knows into `results`."""
    with open(plan["journal"], "a", encoding="utf-8") as journal:
        writer = Writer(plan, journal)
        failed = None
        try:
            while not over.is_set():
                writer.act()
                time.sleep(writer.dice.uniform(0, 2 * plan["pause"]))
        except Exception as reason:  # told to the parent, which fails
            failed = f"{type(reason).__name__}: {reason}"
            if plan["alarm"]:
                over.set()
        results.put({"who": plan["stream"], "failed": failed, "tally": writer.tally, "last": writer.last,
                     "slot": writer.slot, "refused": writer.refused, "lost": writer.caller.lost,
                     "put_off": writer.caller.put_off, "latencies": writer.caller.latencies})
