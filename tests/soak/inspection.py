"""Rosters frozen every month, and inspections of existence from plan to verdict."""
from ed25519 import signature
from program import instant
from supply import device_seed
from world import ORIGIN

FLOP_A_DAY = 26_956_800_000_000_000_000  # of the slower product: 312 TFLOP/s, dense


def register_verifier(world):
    """The agency's VRF key, with which it draws."""
    file, public = world.voice.new_key("vrf")
    world.voice.say("vrf.register", "agency", {"vrf_key": public,
                                               "suite": "ECVRF-EDWARDS25519-SHA512-TAI"})
    world.vrf_key = file


def window_text(world):
    first, last = world.window
    return f"{instant(first)}..{instant(last)}"


def freeze_rosters(world):
    """Every Prover's frame of the month: all chips it had at any moment of it, and only those."""
    world.frame_keys = {}
    for party in world.provers:
        held = sorted(world.books.held.get(party, ()))
        if not held:
            continue
        chips = [world.books.chips[name] for name in held]
        first, last = world.window
        world.voice.say("heads.commit", party, {"window": {"from": instant(first),
                                                           "to": instant(last)}},
                        chips=chips, columns={"none": ["yes"] * len(chips)})
        key = world.voice.new_file(f"-{party}.frame")
        made = world.voice.tell(["roster", "freeze", party, "--window", window_text(world),
                                 "--freeze", world.number("F"), "--frame-key", key, "--as", party, "--sign",
                                 world.voice.keys[party]], "freeze.commit", party)
        world.program.checks.that(made["count"] == len(held),
                                  f"month {world.month}: frame of {party}: {made['count']} chips, "
                                  f"want {len(held)}")
        world.frame_keys[party] = key


def inspect(world):
    """One Prover is inspected; every drawn chip answers, but those that are lost."""
    party = world.dice.choice([name for name in world.provers if name in world.frame_keys])
    plan = world.number("P")
    world.note("inspect", party)
    drawn_by = ["--as", "agency", "--sign", world.voice.keys["agency"]]
    frame = ["--frame-key", f"{party}={world.frame_keys[party]}"]
    vrf = ["--vrf-key", world.vrf_key]
    commit_plan(world, party, plan, drawn_by)
    hold_ceremony(world, party, plan)
    world.voice.tell(["plan", "draw", plan, *vrf, *frame, *drawn_by], "draw.seal", "agency")
    challenges = world.voice.new_file(".challenges")
    gate = "%064x" % world.dice.getrandbits(256)
    world.program.now_ms += 3_600_000
    world.program.json(["kit", "open", plan, *vrf, *frame, "--gate", gate, "--out", challenges,
                        *drawn_by])
    evidence = answered(world, challenges)
    world.program.now_ms += 3_600_000
    world.program.json(["kit", "record", plan, "--challenges", challenges, "--evidence", evidence,
                        "--rest-not-presented", "--presence", "bench", *drawn_by], codes=(0, 1, 4))
    verified = world.program.json(["plan", "verify", plan, *frame], codes=(0, 4))
    world.program.checks.that(verified["failed"] is False, f"plan {plan}: {verified}")
    world.program.json(["plan", "evaluate", plan], codes=(0, 1, 4))
    world.program.tally["inspections"] += 1


def commit_plan(world, party, plan, drawn_by):
    file = world.voice.new_file(".plan")
    chips = len(world.books.held[party])
    flop = FLOP_A_DAY * 30 * max(2, chips // 12)
    world.program.json(["plan", "new", party, "--id", plan, "--as", "agency", "--purpose",
                        "existence", "--rule", str(flop), "--excess", str(flop), "--longest-run",
                        "30d", "--catch", "80%", "--out", file])
    world.voice.tell(["plan", "commit", file, *drawn_by], "plan.commit", "agency")


def hold_ceremony(world, party, plan):
    nonces = {name: world.voice.new_file(f"-{name}.nonce") for name in (party, "agency")}
    for verb in ("commit", "reveal"):
        for name, nonce in nonces.items():
            world.voice.tell(["ceremony", verb, plan, "--nonce", nonce, "--as", name, "--sign",
                        world.voice.keys[name]], f"draw.ceremony_{verb}", name)


def answered(world, challenges):
    """Each drawn chip that its Prover still has signs what it is asked."""
    asked = world.program.json(["kit", "ask", challenges, "--origin", ORIGIN])["questions"]
    folder = world.voice.new_file("-evidence")
    folder.mkdir()
    for line in asked:
        chip = world.books.chips[line["chip"]]
        world.program.tally["chips drawn"] += 1
        if chip.flags & {"lost", "stolen", "missing"} or chip.life == "destroyed":
            continue
        signed = signature(device_seed(chip), bytes.fromhex(line["message"]))
        world.program.json(["kit", "presence", "--chip", chip.id, "--device-key", chip.device_key,
                            "--signature", signed.hex(), "--serial", chip.serial, "--out", folder])
    return folder
