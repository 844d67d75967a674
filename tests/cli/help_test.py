#!/usr/bin/env python3
"""Every noun of cli/README.md is in `muster --help`, and every noun has help of its own."""

import pathlib
import re
import subprocess
import sys

muster = sys.argv[1]
readme = pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")


def help_of(*words):
    done = subprocess.run([muster, *words, "--help"], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def subcommands(text):
    parts = re.split(r"^subcommands:$", text, flags=re.MULTILINE | re.IGNORECASE)
    return set(re.findall(r"^  ([a-z][a-z-]*)\b", parts[1], re.MULTILINE)) if len(parts) > 1 else set()


passed = failed = 0
code, text = help_of()
listed = subcommands(text)
documented = {}
for noun, verbs in re.findall(r"^\| `([a-z-]+)` \| (.+?) \|", readme, re.MULTILINE):
    documented[noun] = set(re.findall(r"`([a-z-]+)`", verbs))

for noun in sorted(listed | set(documented)):
    code, own = help_of(noun)
    verbs = subcommands(own)
    right = code == 0 and noun in listed and noun in documented and verbs == documented[noun]
    passed += right
    failed += not right
    if not right:
        print(f"{noun}: help lists {sorted(verbs)}, README.md {sorted(documented.get(noun, []))}")

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
