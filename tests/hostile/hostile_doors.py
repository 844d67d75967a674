#!/usr/bin/env python3
"""Gives every door of the program that takes a file huge, deep, endless and expanding ones.

    hostile_doors.py MUSTER [--table] [--input NAME]... [--door NAME]...

Each must be refused by one clear line and the exit code of bad input, in bounded memory and core time,
with nothing written. --table prints what each took; else only what is wrong, and the count.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile

from inputs import INPUTS, write

MOST_MEMORY = 1536 << 20  # bytes a process may have in memory: a file that is read whole, and half as much
MOST_SECONDS = 60  # of a core, for 1 GB
EMPTY_IS_FINE = ("statement check", "statement submit")  # lines without a statement are no statements
NOT_CHECKED = ("attest spdm",)  # evidence that cannot be read leaves its questions open: 4
PARTY_KEY = "00" * 32


def doors(file, world):
    """Each door by its name, and the words that open it with `file`."""
    key = ["--key", world.log_key]
    registry = ["--registry", world.registry]
    challenge = ["--origin", "a.example/log"]
    return {
        "statement check": registry + ["statement", "check", file],
        "statement submit": registry + ["statement", "submit", file],
        "statement check-promise": ["statement", "check-promise", file] + key,
        "epcis validate": ["epcis", "validate", file],
        "epcis hash": ["epcis", "hash", file],
        "epcis import": registry + ["epcis", "import", file],
        "device-log read": ["device-log", "read", file],
        "device-log verify": ["device-log", "verify", file],
        "device-log convert from NDJSON": [
            "device-log", "convert", file, "--to", "cbor", "--out", world.out],
        "device-log convert from CBOR": [
            "device-log", "convert", file, "--to", "ndjson", "--out", world.out],
        "attest result": ["attest", "result", file, "--key", PARTY_KEY],
        "attest spdm": ["attest", "spdm", file],
        "attest replay": ["attest", "replay", world.transcript(file), "--seed", "00" * 32,
                          "--segments", "1"],
        "choke lookup": ["choke", "lookup", "anything", "--extract", file] + key,
        "ledger check-proof": ["ledger", "check-proof", file] + key,
        "ledger compare": ["ledger", "compare", file, file] + key,
        "ledger policy": ["ledger", "policy", file],
        "ledger verify-tiles": ["ledger", "verify-tiles", world.tiles(file)] + key,
        "ledger restore": ["--registry", world.out, "ledger", "restore", file, "--nothing-newer"],
        "kit ask": ["kit", "ask", file] + challenge,
        "chip certificates": ["chip", "certificates", file, "--root", file],
        "chip retire": registry + [
            "chip", "retire", "--as", "office", "--sign", world.party_key, "--chips", "@" + file,
            "--cause", "x"],
        "beacon check": ["beacon", "check", file],
        "delay verify": ["delay", "verify", file, "--policy", file],
        "scenario score": ["scenario", "score", file],
        "scenario table": ["scenario", "table", "--score", file],
    }


class World:
    """A register of one entry, and what doors want beside the hostile file."""

    def __init__(self, muster, folder):
        self.folder = folder
        self.registry = os.path.join(folder, "registry")
        self.out = os.path.join(folder, "out")
        self.party_key = os.path.join(folder, "party.key")
        for words in (["key", "new", self.party_key],
                      ["init", self.registry, "--origin", "a.example/log", "--registrar", "office",
                       "--name", "Office", "--country", "CH", "--key", self.party_key]):
            subprocess.run([muster, *words], check=True, stdout=subprocess.DEVNULL)
        head = subprocess.run([muster, "--registry", self.registry, "--json", "ledger", "head"],
                              check=True, capture_output=True, text=True)
        self.log_key = json.loads(head.stdout)["verifier_key"]

    def linked(self, folder, name, file):
        """A folder with the hostile file under the name that a door opens."""
        folder = os.path.join(self.folder, folder)
        os.makedirs(folder, exist_ok=True)
        path = os.path.join(folder, name)
        if os.path.lexists(path):
            os.remove(path)
        os.symlink(file, path)
        return folder

    def transcript(self, file):
        return self.linked("transcript", "transcript.json", file)

    def tiles(self, file):
        return self.linked("tiles", "checkpoint", file)


def limited():
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_DATA, (2 * MOST_MEMORY, 2 * MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(muster, words):
    """Exit code, what it said, core seconds and the most memory."""
    with tempfile.TemporaryFile() as err:
        process = subprocess.Popen([muster, *words], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=err, preexec_fn=limited)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        said = err.read(1 << 16).decode(errors="replace")
    return process.returncode, said, used.ru_utime + used.ru_stime, used.ru_maxrss << 10


def problems(door, file, code, said, seconds, memory):
    """What is wrong with an answer, in words."""
    if code < 0:
        yield f"killed by signal {-code}"
    elif code == 4 and door in NOT_CHECKED:
        pass
    elif code not in (1, 2) and not (code == 0 and door in EMPTY_IS_FINE and file == "blanks"):
        yield f"exit code {code}, want 1 or 2"
    lines = said.strip().split("\n")
    if code == 2 and (len(lines) != 1 or not lines[0].startswith("muster: ")):
        yield f"{len(lines)} lines, want one"
    if len(said) > 2000:
        yield f"said {len(said)} bytes, want at most 2,000"
    if memory > MOST_MEMORY:
        yield f"{memory >> 20} MiB, want at most {MOST_MEMORY >> 20}"
    if seconds > MOST_SECONDS:
        yield f"{seconds:.0f} s, want at most {MOST_SECONDS}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("muster")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--input", action="append", default=[], choices=list(INPUTS))
    parser.add_argument("--door", action="append", default=[])
    options = parser.parse_args()
    muster = os.path.abspath(options.muster)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        world = World(muster, folder)
        for name, (what, _) in INPUTS.items():
            if options.input and name not in options.input:
                continue
            file = write(folder, name)
            for door, words in doors(file, world).items():
                if options.door and door not in options.door:
                    continue
                code, said, seconds, memory = run(muster, words)
                wrong = list(problems(door, name, code, said, seconds, memory))
                if os.path.lexists(world.out):
                    wrong.append("left something behind")
                    subprocess.run(["rm", "-rf", world.out], check=True)
                passed, failed = passed + (not wrong), failed + bool(wrong)
                if wrong:
                    print(f"FAILED: {door}: {what}: {'; '.join(wrong)}: {said.strip()[:300]}")
                if options.table:
                    print(f"| {door} | {what} | {code} | {seconds:.2f} s | {memory >> 20} MiB | "
                          f"{said.strip().replace(folder + '/', '')[:160]} |", flush=True)
            os.remove(file)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
