"""What disturbs a statement on its way in: a kill, a file that may not grow, a disk that is full.

Each time the same file is handed in again until it is acknowledged, and what was said before holds.
"""
import json
import os
import random
import subprocess
import time

from program import Unexpected, small_files

ROUTES = (("verb", 67), ("file", 8), ("kill", 9), ("cut", 6), ("small", 5), ("full", 5))
TRIES = 3  # of a fault, before the statement goes in undisturbed


def answer_in(out):
    """The answer that a process printed whole, or None."""
    line, end, _ = out.partition("\n")
    return json.loads(line) if end else None


class Disk:
    """A small file system of its own for the registry, where mounting is permitted."""

    ROOM = "2g"  # of memory that is used only as files grow

    def __init__(self, place):
        self.place = place
        place.mkdir()
        self.mounted = os.geteuid() == 0 and self.mount("-t", "tmpfs", "-o", f"size={self.ROOM}",
                                                        "soak", place)

    def mount(self, *words):
        return subprocess.run(["mount", *map(str, words)], capture_output=True,
                              check=False).returncode == 0

    def leave(self, spare):
        """Leaves `spare` bytes of room; None: all there is."""
        used = os.statvfs(self.place)
        taken = (used.f_blocks - used.f_bfree) * used.f_frsize
        size = self.ROOM if spare is None else taken + spare
        if not self.mount("-o", f"remount,size={size}", self.place):
            raise Unexpected(f"cannot give the small file system {size} bytes")

    def end(self):
        if self.mounted:
            subprocess.run(["umount", "-l", self.place], check=False)


class Faults:
    """Chooses for each statement, by its number and the seed, how it goes in."""

    def __init__(self, seed, disk, checks, tally):
        self.seed = seed
        self.disk = disk
        self.checks = checks
        self.tally = tally
        self.number = 0
        self.dice = random.Random()
        self.on = False
        self.typical_seconds = 0.1

    def route(self, kind):
        self.number += 1
        self.dice = random.Random(f"{self.seed} fault {self.number} {kind}")
        if not self.on:
            return "verb"
        names, weights = zip(*ROUTES)
        return self.dice.choices(names, weights)[0]

    def minutes(self):
        return self.dice.randint(1, 20)

    def handed_in(self, route, file, program):
        said = None
        if route != "file":
            for _ in range(self.dice.randint(1, TRIES)):
                said = getattr(self, route)(file, program) or said
        answer = self.undisturbed(file, program)
        if said is not None:
            held = all(said[name] == answer[name] for name in ("statement", "index", "leaf"))
            self.checks.that(held and answer["status"] == "duplicate",
                             f"said {said}, and then {answer}")
        elif route != "file":
            where = "behind" if answer["status"] == "duplicate" else "before"
            self.tally[f"{route}: {where} the commit"] += 1
        return answer

    def undisturbed(self, file, program):
        begun = time.monotonic()
        answer = program.json(["statement", "submit", file])
        self.typical_seconds += 0.2 * (time.monotonic() - begun - self.typical_seconds)
        return answer

    def kill(self, file, program):
        """Kills the writer at a random moment, or soon after its first write; what it printed
        before that counts."""
        words = ["statement", "submit", file, "--json"]
        if self.dice.random() < 0.5:
            ran = program.killed_at_a_write(self.dice.uniform(0, 0.01), words)
        else:
            ran = program.killed_after(self.dice.uniform(0, 1.2 * self.typical_seconds), words)
        self.tally["kills"] += ran.killed
        if ran.killed and self.dice.random() < 0.1:
            self.look(program)
        return answer_in(ran.out)

    def small(self, file, program):
        """No file may grow beyond a random size: as where a quota is used up."""
        size = self.dice.choice((0, 512, 4096, 20_000, 40_000))
        if self.dice.random() < 0.5:
            size += (program.registry / "log.db").stat().st_size
        return self.limited("files that may not grow", program,
                            ["statement", "submit", file, "--json"], preexec_fn=small_files(size))

    def full(self, file, program):
        if not self.disk.mounted:
            return self.small(file, program)
        self.disk.leave(self.dice.choice((0, 4096, 8192, 16_384, 32_768, 65_536)))
        try:
            return self.limited("disk full", program, ["statement", "submit", file, "--json"])
        finally:
            self.disk.leave(None)

    def limited(self, what, program, words, **how):
        """Either it is recorded, or one line says why not."""
        ran = program.run(words, **how)
        self.checks.that(ran.code in (0, 3), f"{what}: exit {ran.code}: {ran.err[:300]}")
        if ran.code == 3:
            self.tally[what] += 1
            self.checks.that(len(ran.err.splitlines()) == 1, f"{what}: {ran.err[:600]}")
        return answer_in(ran.out)

    def look(self, program):
        """The log as it was left behind, whole."""
        self.tally["looks behind a kill"] += 1
        program.json(["ledger", "verify", "--log"])
