"""What parties do to themselves: keys, licences, suspensions, a merger, corrections."""
from program import instant
from supply import accept, install, send, uninstall
from world import DAY_MS, digest


def rotate(world):
    """A new key signs beside the old one for a week; after that the old one is refused."""
    party = world.dice.choice(["north", "meridian", "border", "agency", *world.provers])
    voice, program = world.voice, world.program
    old = voice.keys[party]
    old_id = program.json(["key", "show", old])["key_id"]
    new, public = voice.new_key(party)
    until = program.now_ms + 7 * DAY_MS
    voice.say("key.rotate", party, {"old": old_id, "key": public, "overlap_until": instant(until),
                                    "reason": "yearly"}, also=(new,))
    voice.keys[party] = new
    voice.old_keys.append((party, old, until))
    world.note("rotate", party)
    program.tally["keys rotated"] += 1


def lose_key(world):
    """A key that is lost is revoked by the registrar, and signs nothing any more."""
    party = world.dice.choice(["meridian", *world.provers])
    voice = world.voice
    new, public = voice.new_key(party)
    voice.say("key.add", party, {"key": public, "purpose": "second"}, also=(new,))
    lost = voice.keys[party]
    voice.say("key.revoke", "office", {
        "key_id": world.program.json(["key", "show", lost])["key_id"], "reason": "lost"})
    site = {"site": world.number("never-"), "name": "never", "country": world.country(party),
            "kind": "warehouse"}
    voice.refused("key.not_valid", "site.register", party, site)
    voice.keys[party] = new
    voice.old_keys = [one for one in voice.old_keys if one[0] != party]
    world.note("lost key", party)


def reroute(world):
    """Goods that are on their way to one Prover go to another."""
    stock = [chip for chip in world.books.of("meridian") if not chip.slot][:4]
    abroad = [party for party in world.provers if world.country(party) == "XB"]
    if not stock:
        return
    first, second = world.dice.sample(abroad, 2)
    right = {"licence": "L1", "end_user": first}
    sent = send(world, "meridian", first, stock, world.sites(first)[0], **right)
    into = world.number("S")
    site = world.sites(second)[0]
    said = world.voice.say("reroute", "meridian", {
        "shipment": sent["shipment"], "into": into, "receiver": second, "destination": site,
        "cause": "storm", "licence": "L1", "end_user": second}, chips=stock,
        also=(second, "border"))
    for chip in stock:
        chip.drawn_for = second
        chip.shipment = into
    accept(world, {"shipment": into, "release": said["statement"], "receiver": second,
                   "site": site}, stock)
    install(world, second, stock)
    world.note("reroute", first, second, len(stock))


def old_keys_are_refused(world):
    """Every key whose overlap is over, tried once."""
    voice = world.voice
    for party, old, until in [one for one in voice.old_keys if one[2] < world.program.now_ms]:
        site = world.number("never-")
        voice.keys[party], new = old, voice.keys[party]
        voice.refused("key.expired", "site.register", party, {
            "site": site, "name": site, "country": world.country(party), "kind": "warehouse"})
        voice.keys[party] = new
    voice.old_keys = [one for one in voice.old_keys if one[2] >= world.program.now_ms]


def suspend_licence(world):
    """While a licence is suspended nothing goes abroad."""
    stock = world.books.of("meridian")[:1]
    voice = world.voice
    voice.say("licence.suspend", "border", {"licence": "L1", "reason": "a question"})
    if stock:
        voice.refused("licence.suspended", "release", "meridian", {
            "shipment": world.number("never-"), "receiver": "alder", "destination": "alder.dc1",
            "purpose": "sale", "licence": "L1", "end_user": "alder"}, chips=stock)
    voice.say("licence.resume", "border", {"licence": "L1", "reason": "answered"})
    world.note("licence")


def suspend_party(world):
    """A suspended party moves nothing, reports all the same, and goes on when it is reinstated."""
    party = world.dice.choice(world.provers)
    voice = world.voice
    voice.say("org.suspend", "border", {"party": party, "reason": "no answer"})
    chips = world.books.of(party, "installed")[:1]
    if chips:
        voice.refused("party.suspended", "uninstall", party, {"cause": "quietly"}, chips=chips,
                      at=chips[0].site)
        now = world.program.now_ms
        voice.say("heads.commit", party, {"window": {"from": instant(now - 1), "to": instant(now)}},
                  chips=chips, columns={"none": ["yes"]})
    voice.say("org.reinstate", "border", {"party": party, "reason": "answered"})
    world.note("suspend", party)


def take_back(world):
    """An installation that never was is taken back, and disputed statements change nothing."""
    party = world.dice.choice(world.provers)
    chips = world.books.of(party, "installed")
    if not chips:
        return
    chip = world.dice.choice(chips)
    uninstall(world, party, [chip])
    answer = install(world, party, [chip])
    dispute = world.number("D")
    world.voice.say("dispute.raise", party, {"dispute": dispute, "statement": answer["statement"],
                                             "claim": "the wrong rack"})
    world.voice.say("dispute.settle", party, {"dispute": dispute, "ruling": "withdrawn",
                                              "reason": "it will be taken back"})
    world.voice.say("correct.void", party, {"target": answer["statement"], "reason": "never was"})
    chip.place, chip.slot = "loose", None
    install(world, party, [chip])
    world.note("void", party)
    world.program.tally["statements taken back"] += 1


def merge(world, gone="dogwood", successor="birch"):
    """One Prover takes another over, speaks for it, and moves its chips to its own book."""
    world.voice.say("org.succeed", "office", {"party": gone, "successor": successor,
                                              "cause": "merged", "reason": "bought"},
                    also=(successor,))
    world.provers.remove(gone)
    world.note("merge", gone, successor)
    move_over(world, gone, successor)


def move_over(world, gone, successor):
    """What the party that is gone still has and may move goes to its successor; the rest later."""
    racks = world.books.of(gone, "installed")
    if racks:
        world.voice.say("uninstall", successor, {"cause": "merger"}, chips=racks,
                        at=racks[0].site, on_behalf=gone)
        for chip in racks:
            chip.place, chip.slot = "loose", None
    chips = world.books.of(gone, "loose")
    if chips:
        sent = send(world, gone, successor, chips, f"{successor}.dc2", actor=successor,
                    on_behalf=gone)
        accept(world, sent, chips)
        install(world, successor, chips)
        world.program.tally["chips merged"] += len(chips)
    world.later(1, lambda: move_over(world, gone, successor))


def succeed_operator(world):
    """Another key signs checkpoints from now on; those before stand under the key of their term."""
    key, _ = world.voice.new_key("operator")
    world.voice.tell(["operator", "succeed", "--as", "office", "--sign",
                      world.voice.keys["office"], "--new-key", key, "--reason", "planned"],
                     "operator.succeed", "office")
    world.log_keys += ["--key", world.program.json(["ledger", "head"])["verifier_key"]]
    world.note("operator")


def outside_reports(world):
    """A report of tampering marks a chip until an authority has ruled; nothing moves."""
    party = world.dice.choice(world.provers)
    chips = world.books.of(party, "installed")
    if not chips:
        return
    chip = world.dice.choice(chips)
    case = world.number("case-")
    world.voice.say("tamper.report", "agency", {"case": case, "evidence": digest(case),
                                                "basis": "a scratched lid"}, chips=[chip])
    chip.flags.add("tamper")
    world.later(1, lambda: cleared(world, chip, case))


def cleared(world, chip, case):
    world.voice.say("discrepancy.resolve", "border", {"case": case, "text": "only a scratch"},
                    chips=[chip], columns={"outcome": ["cleared"]})
    chip.flags.discard("tamper")
