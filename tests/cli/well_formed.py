#!/usr/bin/env python3
"""Writes the sample reports with PROGRAM and reads each with an XML parser that is not ours.

usage: well_formed.py PROGRAM FOLDER
"""
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as tree

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"


def problems(path):
    root = tree.parse(path).getroot()
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        yield f"id {name} stands {ids.count(name)} times"
    for node in root.iter():
        for name in (node.get("aria-labelledby") or "").split():
            if name not in ids:
                yield f"aria-labelledby names {name}, which is nowhere"
        if node.tag == XHTML + "a" and node.get("href", "").lstrip("#") not in ids:
            yield f"link to {node.get('href')} leads nowhere"
        if any(attribute.startswith("on") for attribute in node.attrib):
            yield f"{node.tag} has an event handler"
        if node.tag.split("}")[-1] in ("script", "iframe", "object", "img"):
            yield f"{node.tag} stands in the page"
    for drawing in root.iter(SVG + "svg"):
        if [child.tag for child in drawing].count(SVG + "title") != 1:
            yield "a drawing has not one title"


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    subprocess.run([program, str(folder)], check=True)
    files = sorted([*folder.glob("*.html"), *folder.glob("*.svg")])
    found = [f"{path.name}: {text}" for path in files for text in problems(path)]
    print("\n".join(found) or f"{len(files)} files are well-formed")
    return 1 if found or len(files) < 5 else 0


if __name__ == "__main__":
    sys.exit(main())
