"""What a stranger can be shown: proofs of chips and rosters, checked without the registry."""

CHIPS = 3
SAME = ("chip", "custodian", "site", "life", "place", "holder", "lessee", "owner", "product",
        "shipment")


def prove(world):
    """The registrar commits to the state of now; some chips and a roster are proven against it."""
    program, voice = world.program, world.voice
    voice.tell(["registry", "commit-state", "--as", "office", "--sign", voice.keys["office"]],
               "state.commit", "office")
    for chip in sample(world, [one for one in world.books.chips.values()
                            if one.life != "destroyed"], CHIPS):
        file = voice.new_file(".proof")
        program.json(["chip", "prove", chip.id, "--out", file])
        record = checked(world, file)["record"]
        told, so = [record[name] for name in SAME], [believed(chip, name) for name in SAME]
        program.checks.that(told == so, f"proof of {chip.id}: told {told}, want {so}")
    # That a party has nothing is never proven.
    party = world.fate.choice([name for name in world.provers if world.books.closing(name)])
    file = voice.new_file(".proof")
    program.json(["roster", "prove", party, "--out", file])
    roster = checked(world, file)["roster"]
    has = world.books.closing(party)
    program.checks.that(roster["count"] == has and roster["complete_list"],
                        f"proof of the roster of {party}: {roster}, want {has}")
    program.count("proofs checked", CHIPS + 1)


def sample(world, chips, count):
    return world.fate.sample(chips, min(count, len(chips)))


def believed(chip, name):
    return chip.id if name == "chip" else getattr(chip, name)


def checked(world, file):
    judged = world.program.json(["ledger", "check-proof", file, *world.log_keys[-2:]])
    world.program.checks.that(judged["valid"], f"{file}: {judged['reason']}")
    return judged
