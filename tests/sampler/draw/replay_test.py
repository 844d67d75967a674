#!/usr/bin/env python3
"""Runs the shell commands of sampler/draw/README.md on the recorded draws: replay_test.py README."""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "sampler" / "draw.json"
LARGEST = 200  # lines: a shell starts some processes for each


def main(readme):
    script = re.search(r"```bash\n(.*?)```", Path(readme).read_text(encoding="utf-8"), re.S).group(1)
    replayed = 0
    for draw in json.loads(VECTORS.read_text(encoding="utf-8"))["draws"]:
        sizes = [site["lines"] for site in draw["sites"]]
        if sum(sizes) > LARGEST:
            continue
        leaves = {(j, i): hashlib.sha256(b"leaf %d %d" % (j, i)).hexdigest()
                  for j, size in enumerate(sizes) for i in range(size)}
        with tempfile.TemporaryDirectory() as folder:
            seeds_file, leaves_file = Path(folder, "seeds"), Path(folder, "leaves")
            seeds_file.write_text("".join(f"{j} {site['seed']}\n"
                                          for j, site in enumerate(draw["sites"])))
            leaves_file.write_text("".join(f"{j} {leaf}\n" for (j, _), leaf in leaves.items()))
            command = ["bash", "-c", script, "replay", seeds_file, leaves_file, str(draw["wanted"])]
            got = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        want = "".join(f"{line['ticket']} {line['site']} {leaves[line['site'], line['line']]}\n"
                       for line in draw["drawn"])
        if got != want:
            print(f"FAILED a draw of {draw['wanted']} from {sizes}:\n{got}\nwant\n{want}")
            return 1
        replayed += 1
    print(f"{replayed} draws replayed")
    return 0 if replayed >= 3 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
