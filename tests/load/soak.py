#!/usr/bin/env python3
"""Hours of mixed load on `muster serve` that is killed again and again, and nothing acknowledged may be lost.

  tests/load/soak.py MUSTER [--minutes 60] [--chips 500] [--seed 1] [--postgres] [--front-ends 2] [--folder FOLDER]

Writers with a journal each, readers that remember, callers that send half a request, commands beside the server. At
moments chosen by the dice a front end gets SIGKILL or SIGTERM, and starts again on its port. The end holds the log to the
journals by this program's own hashing. README.md here says how. Exit code: 0 when all checks held, 1 when one did not.
"""
import argparse
import collections
import multiprocessing
import os
import pathlib
import random
import shutil
import signal
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import postgres_server  # noqa: E402
from gauge import ended_wrk, median, started_wrk  # noqa: E402
from judge import Judge  # noqa: E402
from slow import hold_open  # noqa: E402
from watchers import CheckpointKeeper, ChipReader, FeedReader, watch  # noqa: E402
from writer import play  # noqa: E402
from yard import OPERATOR, ORIGIN, PARTIES, Failed, Server, Yard  # noqa: E402

SLOW_CALLERS = 60
GENTLE_SECONDS = 60  # that a SIGTERM may take
READERS, READER_PAUSE_MS = 200, 400  # connections of wrk, and how long each rests between two requests
# Readers that were struck are gone and their last requests still wait for answers: each holds a connection until then,
# beside the readers that came after. A server at its limit closes what comes, and readers would call that an error.
LIMITS = {"connections": 2 * READERS + 2 * SLOW_CALLERS + 200}


class Checks:
    """How many checks there were, and which failed."""

    def __init__(self):
        self.count = 0
        self.failed = []

    def that(self, good, what):
        self.count += 1
        if not good:
            self.failed.append(what)
            print(f"FAILED: {what}", flush=True)


class Crew:
    """Everybody who asks, each in a process of its own."""

    def __init__(self, yard, ports, options):
        self.context = multiprocessing.get_context("fork")
        self.over = self.context.Event()
        self.results = self.context.Queue()
        self.processes = []
        self.journals = []
        for number, party in enumerate(PARTIES):
            self.add_writer(yard, ports[number % len(ports):] + ports[:number % len(ports)], party, options, number)
        plan = {"ports": ports, "token": yard.token(OPERATOR), "alarm": True, "seed": options.seed, "pause": 0.1,
                "chips": [chip for chips in yard.chips.values() for chip in chips], "parties": PARTIES}
        self.add(watch, FeedReader, plan, self.over, self.results)
        for port in ports:
            self.add(watch, CheckpointKeeper, plan | {"ports": [port]}, self.over, self.results)
        for number in range(2):
            self.add(watch, ChipReader, plan | {"seed": options.seed + number}, self.over, self.results)
        self.add(hold_open, ports[0], SLOW_CALLERS, self.over, self.results)

    def add_writer(self, yard, ports, party, options, number):
        journal = yard.folder / f"{party}.journal"
        self.journals.append(journal)
        self.add(play, {"party": party, "key": yard.key(party), "origin": ORIGIN, "stream": f"load-{party}",
                        "ports": ports, "token": yard.token(party), "chips": yard.chips[party],
                        "installed": yard.installed[party], "journal": journal, "alarm": True, "batch": options.batch,
                        "seed": 100 * options.seed + number, "pause": options.pause}, self.over, self.results)

    def add(self, what, *arguments):
        process = self.context.Process(target=what, args=arguments)
        process.start()
        self.processes.append(process)

    def ended(self, patience):
        """Tells all to stop; their results."""
        self.over.set()
        found = [self.results.get(timeout=patience) for _ in self.processes]
        for process in self.processes:
            process.join(patience)
        return found

    def abandon(self):
        for process in self.processes:
            process.kill()


class Chaos:
    """The front ends, and what befalls them."""

    def __init__(self, yard, registries, checks, options):
        self.yard = yard
        self.checks = checks
        self.dice = random.Random(options.seed)
        self.options = options
        self.registries = registries
        self.configs = [yard.configured(f"serve{n}", **LIMITS) for n in range(len(registries))]
        self.servers = [Server(yard, config, registry) for config, registry in zip(self.configs, registries)]
        self.ports = [server.port for server in self.servers]
        self.tally = collections.Counter()
        self.starts = []  # seconds from the process to the first answer it can give
        self.stops = []
        self.sites = []
        self.peak = 0
        self.slices = []  # what wrk measured while nothing was struck
        self.paths = yard.folder / "paths"
        self.paths.write_text("".join(f"{weight} {path}\n" for weight, path in self.weighted()))
        self.has_wrk = bool(shutil.which("wrk"))
        if not self.has_wrk:
            print("without the readers of wrk, which is not installed (scripts/deps bench)")

    def weighted(self):
        chips = [chip for chips in self.yard.chips.values() for chip in chips[:50]]
        for chip in chips:
            yield 3, f"/v1/chips/{chip}"
            yield 1, f"/v1/chips/{chip}/history"
        yield from ((150, "/checkpoint"), (50, "/v1/parties?limit=10"), (50, "/v1/entries/9"))
        for party in PARTIES:
            yield 20, f"/v1/rosters/{party}"
            yield 10, f"/v1/chips?party={party}&limit=100"

    def strike(self):
        """One front end is ended, and started again on its port."""
        number = self.dice.randrange(len(self.servers))
        server = self.servers[number]
        self.peak = max(self.peak, server.peak_bytes())
        kills = self.dice.random() < 0.75
        begun = time.monotonic()
        if server.process.poll() is not None:
            self.checks.that(False, f"the server ended by itself with {server.process.poll()}")
        code = server.end(signal.SIGKILL if kills else signal.SIGTERM)
        if kills:
            self.tally["SIGKILL"] += 1
        else:
            self.tally["SIGTERM"] += 1
            self.stops.append(time.monotonic() - begun)
            self.checks.that(code == 0 and self.stops[-1] < GENTLE_SECONDS,
                             f"SIGTERM: ended with {code} after {self.stops[-1]:.1f} s")
        if self.dice.random() < 0.3:
            time.sleep(self.dice.uniform(0, 2))
        begun = time.monotonic()
        self.servers[number] = Server(self.yard, self.configs[number], self.registries[number], self.ports[number])
        self.starts.append(time.monotonic() - begun)

    def command(self):
        """A command that writes beside the servers, by the registrar."""
        name = f"beside-{len(self.sites)}"
        answer = self.yard.run("site", "register", "--as", OPERATOR, "--sign", self.yard.key(OPERATOR), "--site", name,
                               "--name", name, "--country", "XA", "--kind", "warehouse",
                               registry=self.dice.choice(self.registries))
        self.sites.append(answer)

    def read_meanwhile(self, over, pause):
        """wrk reads for about as long as nothing is struck: now and then it is hit as well."""
        if not self.has_wrk:
            over.wait(pause)
            return None
        server = self.dice.choice(self.servers)
        seconds = max(1, round(pause + self.dice.uniform(-2, 2)))
        process = started_wrk(server.url, READERS, seconds, self.yard.token(OPERATOR), self.paths, READER_PAUSE_MS)
        over.wait(pause)
        return process

    def read_whole(self, process):
        """Where wrk ended before the strike, nobody may have had an error."""
        if process is None or process.poll() is None:
            return
        figures = ended_wrk(process)
        wrong = figures["errors"] - figures["timeout"]  # slower than 20 s is told, and wrong is what is no answer
        self.checks.that(wrong == 0, f"readers while nothing was struck: {figures}")
        self.tally["answers to wrk that took more than 20 s"] += figures["timeout"]
        self.slices.append(figures)

    def rage(self, over):
        until = time.monotonic() + 60 * self.options.minutes
        while time.monotonic() < until and not over.is_set():
            pause = min(self.dice.expovariate(1 / self.options.between), 5 * self.options.between)
            pause = min(pause, max(0.1, until - time.monotonic()))
            process = self.read_meanwhile(over, pause)
            if self.dice.random() < 0.5:
                self.command()
            self.read_whole(process)
            self.strike()
            if process and process.poll() is None:
                ended_wrk(process)
                self.tally["slices of wrk that were struck"] += 1

    def calm(self):
        for server in self.servers:
            self.peak = max(self.peak, server.peak_bytes())
            self.checks.that(server.end(signal.SIGTERM) == 0, "the last stop")


def merged(results):
    """Latencies of all by what was asked, in milliseconds."""
    found = collections.defaultdict(list)
    for one in results:
        for what, seconds in one["latencies"].items():
            found[what] += [1000 * second for second in seconds]
    return found


def told(seconds, tally, chaos, latencies):
    print(f"\n| what | figure |\n|---|---|\n| minutes; load at the end | {seconds / 60:.1f}; {os.getloadavg()[0]:.1f} |")
    for what, count in sorted(tally.items()):
        print(f"| {what} | {count:,} |")
    for what, values in (("start, until it listens", chaos.starts), ("stop by SIGTERM", chaos.stops)):
        if values:
            print(f"| {what}: median, longest | {statistics.median(values):.2f}, {max(values):.2f} s |")
    print(f"| most memory of a server | {chaos.peak / 2**20:,.0f} MiB |")
    if chaos.slices:
        print(f"| requests of wrk, {READERS} connections, in {len(chaos.slices)} slices without a strike "
              f"| {sum(one['requests'] for one in chaos.slices):,} |")
        print(f"| their p50, p99: median of the slices | {median(chaos.slices, 'p50_ms'):.1f}, "
              f"{median(chaos.slices, 'p99_ms'):.1f} ms |")
    print("\n| answers that came at once | how many | p50 | p99 | longest |\n|---|---|---|---|---|")
    for what, values in sorted(latencies.items()):
        values.sort()
        print(f"| {what} | {len(values):,} | {values[len(values) // 2]:.1f} ms | {values[len(values) * 99 // 100]:.1f} ms "
              f"| {values[-1]:.0f} ms |")


def judged(yard, chaos, crew, results, checks, tally):
    for one in results:
        checks.that(one["failed"] is None, f"{one['who']}: {one['failed']}")
        for what, count in one.get("tally", {}).items():
            tally[what] += count
        tally["requests without an answer"] += one.get("lost", 0)
    judge = Judge(yard, checks, tally)
    judge.read()
    receipts = judge.acknowledged(crew.journals)
    for one in chaos.sites:
        checks.that(judge.places.get(one["statement"]) == one["index"], f"a command's statement: {one}")
    tally["statements of commands beside"] = len(chaos.sites)
    judge.receipts(receipts)
    judge.refused([one for result in results for one in result.get("refused", [])])
    judge.feed(next(one["leaves"] for one in results if one["who"] == "FeedReader"))
    judge.checkpoints({size: note for one in results for size, note in one.get("checkpoints", {}).items()})
    judge.chips({chip: said for one in results for chip, said in one.get("last", {}).items()},
                {chip: slot for one in results for chip, slot in one.get("slot", {}).items()})
    judge.views(chaos.registries)


def soak(folder, options, url):
    checks, tally = Checks(), collections.Counter()
    yard = Yard(options.muster, folder, url).found(options.chips)
    registries = [yard.registry]
    if url:
        registries += [yard.attached(f"front{n}") for n in range(1, options.front_ends)]
    chaos = Chaos(yard, registries, checks, options)
    crew = Crew(yard, chaos.ports, options)
    begun = time.monotonic()
    try:
        chaos.rage(crew.over)
        results = crew.ended(600)
        seconds = time.monotonic() - begun
        chaos.calm()
        tally.update(chaos.tally)
        judged(yard, chaos, crew, results, checks, tally)
    finally:
        crew.abandon()
        for server in chaos.servers:
            if server.process.poll() is None:
                server.process.kill()
    tally["checks"], tally["checks that failed"] = checks.count, len(checks.failed)
    told(seconds, tally, chaos, merged(results))
    return not checks.failed


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("muster")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--chips", type=int, default=500, help="of each of the four parties")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--between", type=float, default=15, help="seconds between two strikes, on average")
    parser.add_argument("--pause", type=float, default=0.1, help="seconds that a writer waits, on average")
    parser.add_argument("--batch", type=int, default=30, help="statements of a batch, at most; of a job twice as many")
    parser.add_argument("--postgres", action="store_true", help="the log in a PostgreSQL of its own")
    parser.add_argument("--front-ends", type=int, default=2, help="servers on that log")
    parser.add_argument("--folder", type=pathlib.Path, help="kept, instead of a temporary one")
    return parser.parse_args()


def main():
    options = arguments()
    folder = options.folder or pathlib.Path(tempfile.mkdtemp(prefix="load-soak-"))
    folder.mkdir(exist_ok=True)
    print(f"seed {options.seed}, {options.minutes} minutes, in {folder}", flush=True)
    try:
        if not options.postgres:
            good = soak(folder, options, None)
        else:
            with postgres_server.PostgresServer({"max_connections": "100"}) as server:
                server.sql("create database log template template0")
                good = soak(folder, options, server.url("log"))
    except postgres_server.Unavailable as reason:
        print(f"skipped: {reason}")
        return postgres_server.SKIPPED
    except Failed as reason:
        print(f"FAILED: {reason}")
        good = False
    if good and not options.folder:
        shutil.rmtree(folder)
    print("1 passed, 0 failed" if good else f"0 passed, 1 failed; {folder} is kept")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
