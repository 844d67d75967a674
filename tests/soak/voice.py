"""Statements through the command line: by their own verb, or made into a file and handed in.

What a fault may hit is handed in from a file, again and again until it is acknowledged, as a careful
party would. So the schedule is the same whatever the faults do.
"""
import json

from program import Unexpected

# Kind of event, and the words of its verb.
VERBS = {
    "org.register": "party register", "org.suspend": "party suspend",
    "org.reinstate": "party reinstate", "org.succeed": "party succeed",
    "key.rotate": "key rotate", "key.revoke": "key revoke", "key.add": "key add",
    "site.register": "site register", "product.register": "product register",
    "policy.change": "policy change", "licence.grant": "licence grant",
    "licence.amend": "licence amend", "licence.suspend": "licence suspend",
    "licence.resume": "licence resume", "eus.submit": "eus submit",
    "screen.result": "screen record", "lot.create": "lot create", "id.reserve": "chip reserve",
    "chip.package": "chip package", "chip.enrol": "chip enrol", "chip.test": "chip test",
    "install": "chip install", "relocate": "chip relocate", "uninstall": "chip uninstall",
    "loss.declare": "chip lose", "theft.declare": "chip steal", "recover": "chip recover",
    "quarantine.lift": "chip resolve", "retire": "chip retire", "destroy": "chip destroy",
    "exit.read": "chip exit-read", "seal.apply": "seal apply", "seal.check": "seal check",
    "seal.break": "seal break", "pack": "pack fill", "unpack": "pack empty",
    "release": "ship release", "release.cancel": "ship cancel", "leg.handover": "ship hand-over",
    "shipment.split": "ship split", "reroute": "ship reroute", "arrive": "ship arrive",
    "accept": "ship accept", "refuse": "ship refuse", "choke.checkin": "choke check-in",
    "choke.inspect": "choke inspect", "choke.hold": "choke hold", "choke.clear": "choke clear",
    "title.transfer": "title transfer", "lease.start": "lease start", "lease.end": "lease end",
    "rma.open": "rma open", "repair": "rma repair", "rma.replace": "rma replace",
    "rma.close": "rma close", "balance.close": "balance close",
    "heads.commit": "device-log commit", "discrepancy.open": "case open",
    "tamper.report": "case tamper", "discrepancy.resolve": "case resolve",
    "vrf.register": "plan register-vrf", "correct.void": "statement void",
    "dispute.raise": "statement dispute", "dispute.settle": "statement settle",
}
FEW = 8  # chips that are named on the command line; more go into a file


def option_text(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict) and set(value) == {"from", "to"}:
        return f"{value['from']}..{value['to']}"
    if isinstance(value, dict) or isinstance(value, list) and value and isinstance(value[0], dict):
        return json.dumps(value)
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value)


def whole_object(out):
    """What a process printed, or None where it was killed before it had."""
    try:
        return json.loads(out)
    except json.JSONDecodeError:
        return None


class Voice:
    """Speaks for the parties. `faults` chooses how each statement goes in, and disturbs some."""

    def __init__(self, program, journal, faults, folder):
        self.program = program
        self.journal = journal
        self.faults = faults
        self.folder = folder
        self.keys = {}  # party -> its key file of now
        self.files = 0
        self.old_keys = []  # (party, key file, until when it signs)

    def new_file(self, suffix):
        self.files += 1
        return self.folder / f"{self.files}{suffix}"

    def listed(self, chips, columns):
        if not columns and len(chips) <= FEW:
            return ",".join(chip.id for chip in chips)
        file = self.new_file(".csv")
        rows = zip([chip.id for chip in chips], *columns.values())
        file.write_text("\n".join([",".join(["chip", *columns]), *map(",".join, rows)]) + "\n")
        return f"@{file}"

    def who_and_what(self, kind, org, chips, columns, at, container, also):
        words = ["--as", org]
        for party in (org, *also):
            words += ["--sign", self.keys.get(party, party)]
        if chips:
            words += ["--chips", self.listed(chips, columns or {})]
        words += ["--at", at] if at else []
        # Packing names its container in the body.
        words += ["--in", container] if container and kind != "pack" else []
        return words

    def say(self, kind, org, body=None, *, chips=(), columns=None, at=None, container=None, also=(),
            on_behalf=None, stream=None):
        """Records a statement; `also` are further parties, or key files, that sign."""
        words = self.who_and_what(kind, org, chips, columns, at, container, also)
        words += ["--stream", stream] if stream else []
        route = "verb" if on_behalf else self.faults.route(kind)
        self.program.now_ms += self.faults.minutes() * 60_000
        if route == "verb":
            answer = self.by_verb(kind, body or {}, words, on_behalf)
        elif route == "cut":
            answer = self.cut_short(kind, body or {}, words)
        else:
            answer = self.faults.handed_in(route, self.made(kind, body or {}, words), self.program)
        self.acknowledged(answer, kind, org)
        return answer

    def verb_words(self, kind, body, words, on_behalf=None):
        line = [*VERBS[kind].split(), *words, "--yes"]
        line += ["--for", on_behalf] if on_behalf else []
        for field, value in body.items():
            line += [f"--{field.replace('_', '-')}", option_text(value)]
        return line

    def by_verb(self, kind, body, words, on_behalf=None):
        self.program.tally["by verb"] += 1
        return self.program.json(self.verb_words(kind, body, words, on_behalf))

    def cut_short(self, kind, body, words):
        """A verb that is killed at its first write. Nobody can hand it in again, so its author looks
        whether it is in the log, and says it anew if not."""
        before = self.size()
        line = self.verb_words(kind, body, words)
        ran = self.program.killed_at_a_write(self.faults.dice.uniform(0, 0.01), [*line, "--json"])
        self.program.count("kills", ran.killed)
        said = whole_object(ran.out)
        grown = self.size() - before
        self.program.checks.that(grown in (0, 1), f"{kind}: one verb made {grown} entries")
        if not grown:
            self.program.checks.that(said is None, f"{kind}: said {said}, and the log did not grow")
            self.program.count("cut: before the commit")
            return self.by_verb(kind, body, words)
        self.program.count("cut: behind the commit")
        entry = self.program.json(["ledger", "entry", before])
        right = entry["payload"]["kind"] == kind and said in (None, said and {
            **said, **{name: entry[name] for name in ("statement", "index", "leaf")}})
        self.program.checks.that(right, f"{kind}: said {said}, and the log has {entry}")
        return {**{name: entry[name] for name in ("statement", "index", "leaf")},
                "status": "recorded"}

    def made(self, kind, body, words):
        """An envelope file, with its manifest beside it."""
        self.program.tally["by file"] += 1
        file = self.new_file(".json")
        body = {name: value for name, value in body.items() if value is not None}
        self.program.json(["statement", "make", "--kind", kind, *words, "--body", json.dumps(body),
                           "--out", file])
        return file

    def refused(self, code, kind, org, body=None, *, chips=(), columns=None, at=None,
                container=None, also=()):
        """Says what a rule must refuse as `code`, and looks that the log did not grow."""
        words = self.who_and_what(kind, org, chips, columns, at, container, also)
        before = self.size()
        line = self.verb_words(kind, body or {}, words)
        ran = self.program.run([*line, "--json"])
        self.program.checks.that(ran.code == 1, f"{kind}: exit {ran.code}: {ran.err[:300]}")
        rule = json.loads(ran.out)["rule"] if ran.out.startswith("{") else None
        self.program.checks.that(rule == code, f"{kind}: refused as {rule}, want {code}")
        self.program.checks.that(self.size() == before, f"{kind}: a refusal made the log grow")
        self.program.tally[f"refused {rule}"] += 1

    def replace_item(self, answer, org, chip, values, reason):
        """Says a short lot anew, with other words for one of its chips."""
        event = self.program.json(["ledger", "entry", answer["index"]])["payload"]
        event["body"]["items"][event["subjects"]["chips"].index(chip)].update(values)
        file = self.new_file("-event.json")
        file.write_text(json.dumps(event))
        said = self.program.json(["statement", "replace", answer["statement"], "--as", org,
                                  "--sign", self.keys[org], "--reason", reason, "--event",
                                  f"@{file}"])
        self.acknowledged(said, "correct.replace", org)

    def acknowledged(self, answer, kind, org):
        good = answer["status"] in ("recorded", "duplicate")
        self.program.checks.that(good, f"{kind}: {answer}")
        self.journal.keep(answer, kind, org)
        self.program.tally["acknowledged"] += 1

    def tell(self, words, kind, org):
        """A verb that does more than record its event; its answer names the statement."""
        self.program.now_ms += self.faults.minutes() * 60_000
        answer = self.program.json(words)
        self.journal.keep(answer, kind, org)
        self.program.tally["acknowledged"] += 1
        return answer

    def size(self):
        return self.program.json(["ledger", "head", "--dry-run"])["size"]

    def new_key(self, party):
        file = self.new_file(f"-{party}.key")
        public = self.program.json(["key", "new", file])["public"]
        if not public:
            raise Unexpected(f"no public key of {party}")
        return file, public
