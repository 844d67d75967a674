#!/usr/bin/env python3
"""A second implementation of delay proofs, from the words of ledger/crypto/README.md alone.

  delay_peer.py VECTORS            computes every case again and compares; ends in 1 if one differs
  delay_peer.py --write VECTORS    writes the cases anew, with the moduli that are in the file

Where the factors of a modulus are known, powers are taken modulo the group's order: so cases may have
more squarings than anybody could wait for. Prints "N passed, N failed".
"""

import hashlib
import json
import pathlib
import sys

CHALLENGE_BYTES = 33


def is_prime(number: int) -> bool:
    """Miller and Rabin with the first 40 primes as bases."""
    bases = [n for n in range(2, 174) if all(n % d for d in range(2, n))]
    if any(number % base == 0 for base in bases):
        return number in bases
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in bases:
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


class Group:
    def __init__(self, modulus: int, factors: list[int]):
        self.modulus = modulus
        self.size = (modulus.bit_length() + 7) // 8
        self.order = (factors[0] - 1) * (factors[1] - 1) if factors else None
        octets = modulus.to_bytes(self.size, "big")
        self.digest = hashlib.sha256(b"muster/delay/modulus/v1\n" + octets).digest()

    def power(self, element: int, exponent: int) -> int:
        return pow(element, exponent, self.modulus)

    def encoded(self, element: int) -> bytes:
        return min(element, self.modulus - element).to_bytes(self.size, "big")

    def start(self, entry: bytes) -> int:
        wide = b""
        counter = 0
        while len(wide) < self.size + 16:
            wide += hashlib.sha512(b"muster/delay/input/v1\n" + self.digest + entry
                                   + counter.to_bytes(4, "big")).digest()
            counter += 1
        return int.from_bytes(wide[:self.size + 16], "big") % self.modulus


def challenge(group: Group, squarings: int, start: bytes, output: bytes) -> int:
    for counter in range(1 << 32):
        digest = hashlib.sha512(b"muster/delay/challenge/v1\n" + group.digest
                                + squarings.to_bytes(8, "big") + start + output
                                + counter.to_bytes(4, "big")).digest()
        candidate = int.from_bytes(digest[:CHALLENGE_BYTES], "big") | 1
        if is_prime(candidate):
            return candidate
    raise AssertionError("no prime in 2^32 hashes")


def proven(group: Group, entry: bytes, squarings: int) -> dict:
    start = group.start(entry)
    exponent = pow(2, squarings, group.order) if group.order else 1 << squarings
    output = group.encoded(group.power(start, exponent))
    prime = challenge(group, squarings, group.encoded(start), output)
    if group.order:  # floor(2^T / l) = (2^T - r) / l, taken modulo the order of the group
        rest = pow(2, squarings, prime)
        quotient = (exponent - rest) * pow(prime, -1, group.order) % group.order
    else:
        quotient = (1 << squarings) // prime
    return {"input": entry.hex(), "squarings": squarings, "output": output.hex(),
            "proof": group.encoded(group.power(start, quotient)).hex()}


def main(arguments: list[str]) -> int:
    is_writing = arguments[0] == "--write"
    path = pathlib.Path(arguments[-1])
    vectors = json.loads(path.read_text(encoding="ascii"))
    failed = passed = 0
    for item in vectors["moduli"]:
        group = Group(int(item["modulus"], 16), [int(factor, 16) for factor in item["factors"]])
        for case in item["cases"]:
            made = proven(group, bytes.fromhex(case["input"]), case["squarings"])
            if is_writing:
                case.update(made)
            elif made != case:
                failed += 1
                print(f"{item['name']}, {case['squarings']} squarings: another proof")
            else:
                passed += 1
    if is_writing:
        path.write_text(json.dumps(vectors, indent=1) + "\n", encoding="ascii")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
