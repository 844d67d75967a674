#!/usr/bin/env python3
"""Statements over HTTP in batches, beside the same number by `muster statement submit`, which judges and answers as well.

  tests/load/batches.py MUSTER [--count 20000] [--rounds 5]

Signed site registrations of one party on SQLite, on the disk of the temporary folder. All ways take turns within a round;
"beside" is the median of what each is to the command in the same round. Core time is the process's own.
"""
import argparse
import http.client
import json
import pathlib
import resource
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from clerk import Clerk  # noqa: E402
from gauge import load_now  # noqa: E402
from yard import OPERATOR, ORIGIN, Failed, Server, Yard  # noqa: E402

COMMAND = "statement submit, one file"


def lines(yard, stream, count):
    clerk = Clerk(OPERATOR, yard.key(OPERATOR), ORIGIN, stream)
    return [clerk.says("site.register", {"country": "XA", "kind": "warehouse", "name": "A Site",
                                         "site": f"{stream}-{number}"}).line + b"\n" for number in range(count)]


def by_command(yard, said):
    """Seconds, and seconds of a core, less those of a process that only opens the registry."""
    file = yard.folder / "said.ndjson"
    file.write_bytes(b"".join(said))
    taken = []
    for words in (("party", "show", OPERATOR), ("statement", "submit", file)):
        before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        told = yard.lines(*words) if words[0] == "statement" else yard.run(*words) and []
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append((time.monotonic() - begun,
                      after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
    if sum(one["status"] == "recorded" for one in told) != len(said):
        raise Failed("not all were recorded")
    return [whole - opening for opening, whole in zip(*taken)]


def over_http(yard, server, said, size):
    """Seconds, and the server's seconds of a core, on one connection that is kept."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    kind = "application/json" if size == 1 else "application/x-ndjson"
    bodies = [b"".join(said[first:first + size]) for first in range(0, len(said), size)]
    core, begun = server.core_seconds(), time.monotonic()
    for body in bodies:
        connection.request("POST", "/v1/statements", body, {"Authorization": f"Bearer {yard.token(OPERATOR)}",
                                                            "Content-Type": kind})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        if answer.status != (201 if size == 1 else 200) or told.get("recorded", 1) != min(size, len(said)):
            raise Failed(f"{answer.status} {str(told)[:300]}")
    return time.monotonic() - begun, server.core_seconds() - core


def measured(folder, options):
    """Each round in a new registry, so that none is longer than another's."""
    rounds = {}
    for number in range(options.rounds):
        yard = Yard(options.muster, folder / str(number))
        yard.folder.mkdir()
        yard.begin()
        config = yard.configured("batches", body_bytes=1 << 27)

        def add(name, count, taken):
            rounds.setdefault(name, []).append([taken[0] / count, taken[1] / count])
        add(COMMAND, options.count, by_command(yard, lines(yard, f"c{number}", options.count)))
        with Server(yard, config) as server:
            for size in (10_000, 1_000, 100, 1):
                count = options.count if size > 1 else options.count // 20
                said = lines(yard, f"h{number}-{size}", count)
                add(f"HTTP, batches of {size:,}, one connection", count, over_http(yard, server, said, size))
    return rounds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("muster")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    before = load_now()
    with tempfile.TemporaryDirectory(prefix="batches-") as name:
        rounds = measured(pathlib.Path(name), options)
    print(f"{options.rounds} rounds of {options.count:,} statements, load {before} before, {load_now()} after\n\n"
          "| way | a second | beside the command | core time a statement |\n|---|---|---|---|")
    for name, found in rounds.items():
        beside = statistics.median(ours[0] / one[0] for ours, one in zip(rounds[COMMAND], found))
        print(f"| {name} | {1 / statistics.median(one[0] for one in found):,.0f} | {beside:.2f} | "
              f"{1e6 * statistics.median(one[1] for one in found):.0f} µs |")


if __name__ == "__main__":
    main()
