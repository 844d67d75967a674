"""The end of a month: every chip and every book compared, books closed, a checkpoint kept that the
log must go on from for ever after."""
import json

from bookkeeper import AXES
from program import instant

EVERYTHING = 10_000_000


def slot_text(chip):
    if chip.slot is None:
        return None
    rack, slot = chip.slot
    return f"{chip.site}/{rack}/{slot}"


def shown_axes(row):
    axes = {name: row[name] for name in AXES}
    axes["flags"] = sorted(axes["flags"])
    return axes


def believed_axes(chip):
    axes = chip.axes()
    axes["slot"] = slot_text(chip)
    return axes


def compare_chips(world, registry=None):
    """Every chip of the register against the bookkeeper, axis by axis."""
    rows = world.program.lines(["chip", "list", "--limit", EVERYTHING], registry=registry)
    checks = world.program.checks
    checks.that(len(rows) == len(world.books.chips),
                f"month {world.month}: {len(rows)} chips, want {len(world.books.chips)}")
    for row in rows:
        chip = world.books.chips.get(row["chip"])
        if not checks.that(chip is not None, f"{row['chip']}: the world never made it"):
            continue
        want = believed_axes(chip)
        got = shown_axes(row)
        differ = {name: (got[name], want[name]) for name in AXES if got[name] != want[name]}
        checks.that(chip.life == "destroyed" or not differ,
                    f"month {world.month}: {chip.id}: (got, want) {differ}")
        checks.that(row["life"] == chip.life, f"{chip.id}: {row['life']}, want {chip.life}")


def compare_books(world):
    """Each party's book of the month as the register adds it up, against the bookkeeper's."""
    first, last = world.window
    period = f"{instant(first)}..{instant(last)}"
    listed = world.program.json(["balance", "list", "--period", period])["balances"]
    shown = {row["party"]: tuple(row[name] for name in ("opening", "increases", "decreases",
                                                        "closing")) for row in listed}
    books = world.books
    for party in sorted(set(shown) | set(books.parties())):
        want = (books.opening.get(party, 0), books.came.get(party, 0), books.went.get(party, 0),
                books.closing(party))
        world.program.checks.that(shown.get(party, (0, 0, 0, 0)) == want,
                                  f"month {world.month}: book of {party}: {shown.get(party)}, "
                                  f"want {want}")
    return period


def close_books(world, period):
    first, last = world.window
    books = world.books
    for party in books.parties():
        closing = books.closing(party)
        world.voice.say("balance.close", party, {
            "period": {"from": instant(first), "to": instant(last)},
            "opening": books.opening.get(party, 0), "increases": books.came.get(party, 0),
            "decreases": books.went.get(party, 0), "closing": closing, "counted": closing,
            "surplus": 0, "shortfall": 0}, also=("border",))
        shown = world.program.json(["balance", "show", party, "--period", period])
        world.program.checks.that(shown["difference"] == 0,
                                  f"month {world.month}: {party}: difference {shown['difference']}")


def keep_checkpoint(world):
    """Signs the head, keeps it, and holds it to the one kept before."""
    program = world.program
    made = program.json(["ledger", "checkpoint", "--alone"])
    file = world.voice.folder / f"checkpoint-{len(world.checkpoints)}"
    file.write_text(made["checkpoint"])
    if world.checkpoints:
        judged = program.json(["ledger", "compare", world.checkpoints[-1][0], file,
                               *world.log_keys])
        program.checks.that(judged["relation"] in ("consistent", "equal"),
                            f"month {world.month}: checkpoint: {judged}")
    world.checkpoints.append((file, made["size"]))
    return made["size"]
