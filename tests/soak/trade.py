"""Ways of goods to a Prover: sealed, opened, in parts, late, refused, short, held at the port."""
from supply import CARTON, accept, arrive, hand_over, install, pack, send, unpacked


def licensed(world, receiver):
    """What a release to `receiver` quotes: the licence, where a border lies between."""
    if world.country(receiver) == "XA":
        return {}
    return {"licence": "L1", "end_user": receiver}


def put_up(world, party, chips):
    """Most of what came goes into racks."""
    ready = [chip for chip in chips if chip.free() and chip.place == "loose"]
    if ready:
        install(world, party, ready)


def sealed(world, receiver, chips, site):
    """Accepted by the seal alone, and opened later."""
    carton, seal = pack(world, chips)
    sent = send(world, "meridian", receiver, chips, site, container=carton,
                **licensed(world, receiver))
    hand_over(world, sent, chips, carton)
    if world.dice.random() < 0.5:
        through_port(world, sent, chips, carton)
    arrive(world, sent, chips, carton)
    world.voice.say("seal.check", receiver, {"seal": seal, "state": "intact"}, at=site)
    accept(world, sent, chips, "sealed", carton)
    world.voice.say("seal.break", receiver, {"seal": seal, "reason": "unpacking"}, at=site)
    world.voice.say("unpack", receiver, {"seal_state": "intact", "found": [c.id for c in chips]},
                    container=carton, at=site)
    unpacked(chips)


def lost_seal(world, receiver, chips, site):
    """The seal is gone when the carton comes: a finding, and an authority that looks at it."""
    carton, seal = pack(world, chips)
    sent = send(world, "meridian", receiver, chips, site, container=carton,
                **licensed(world, receiver))
    hand_over(world, sent, chips, carton)
    arrive(world, sent, chips, carton)
    world.voice.say("seal.check", receiver, {"seal": seal, "state": "missing"}, at=site)
    accept(world, sent, chips, "opened", carton)
    world.voice.say("unpack", receiver, {"seal_state": "broken", "found": [c.id for c in chips]},
                    container=carton, at=site)
    unpacked(chips)


def through_port(world, sent, chips, container):
    """Checked in, looked at, sometimes held for a while, and let go."""
    about = {"container": container} if container else {"chips": chips}
    voice = world.voice
    voice.say("choke.checkin", "border", {"shipment": sent["shipment"],
                                          "declared_count": len(chips)}, at="border.port", **about)
    voice.say("choke.inspect", "border", {
        "inspection": world.number("I"), "method": "scan", "level": "mark",
        "result": "conformant"}, at="border.port", **about)
    holds = []
    if world.dice.random() < 0.3:
        holds.append(world.number("H"))
        voice.say("choke.hold", "border", {"hold": holds[0], "basis": "papers"}, at="border.port",
                  **about)
    body = {"depart": True} | ({"holds": holds} if holds else {})
    voice.say("choke.clear", "border", body, at="border.port", **about)


def in_parts(world, receiver, chips, site):
    """A part is accepted on arrival, the rest a month later."""
    sent = send(world, "meridian", receiver, chips, site, **licensed(world, receiver))
    hand_over(world, sent, chips)
    first = world.pick(chips, max(1, len(chips) * 2 // 3))
    rest = [chip for chip in chips if chip not in first]
    arrive(world, sent, first)
    accept(world, sent, first)
    if rest:
        world.later(1, lambda: late(world, sent, rest))


def late(world, sent, chips):
    arrive(world, sent, chips)
    accept(world, sent, chips)
    put_up(world, sent["receiver"], chips)


def refused_some(world, receiver, chips, site):
    """Damaged ones go back to the sender, in quarantine on the way."""
    sent = send(world, "meridian", receiver, chips, site, **licensed(world, receiver))
    bad = world.pick(chips, max(1, len(chips) // 12))
    good = [chip for chip in chips if chip not in bad]
    arrive(world, sent, chips)
    if good:
        accept(world, sent, good)
    world.voice.say("refuse", receiver, {"shipment": sent["shipment"], "cause": "bent"}, chips=bad,
                    at=site)
    for chip in bad:
        chip.transport = "returning"
        chip.flags.add("quarantine")
    world.later(1, lambda: back(world, sent, bad))


def back(world, sent, chips):
    world.voice.say("accept", "meridian", {
        "shipment": sent["shipment"], "release": sent["release"], "method": "opened"}, chips=chips,
        at="meridian.floor")
    for chip in chips:
        chip.transport = "at site"
        chip.shipment = None
        chip.flags.discard("quarantine")


def short(world, receiver, chips, site):
    """Some did not come. The case ends with them found, or with a loss that stays."""
    sent = send(world, "meridian", receiver, chips, site, **licensed(world, receiver))
    missing = world.pick(chips, 1 + (len(chips) > 20))
    came = [chip for chip in chips if chip not in missing]
    if came:
        accept(world, sent, came)
    case = world.number("case-")
    world.voice.say("discrepancy.open", receiver, {
        "case": case, "kind": "short", "text": "fewer came", "shipment": sent["shipment"]},
        chips=missing)
    for chip in missing:
        chip.flags.add("missing")
    found = world.dice.random() < 0.7
    world.later(world.dice.randint(1, 2), lambda: settle_short(world, sent, missing, case, found))


def settle_short(world, sent, chips, case, found):
    outcome = "accepted" if found else "lost"
    world.voice.say("discrepancy.resolve", sent["receiver"], {"case": case, "text": "looked for"},
                    chips=chips, columns={"outcome": [outcome] * len(chips)}, at=sent["site"],
                    also=("meridian",))
    for chip in chips:
        chip.flags.discard("missing")
        chip.shipment = None
        chip.transport = "at site"
        if found:
            chip.site = sent["site"]
            world.books.moved(chip, sent["receiver"])
        else:
            chip.flags.add("lost")
    world.note("short", outcome, len(chips))


def taken_back(world, receiver, chips, site):
    """Released, thought better of, and released again in two shipments."""
    sent = send(world, "meridian", receiver, chips, site, **licensed(world, receiver))
    world.voice.say("release.cancel", "meridian", {"shipment": sent["shipment"], "cause": "wrong"},
                    chips=chips)
    for chip in chips:
        chip.shipment = None
    sent = send(world, "meridian", receiver, chips, site, **licensed(world, receiver))
    hand_over(world, sent, chips)
    half = chips[:len(chips) // 2]
    if half:
        into = world.number("S")
        world.voice.say("shipment.split", "meridian", {"shipment": sent["shipment"], "into": into},
                        chips=half, also=("swift",))
        accept(world, sent | {"shipment": into}, half)
    accept(world, sent, chips[len(half):])


WAYS = ((sealed, 35), (in_parts, 20), (refused_some, 15), (short, 10), (lost_seal, 10),
        (taken_back, 10))


def deliver(world, chips):
    """Sends `chips` to the Provers, carton by carton, each its own way."""
    ways, weights = zip(*WAYS)
    for first in range(0, len(chips), CARTON):
        lot = chips[first:first + CARTON]
        receiver = world.dice.choice(world.provers)
        site = world.dice.choice(world.sites(receiver))
        way = world.dice.choices(ways, weights)[0]
        world.note(way.__name__, receiver, site, len(lot))
        world.program.tally[f"delivered {way.__name__}"] += 1
        way(world, receiver, lot, site)
        put_up(world, receiver, [chip for chip in lot if chip.custodian == receiver])
