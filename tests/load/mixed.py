"""A mixed load: 1,000 connections that read, and beside them writers, uploads and followers of the feed."""
import collections
import multiprocessing
import time

from gauge import load_now, median, wrk
from watchers import ChipReader, FeedReader, watch
from writer import play
from yard import OPERATOR, ORIGIN, PARTIES, Server

CONNECTIONS = 1_000
RESTS_MS = (0, 4_000)  # between two requests of a connection, on average: as fast as it gets, and as people would


def weighted(yard):
    for party in PARTIES:
        for chip in yard.chips[party][:100]:
            yield 4, f"/v1/chips/{chip}"
            yield 1, f"/v1/chips/{chip}/history"
        yield 40, f"/v1/rosters/{party}"
        yield 20, f"/v1/chips?party={party}&limit=100"
    yield from ((400, "/checkpoint"), (100, "/v1/parties?limit=10"), (100, "/v1/entries/9"),
                (60, "/v1/feed?after=20&limit=50"), (60, "/tile/0/000.p/9"))


def crew(yard, server, part):
    """What each process plays. Each part of the measurement moves other chips."""
    common = {"ports": [server.port], "alarm": False, "pause": 0.05, "batch": 100}
    for number, party in enumerate(PARTIES):
        yield play, common | {"party": party, "key": yard.key(party), "origin": ORIGIN, "stream": f"mixed{part}-{party}",
                              "token": yard.token(party), "chips": yard.chips[party][part::len(RESTS_MS)],
                              "installed": yard.installed[party], "journal": yard.folder / f"{party}.mixed",
                              "seed": number}
    reader = common | {"token": yard.token(OPERATOR), "pause": 0.1}
    yield lambda *more: watch(FeedReader, *more), reader
    yield lambda *more: watch(ChipReader, *more), reader | {"seed": 1, "parties": PARTIES,
                                                            "chips": yard.chips[PARTIES[0]]}


def mixed(yard, options):
    """Rounds of readers of wrk, while all others go on; what each kind of request waited."""
    paths = yard.folder / "mixed.paths"
    paths.write_text("".join(f"{weight} {path}\n" for weight, path in weighted(yard)))
    return sum(part_of_mixed(yard, options, paths, part, rest_ms) for part, rest_ms in enumerate(RESTS_MS))


def part_of_mixed(yard, options, paths, part, rest_ms):
    context = multiprocessing.get_context("fork")
    over, results = context.Event(), context.Queue()
    before = load_now()
    with Server(yard, yard.configured("mixed")) as server:
        processes = [context.Process(target=what, args=(plan, over, results)) for what, plan in crew(yard, server, part)]
        for process in processes:
            process.start()
        time.sleep(1)
        begun = time.monotonic()
        rounds = [wrk(server.url, CONNECTIONS, 5 * options.seconds, yard.token(OPERATOR), paths, rest_ms)
                  for _ in range(options.rounds)]
        over.set()
        told = [results.get(timeout=300) for _ in processes]
        seconds = time.monotonic() - begun
        for process in processes:
            process.join(60)
        peak = server.peak_bytes()
    how = f"each resting {rest_ms / 1000:g} s between two requests" if rest_ms else "as fast as they get answers"
    print(f"\nMixed: {CONNECTIONS:,} connections of wrk read, {how}; four parties write (single statements, batches to 100, "
          f"jobs, uploads), one follows the feed, one reads as a person would; {options.rounds} rounds of "
          f"{5 * options.seconds} s, load {before} before, {load_now()} after; the server at most {peak / 2**20:,.0f} MiB\n\n"
          "| what | figure | p50 | p99 | errors |\n|---|---|---|---|---|")
    return printed(rounds, told, seconds)


def printed(rounds, told, seconds):
    failed = [f"{one['who']}: {one['failed']}" for one in told if one["failed"]]
    acknowledged = sum(one.get("tally", {}).get("acknowledged", 0) for one in told)
    errors = sum(one["errors"] for one in rounds)
    print(f"| reads of wrk | {median(rounds, 'rate'):,.0f} a second | {median(rounds, 'p50_ms'):.1f} ms | "
          f"{median(rounds, 'p99_ms'):.1f} ms | {errors} |\n"
          f"| statements acknowledged | {acknowledged / seconds:,.0f} a second | | "
          f"| {len(failed)} |")
    latencies = collections.defaultdict(list)
    for one in told:
        for what, values in one["latencies"].items():
            latencies[what] += values
    for what, values in sorted(latencies.items()):
        values.sort()
        print(f"| {what} | {len(values):,} | {1000 * values[len(values) // 2]:.1f} ms | "
              f"{1000 * values[len(values) * 99 // 100]:.1f} ms | |")
    for one in failed:
        print(f"FAILED: {one}")
    return errors + len(failed)
