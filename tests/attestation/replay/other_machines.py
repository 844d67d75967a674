#!/usr/bin/env python3
"""The trainer's arithmetic on other machines: same digests on aarch64, riscv64 and s390x (big-endian), under qemu.

    other_machines.py PROJECT DIGESTS DIGEST_PROGRAM

Builds portable_main.cpp with each cross compiler of Debian's that is there, at -O2 with the project's flags.
"""

import hashlib
import pathlib
import shutil
import subprocess
import sys
import tempfile

MACHINES = ("aarch64", "riscv64", "s390x")
SOURCES = ("adam", "exact_math", "layers", "matrix", "model", "parameters")


def build(project, machine, program):
    replay = project / "attestation/replay"
    subprocess.run([f"{machine}-linux-gnu-g++", "-std=c++20", "-O2", "-ffp-contract=off", "-static", "-I", project,
                    # tl::expected is a header for every machine, which a cross compiler does not look for.
                    "-idirafter", "/usr/include", project / "tests/attestation/replay/portable_main.cpp",
                    *(replay / (name + ".cpp") for name in SOURCES),
                    *(project / "ledger/base" / name for name in ("bytes.cpp", "check.cpp")),
                    "-o", program, "-pthread"], check=True)


def digest_of(folder, machine, program, model):
    end = subprocess.run([f"qemu-{machine}", program, model, folder / "text", folder / (model + ".state"),
                          folder / (model + ".starts")], capture_output=True, check=True).stdout
    return hashlib.sha256(b"muster/training-state/v1\n" + (40).to_bytes(8, "big") + end).hexdigest()


def main():
    project, digests, maker = (pathlib.Path(word).resolve() for word in sys.argv[1:4])
    wanted = dict(line.split() for line in digests.read_text(encoding="utf-8").splitlines())
    passed = failed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        subprocess.run([maker, folder], check=True, stdout=subprocess.DEVNULL)
        for machine in MACHINES:
            if not shutil.which(f"{machine}-linux-gnu-g++") or not shutil.which(f"qemu-{machine}"):
                print(f"skipped: other machines: no compiler or emulator for {machine} (scripts/deps cross)")
                continue
            build(project, machine, folder / machine)
            for model, digest in wanted.items():
                got = digest_of(folder, machine, folder / machine, model)
                passed += got == digest
                failed += got != digest
                if got != digest:
                    print(f"{machine}, {model}: got {got}, want {digest}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


sys.exit(main())
