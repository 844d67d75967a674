#!/usr/bin/env python3
"""Writes draw_rules.json, draws by the newer rules, with hashlib alone, from sampler/draw/README.md.

draw_rules.py FILE          writes FILE
draw_rules.py --check FILE  exits 1 if FILE differs from what it would write
"""

import json
import sys

sys.dont_write_bytecode = True  # the folder holds vectors

from draw_vectors import PLAN, RANDOMNESS, seed_of, sha256, ticket_of


def seed_at(site):
    return seed_of(PLAN, "site-%d" % site, 657413, RANDOMNESS, sha256(b"beta %d" % site))


def leaf_at(site, line):
    return sha256(b"leaf %d %d" % (site, line))


def chip_at(site, line):
    return "CHIP-%d-%03d" % (site, line)


def tickets_of(site, size):
    seed = seed_at(site)
    return sorted((ticket_of(seed, leaf_at(site, line)), site, line) for line in range(size))


def drawn(lines):
    return [{"site": site, "line": line, "ticket": ticket.hex()} for ticket, site, line in lines]


def limit_of(numerator, denominator):
    """ceil(2^64 p) - 1 for the chance p."""
    return -(-2**64 * numerator // denominator) - 1


def by_site(sizes, numbers):
    """`numbers`: for each site how many lines, how many otherwise, and the limit of the visit."""
    lines, sites = [], []
    for site, (size, (many, few, limit)) in enumerate(zip(sizes, numbers)):
        visit = int.from_bytes(sha256(seed_at(site) + sha256(b"muster/visit/v1"))[:8], "big")
        wanted = many if visit <= limit else few
        lines += tickets_of(site, size)[:wanted]
        sites.append({"seed": seed_at(site).hex(), "lines": size, "many": many, "few": few,
                      "limit": "%016x" % limit, "visit": "%016x" % visit})
    return {"sites": sites, "drawn": drawn(lines)}


def by_class(sizes, limits):
    """Line i is of class i modulo the number of limits."""
    lines = [entry for site, size in enumerate(sizes) for entry in tickets_of(site, size)
             if int.from_bytes(entry[0][:8], "big") <= limits[entry[2] % len(limits)]]
    return {"sites": [{"seed": seed_at(site).hex(), "lines": size}
                      for site, size in enumerate(sizes)],
            "limits": ["%016x" % limit for limit in limits], "drawn": drawn(sorted(lines))}


def merkle(leaves):
    """The tree of RFC 6962, whose lowest hashes are the leaves as they are."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    return sha256(b"\1" + merkle(leaves[:half]) + merkle(leaves[half:]))


def of_rest(sizes, wanted_before, wanted):
    """A draw from what a simple draw of the same frame, with the same seeds, left."""
    lines = sorted(entry for site, size in enumerate(sizes) for entry in tickets_of(site, size))
    seen = sorted(chip_at(site, line) for _, site, line in lines[:wanted_before])
    rest = [entry for entry in lines if chip_at(*entry[1:]) not in seen][:wanted]
    return {"sites": [{"seed": seed_at(site).hex(), "lines": size}
                      for site, size in enumerate(sizes)],
            "seen": seen,
            "seen_root": merkle([sha256(b"muster/seen/v1" + chip.encode())
                                 for chip in seen]).hex(),
            "wanted": wanted,
            "cut_off": (int.from_bytes(rest[-1][0], "big") + 1).to_bytes(32, "big").hex(),
            "drawn": drawn(rest)}


def document():
    third, all_of_it = limit_of(1, 3), 2**64 - 1
    return {
        "desc": "draws by site, by class and from the rest; leaf i of site j is "
                "SHA-256(\"leaf j i\"), its chip CHIP-j-iii, its class i modulo the limits",
        "made_by": "tests/vectors/sampler/draw_rules.py (Python hashlib)",
        "by_site": [by_site([16, 9, 1], [(5, 5, all_of_it), (3, 3, all_of_it), (0, 0, all_of_it)]),
                    by_site([20] * 6, [(8, 2, third)] * 6)],
        "by_class": [by_class([30, 12], [limit_of(1, 2), limit_of(1, 10), all_of_it]),
                     by_class([25], [limit_of(1, 7)])],
        "of_rest": [of_rest([16, 9, 4], 6, 7), of_rest([40], 1, 12)],
    }


def main(arguments):
    text = json.dumps(document(), indent=1) + "\n"
    if arguments[:1] == ["--check"]:
        with open(arguments[1], encoding="utf-8") as file:
            return 0 if file.read() == text else 1
    with open(arguments[0], "w", encoding="utf-8") as file:
        file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
