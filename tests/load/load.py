#!/usr/bin/env python3
"""What `muster serve` bears: wrk reads from it, beside nginx with the same bytes as files; slow callers; a mixed load.

  tests/load/load.py MUSTER [--rounds 5] [--seconds 2] [--chips 2000] [--only plain,tls,slow,full,mixed]

Prints tables of Markdown: medians of the rounds. Muster and nginx take turns within a round, so that what else the machine
does meets both. Exit code: 0 when every request that was honest got its answer, 1 when not, 77 when a tool is missing.
README.md here says what each table means.
"""
import argparse
import contextlib
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import mixed  # noqa: E402
import slowness  # noqa: E402
from gauge import Missing, Nginx, at_rest, body_of, load_now, median, wrk  # noqa: E402
from yard import OPERATOR, PARTIES, TLS, Server, Yard  # noqa: E402

CONNECTIONS = (1, 32, 1000)
SKIPPED = 77
HEAD = """| what | bytes | connections | Muster a second | p50 | p99 | nginx a second | p50 | p99 | beside nginx | errors |
|---|---|---|---|---|---|---|---|---|---|---|"""


def subjects(yard):
    party = PARTIES[0]
    return {"a chip": f"/v1/chips/{yard.chips[party][7]}", "a roster": f"/v1/rosters/{party}",
            "a page of 100 chips of a roster": f"/v1/chips?party={party}&limit=100", "the checkpoint": "/checkpoint"}


def seconds_for(connections, options):
    """Long enough that a thousand connections are open, and asked several times each."""
    return options.seconds if connections < 1000 else 4 * options.seconds


def beside_nginx(yard, options, tls):
    """Each subject at each number of connections: both servers in turn."""
    print(f"\n{'TLS 1.3' if tls else 'In the clear'}: {options.rounds} rounds of {options.seconds} s each, of "
          f"{seconds_for(1000, options)} s with 1,000 connections; load before {load_now()}\n\n{HEAD}", flush=True)
    errors = 0
    token = yard.token(OPERATOR)
    with contextlib.ExitStack() as stack:
        paths = subjects(yard)
        with Server(yard, yard.configured("plain")) as server:
            bodies = {str(n): body_of(server.url + path, token) for n, path in enumerate(paths.values())}
        server = stack.enter_context(Server(yard, yard.configured("tls" if tls else "plain", tls=tls)))
        nginx = stack.enter_context(Nginx(yard.folder / f"nginx{tls}", bodies, TLS if tls else None))
        for connections in CONNECTIONS:
            for number, (name, path) in enumerate(paths.items()):
                ours, theirs, seconds = [], [], seconds_for(connections, options)
                for _ in range(options.rounds):
                    ours.append(at_rest(server.url, wrk(server.url + path, connections, seconds, token)))
                    theirs.append(wrk(f"{nginx.url}/{number}", connections, seconds, token))
                ratios = [{"is": one["rate"] / max(other["rate"], 1)} for one, other in zip(ours, theirs)]
                failed = sum(one["errors"] for one in ours)
                errors += failed
                print(f"| {name} | {len(bodies[str(number)]):,} | {connections:,} | {told(ours)} | {told(theirs)} | "
                      f"{median(ratios, 'is'):.2f} | {failed} |", flush=True)
    print(f"\nLoad after: {load_now()}")
    return errors


def told(rounds):
    return f"{median(rounds, 'rate'):,.0f} | {median(rounds, 'p50_ms'):.2f} ms | {median(rounds, 'p99_ms'):.1f} ms"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("muster")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--chips", type=int, default=2000, help="of each of the four parties")
    parser.add_argument("--slow", type=int, default=500, help="slow callers beside the honest ones")
    parser.add_argument("--only", default="plain,tls,slow,full,mixed")
    return parser.parse_args()


def measured(options, folder):
    yard = Yard(options.muster, folder).found(options.chips)
    print(f"{len(PARTIES) * options.chips:,} chips, {os.cpu_count()} cores for server, nginx and wrk together")
    parts = {"plain": lambda: beside_nginx(yard, options, False), "tls": lambda: beside_nginx(yard, options, True),
             "slow": lambda: slowness.beside_slow_callers(yard, options),
             "full": lambda: slowness.more_than_fit(yard, options), "mixed": lambda: mixed.mixed(yard, options)}
    return sum(parts[name]() for name in options.only.split(","))


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        try:
            errors = measured(options, folder)
        except Missing as reason:
            print(f"skipped: {reason}")
            return SKIPPED
    print(f"\n{errors} honest requests failed")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
