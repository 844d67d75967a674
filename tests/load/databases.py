#!/usr/bin/env python3
"""PostgreSQL beside SQLite, the same statements to both in turn: chips by manifests, statements, reads, front ends.

  tests/load/databases.py MUSTER [--chips 1000000] [--lot 50000] [--rounds 5] [--statements 16000] [--folder FOLDER]
                          [--fleet FLEET_BENCH]

Makes a registry with its log in a file and one with its log in a PostgreSQL server of this program's own, both on the disk of
FOLDER (default: a temporary one). With --fleet, that program records the chips, from the wafer to the rack of one of 16 Provers,
each registry in one process: for numbers of chips at which a process for each lot would open most of the time. Prints tables of Markdown. README.md here says what is in them. Exit code: 0; 77 without
PostgreSQL; 3 when the program did not do what was asked of it.
"""
import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import postgres_server  # noqa: E402
import fleet  # noqa: E402
from clerk import Clerk  # noqa: E402
from gauge import at_rest, body_of, load_now, median, wrk  # noqa: E402
from yard import OPERATOR, PARTIES, Failed, Server, Yard  # noqa: E402

BATCH = 1_000
SETTINGS = {"shared_buffers": "512MB", "max_wal_size": "4GB", "max_connections": "200"}
NAMES = ("SQLite", "PostgreSQL")


class Mover:
    """Makes statements about the chips of one party, for one of the registries."""

    def __init__(self, yard, party, stream, chips):
        self.clerk = Clerk(party, yard.key(party), yard.origin, stream)
        self.party = party
        self.site = yard.site(party)
        self.stream = stream
        self.chips = chips
        self.last = dict.fromkeys(chips, yard.installed[party])
        self.dice = random.Random(stream)
        self.racks = 0

    def lines(self, count):
        made = []
        for chip in self.dice.sample(self.chips, count):
            self.racks += 1
            said = self.clerk.says("relocate", {"cause": "load", "items": [{"slot": "u1"}],
                                                "rack": f"{self.stream}-{self.racks}"},
                                   [chip], [self.last[chip]], self.site)
            self.last[chip] = said.hash
            made.append(said.line)
        return b"\n".join(made) + b"\n"


class Pair:
    """Both registries, of the same parties, keys and chips."""

    def __init__(self, options, folder, yards):
        self.options = options
        self.yards = yards
        self.folder = folder
        self.turn = 0

    def in_turn(self, act):
        """`act` for each registry, the other one first each time; the seconds that each took."""
        self.turn += 1
        seconds = [0.0, 0.0]
        for place in ((0, 1), (1, 0))[self.turn % 2]:
            begun = time.monotonic()
            act(place, self.yards[place])
            seconds[place] = time.monotonic() - begun
        return seconds

    def say(self, kind, party, body, chips=None, at=None, also=()):
        """Made once, and recorded in both; seconds of each."""
        file = self.folder / "said.json"
        words = ["statement", "make", "--kind", kind, "--as", party, "--body", json.dumps(body), "--out", file]
        for signer in (party, *also):
            words += ["--sign", self.yards[0].key(signer)]
        words += ["--chips", chips] if chips else []
        words += ["--at", at] if at else []
        made = self.yards[0].run(*words)
        seconds = self.in_turn(lambda _, yard: yard.run("statement", "submit", file))
        for path in self.folder.glob("said.json*"):
            path.unlink()
        return made["statement"], seconds

    def floors(self):
        """Seconds of a command that opens the registry and writes nothing."""
        return self.in_turn(lambda _, yard: yard.run("party", "show", OPERATOR))


def founded(pair):
    """Parties and chips; seconds that each lot of each kind took in either."""
    took = []
    yard, count = pair.yards[0], pair.options.chips // len(PARTIES)
    for number, party in enumerate(PARTIES):
        public = yard.run("key", "show", yard.key(party))["public"]
        pair.say("org.register", OPERATOR, {"party": party, "name": party, "country": "XA", "key": public, "roles": [
            "designer", "fab", "packager", "test_house", "prover"]}, also=(party,))
        site, product = f"{party}.dc", f"{party}-1"
        pair.say("site.register", party, {"site": site, "name": site, "country": "XA", "kind": "datacentre"})
        pair.say("product.register", party, {"product": product, "name": product, "tpp": 4992,
                                             "model": "a100-sxm4-80gb"})
        for lot in range(max(1, count // pair.options.lot)):
            took += make_lot(pair, party, 1000 * (1 + number) + lot, min(count, pair.options.lot))
            print(f"<!-- {party}, lot {lot + 1}; load {load_now()} -->", flush=True)
    return took


def make_lot(pair, party, block, size):
    yard, site, product = pair.yards[0], f"{party}.dc", f"{party}-1"
    pair.say("id.reserve", party, {"block": block, "count": size, "product": product, "packager": party})
    made = yard.run("chip", "ids", "--block", block, "--count", size)["chips"]
    floors = pair.floors()
    took = []
    for kind, body, columns in (("chip.package", {"product": product}, ()), ("chip.test", {}, (("pass", ["yes"] * size),)),
                                ("install", {"rack": f"R{block}"}, (("slot", [f"u{n}" for n in range(size)]),))):
        statement, seconds = pair.say(kind, party, body, yard.listed(made, *columns), site)
        took.append({"kind": kind, "chips": size, "us": [1e6 * max(one - floor, 0) / size for one, floor in
                                                         zip(seconds, floors)]})
    for one in pair.yards:
        if party not in one.chips:  # the chips that move later are of the first lot
            one.chips[party], one.installed[party] = made, statement
    return took


def table_of_lots(took):
    print("\n| chips by manifests, a process for each lot, its opening taken off | SQLite | PostgreSQL | beside SQLite |\n"
          "|---|---|---|---|")
    for kind in ("chip.package", "chip.test", "install"):
        ours = [one["us"] for one in took if one["kind"] == kind]
        left, right = (statistics.median(one[place] for one in ours) for place in (0, 1))
        print(f"| {kind}: median of {len(ours)} lots | {left:.1f} µs a chip | {right:.1f} µs a chip | "
              f"{right / max(left, 0.01):.2f} |", flush=True)


def recorded(pair):
    """Signed statements by `statement submit`, each round a file for each registry."""
    movers = [Mover(yard, PARTIES[0], "file", yard.chips[PARTIES[0]][0::2]) for yard in pair.yards]
    count = min(pair.options.statements, len(movers[0].chips))
    rates = [[], []]
    for _ in range(pair.options.rounds):
        for place, mover in enumerate(movers):
            (pair.folder / f"lines{place}").write_bytes(mover.lines(count))
        floors = pair.floors()
        seconds = pair.in_turn(lambda place, yard: submitted(yard, pair.folder / f"lines{place}", count))
        for place in (0, 1):
            rates[place].append(count / (seconds[place] - floors[place]))
    tell_rates(f"statements recorded by one process, {count:,} a file", rates)


def submitted(yard, file, count):
    told = yard.lines("statement", "submit", file, codes=(0, 1))
    if [one["status"] for one in told].count("recorded") != count:
        raise Failed(f"not all were recorded: {[one for one in told if one['status'] != 'recorded'][:2]}")


def tell_rates(what, rates):
    ratio = statistics.median(right / left for left, right in zip(*rates))
    print(f"| {what} | {statistics.median(rates[0]):,.0f} a second | {statistics.median(rates[1]):,.0f} a second | {ratio:.2f} |",
          flush=True)


def post(port, token, bodies, ready, go, results):
    """A writer: one connection, one batch after the other."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    connection.connect()
    ready.put(None)
    go.wait()
    recorded_here = 0
    for body in bodies:
        connection.request("POST", "/v1/statements", body, {"Authorization": "Bearer " + token,
                                                            "Content-Type": "application/x-ndjson"})
        # What is no verdict counts as nothing recorded, which `crowd` tells.
        recorded_here += json.loads(connection.getresponse().read()).get("recorded", 0)
    results.put(recorded_here)


def crowd(yard, ports, movers, count):
    """Four parties at once, spread over the front ends; statements a second."""
    context = multiprocessing.get_context("fork")
    ready, results, go = context.Queue(), context.Queue(), context.Event()
    batch = min(BATCH, count // len(movers))
    each = count // batch // len(movers)
    writers = []
    for number, mover in enumerate(movers):
        bodies = [mover.lines(batch) for _ in range(each)]
        writers.append(context.Process(target=post, args=(ports[number % len(ports)], yard.token(mover.party), bodies, ready,
                                                          go, results)))
    for writer in writers:
        writer.start()
    for _ in writers:
        ready.get(timeout=120)
    begun = time.monotonic()
    go.set()
    total = sum(results.get(timeout=900) for _ in writers)
    seconds = time.monotonic() - begun
    if total != each * batch * len(movers):
        raise Failed(f"{total} of {count} statements were recorded")
    return total / seconds


def opened(stack, pair):
    """A front end on the file, four on the database; how long each took to listen, and its memory."""
    config = pair.yards[0].configured("databases", batch_statements=BATCH * 10, body_bytes=1 << 26)
    servers = []
    for number, registry in enumerate([pair.yards[0].registry, pair.yards[1].registry,
                                       *(pair.yards[1].attached(f"front{n}") for n in range(1, 4))]):
        begun = time.monotonic()
        server = stack.enter_context(Server(pair.yards[min(number, 1)], config, registry))
        name = f"front end {number} on {NAMES[min(number, 1)]}{', its view new' if number > 1 else ''}"
        print(f"| {name}: until it listens; memory | "
              f"{time.monotonic() - begun:.1f} s; {server.peak_bytes() / 2**20:,.0f} MiB | | |", flush=True)
        servers.append(server)
    return servers


def front_ends(pair, servers):
    """The same crowd before one, two and four front ends."""
    sides = [[Mover(yard, party, f"crowd-{party}", yard.chips[party][1::2]) for party in yard.parties]
             for yard in pair.yards]
    ways = {"SQLite, one front end": (0, servers[:1]), "PostgreSQL, one front end": (1, servers[1:2]),
            "PostgreSQL, two front ends": (1, servers[1:3]), "PostgreSQL, four front ends": (1, servers[1:5])}
    rates = {name: [] for name in ways}
    for _ in range(pair.options.rounds):
        for name, (place, used) in ways.items():
            rates[name].append(crowd(pair.yards[place], [one.port for one in used], sides[place], pair.options.statements))
    print(f"\n| four writers over HTTP, batches of {BATCH:,}, {pair.options.statements:,} statements a round | a second | beside "
          "SQLite |\n|---|---|---|")
    for name, found in rates.items():
        ratio = statistics.median(one / other for one, other in zip(found, rates["SQLite, one front end"]))
        print(f"| {name} | {statistics.median(found):,.0f} | {ratio:.2f} |", flush=True)


def asked_once(server, path, token):
    """What takes seconds: one request, told as wrk tells many."""
    begun = time.monotonic()
    body_of(server.url + path, token)
    seconds = time.monotonic() - begun
    return {"rate": 1 / seconds, "p50_ms": 1000 * seconds, "p99_ms": 1000 * seconds}


def reads(pair, servers):
    """The same paths of both, in turn."""
    party = pair.yards[0].parties[0]
    chip = pair.yards[0].chips[party][3]
    token = pair.yards[0].token(pair.yards[0].operator)
    whose = pair.options.chips // (fleet.PROVERS if pair.options.fleet else len(PARTIES))
    print("\n| read over HTTP | connections | SQLite a second | p50 | p99 | PostgreSQL a second | p50 | p99 | beside SQLite |\n"
          "|---|---|---|---|---|---|---|---|---|")
    for name, path in (("a chip", f"/v1/chips/{chip}"), ("its history", f"/v1/chips/{chip}/history"),
                       ("a page of 100 chips of a roster", f"/v1/chips?party={party}&limit=100"),
                       (f"a roster of {whose:,}", f"/v1/rosters/{party}"),
                       ("an entry", "/v1/entries/9"), ("the checkpoint", "/checkpoint")):
        is_long = path.startswith("/v1/rosters")
        for connections in (1,) if is_long else (1, 16):
            rounds = [[], []]
            for _ in range(pair.options.rounds):
                for place in (0, 1):
                    one = servers[place]
                    rounds[place].append(asked_once(one, path, token) if is_long else
                                         at_rest(one.url, wrk(one.url + path, connections, 2, token)))
            ratio = statistics.median(right["rate"] / max(left["rate"], 0.01) for left, right in zip(*rounds))
            shown = " | ".join(f"{median(one, 'rate'):,.1f} | {median(one, 'p50_ms'):.2f} ms | {median(one, 'p99_ms'):.1f} ms"
                               for one in rounds)
            print(f"| {name} | {connections} | {shown} | {ratio:.2f} |", flush=True)


def sizes(pair, server):
    """Bytes on the disk of both."""
    def bytes_of(path):
        return sum(one.stat().st_size for one in pair.folder.glob(path))
    size = pair.yards[0].run("ledger", "head", "--dry-run")["size"]
    entries = pair.yards[1].run("ledger", "head", "--dry-run")["size"]
    database = int(server.sql("select pg_database_size('log')"))
    print(f"\n| on the disk | SQLite | PostgreSQL |\n|---|---|---|\n| entries | {size:,} | {entries:,} |\n"
          f"| log | {bytes_of('sqlite/log.db*') / 1e6:,.0f} MB | {database / 1e6:,.0f} MB |\n"
          f"| view of a front end | {bytes_of('sqlite/view.db*') / 1e6:,.0f} MB | "
          f"{bytes_of('postgres/view.db*') / 1e6:,.0f} MB |")


def measured(options, folder, server):
    server.sql("create database log template template0")
    print(f"{options.chips:,} chips, lots of {options.lot:,}, {options.rounds} rounds, {os.cpu_count()} cores, "
          f"load {load_now()}", flush=True)
    if options.fleet:
        pair = Pair(options, folder, fleet.recorded(options, folder, server.url("log")))
    else:
        pair = Pair(options, folder, [Yard(options.muster, folder, None, "sqlite"),
                                      Yard(options.muster, folder, server.url("log"), "postgres")])
        for yard in pair.yards:
            yard.begin()
        table_of_lots(founded(pair))
        recorded(pair)
    sizes(pair, server)
    print("\n| front ends | figure | | |\n|---|---|---|---|")
    with contextlib.ExitStack() as stack:
        servers = opened(stack, pair)
        reads(pair, servers)
        front_ends(pair, servers)
    sizes(pair, server)
    for yard in pair.yards:
        if not yard.run("ledger", "verify", "--log")["valid"]:
            raise Failed(f"{yard.registry}: the log does not verify")
    print(f"\nBoth logs verify. Load {load_now()}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("muster")
    parser.add_argument("--chips", type=int, default=1_000_000)
    parser.add_argument("--lot", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--statements", type=int, default=16_000, help="a round; at most half a lot")
    parser.add_argument("--fleet", help="tests/bench/fleet_bench, which records the chips then")
    parser.add_argument("--folder", type=pathlib.Path, help="kept, instead of a temporary one")
    return parser.parse_args()


def main():
    options = arguments()
    try:
        with contextlib.ExitStack() as stack:
            folder = options.folder or pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="databases-")))
            folder.mkdir(exist_ok=True)
            measured(options, folder, stack.enter_context(postgres_server.PostgresServer(SETTINGS)))
    except postgres_server.Unavailable as reason:
        print(f"skipped: {reason}")
        return postgres_server.SKIPPED
    except Failed as reason:
        print(f"databases: {reason}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
