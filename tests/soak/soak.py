#!/usr/bin/env python3
"""Plays months of a world against the real program, with everything that goes wrong in one.

    soak.py MUSTER [--months 24] [--chips 5000] [--seed TEXT] [--keep FOLDER]

Prints a line a month, the figures, and last `soak: N checks, M failed`. Ends in 0 if none failed.
The same seed makes the same schedule of actions, whose digest is printed.
"""
import argparse
import collections
import pathlib
import random
import shutil
import sys
import tempfile
import time

import clocks
import crowd
import damage
import final
import inspection
import intruder
import month_end
import office
import outputs
import proofs
import service
import supply
import tenancy
import trade
from bookkeeper import Bookkeeper, Journal
from faults import Disk, Faults
from program import Checks, Program, Unexpected, instant
from voice import Voice
from world import DAY_MS, SEASON, World

BEGIN_MS = 1_767_600_000_000  # 2026-01-05
MONTH_MS = 30 * DAY_MS
EVERY_MONTH = (service.rerack, service.resale, service.title, service.loss, service.end_of_life,
               service.vendors_scrap, office.old_keys_are_refused, office.rotate,
               office.suspend_licence, office.suspend_party, office.take_back,
               office.outside_reports, office.lose_key, office.reroute, tenancy.lease,
               crowd.at_once, intruder.hostile_month, clocks.jumps)


def new_world(options, folder):
    checks, tally = Checks(), collections.Counter()
    disk = Disk(folder / "disk")
    (folder / "files").mkdir()
    program = Program(options.muster, folder / "disk" / "registry", BEGIN_MS, checks, tally)
    faults = Faults(options.seed, disk, checks, tally)
    journal = Journal(folder / "journal.ndjson")
    world = World(program, Voice(program, journal, faults, folder / "files"), Bookkeeper(journal),
                  options)
    world.tiles = folder / "tiles"
    return world, disk


def make_chips(world):
    """All chips are made in the first nine tenths of the months."""
    making = max(1, world.months * 9 // 10)
    if world.month >= making:
        return
    left = world.chips_wanted * (world.month + 1) // making - len(world.books.chips)
    while left > 0:
        count = min(left, world.dice.randint(30, 120))
        supply.make_lot(world, count)
        left -= count


def play_month(world):
    world.screen()
    make_chips(world)
    service.restock(world)
    stock = world.books.of("meridian")
    trade.deliver(world, stock[:len(stock) * 9 // 10])
    due = [action for month, action in world.pending if month <= world.month]
    world.pending = [one for one in world.pending if one[0] > world.month]
    for action in due:
        action()
    service.failures(world)
    for action in EVERY_MONTH:
        action(world)
    if world.month == world.months // 2:
        office.succeed_operator(world)
    if world.month == world.months * 2 // 3:
        office.merge(world)
    month_end.compare_chips(world)


def end_month(world):
    """Time passes to the end of the month; then it is counted, frozen, inspected and damaged."""
    program = world.program
    last = max(world.window[0] + MONTH_MS, program.now_ms + 1000)
    world.window = (world.window[0], last)
    program.now_ms = last + 3_600_000
    world.screen()
    month_end.close_books(world, month_end.compare_books(world))
    inspection.freeze_rosters(world)
    inspection.inspect(world)
    proofs.prove(world)
    month_end.keep_checkpoint(world)
    damage.damage(world)
    if world.month % SEASON == 0:
        clocks.years_ahead(world)
    outputs.disturbed(world)
    outputs.exported(world)
    world.books.begin_month()
    world.window = (last, None)


def play(world, begun):
    world.found()
    inspection.register_verifier(world)
    world.log_keys = ["--key", world.program.json(["ledger", "head"])["verifier_key"]]
    world.books.begin_month()
    world.window = (world.program.now_ms, None)
    world.voice.faults.on = True
    for world.month in range(world.months):
        play_month(world)
        end_month(world)
        tell_month(world, begun)
    world.voice.faults.on = False
    final.last_checks(world)


def tell_month(world, begun):
    tally, checks = world.program.tally, world.program.checks
    print(f"month {world.month + 1:2} to {instant(world.window[0])[:10]}: {world.checkpoints[-1][1]} "
          f"entries, {len(world.books.chips)} chips, {tally['kills']} kills, "
          f"{tally['disk full']} full disks, {tally['files that may not grow']} small files, "
          f"{checks.count} checks, {len(checks.failed)} failed, {time.monotonic() - begun:.0f} s",
          flush=True)


def tell_figures(world, seconds):
    program = world.program
    sizes = {path.name: path.stat().st_size for path in program.registry.glob("*.db")}
    print(f"\n{'seconds':44} {seconds:,.0f}")
    for name, size in sorted(sizes.items()):
        print(f"{name + ', bytes':44} {size:,}")
    print(f"{'chips':44} {len(world.books.chips):,}")
    for name, count in sorted(program.tally.items()):
        print(f"{name:44} {count:,}")
    print(f"{'schedule':44} {world.schedule.hexdigest()[:16]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("muster")
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--chips", type=int, default=5000)
    parser.add_argument("--seed", default="soak")
    parser.add_argument("--keep", type=pathlib.Path, help="a new folder, which stays")
    options = parser.parse_args()
    begun = time.monotonic()
    folder = options.keep or pathlib.Path(tempfile.mkdtemp(prefix="soak-"))
    folder.mkdir(exist_ok=True)
    print(f"seed {options.seed}, {options.months} months, {options.chips} chips, in {folder}")
    world, disk = new_world(options, folder)
    checks = world.program.checks
    try:
        if not disk.mounted:
            print("skipped: disk full on a file system of its own: mounting is not permitted here")
        play(world, begun)
    except Unexpected as problem:
        checks.that(False, f"the world cannot go on: {problem}")
    finally:
        tell_figures(world, time.monotonic() - begun)
        disk.end()
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"soak: {checks.count} checks, {len(checks.failed)} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
