#!/usr/bin/env python3
"""Runs the examples of a README and compares what they print with what the README shows.

  tests/readme_test.py FILE [BUILD_FOLDER]        (default folder: build)

A block is tested when a comment stands before it:

    <!-- test -->
    ```console
    $ muster plan paper --target 0.9
    chips needed: ...
    ...
    ```

Each line "$ command" is run by bash in one temporary folder, block after block, with the build
folder on PATH; "data" and "build" there are links to the real ones. A command goes on to the next
line after a backslash. Then come the lines expected of it, both streams together: "..." alone
stands for any lines or none, within a line for any text. The command must exit with 0, or with
N where the comment says <!-- test exit=N -->. Without any tested block the run fails.
"""

import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"^<!-- test(?: exit=(?P<exit>\d+))? -->[ \t]*\n+```console\n(?P<body>.*?)^```[ \t]*$",
    re.MULTILINE | re.DOTALL)
TIMEOUT_S = 300


@dataclasses.dataclass
class Example:
    line: int
    command: str
    expected: list[str]
    exit_code: int


def examples(text: str) -> list[Example]:
    found = []
    for block in BLOCK.finditer(text):
        first_line = text.count("\n", 0, block.start("body")) + 1
        found += block_examples(block["body"], first_line, int(block["exit"] or 0))
    return found


def block_examples(body: str, first_line: int, exit_code: int) -> list[Example]:
    found: list[Example] = []
    continues = False
    for number, line in enumerate(body.splitlines(), start=first_line):
        if continues:
            found[-1].command += "\n" + line
        elif line.startswith("$ "):
            found.append(Example(number, line[2:], [], exit_code))
        elif found:
            found[-1].expected.append(line)
            continue
        else:
            raise ValueError(f"line {number}: output before the first command: {line!r}")
        continues = line.endswith("\\")
    return found


def pattern(expected: list[str]) -> re.Pattern[str]:
    parts = []
    for line in expected:
        if line.strip() == "...":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            literals = [re.escape(part) for part in line.rstrip().split("...")]
            parts.append("[^\n]*?".join(literals) + r"[ \t]*\n")
    return re.compile("".join(parts))


def matches(expected: list[str], printed: str) -> bool:
    if printed and not printed.endswith("\n"):
        printed += "\n"
    return pattern(expected).fullmatch(printed) is not None


def run(example: Example, folder: str, environment: dict[str, str]) -> str | None:
    """Runs one example. Returns what is wrong with it, or None."""
    try:
        done = subprocess.run(
            ["bash", "-c", example.command], cwd=folder, env=environment, timeout=TIMEOUT_S,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    except subprocess.TimeoutExpired:
        return f"no end after {TIMEOUT_S} s"
    printed = done.stdout.decode("utf-8", "replace")
    wrong = []
    if done.returncode != example.exit_code:
        wrong.append(f"exit code: got {done.returncode}, want {example.exit_code}")
    if not matches(example.expected, printed):
        wrong.append("the README shows:\n" + indented("\n".join(example.expected)) +
                     "\nbut it printed:\n" + indented(printed))
    return "\n".join(wrong) or None


def indented(text: str) -> str:
    return "\n".join("    " + line for line in text.splitlines()) or "    (nothing)"


def check_file(readme: pathlib.Path, build: pathlib.Path) -> tuple[int, int]:
    """Runs all examples; prints those that fail. Returns how many passed and failed."""
    passed = failed = 0
    found = examples(readme.read_text(encoding="utf-8"))
    path = f"{build}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryDirectory(prefix="muster_readme_") as folder:
        os.symlink(ROOT / "data", os.path.join(folder, "data"))
        os.symlink(build, os.path.join(folder, "build"))
        for example in found:
            wrong = run(example, folder, environment)
            passed, failed = passed + (wrong is None), failed + (wrong is not None)
            if wrong:
                print(f"{readme.name}:{example.line}: $ {example.command}\n{wrong}")
    if not found:
        print(f"{readme}: no tested example (a ```console block after <!-- test -->)")
        failed = 1
    return passed, failed


def main(arguments: list[str]) -> int:
    if not 1 <= len(arguments) <= 2:
        print(__doc__, file=sys.stderr)
        return 2
    build = ROOT / (arguments[1] if len(arguments) == 2 else "build")
    try:
        passed, failed = check_file(pathlib.Path(arguments[0]), build)
    except (OSError, ValueError) as error:
        print(f"{arguments[0]}: {error}")
        passed, failed = 0, 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


class ReadmeTest(unittest.TestCase):
    """The runner itself: `python3 -m unittest tests/readme_test.py`."""

    def outcome(self, readme: str) -> tuple[int, int]:
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "README.md")
            file.write_text(readme, encoding="utf-8")
            return check_file(file, pathlib.Path(folder))

    def block(self, body: str, marker: str = "<!-- test -->") -> str:
        return f"# Title\n\n{marker}\n```console\n{body}```\n\ntext\n"

    def test_output_as_shown_passes(self):
        self.assertEqual(self.outcome(self.block("$ printf 'a\\nb\\n'\na\nb\n")), (1, 0))

    def test_other_output_fails(self):
        self.assertEqual(self.outcome(self.block("$ echo a\nb\n")), (0, 1))

    def test_a_line_too_many_fails(self):
        self.assertEqual(self.outcome(self.block("$ printf 'a\\nb\\n'\na\n")), (0, 1))

    def test_a_missing_line_fails(self):
        self.assertEqual(self.outcome(self.block("$ echo a\na\nb\n")), (0, 1))

    def test_output_where_none_is_shown_fails(self):
        self.assertEqual(self.outcome(self.block("$ echo a\n")), (0, 1))

    def test_three_dots_alone_stand_for_any_lines_or_none(self):
        body = "$ seq 5\n1\n...\n5\n$ seq 2\n1\n...\n2\n$ true\n...\n"
        self.assertEqual(self.outcome(self.block(body)), (3, 0))

    def test_lines_after_three_dots_still_count(self):
        self.assertEqual(self.outcome(self.block("$ seq 5\n1\n...\n6\n")), (0, 1))

    def test_three_dots_within_a_line_stand_for_text_of_that_line(self):
        body = "$ echo took 17 ms today\ntook ... ms today\n$ printf 'a x\\ny b\\n'\na ... b\n"
        self.assertEqual(self.outcome(self.block(body)), (1, 1))

    def test_special_characters_are_literal(self):
        self.assertEqual(self.outcome(self.block("$ echo 'aXb'\na.b\n")), (0, 1))

    def test_a_failing_command_fails(self):
        self.assertEqual(self.outcome(self.block("$ false\n")), (0, 1))

    def test_the_exit_code_named_is_demanded(self):
        marker = "<!-- test exit=3 -->"
        self.assertEqual(self.outcome(self.block("$ exit 3\n$ exit 0\n", marker)), (1, 1))

    def test_blocks_share_one_folder(self):
        readme = self.block("$ echo kept > file\n") + self.block("$ cat file\nkept\n")
        self.assertEqual(self.outcome(readme), (2, 0))

    def test_standard_error_counts_as_output(self):
        self.assertEqual(self.outcome(self.block("$ echo a >&2\na\n")), (1, 0))

    def test_a_command_may_go_on_after_a_backslash(self):
        self.assertEqual(self.outcome(self.block("$ echo a \\\n    b\na b\n")), (1, 0))

    def test_programs_of_the_build_folder_are_found(self):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "muster")
            program.write_text("#!/bin/sh\necho built\n", encoding="utf-8")
            program.chmod(0o755)
            file = pathlib.Path(folder, "README.md")
            body = "$ muster\nbuilt\n$ build/muster\nbuilt\n"
            file.write_text(self.block(body), encoding="utf-8")
            self.assertEqual(check_file(file, pathlib.Path(folder)), (2, 0))

    def test_unmarked_blocks_are_not_run(self):
        readme = "```console\n$ false\n```\n" + self.block("$ true\n")
        self.assertEqual(self.outcome(readme), (1, 0))

    def test_a_readme_without_examples_fails(self):
        self.assertEqual(self.outcome("# Title\n"), (0, 1))

    def test_examples_know_their_line(self):
        self.assertEqual([e.line for e in examples(self.block("$ true\nx\n$ false\n"))], [5, 7])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
