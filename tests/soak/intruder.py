"""What no honest party hands in: each is refused by its rule, and the log stays as it was."""
import base64
import json

from program import instant
from service import racked
from world import DAY_MS, SEASON


class Intruder:
    """Has an honest statement in a file, and makes everything else of it."""

    def __init__(self, world):
        self.world = world
        self.voice = world.voice
        self.program = world.program
        self.party = world.provers[0]
        self.chips = racked(world, self.party, 2)
        self.entries = self.voice.size()
        self.usual = None

    def honest(self, stream="hostile", sign=None, event_time=None, origin=None, number=None):
        """An uninstallation that the rules would take."""
        words = ["--as", self.party, "--sign", sign or self.voice.keys[self.party], "--chips",
                 ",".join(chip.id for chip in self.chips), "--at", self.chips[0].site, "--stream",
                 stream]
        for name, value in (("--event-time", event_time), ("--origin", origin),
                            ("--number", number)):
            words += [name, value] if value else []
        return self.voice.made("uninstall", {"cause": "hostile"}, words)

    def tried(self, what, file, codes=(1, 2), rules=None, more=()):
        """Hands `file` in. The log must not grow; a rule, where one refuses, is one of `rules`."""
        ran = self.program.run(["statement", "submit", file, "--json", *more])
        checks = self.program.checks
        checks.that(ran.code in codes, f"{what}: exit {ran.code}, want {codes}: {ran.err[:300]}")
        found = [json.loads(line)["rule"] for line in ran.out.splitlines()] if ran.code == 1 else []
        checks.that(rules is None or ran.code == 2 or set(found) <= set(rules),
                    f"{what}: refused as {found}, want {rules}")
        checks.that(len(ran.err.splitlines()) <= 1 + len(found), f"{what}: {ran.err[:600]}")
        checks.that(self.voice.size() == self.entries, f"{what}: the log grew")
        self.program.count(f"refused {found[0]}" if found else "refused as input")

    def changed(self, what, change):
        """The honest statement with `change` done to its envelope."""
        self.usual = self.usual or self.honest()
        envelope = json.loads(self.usual.read_text())
        change(envelope)
        file = self.voice.new_file(".json")
        file.write_text(json.dumps(envelope))
        self.tried(what, file)

    def signatures(self):
        stranger, _ = self.voice.new_key("stranger")
        self.tried("a stranger's key", self.honest(sign=stranger), rules=("key.unknown",))
        other = self.voice.keys[self.world.provers[1]]
        self.tried("another party's key", self.honest(sign=other), rules=("signature.missing",
                                                                          "key.not_yours"))
        self.changed("no signature", lambda envelope: envelope.update(signatures=[]))
        self.changed("a signature of nothing", lambda envelope: envelope["signatures"][0].update(
            sig=base64.b64encode(bytes(64)).decode()))
        self.changed("another payload", lambda envelope: envelope.update(
            payload=base64.b64encode(base64.b64decode(envelope["payload"]).replace(
                b"hostile", b"changed")).decode()))

    def shapes(self):
        """Too long, too deep, too little, and of no known form."""
        whole = self.honest().read_bytes()
        texts = {"half an envelope": whole[:len(whole) // 2],
                 "a file of nothing": b"\0" * 4096,
                 "no text": bytes(range(128, 256)) * 9,
                 "deep arrays": b"[" * 100_000,
                 "deep objects": b'{"a":' * 100_000 + b"0" + b"}" * 100_000,
                 "a line of 4 MB": b'{"payload":"' + b"A" * 4_000_000 + b'"}',
                 "a number without end": b'{"envelope":' + b"9" * 10_000 + b"}",
                 "one field twice": whole.replace(b'{', b'{"payload":"AA==",', 1),
                 "a whole line and half of one": whole.strip() + b"\n" + whole[:100]}
        for what, text in texts.items():
            file = self.voice.new_file(".hostile")
            file.write_bytes(text)
            self.tried(what, file, codes=(2,))
        self.changed("a payload over 48,000 bytes", lambda envelope: envelope.update(
            payload=base64.b64encode(b'{"a":"' + b"x" * 60_000 + b'"}').decode()))

    def times_and_places(self):
        self.tried("another log's statement", self.honest(origin="other.example/log", number=7))
        ahead = instant(self.program.now_ms + DAY_MS)
        self.tried("from tomorrow", self.honest(event_time=ahead), rules=("time.ahead",))

    def replays(self):
        """An old statement again is its old receipt; what it expected then is so no more."""
        chip = self.chips[0]
        stale = self.honest(stream="stale")
        words = self.voice.who_and_what("relocate", self.party, self.chips, {"slot": ["v0", "v1"][
            :len(self.chips)]}, chip.site, None, ())
        rack = self.world.number("R")
        file = self.voice.made("relocate", {"rack": rack, "cause": "honest"}, words)
        first = self.program.json(["statement", "submit", file])
        self.voice.acknowledged(first, "relocate", self.party)
        for n, one in enumerate(self.chips):
            one.slot = (rack, f"v{n}")
        self.entries += 1
        again = self.program.json(["statement", "submit", file])
        same = again["status"] == "duplicate" and again["index"] == first["index"]
        self.program.checks.that(same and self.voice.size() == self.entries, f"replayed: {again}")
        self.tried("what somebody expected before", stale, rules=("expects.mismatch",))
        payload = json.loads(base64.b64decode(json.loads(file.read_text())["payload"]))
        reused = self.honest(stream=payload["stream"], number=payload["number"])
        self.tried("another statement under a number that was used", reused,
                   rules=("number.reused",))

    def all_or_nothing(self):
        """Of a batch with one bad statement nothing is recorded, if that was asked for."""
        stranger, _ = self.voice.new_key("stranger")
        file = self.voice.new_file(".ndjson")
        file.write_text("".join(one.read_text().strip() + "\n" for one in (
            self.honest(), self.honest(stream="second", sign=stranger))))
        self.tried("a batch with a stranger in it", file, more=("--all-or-nothing",))


def hostile_month(world):
    intruder = Intruder(world)
    if intruder.chips:
        intruder.signatures()
        if world.month % SEASON == 0:
            intruder.shapes()
        intruder.times_and_places()
        intruder.replays()
        intruder.all_or_nothing()
