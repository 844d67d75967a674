#!/usr/bin/env python3
"""Writes draw.json with hashlib and hmac alone, from the formats in sampler/draw/README.md.

draw_vectors.py FILE          writes FILE
draw_vectors.py --check FILE  exits 1 if FILE differs from what it would write
"""

import hashlib
import hmac
import json
import sys


def sha256(data):
    return hashlib.sha256(data).digest()


def prefixed(*fields):
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def salt_of(frame_key, chip):
    return hmac.new(frame_key, chip.encode(), hashlib.sha256).digest()[:16]


def leaf_of(salt, line):
    text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(b"muster/frame/leaf/v1" + salt + text.encode())


def seed_of(plan, site, beacon_round, randomness, beta):
    return sha256(prefixed(b"muster/seed/v1", plan, site.encode(),
                           beacon_round.to_bytes(8, "big"), randomness, beta))


def ticket_of(seed, leaf):
    return sha256(seed + sha256(b"muster/ticket/v1") + leaf)


FRAME_KEY = sha256(b"frame key of the draw vectors")
PLAN = sha256(b"plan of the draw vectors")
RANDOMNESS = sha256(b"beacon value of the draw vectors")

LINES = [
    {"chip": "0000000000000000000000000A", "site": "ams1", "class": "h100-sxm", "weight": "1"},
    {"chip": "0000000000000000000000000B", "site": "ams1", "class": "h100-sxm", "weight": "0.5"},
    {"chip": "C-1", "site": "zürich-2", "class": "", "weight": "989.4e12"},
    {"chip": "a \"quoted\" chip\\", "site": "tab\there", "class": "line\nbreak", "weight": "1/3"},
]

SEEDS = [
    ("ams1", 657413, RANDOMNESS, sha256(b"beta 1") + sha256(b"beta 2")),
    ("ams1", 657414, RANDOMNESS, sha256(b"beta 1") + sha256(b"beta 2")),
    ("zürich-2", 2**64 - 1, RANDOMNESS * 2, b""),
    ("", 0, b"", b""),
]


def leaf_cases():
    for line in LINES:
        salt = salt_of(FRAME_KEY, line["chip"])
        yield {"frame_key": FRAME_KEY.hex(), "line": line, "salt": salt.hex(),
               "leaf": leaf_of(salt, line).hex()}


def seed_cases():
    for site, beacon_round, randomness, beta in SEEDS:
        yield {"plan": PLAN.hex(), "site": site, "round": str(beacon_round),
               "randomness": randomness.hex(), "beta": beta.hex(),
               "seed": seed_of(PLAN, site, beacon_round, randomness, beta).hex()}


def ticket_cases():
    for number in range(4):
        seed = sha256(b"seed %d" % number)
        leaf = sha256(b"leaf %d" % number)
        yield {"seed": seed.hex(), "leaf": leaf.hex(), "ticket": ticket_of(seed, leaf).hex()}


def draw_case(sizes, wanted):
    """Leaf i of site j is SHA-256("leaf j i"), its seed that of the site "site-j"."""
    seeds = [seed_of(PLAN, "site-%d" % j, 657413, RANDOMNESS, sha256(b"beta %d" % j))
             for j in range(len(sizes))]
    lines = sorted((ticket_of(seeds[j], sha256(b"leaf %d %d" % (j, i))), j, i)
                   for j, size in enumerate(sizes) for i in range(size))
    drawn = lines[:wanted]
    cut_off = int.from_bytes(drawn[-1][0], "big") + 1 if drawn else 0
    return {"sites": [{"seed": seed.hex(), "lines": size} for seed, size in zip(seeds, sizes)],
            "wanted": wanted, "cut_off": cut_off.to_bytes(32, "big").hex(),
            "drawn": [{"site": j, "line": i, "ticket": ticket.hex()} for ticket, j, i in drawn]}


def document():
    return {
        "desc": "the bytes of a draw: frame leaves, site seeds, tickets and samples; "
                "leaf i of site j in a draw is SHA-256(\"leaf j i\")",
        "made_by": "tests/vectors/sampler/draw_vectors.py (Python hashlib, hmac)",
        "leaves": list(leaf_cases()),
        "seeds": list(seed_cases()),
        "tickets": list(ticket_cases()),
        "draws": [draw_case([16], 5), draw_case([40, 1, 0, 100], 12), draw_case([7, 5], 12),
                  draw_case([9], 0), draw_case([3000, 500], 40)],
    }


def main(arguments):
    text = json.dumps(document(), indent=1, ensure_ascii=False) + "\n"
    if arguments[:1] == ["--check"]:
        with open(arguments[1], encoding="utf-8") as file:
            return 0 if file.read() == text else 1
    with open(arguments[0], "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
