"""What befalls chips in their racks: re-racking, failure, return, resale, loss, the end."""
from supply import accept, destroy, install, send, stock_up, uninstall
from world import digest

FAILURES_A_YEAR = (0.06, 0.09)


def racked(world, party, count):
    """Some installed chips of one of the sites of `party`."""
    chips = world.books.of(party, "installed")
    if not chips:
        return []
    site = world.dice.choice(sorted({chip.site for chip in chips}))
    return world.pick([chip for chip in chips if chip.site == site], count)


def one_prover(world):
    return world.dice.choice(world.provers)


def rerack(world):
    """Chips change slots, in their own site or in another of the same party."""
    party = one_prover(world)
    chips = racked(world, party, world.dice.randint(2, 12))
    if not chips:
        return
    rack = world.number("R")
    site = world.dice.choice(world.sites(party))
    world.voice.say("relocate", party, {"rack": rack, "cause": "room"}, chips=chips,
                    columns={"slot": [f"u{n}" for n in range(len(chips))]}, at=site)
    for n, chip in enumerate(chips):
        chip.slot = (rack, f"u{n}")
        chip.site = site
    world.note("rerack", party, len(chips))


def failures(world):
    """So many a month fail that it makes 6 to 9 % a year; each goes back and another comes."""
    for party in world.provers:
        rate = world.dice.uniform(*FAILURES_A_YEAR) / 12
        racks = world.books.of(party, "installed")
        count = sum(world.dice.random() < rate for _ in racks)
        if count:
            send_for_repair(world, party, racked(world, party, count))


def exception(world, party):
    """What the law lets over a border for repair. Home from there a chip also goes in the slot that
    its party drew for it, but not in that of who had it before."""
    return {} if world.country(party) == "XA" else {"exception": "repair"}


def send_for_repair(world, party, chips):
    number = world.number("M")
    site = chips[0].site
    world.voice.say("rma.open", party, {"rma": number, "vendor": "meridian", "fault": "memory"},
                    chips=chips, also=("meridian",))
    for chip in chips:
        chip.flags.add("rma")
    uninstall(world, party, chips, "failed")
    read_log(world, party, chips, "rma")
    sent = send(world, party, "meridian", chips, "meridian.floor", "rma", rma=number,
                **exception(world, party))
    accept(world, sent, chips)
    world.note("rma", party, len(chips))
    world.program.tally["chips returned"] += len(chips)
    world.later(1, lambda: answer_return(world, party, number, chips, site))


def read_log(world, party, chips, cause):
    world.voice.say("exit.read", party, {"cause": cause}, chips=chips, columns={
        "counter": ["7"] * len(chips), "entry": [digest(f"entry {c.id}") for c in chips],
        "epoch": ["1"] * len(chips), "head": [digest(f"head {c.id}") for c in chips]})
    for chip in chips:
        chip.was_read = True


def answer_return(world, party, number, chips, site):
    """The vendor repairs some, and puts new chips in the place of the others."""
    repaired = [chip for chip in chips if world.dice.random() < 0.4]
    home = []
    for old in (chip for chip in chips if chip not in repaired):
        fresh = next((chip for chip in world.books.of("meridian")
                      if chip.product == old.product and chip not in home), None)
        if fresh is None:
            repaired.append(old)
        else:
            swap(world, number, party, old, fresh)
            home.append(fresh)
    repaired.sort(key=lambda chip: chip.number)
    if repaired:
        world.voice.say("repair", "meridian", {"rma": number, "work": "reballed",
                                               "result": "repaired"}, chips=repaired)
    home += repaired
    own = all(chip.drawn_for == party for chip in home)
    sent = send(world, "meridian", party, home, site, "rma", rma=number,
                **({} if own else exception(world, party)))
    accept(world, sent, home)
    columns = {"outcome": ["repaired"] * len(repaired)} if repaired else None
    world.voice.say("rma.close", "meridian", {"rma": number}, chips=repaired, columns=columns)
    for chip in repaired:
        chip.flags.discard("rma")
    install(world, party, home)


def swap(world, number, party, old, fresh):
    """The old chip stays with the vendor, retired, until it is shredded."""
    world.voice.say("rma.replace", "meridian", {
        "rma": number, "custodian": party, "old": old.id, "new": fresh.id}, chips=[old, fresh],
        also=(party,))
    world.program.tally["chips swapped"] += 1
    old.life = "retired"
    old.flags.discard("rma")
    fresh.drawn_for, old.drawn_for = old.drawn_for, None


def resale(world):
    """A Prover sells to a dealer of its country, who sells on to another Prover."""
    sellers = [party for party in world.provers if world.country(party) == "XB"]
    seller = world.dice.choice(sellers)
    chips = racked(world, seller, world.dice.randint(1, 8))
    if not chips:
        return
    uninstall(world, seller, chips, "sold")
    read_log(world, seller, chips, "sale")
    sent = send(world, seller, "bazaar", chips, "bazaar.store")
    accept(world, sent, chips)
    world.program.tally["chips resold"] += len(chips)
    world.later(1, lambda: sell_on(world, chips))


def sell_on(world, chips):
    buyer = world.dice.choice([party for party in world.provers if world.country(party) == "XB"])
    site = world.dice.choice(world.sites(buyer))
    sent = send(world, "bazaar", buyer, chips, site)
    accept(world, sent, chips)
    install(world, buyer, chips)


def title(world):
    """The maker, whose title it was until now, sells some chips to who has them."""
    party = one_prover(world)
    chips = [chip for chip in racked(world, party, 10) if chip.owner == "north"]
    if not chips:
        return
    world.voice.say("title.transfer", "north", {"buyer": party, "contract": digest("contract")},
                    chips=chips, also=(party,))
    for chip in chips:
        chip.owner = party
    world.note("title", party, len(chips))


def loss(world):
    """Lost, stolen, and found again by the authority that looked for them; or never."""
    party = one_prover(world)
    chips = racked(world, party, world.dice.randint(1, 2))
    if not chips:
        return
    kind = world.dice.choice(("loss.declare", "theft.declare"))
    body = {"circumstances": "not in its rack"}
    if kind == "theft.declare":
        body["police"] = "report 17"
    world.voice.say(kind, party, body, chips=chips)
    flag = "lost" if kind == "loss.declare" else "stolen"
    for chip in chips:
        chip.flags.add(flag)
        chip.place, chip.slot = "loose", None
    world.note(kind, party, len(chips))
    world.program.tally[f"chips {flag}"] += len(chips)
    if world.dice.random() < 0.5:
        world.later(2, lambda: recovered(world, party, chips, flag))


def recovered(world, party, chips, flag):
    site = world.sites(party)[0]
    world.voice.say("recover", party, {"place": "a cellar", "proof": digest("photo")}, chips=chips,
                    at=site, also=("border",))
    world.voice.say("quarantine.lift", "border", {"reason": "looked at"}, chips=chips)
    for chip in chips:
        chip.flags.discard(flag)
        chip.site = site
    world.note("recovered", party, len(chips))
    world.program.tally["chips recovered"] += len(chips)


def end_of_life(world):
    """Old chips are retired and shredded before a witness."""
    party = one_prover(world)
    chips = racked(world, party, world.dice.randint(1, 5))
    if not chips:
        return
    uninstall(world, party, chips, "old")
    read_log(world, party, chips, "destruction")
    world.voice.say("retire", party, {"cause": "old"}, chips=chips)
    for chip in chips:
        chip.life = "retired"
    destroy(world, party, chips)


def vendors_scrap(world):
    """What returns left retired with the vendor is shredded."""
    chips = [chip for chip in world.books.of("meridian", life="retired")][:64]
    if chips:
        destroy(world, "meridian", chips)


def restock(world):
    """Tested chips of the fab go to the assembler."""
    chips = world.books.of("north")
    if chips:
        stock_up(world, chips)
