#!/usr/bin/env python3
"""Checks what compilers do not: layers, wrapped headers, banned calls, lengths, documents.

  tests/tidy.py [FOLDER]        (default: the project)

Prints one line per violation, "file:line: what", then "N passed, N failed", where each rule counts
as one. Exceptions are listed, with their reason, in tests/tidy_exceptions.txt.
"""

import dataclasses
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import tidy_text  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What a folder may include, besides itself. The picture in README.md says the same.
BASE = {"ledger/base"}
NUMBERS = {"sampler/stats", "sampler/draw"}
LEDGER = BASE | {"ledger/crypto", "ledger"}
MAY_INCLUDE = {
    "ledger/base": set(),
    "ledger/crypto": BASE,
    "ledger/sql": BASE,
    "sampler/stats": BASE | {"ledger/crypto"},
    "sampler/draw": BASE | {"ledger/crypto"},
    "ledger": BASE | {"ledger/crypto", "ledger/sql"},
    "registry/json_schema": BASE,
    "registry/gs1": {"registry/json_schema"},
    "registry": LEDGER | NUMBERS | {"ledger/sql", "registry/gs1"},
    "registry/rule_book": set(),
    "registry/holdings": LEDGER | {"registry", "sampler/draw"},
    "registry/exchange": LEDGER | {"ledger/sql", "registry", "registry/gs1", "registry/json_schema"},
    "registry/chokepoint": LEDGER | NUMBERS | {"registry", "registry/exchange"},
    "sampler": LEDGER | NUMBERS | {"registry"},
    "attestation": LEDGER | NUMBERS | {"registry"},
    "cli/http": BASE,
    "cli": LEDGER | NUMBERS | {"ledger/sql", "registry", "registry/chokepoint", "registry/exchange",
                                "registry/gs1", "registry/holdings", "registry/json_schema", "registry/rule_book", "sampler", "attestation", "cli/http"},
}
PRODUCT = ("ledger", "registry", "sampler", "attestation", "cli")

# A third-party header is visible in one place only, behind what wraps it. First match counts.
ONLY_IN = [
    ("openssl/", ("ledger/crypto/",)),
    ("sodium", ("ledger/crypto/",)),
    ("p11-kit/", ("ledger/crypto/",)),
    ("sqlite3", ("ledger/sql/",)),
    ("libpq-fe.h", ("ledger/sql/",)),
    ("nlohmann/", ("ledger/base/json.",)),
    ("pcre2", ("registry/json_schema/",)),
    ("roaring", ("registry/state/held_chips",)),
    ("libxml/", ("registry/exchange/xml_tree.cpp",)),
    ("simdjson", ("ledger/base/",)),
    ("tl/", ("ledger/base/error.hpp",)),
    ("boost/multiprecision", ("ledger/base/", "sampler/stats/")),
    ("boost/math", ("sampler/stats/",)),
    ("boost/random", ("sampler/",)),
    ("boost/asio", ("cli/http/",)),
    ("boost/beast", ("cli/http/",)),
    ("boost/", ()),
    ("CLI/", ("cli/",)),
    ("fmt/", ("cli/",)),
    ("doctest", ()),
    ("benchmark/", ()),
]
# The operating system, for files, locks and processes: the sampler and attestation only compute.
OPERATING_SYSTEM = ("ledger/", "registry/", "cli/")
SYSTEM_HEADER = re.compile(
    r"(?:sys/\w+|arpa/inet|netinet/\w+|netdb|dirent|fcntl|grp|poll|pthread|pwd|sched|signal|spawn"
    r"|termios|time|unistd)\.h$")

# (what, where it is allowed, why not). Matched against code without comments and literals.
PRINTS = ("cli/", "sampler/vectors_tool/")  # programs; all else is a library
BANNED = [
    (r"\b(?:std::|::)?s?rand\s*\(", (), "not reproducible; randomness is an argument"),
    (r"\brandom_device\b", ("ledger/crypto/",), "randomness is an argument"),
    (r"(?<![\w.>])(?:std::|::)?(?:system|popen)\s*\(", (), "a shell takes any input for a command"),
    (r"\b(?:std::)?v?f?printf\s*\(|\bf?puts\s*\(|\bputchar\s*\(",
     (*PRINTS, "ledger/base/check."), "libraries never print"),
    (r"\bstd::(?:cout|cerr|clog)\b|<iostream>", PRINTS, "libraries never print"),
    (r"(?<![\w.>])(?:std::|::)?(?:_?exit|_Exit|quick_exit|abort|terminate)\s*\(",
     ("ledger/base/check.", "cli/"), "libraries never exit; a bug is MUSTER_CHECK"),
    (r"\b(?:std::|::)?(?:lgamma|tgamma)[fl]?(?:_r)?\s*\(", (),
     "writes a global, and loses seven digits at a million"),
    (r"\bSHA(?:1|224|256|384|512)\s*\(", (), "slow on OpenSSL 3: use ledger/crypto/sha256.hpp"),
    (r"\b(?:strcpy|strcat|sprintf|vsprintf|gets|strtok|tmpnam|mktemp)\s*\(", (),
     "no bound, or not thread-safe"),
    (r"\b(?:std::)?(?:ato[ifl]|atoll)\s*\(", (), "errors go unnoticed: std::from_chars"),
    (r"\b(?:localtime|gmtime|ctime|asctime|setlocale)\s*\(", (),
     "depends on the machine or a global"),
    (r"\b(?:system_clock|utc_clock)::now\s*\(|(?<![\w.>:])(?:std::|::)time\s*\(",
     ("ledger/base/clock.",), "time is an argument: Clock"),
    (r"\b(?:std::)?(?:shared_ptr|make_shared)\b", (),
     "unique_ptr for transfer, reference for borrowing"),
    (r"(?<!\w)throw\b", (), "Result for failures of the world, MUSTER_CHECK for bugs"),
    (r"\b(?:const|reinterpret)_cast<const_", (), "never valid"),
]

FILE_LINES = 400
FUNCTION_LINES = 60
DOCUMENTED = (*MAY_INCLUDE, "data", "scripts", ".ci", "tests", "tests/bench", "tests/fuzz")
WORDS = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
PLACES = re.compile(r"(?<![\w.:/-])/(?:work|root|home/\w+)/[\w.-]")
TEXT_SUFFIXES = {".cpp", ".hpp", ".py", ".sh", ".md", ".txt", ".json", ".csv", ".sql", ".html",
                 ".css", ".js", ".build", ".cddl", ".yml", ".yaml", ".toml", ""}
NOT_OURS = re.compile(
    r"(?:build[^/]*|\.cache)/|\.git(?:/|$)|(?:.*/)?__pycache__/|tests/vectors/|data/")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)


@dataclasses.dataclass
class Source:
    path: str  # from the project's folder, with slashes
    text: str

    def __post_init__(self):
        self.is_cpp = self.path.endswith((".cpp", ".hpp"))
        self.is_product = self.is_cpp and self.path.startswith(tuple(f"{top}/" for top in PRODUCT))
        # Nobody includes a precompiled header: it only saves the compiler time.
        self.is_precompiled = pathlib.PurePosixPath(self.path).parent.name == "pch"
        self.code = tidy_text.code_only(self.text) if self.is_cpp else ""

    def includes(self):
        """(line, quote, header) of each include."""
        code = tidy_text.without_comments(self.text)
        for match in INCLUDE.finditer(code):
            yield code.count("\n", 0, match.start()) + 1, match[1], match[2]


def layer(path: str) -> str | None:
    """The deepest folder of the layer diagram that holds `path`."""
    holders = [name for name in MAY_INCLUDE if path.startswith(name + "/")]
    return max(holders, key=len, default=None)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def check_layers(project):
    """includes go down the layer diagram"""
    for source in project.cpp():
        own = layer(source.path)
        for line, quote, header in source.includes():
            if quote != '"':
                continue
            there = layer(header)
            if there is None and not (header.startswith("tests/") and not source.is_product):
                if not any(header.startswith(prefix) for prefix, _ in ONLY_IN):
                    yield source.path, line, f'"{header}" is not rooted at the project folder'
            elif source.is_product and there != own and there not in MAY_INCLUDE[own]:
                yield source.path, line, f"{own} must not know {there}"


def check_headers(project):
    """third-party headers stay behind their wrappers"""
    for source in project.cpp(product=True):
        for line, quote, header in source.includes():
            homes = next((homes for prefix, homes in ONLY_IN if header.startswith(prefix)), None)
            if homes is None and SYSTEM_HEADER.match(header):
                homes = OPERATING_SYSTEM
            if homes is not None:
                if not source.path.startswith(homes):
                    place = " or ".join(homes) if homes else "no product folder"
                    yield source.path, line, f"<{header}> belongs in {place}"
            elif quote == "<" and ("/" in header or "." in header):
                yield source.path, line, f"<{header}> has no place yet: see tests/tidy.py"


def check_calls(project):
    """no banned calls"""
    for source in project.cpp(product=True):
        for expression, homes, reason in BANNED:
            if source.path.startswith(homes):
                continue
            for match in re.finditer(expression, source.code):
                name = match[0].strip().rstrip("(").strip()
                if not project.excepted("call", source.path, name):
                    yield source.path, line_of(source.code, match.start()), f"{name}: {reason}"


def check_file_length(project):
    """files are short"""
    for source in project.cpp():
        length = source.text.count("\n")
        limit = project.limit("file", source.path, length, FILE_LINES)
        if length > max(FILE_LINES, limit):
            yield source.path, length, f"{length} lines, want at most {limit}"


def check_function_length(project):
    """functions are short"""
    for source in project.cpp():
        for function in tidy_text.functions(source.text):
            place = f"{source.path}:{function.name}"
            limit = project.limit("function", place, function.length, FUNCTION_LINES)
            if function.length > max(FUNCTION_LINES, limit):
                what = f"{function.name}: {function.length} lines, want at most {limit}"
                yield source.path, function.line, what


def check_documents(project):
    """each folder has a README.md"""
    for folder in DOCUMENTED:
        if (project.root / folder).is_dir() and not (project.root / folder / "README.md").is_file():
            yield folder, 1, "no README.md"


def check_words(project):
    """nothing is left to do"""
    for source in project.sources:
        if source.path.startswith(PRODUCT):
            for match in WORDS.finditer(source.text):
                line = line_of(source.text, match.start())
                yield source.path, line, f"{match[0]}: do it, or open an issue"


def check_places(project):
    """no file knows where somebody keeps it"""
    for source in project.sources:
        for match in PLACES.finditer(source.text):
            if not project.excepted("place", source.path, match[0]):
                yield source.path, line_of(source.text, match.start()), "a path of one machine"


def check_guards(project):
    """headers begin with #pragma once and import no namespace"""
    for source in project.cpp():
        if not source.path.endswith(".hpp"):
            continue
        if not re.match(r"\s*#pragma once\n", source.code):
            yield source.path, 1, "want #pragma once first"
        for match in re.finditer(r"^using namespace\b", source.code, re.MULTILINE):
            yield source.path, line_of(source.code, match.start()), "using namespace in a header"


def check_built(project):
    """every source is in a meson.build, and that in its parent"""
    lists = {pathlib.PurePosixPath(source.path).parent: source.text for source in project.sources
             if pathlib.PurePosixPath(source.path).name == "meson.build"}
    for folder in lists:
        above = [(parent, lists.get(parent, "")) for parent in folder.parents]
        if above and not any(f"subdir('{folder.relative_to(parent)}')" in text
                             for parent, text in above):
            yield f"{folder}/meson.build", 1, "in no subdir(): it is never read"
    for source in project.cpp():
        if not source.path.endswith(".cpp") or not lists:
            continue
        path = pathlib.PurePosixPath(source.path)
        text = "\n".join(lists.get(folder, "") for folder in path.parents)
        # A list may leave out what all its files have in common: 'time' of time_test.cpp.
        stem = re.sub(r"_(?:test|fuzz|bench)$", "", path.stem)
        if not re.search(rf"[/']{re.escape(stem)}(?:_test|_fuzz|_bench)?(?:\.cpp)?'", text):
            yield source.path, 1, "in no meson.build: it is never compiled"


def check_exceptions(project):
    """every exception is needed and has a reason"""
    for entry in project.exceptions:
        if not entry.reason:
            yield project.exceptions_path, entry.line, "no reason: <rule> <where> <what> # reason"
        elif not entry.used:
            yield project.exceptions_path, entry.line, f"{entry.where}: no longer needed, remove it"


# The last rule sees which exceptions the others used.
RULES = [check_layers, check_headers, check_calls, check_file_length, check_function_length,
         check_documents, check_words, check_places, check_guards, check_built, check_exceptions]


@dataclasses.dataclass
class Exemption:
    rule: str
    where: str
    what: str
    reason: str
    line: int
    used: bool = False


class Project:
    exceptions_path = "tests/tidy_exceptions.txt"

    def __init__(self, root: pathlib.Path):
        self.root = root
        self.sources = [Source(path, (root / path).read_text(encoding="utf-8", errors="replace"))
                        for path in self.paths()]
        self.exceptions = self.read_exceptions()

    def paths(self) -> list[str]:
        found = []
        for path in sorted(self.root.rglob("*")):
            relative = path.relative_to(self.root).as_posix()
            if NOT_OURS.match(relative):
                continue
            if path.suffix in TEXT_SUFFIXES and path.is_file() and not path.is_symlink():
                found.append(relative)
        return found

    def read_exceptions(self) -> list[Exemption]:
        file = self.root / self.exceptions_path
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        found = []
        for number, line in enumerate(lines, start=1):
            entry, _, reason = line.partition(" # ")
            words = entry.split(maxsplit=1)
            if not words or line.startswith("#"):
                continue
            where, _, what = words[1].strip().rpartition(" ") if len(words) > 1 else ("", "", "")
            found.append(Exemption(words[0], where.strip(), what, reason.strip(), number))
        return found

    def cpp(self, product: bool = False) -> list[Source]:
        return [s for s in self.sources
                if s.is_cpp and not s.is_precompiled and (s.is_product or not product)]

    def excepted(self, rule: str, where: str, what: str) -> bool:
        hits = [e for e in self.exceptions if (e.rule, e.where, e.what) == (rule, where, what)]
        for exception in hits:
            exception.used = True
        return bool(hits)

    def limit(self, rule: str, where: str, actual: int, default: int) -> int:
        """The length an exception allows `where`. One that is not needed counts as unused."""
        for exception in self.exceptions:
            if (exception.rule, exception.where) == (rule, where) and exception.what.isdigit():
                exception.used = actual > default
                return int(exception.what)
        return default


def violations(root: pathlib.Path) -> dict[str, list[str]]:
    """Of each rule, the lines to print."""
    project = Project(root)
    return {rule.__doc__: [f"{path}:{line}: {what}" for path, line, what in rule(project)]
            for rule in RULES}


def main(arguments: list[str]) -> int:
    root = pathlib.Path(arguments[0] if arguments else ROOT)
    found = violations(root)
    for rule, lines in found.items():
        for line in lines:
            print(line)
        if lines:
            print(f"failed: {rule} ({len(lines)})")
    failed = sum(1 for lines in found.values() if lines)
    print(f"{len(found) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
