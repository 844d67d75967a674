#!/usr/bin/env python3
"""Counts what test programs report, and prints the totals of a run.

  summarise.py testlog FILE                   counts meson's testlog.json
  summarise.py output TOTALS KIND NAME STATUS counts the output of one stage, read from standard
                                              input, and appends the counts to the file TOTALS;
                                              a `stage` always counts, a `step` only if it fails
  summarise.py totals TOTALS                  adds them up: the last lines of ./check and .ci/run
  summarise.py skipped TOTALS                 names what was not tested

A program is counted by the last line "N passed, N failed" that it prints, else by what doctest or
unittest says, else as one test. A line "skipped: GROUP" names something that was not tested.
"""

import dataclasses
import json
import re
import sys

DOCTEST = re.compile(
    r"^\[doctest\] test cases:\s*\d+\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed", re.MULTILINE)
UNITTEST = re.compile(r"^Ran (\d+) tests? in ", re.MULTILINE)
UNITTEST_BAD = re.compile(r"\b(?:failures|errors|unexpected successes)=(\d+)")
UNITTEST_SKIPPED = re.compile(r"\bskipped=(\d+)")
PLAIN = re.compile(r"^\s*(\d+) passed, (\d+) failed\s*$", re.MULTILINE)
SKIPPED_LINE = re.compile(r"\bskipped: ([^\d\s].*?)\s*$", re.MULTILINE)


@dataclasses.dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: "Counts") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += [group for group in other.skipped if group not in self.skipped]


def cases(text: str) -> tuple[int, int] | None:
    """Passed and failed as the program itself counted them, or None if it does not say."""
    if plain := PLAIN.findall(text):
        return int(plain[-1][0]), int(plain[-1][1])
    if doctest := DOCTEST.findall(text):
        return sum(int(p) for p, _ in doctest), sum(int(f) for _, f in doctest)
    if ran := UNITTEST.findall(text):
        bad = sum(int(n) for n in UNITTEST_BAD.findall(text))
        skipped = sum(int(n) for n in UNITTEST_SKIPPED.findall(text))
        return sum(int(n) for n in ran) - bad - skipped, bad
    return None


def count(text: str, ok: bool) -> Counts:
    """Counts one program. One that ends badly has failed, whatever it printed before."""
    passed, failed = cases(text) or (1 if ok else 0, 0)
    if not ok:
        failed = max(failed, 1)
    skipped = list(dict.fromkeys(SKIPPED_LINE.findall(text)))
    if not skipped and (silent := sum(int(n) for n in UNITTEST_SKIPPED.findall(text))):
        skipped = [f"{silent} Python tests, which do not say why"]
    return Counts(passed, failed, skipped)


def count_testlog(lines: list[str]) -> tuple[Counts, list[dict]]:
    """Adds up testlog.json (one JSON object per line). Also returns the tests that failed."""
    total, bad = Counts(), []
    for line in filter(str.strip, lines):
        test = json.loads(line)
        text = (test.get("stdout") or "") + "\n" + (test.get("stderr") or "")
        if test["result"] == "SKIP":
            groups = SKIPPED_LINE.findall(text) or [f"{test['name']}: not run"]
            total.add(Counts(skipped=groups))
            continue
        ok = test["result"] in ("OK", "EXPECTEDFAIL")
        counts = count(text, ok)
        total.add(counts)
        if counts.failed:
            bad.append(test)
    return total, bad


def testlog_command(path: str) -> int:
    try:
        with open(path, encoding="utf-8") as file:
            total, bad = count_testlog(file.readlines())
    except OSError as error:
        total, bad = Counts(failed=1), [{"name": "meson test", "result": str(error)}]
    if total.passed + total.failed == 0:
        # A suite that vanished must not look like a suite that passed.
        total.failed, bad = 1, [{"name": "meson test", "result": "no test ran"}]
    for test in bad:
        print(f"FAILED {test['name']}: {test['result']}")
    for group in total.skipped:
        print(f"skipped: {group}")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


def output_command(totals: str, kind: str, name: str, status: str) -> int:
    counts = count(sys.stdin.read(), status == "0")
    if kind == "step" and not counts.failed:
        counts = Counts(skipped=counts.skipped)
    with open(totals, "a", encoding="utf-8") as file:
        print(json.dumps({"name": name, **dataclasses.asdict(counts)}), file=file)
    return 1 if counts.failed else 0


def read_totals(path: str) -> tuple[Counts, list[dict]]:
    total, stages = Counts(), []
    with open(path, encoding="utf-8") as file:
        for line in file:
            stage = json.loads(line)
            stages.append(stage)
            total.add(Counts(stage["passed"], stage["failed"], stage["skipped"]))
    return total, stages


def skipped_command(path: str) -> int:
    for group in read_totals(path)[0].skipped:
        print(f"  {group}")
    return 0


def totals_command(path: str) -> int:
    total, stages = read_totals(path)
    for stage in stages:
        if stage["failed"]:
            print(f"failed in {stage['name']}: {stage['failed']}")
    for group in total.skipped:
        print(f"skipped: {group}")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed or total.passed == 0 else 0


def main(arguments: list[str]) -> int:
    match arguments:
        case ["testlog", path]:
            return testlog_command(path)
        case ["output", totals, ("stage" | "step") as kind, name, status]:
            return output_command(totals, kind, name, status)
        case ["skipped", path]:
            return skipped_command(path)
        case ["totals", path]:
            return totals_command(path)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
