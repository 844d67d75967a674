"""Hostile files: huge, deep, endless and expanding ones. Each is written once into a folder."""
import gzip
import os
import zipfile

GIGABYTE = 10**9
DEEP = 10**6
LINES = 10**7


def repeat(path, pattern, size):
    """Writes `pattern` over and over, `size` bytes or a little less."""
    block = pattern * max(1, (1 << 20) // len(pattern))
    with open(path, "wb") as out:
        for _ in range(size // len(block)):
            out.write(block)


def framed(path, before, pattern, size, after):
    repeat(path, pattern, size)
    with open(path, "r+b") as out:
        out.write(before)
        out.seek(0, os.SEEK_END)
        out.write(after)


def whole(path, data):
    with open(path, "wb") as out:
        out.write(data)


def zipped(path, inside):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(inside, "w", force_zip64=True) as out:
            for _ in range(1000):
                out.write(bytes(1_000_000))


def gzipped(path):
    with gzip.open(path, "wb", compresslevel=1) as out:
        for _ in range(1000):
            out.write(b"[" * 1_000_000)


def laughs(path):
    """XML whose entities would unfold to 10^9 words."""
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    whole(path, f"<!DOCTYPE x [{entities}]><x>&a9;</x>".encode())


def sparse(path):
    with open(path, "wb") as out:
        out.truncate(10**12)


# Name of the file, what it is, and what writes it.
INPUTS = {
    "zeros": ("1 GB of zero bytes", lambda p: repeat(p, b"\0", GIGABYTE)),
    "sparse": ("10^12 bytes that the disk does not have", sparse),
    "blanks": ("1 GB of empty lines", lambda p: repeat(p, b"\n", GIGABYTE)),
    "brackets": ("1 GB of [", lambda p: repeat(p, b"[", GIGABYTE)),
    "string": ("one JSON string of 1 GB", lambda p: framed(p, b'"', b"a", GIGABYTE, b'"')),
    "array": ("one JSON array of 1 GB", lambda p: framed(p, b"[", b"0,", GIGABYTE, b"0]")),
    "word": ("1 GB of letters without a line's end", lambda p: repeat(p, b"a", GIGABYTE)),
    "deep-arrays": ("10^6 arrays within each other",
                    lambda p: whole(p, b"[" * DEEP + b"]" * DEEP)),
    "deep-objects": ("10^6 objects within each other",
                     lambda p: whole(p, b'{"a":' * DEEP + b"0" + b"}" * DEEP)),
    "deep-xml": ("10^6 XML elements within each other",
                 lambda p: whole(p, b"<a>" * DEEP + b"</a>" * DEEP)),
    "deep-cbor": ("10^6 CBOR arrays within each other", lambda p: whole(p, b"\x81" * DEEP + b"\0")),
    "long-cbor": ("a CBOR string that claims 2^63 bytes",
                  lambda p: whole(p, b"\x5b\x7f" + b"\xff" * 7 + b"aaaa")),
    "objects": ("10^7 lines of an empty JSON object", lambda p: repeat(p, b"{}\n", 3 * LINES)),
    "table": ("10^7 lines of two columns",
              lambda p: framed(p, b"chip,x\n", b"a,b,cd\n", 7 * LINES, b"")),
    "laughs": ("XML entities that unfold to 10^9 words", laughs),
    "zip": ("a zip file of 1 GB of zeros", lambda p: zipped(p, "document.json")),
    "gzip": ("a gzip file of 1 GB of [", gzipped),
}


def write(folder, name):
    path = os.path.join(folder, name)
    INPUTS[name][1](path)
    return path
