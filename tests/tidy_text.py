"""Reads C++ text as far as tests/tidy.py needs it: without comments, cut into functions.

This is no parser. It knows comments, literals and brackets, which is enough for code that
clang-format has laid out.
"""

import dataclasses
import re

_TOKEN = re.compile(
    r'//[^\n]*'
    r'|/\*.*?\*/'
    r'|R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)"'
    r'|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'",
    re.DOTALL)

_MEMBER_INITIALISER = re.compile(r"\)\s*(?:noexcept\s*(?:\([^)]*\)\s*)?)?:(?!:)")
_NAME = re.compile(r"([~\w:]+|operator\s*[^\s(]+)\s*\(")


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def without_comments(text: str) -> str:
    """The same text with comments blanked; what is left keeps its line and column."""
    return _TOKEN.sub(lambda m: _blank(m[0]) if m[0].startswith(("//", "/*")) else m[0], text)


def code_only(text: str) -> str:
    """The same text with comments and the inside of literals blanked."""
    def replacement(match: re.Match[str]) -> str:
        token = match[0]
        if token.startswith(("//", "/*")):
            return _blank(token)
        quote = token[-1]
        return quote + _blank(token[1:-1]) + quote
    return _TOKEN.sub(replacement, text)


def _without_directives(code: str) -> str:
    directive = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.MULTILINE)
    return directive.sub(lambda m: _blank(m[0]), code)


@dataclasses.dataclass(frozen=True)
class Function:
    name: str
    line: int    # where the body opens
    length: int  # lines from there to the closing brace


def functions(text: str) -> list[Function]:
    """All functions with a body, outermost only: a lambda counts as part of where it stands."""
    code = _without_directives(code_only(text))
    found: list[Function] = []
    position = header = 0
    while position < len(code):
        character = code[position]
        if character == "(":
            position = _closing(code, position)
        elif character == "{":
            head = code[header:position]
            if _opens_body(head):
                end = _closing(code, position)
                first = code.count("\n", 0, position) + 1
                name = _name(text[header:position], head)
                found.append(Function(name, first, code.count("\n", position, end) + 1))
                position, header = end, end + 1
            elif _opens_scope(head):
                header = position + 1
            else:
                position = _closing(code, position)  # an initialiser
        elif character in ";}":
            header = position + 1
        position += 1
    return found


def _closing(code: str, start: int) -> int:
    """Where the bracket that opens at `start` closes, or the end of the text."""
    depth = 0
    for position in range(start, len(code)):
        if code[position] in "({[":
            depth += 1
        elif code[position] in ")}]":
            depth -= 1
            if depth == 0:
                return position
    return len(code)


def _opens_scope(head: str) -> bool:
    return bool(re.search(r'\b(?:namespace|class|struct|union|enum)\b', head)) or \
        bool(re.search(r'\bextern\s+"\s*"\s*$', head))


def _opens_body(head: str) -> bool:
    declaration = re.sub(r"^\s*(?:public|private|protected)\s*:", "", head)
    declaration = re.sub(r"^\s*template\s*<[^;{}]*?>\s*(?=\w|\[)", "", declaration)
    if "(" not in declaration:
        return False
    if re.match(r"\s*(?:inline\s+)?(?:namespace|class|struct|union|enum)\b", declaration):
        return False
    after = declaration[declaration.index("("):]
    if _MEMBER_INITIALISER.search(after) and re.search(r"[\w>]\s*$", declaration):
        return False  # a_{x} in a constructor's list, before the body
    return not re.search(r"=\s*$|\breturn\s*$", declaration)


def _name(original: str, head: str) -> str:
    """`parse` of `Result<Id> Id::parse(...)`; the sentence of a TEST_CASE."""
    macro = re.search(r'\b[A-Z_]*TEST_CASE\w*\s*\(\s*"((?:\\.|[^"\\])*)"', original)
    if macro:
        return macro[1]
    names = _NAME.search(head)
    return names[1] if names else "?"
