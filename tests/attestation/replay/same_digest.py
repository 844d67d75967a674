#!/usr/bin/env python3
"""Runs programs that print digests of training runs, and holds each to the file: same_digest.py FILE PROGRAM..."""

import pathlib
import subprocess
import sys

wanted = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
failed = 0
for program in sys.argv[2:]:
    got = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    if got != wanted:
        print(f"{program} printed\n{got}want\n{wanted}")
        failed += 1
print(f"{len(sys.argv) - 2 - failed} passed, {failed} failed")
sys.exit(failed != 0)
