"""Chips that another party uses: leased, shown in both frames, and given back."""
from program import instant
from service import racked
from world import DAY_MS


def lease(world):
    """A Prover lets another of its country use some of its chips for a month or two."""
    lessor = world.dice.choice(world.provers)
    lessees = [party for party in world.provers
               if party != lessor and world.country(party) == world.country(lessor)]
    chips = racked(world, lessor, world.dice.randint(2, 10))
    if not chips or not lessees:
        return
    lessee, number = world.dice.choice(lessees), world.number("lease-")
    now = world.program.now_ms
    world.voice.say("lease.start", lessor, {
        "lease": number, "lessee": lessee, "country": world.country(lessee),
        "window": {"from": instant(now), "to": instant(now + 200 * DAY_MS)}}, chips=chips,
        also=(lessee,))
    for chip in chips:
        chip.lessee = lessee
        world.books.held.setdefault(lessee, set()).add(chip.id)
    world.note("lease", lessor, lessee, len(chips))
    world.program.tally["chips leased"] += len(chips)
    some = world.pick(chips, len(chips) // 2)
    rest = [chip for chip in chips if chip not in some]
    world.later(1, lambda: give_back(world, lessee, number, some))
    world.later(2, lambda: give_back(world, lessor, number, rest))


def give_back(world, party, number, chips):
    """Lessor or lessee ends it, for a part of the chips."""
    if chips:
        world.voice.say("lease.end", party, {"lease": number, "reason": "over"}, chips=chips)
    for chip in chips:
        chip.lessee = None
