"""Chips from the fab to their racks: made, tested, sold, sent abroad, received, installed."""
import hashlib

from bookkeeper import Chip
from ed25519 import public_key
from world import PRODUCTS

CARTON = 24
IN_THE_STATEMENT = 64  # chips of a lot; of more, a manifest lies beside it


def device_seed(chip):
    """The secret that the chip's device keeps."""
    return hashlib.sha256(f"device {chip.serial}".encode()).digest()


def make_lot(world, count):
    """Reserves, packages, enrols and tests a lot; a few chips fail, a serial may be mistyped."""
    books, voice, dice = world.books, world.voice, world.dice
    product = dice.choice(list(PRODUCTS))
    block = 1000 + world.count("lot")
    world.note("lot", count, product)
    voice.say("id.reserve", "north", {"block": block, "count": count, "product": product,
                                      "packager": "north"})
    made = world.program.json(["chip", "ids", "--block", block, "--count", count])
    chips = [Chip(name, product, "north", "north.fab") for name in made["chips"]]
    for n, chip in enumerate(chips):
        chip.number = len(books.chips) + n
        chip.serial = f"SN{block}-{n:04d}"
        chip.device_key = public_key(device_seed(chip)).hex()
    typed = [chip.serial for chip in chips]
    mistyped = count <= IN_THE_STATEMENT and dice.random() < 0.7
    wrong = dice.randrange(count) if mistyped else None
    if wrong is not None:
        typed[wrong] = typed[wrong].replace("SN", "NS")
    answer = voice.say("chip.package", "north", {"product": product}, chips=chips,
                       columns={"serial": typed}, at="north.fab")
    for chip in chips:
        books.made(chip)
    voice.say("chip.enrol", "north", chips=chips,
              columns={"key": [chip.device_key for chip in chips]})
    passes = [dice.random() > 0.02 for _ in chips]
    voice.say("chip.test", "north", chips=chips,
              columns={"pass": ["yes" if good else "no" for good in passes]})
    for chip, good in zip(chips, passes):
        chip.life = "passed" if good else "failed"
    if wrong is not None:
        mend_serial(world, answer, chips[wrong], typed[wrong])
    test_again(world, [chip for chip in chips if chip.life == "failed"])
    return chips


def mend_serial(world, answer, chip, typed):
    """The right serial in the place of one that was mistyped: the whole statement, said anew."""
    find_one(world, typed, chip)
    world.voice.replace_item(answer, "north", chip.id, {"serial": chip.serial}, "mistyped serial")
    world.note("serial")
    find_one(world, chip.serial, chip)
    ran = world.program.run(["chip", "find", typed, "--json"])
    world.program.checks.that(ran.code == 1, f"the mistyped serial {typed} still names a chip")


def find_one(world, name, chip):
    found = world.program.json(["chip", "find", name])
    world.program.checks.that([one["chip"] for one in found["chips"]] == [chip.id],
                              f"{name} leads to {found['chips']}, want {chip.id}")


def test_again(world, failed):
    """Half of what failed passes the second time; the rest is destroyed before a witness."""
    if not failed:
        return
    again = failed[::2]
    world.voice.say("chip.test", "north", chips=again, columns={"pass": ["yes"] * len(again)})
    for chip in again:
        chip.life = "passed"
    scrap = failed[1::2]
    if scrap:
        destroy(world, "north", scrap)


def destroy(world, party, chips):
    world.voice.say("destroy", party, {"method": "shredding", "place": "ember.yard"}, chips=chips,
                    at=chips[0].site, also=("ember",))
    world.note("destroy", party, len(chips))
    for chip in chips:
        chip.life = "destroyed"
        world.books.moved(chip, None)


def send(world, sender, receiver, chips, site, purpose="sale", container=None, **more):
    """Releases `chips`; the shipment, with the hash that an acceptance quotes."""
    shipment = world.number("S")
    body = {"shipment": shipment, "receiver": receiver, "destination": site, "purpose": purpose}
    behalf = more.pop("on_behalf", None)
    actor = more.pop("actor", sender)
    answer = world.voice.say("release", actor, body | more, chips=() if container else chips,
                             container=container, on_behalf=behalf)
    for chip in chips:
        chip.shipment = shipment
        chip.drawn_for = receiver if "licence" in more else chip.drawn_for
    world.note("release", sender, receiver, len(chips))
    return {"shipment": shipment, "release": answer["statement"], "receiver": receiver,
            "site": site, "sender": sender}


def accept(world, sent, chips, method="opened", container=None, on_behalf=None, actor=None):
    """The receiver takes `chips` over."""
    world.voice.say("accept", actor or sent["receiver"], {
        "shipment": sent["shipment"], "release": sent["release"], "method": method},
        chips=() if container else chips, container=container, at=sent["site"],
        on_behalf=on_behalf)
    for chip in chips:
        chip.shipment = None
        chip.transport = "at site"
        chip.site = sent["site"]
        if chip.custodian != sent["receiver"]:
            world.books.moved(chip, sent["receiver"])


def hand_over(world, sent, chips, container=None):
    world.voice.say("leg.handover", sent["sender"], {
        "shipment": sent["shipment"], "taker": "swift", "place": "ramp"},
        chips=() if container else chips, container=container, also=("swift",))
    for chip in chips:
        chip.transport = "with carrier"


def arrive(world, sent, chips, container=None):
    world.voice.say("arrive", sent["receiver"], {"shipment": sent["shipment"]},
                    chips=() if container else chips, container=container, at=sent["site"])
    for chip in chips:
        chip.transport = "at receiver"


def stock_up(world, chips):
    """The fab sells to the assembler, in one country and so without a licence."""
    sent = send(world, "north", "meridian", chips, "meridian.floor")
    accept(world, sent, chips)


def pack(world, chips):
    """Into a carton under a seal."""
    carton = world.number("C")
    seal = world.number("seal-")
    world.voice.say("pack", "meridian", {"container": carton, "seal": seal}, chips=chips,
                    at="meridian.floor")
    for chip in chips:
        chip.holder = carton
        chip.place = "in container"
    return carton, seal


def unpacked(chips):
    for chip in chips:
        chip.holder = None
        chip.place = "loose"


def install(world, party, chips):
    """Each into a slot of its own in a new rack."""
    rack = world.number("R")
    slots = [f"u{n}" for n in range(len(chips))]
    answer = world.voice.say("install", party, {"rack": rack}, chips=chips,
                             columns={"slot": slots}, at=chips[0].site)
    world.note("install", party, len(chips))
    for chip, slot in zip(chips, slots):
        chip.place = "installed"
        chip.slot = (rack, slot)
        chip.was_read = False
    return answer


def uninstall(world, party, chips, cause="taken out"):
    world.voice.say("uninstall", party, {"cause": cause}, chips=chips, at=chips[0].site)
    for chip in chips:
        chip.place = "loose"
        chip.slot = None
