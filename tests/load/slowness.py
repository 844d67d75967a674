"""Honest readers beside callers that send slowly or nothing."""
import multiprocessing
import statistics
import threading
import time

from gauge import load_now, median, wrk
from slow import KINDS, hold_open
from yard import OPERATOR, PARTIES, Server

HONEST = 100  # connections of wrk
ROOM = 1_000  # connections that the server takes
LONG_SECONDS = 80  # longer than the idle time of a connection
OWN_SOCKETS = 8  # of the server itself: listening, its store's, what wakes it


class Beside:
    """Slow callers in a process of their own, and the greatest number of sockets that the server had."""

    def __init__(self, server, count):
        context = multiprocessing.get_context("fork")
        self.server = server
        self.over = context.Event()
        self.results = context.Queue()
        self.process = context.Process(target=hold_open, args=(server.port, count, self.over, self.results))
        self.most = 0
        self.watcher = threading.Thread(target=self.watch)

    def watch(self):
        while not self.over.wait(0.2):
            self.most = max(self.most, self.server.sockets())

    def __enter__(self):
        self.process.start()
        self.watcher.start()
        time.sleep(1.5)  # all are there
        return self

    def __exit__(self, *_):
        self.over.set()
        self.found = self.results.get(timeout=60)
        self.process.join(60)
        self.watcher.join()


def beside_slow_callers(yard, options):
    """Rates with and without them, in turn; then long enough that each kind is dropped."""
    path = f"/v1/chips/{yard.chips[PARTIES[0]][7]}"
    token = yard.token(OPERATOR)
    print(f"\n{options.slow} slow callers beside {HONEST} honest connections, room for {ROOM:,}; {options.rounds} rounds of "
          f"{2 * options.seconds} s; load before {load_now()}\n")
    with Server(yard, yard.configured("slow", connections=ROOM)) as server:
        alone, beside = [], []
        for _ in range(options.rounds):
            alone.append(wrk(server.url + path, HONEST, 2 * options.seconds, token))
            with Beside(server, options.slow):
                beside.append(wrk(server.url + path, HONEST, 2 * options.seconds, token))
        with Beside(server, options.slow) as slow:
            long = wrk(server.url + path, HONEST, LONG_SECONDS, token)
    errors = sum(one["errors"] for one in (*alone, *beside, long))
    print("| | a second | p50 | p99 | errors |\n|---|---|---|---|---|")
    for name, rounds in (("without slow callers", alone), ("beside them", beside),
                         (f"beside them, {LONG_SECONDS} s", [long])):
        print(f"| {name} | {median(rounds, 'rate'):,.0f} | {median(rounds, 'p50_ms'):.1f} ms | "
              f"{median(rounds, 'p99_ms'):.1f} ms | {sum(one['errors'] for one in rounds)} |")
    ratio = statistics.median(other["rate"] / one["rate"] for one, other in zip(alone, beside))
    print(f"\nBeside slow callers {ratio:.2f} of the rate. Open at once {slow.found['most_open']}, sockets of the server at "
          f"most {slow.most}.\n\n| slow caller | dropped | after, median | longest |\n|---|---|---|---|")
    for kind in KINDS:
        lasted = slow.found["dropped"][kind]
        if lasted:
            print(f"| {kind} | {len(lasted)} | {statistics.median(lasted):.1f} s | {max(lasted):.1f} s |")
        else:
            errors += 1
            print(f"| {kind} | 0 | | |")
    return errors


def more_than_fit(yard, options):
    """More slow callers than there is room: the server keeps to its limit, and takes honest ones as room comes."""
    room = 200
    path = f"/v1/chips/{yard.chips[PARTIES[0]][7]}"
    with Server(yard, yard.configured("full", connections=room)) as server:
        with Beside(server, 3 * room) as slow:
            served = wrk(server.url + path, 20, 30, yard.token(OPERATOR))
        after = wrk(server.url + path, 20, options.seconds, yard.token(OPERATOR))
    over = slow.most > room + OWN_SOCKETS
    dropped = sum(map(len, slow.found["dropped"].values()))
    print(f"\n{3 * room} slow callers where {room} connections have room, for 30 s: sockets of the server at most {slow.most}, "
          f"{slow.found['no_room']:,} slow connections closed at once, {dropped:,} dropped later. 20 honest connections "
          f"meanwhile: {served['rate']:,.0f} answers a second, {served['errors']:,} errors; after it "
          f"{after['rate']:,.0f} a second, {after['errors']} errors.")
    return int(over) + after["errors"] + (served["requests"] == 0)
