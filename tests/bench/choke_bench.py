#!/usr/bin/env python3
"""What an officer waits for: `muster choke lookup` as a process of its own, from a signed extract of a large register.

    tests/bench/choke_bench.py build/muster FOLDER [CHIPS]     default: 100,000 chips; FOLDER is made

Registers the chips with device keys in lots, releases the first lot, extracts every chip, and asks for scans of each
kind. Each figure is the median of 5 rounds over 20 scans; beside it the floor, a process that only says its version.
"""

import csv
import hashlib
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

LOT = 100_000
ROUNDS = 5
SCANS = 20


class Muster:
    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.minute = 0

    def path(self, name):
        return str(self.folder / name)

    def run(self, *words, codes=(0,)):
        self.minute += 1
        now = f"2026-01-05T{8 + self.minute // 60:02}:{self.minute % 60:02}:00Z"
        command = [self.program, "--json", *words, "--now", now, "--registry", self.path("registry")]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode not in codes:
            sys.exit(f"{' '.join(command)}: {ran.returncode}\n{ran.stderr}")
        return json.loads(ran.stdout)

    def record(self, org, *words):
        return self.run(*words, "--as", org, "--sign", self.path(org + ".key"))


def found(muster):
    for org in ("registrar", "maker", "prover"):
        muster.run("key", "new", muster.path(org + ".key"))
    muster.run("init", muster.path("registry"), "--origin", "bench.example/registry", "--registrar", "registrar",
               "--name", "Registrar", "--country", "CH", "--key", muster.path("registrar.key"))
    for org, country, roles in (("maker", "US", "designer,packager,fab,test_house"), ("prover", "US", "prover")):
        public = muster.run("key", "show", muster.path(org + ".key"))["public"]
        muster.record("registrar", "party", "register", "--sign", muster.path(org + ".key"), "--party", org, "--name",
                      org, "--country", country, "--roles", roles, "--key", public)
        muster.record(org, "site", "register", "--site", org + "-site", "--name", org, "--country", country, "--kind",
                      "warehouse")
        muster.record(org, "eus", "submit", "--statement", digest(org), "--site", org + "-site", "--use", "computing",
                      "--no-resale", "yes")
        muster.record("registrar", "screen", "record", "--parties", org, "--lists", digest("lists"), "--as-of",
                      "2026-01-05", "--verdict", "pass")
    muster.record("maker", "product", "register", "--product", "a1", "--name", "A", "--tpp", "4800")


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def make_lot(muster, block, count):
    """The ids of `count` packaged, enrolled and tested chips."""
    muster.record("maker", "chip", "reserve", "--block", str(block), "--count", str(count), "--product", "a1",
                  "--packager", "maker")
    ids = muster.path(f"ids-{block}.csv")
    muster.run("chip", "ids", "--block", str(block), "--count", str(count), "--out", ids)
    muster.record("maker", "chip", "package", "--product", "a1", "--at", "maker-site", "--chips", "@" + ids)
    with open(ids, encoding="utf-8") as file:
        chips = [row["chip"] for row in csv.DictReader(file)]
    keys, passes = (lambda chip: digest("device " + chip)), (lambda _: "yes")
    for verb, column, value in (("enrol", "key", keys), ("test", "pass", passes)):
        name = muster.path(f"{verb}-{block}.csv")
        rows = "".join(f"{chip},{value(chip)}\n" for chip in chips)
        pathlib.Path(name).write_text(f"chip,{column}\n{rows}", encoding="utf-8")
        muster.record("maker", "chip", verb, "--chips", "@" + name)
    return chips, ids


def timed(command, codes):
    """Wall and core time of one process, in milliseconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    ran = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if ran.returncode not in codes:
        sys.exit(f"{' '.join(command)}: {ran.returncode}\n{ran.stderr.decode()}")
    core = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return 1000 * wall, 1000 * core


def measure(name, commands, codes):
    walls, cores, all_walls = [], [], []
    for _ in range(ROUNDS):
        times = [timed(command, codes) for command in commands]
        walls.append(statistics.median(wall for wall, _ in times))
        cores.append(statistics.median(core for _, core in times))
        all_walls += [wall for wall, _ in times]
    print(f"{name:34} wall {statistics.median(walls):6.1f} ms  worst {max(all_walls):6.1f} ms"
          f"  core {statistics.median(cores):6.1f} ms")


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    folder.mkdir()
    muster = Muster(os.path.abspath(program), folder)
    found(muster)
    lots = []
    for block in range(1, (count + LOT - 1) // LOT + 1):
        lots.append(make_lot(muster, block, min(LOT, count - (block - 1) * LOT)))
    muster.record("maker", "ship", "release", "--shipment", "S1", "--receiver", "prover", "--destination",
                  "prover-site", "--purpose", "sale", "--chips", "@" + lots[0][1])
    start = time.perf_counter()
    extract = muster.path("all.extract")
    made = muster.run("choke", "extract", "--all-chips", "--out", extract)
    print(f"{count:,} chips; extract of {made['rows']:,} rows, {made['bytes']:,} bytes, made in "
          f"{time.perf_counter() - start:.1f} s; load {os.getloadavg()[0]:.1f}")
    lookup = [muster.program, "--json", "choke", "lookup", "--extract", extract, "--key", made["verifier_key"]]
    released, last = lots[0][0], lots[-1][0]
    spread = [released[i * (len(released) - 1) // (SCANS - 1)] for i in range(SCANS)]
    rest = [last[i * (len(last) - 1) // (SCANS - 1)] for i in range(SCANS)]
    measure("floor: muster --version", [[muster.program, "--version"]] * SCANS, (0,))
    measure("chip by its id", [lookup + [chip] for chip in spread], (0,))
    measure("chip by its device key", [lookup + [digest("device " + chip)] for chip in rest], (0, 1))
    measure("shipment", [lookup + ["S1"]] * SCANS, (0,))
    measure("a name that no row has", [lookup + [digest(chip)] for chip in spread], (1,))


if __name__ == "__main__":
    main()
