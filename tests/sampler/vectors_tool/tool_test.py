#!/usr/bin/env python3
"""What sampler_vectors prints and how it exits: tool_test.py TOOL PUBLIC_JSON."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

GOOD = {"id": "a", "kind": "detect_wor", "params": {"N": 10, "k": 1, "n": 9},
        "expected": {"p_detect": "0.9"}}


def run(tool, *files):
    done = subprocess.run([tool, *map(str, files)], capture_output=True, check=False)
    return (done.returncode, done.stdout.decode().splitlines(),
            done.stderr.decode(errors="replace").splitlines())


def document(*cases):
    return json.dumps({"format": "sampler-vectors-1", "cases": list(cases)})


def changed(**fields):
    return {**GOOD, **fields}


class Checks:
    def __init__(self, tool, folder):
        self.tool, self.folder, self.failures = tool, Path(folder), 0

    def check(self, name, text, code, last):
        path = self.folder / "cases.json"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        got, out, err = run(self.tool, path)
        final = (err or [""])[-1] if code == 2 else (out or [""])[-1]
        clean = (len(err) == 1 and not out) if code == 2 else not err
        if got != code or last not in final or not clean:
            self.failures += 1
            print(f"FAILED {name}: exit {got}, want {code}: {out} {err}")


def main(tool, public):
    with tempfile.TemporaryDirectory() as folder:
        checks = Checks(tool, folder)
        check = checks.check
        check("public cases", Path(public).read_text(), 0, "111 passed, 0 failed")
        check("a good case", document(GOOD), 0, "1 passed, 0 failed")
        check("no cases", document(), 0, "0 passed, 0 failed")
        check("a wrong value", document(GOOD, changed(expected={"p_detect": "0.91"})), 1,
              "1 passed, 1 failed")
        check("beyond the tolerance", document(changed(expected={"p_detect": "0.900000000002"})),
              1, "0 passed, 1 failed")
        check("unknown kind", document(changed(kind="tea_leaves")), 1, "0 passed, 1 failed")
        check("unknown value", document(changed(expected={"p_tea": "0.9"})), 1,
              "0 passed, 1 failed")
        check("missing parameter", document(changed(params={"N": 10})), 1, "0 passed, 1 failed")
        check("k above N", document(changed(params={"N": 10, "k": 11, "n": 1})), 1,
              "0 passed, 1 failed")
        check("negative", document(changed(params={"N": -1, "k": 1, "n": 1})), 1,
              "0 passed, 1 failed")
        check("numbers as text", document(changed(params={"N": "10", "k": "1", "n": "9"})), 0,
              "1 passed, 0 failed")
        check("skipped kinds are named", document(changed(kind="ticket_order")), 0,
              "0 passed, 0 failed")
        check("no JSON", "{", 2, "error: ")
        check("empty", "", 2, "error: ")
        check("another format", '{"format": "x", "cases": []}', 2, "error: ")
        check("no list", '{"format": "sampler-vectors-1", "cases": {}}', 2, "error: ")
        check("case without kind", document({"id": "a"}), 2, "error: ")
        check("params no object", document(changed(params=[])), 2, "error: ")
        check("duplicate key", '{"format": "sampler-vectors-1", "format": "x", "cases": []}', 2,
              "error: ")
        check("invalid UTF-8", b'{"format": "\xff"}', 2, "error: ")
        check("NaN", '{"format": "sampler-vectors-1", "cases": [NaN]}', 2, "error: ")
        if run(tool)[0] != 2 or run(tool, Path(folder) / "absent.json")[0] != 2:
            checks.failures += 1
            print("FAILED: no file, or an absent one: want exit 2")
        return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
