#!/usr/bin/env python3
"""Runs the shell commands of sampler/draw/README.md on the recorded draws: replay_test.py README."""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "sampler"
LARGEST = 200  # lines: a shell starts some processes for each


def scripts_of(readme):
    """The commands by the name in their first line."""
    blocks = re.findall(r"```bash\n(# usage: (\S+) .*?)```", Path(readme).read_text(encoding="utf-8"),
                        re.S)
    return {name: block for block, name in blocks}


def leaf_of(site, line):
    return hashlib.sha256(b"leaf %d %d" % (site, line)).hexdigest()


def lines_of(draw):
    return [(j, i) for j, site in enumerate(draw["sites"]) for i in range(site["lines"])]


def replayed(script, *inputs):
    """What the commands print; a number is an argument as it is, anything else lines of a file."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = []
        for place, given in enumerate(inputs):
            if isinstance(given, int):
                arguments.append(str(given))
                continue
            file = Path(folder, str(place))
            file.write_text("".join(" ".join(map(str, line)) + "\n" for line in given))
            arguments.append(file)
        return subprocess.run(["bash", "-c", script, "replay", *arguments], capture_output=True,
                              text=True, check=True).stdout


def inputs_of(rule, draw):
    seeds = [(j, site["seed"]) for j, site in enumerate(draw["sites"])]
    lines = lines_of(draw)
    leaves = [(j, leaf_of(j, i)) for j, i in lines]
    if rule == "replay.sh":
        return seeds, leaves, draw["wanted"]
    if rule == "replay-by-site.sh":
        numbers = [(j, site["many"], site["few"], site["limit"])
                   for j, site in enumerate(draw["sites"])]
        return seeds, leaves, numbers
    if rule == "replay-by-class.sh":
        limits = draw["limits"]
        return seeds, [(j, leaf_of(j, i), limits[i % len(limits)]) for j, i in lines]
    chips = [(j, leaf_of(j, i), "CHIP-%d-%03d" % (j, i)) for j, i in lines]
    return seeds, chips, draw["wanted"], [(chip,) for chip in draw["seen"]]


def main(readme):
    scripts = scripts_of(readme)
    rules = json.loads((VECTORS / "draw_rules.json").read_text(encoding="utf-8"))
    simple = json.loads((VECTORS / "draw.json").read_text(encoding="utf-8"))
    draws = {"replay.sh": simple["draws"], "replay-by-site.sh": rules["by_site"],
             "replay-by-class.sh": rules["by_class"], "replay-rest.sh": rules["of_rest"]}
    for rule, recorded in draws.items():
        done = 0
        for draw in recorded:
            if len(lines_of(draw)) > LARGEST:
                continue
            got = replayed(scripts[rule], *inputs_of(rule, draw))
            want = "".join(f"{line['ticket']} {line['site']} {leaf_of(line['site'], line['line'])}\n"
                           for line in draw["drawn"])
            if got != want:
                print(f"FAILED {rule}:\n{got}\nwant\n{want}")
                return 1
            done += 1
        print(f"{rule}: {done} draws replayed")
        if done < (3 if rule == "replay.sh" else 2):
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
