"""Files that the program writes: whole or not there, wherever a kill or a full disk falls."""
import json
import shutil
import sqlite3

from program import small_files
from world import digest

IDS = 20  # a block has more


def whole_backup(world, path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as file:
        return file.execute("pragma integrity_check").fetchone()[0] == "ok"


def whole_dump(world, path):
    text = path.read_bytes()
    return text.endswith(b"\n") and all(json.loads(line) for line in text.splitlines())


def whole_json(world, path):
    return json.loads(path.read_text()) is not None


def whole_proof(world, path):
    """A proof is the same however often it is made."""
    again = world.voice.new_file(".proof")
    world.program.json(["ledger", "consistency", "5", "--out", again])
    return again.read_bytes() == path.read_bytes()


def whole_key(world, path):
    return world.program.run(["key", "show", path]).code == 0


def whole_ids(world, path):
    return len(path.read_text().splitlines()) == 1 + IDS


def doors(world):
    """What writes a file: its words before the file's name, and whether that is whole."""
    party = world.provers[0]
    site = digest("a place")[:20]
    return {
        "backup": (["ledger", "backup"], whole_backup),
        "dump": (["registry", "dump", "--out"], whole_dump),
        "proof": (["ledger", "consistency", "5", "--out"], whole_proof),
        "receipt": (["ledger", "prove", "5", "--out"], whole_json),
        "key": (["key", "new"], whole_key),
        "ids": (["chip", "ids", "--block", "1000", "--count", IDS, "--out"], whole_ids),
        "statement": (["statement", "make", "--kind", "site.register", "--as", party, "--sign",
                       world.voice.keys[party], "--body", json.dumps({
                           "site": site, "name": site, "country": "XB", "kind": "warehouse"}),
                       "--out"], whole_json),
    }


def disturbed(world):
    """Each door once killed and once with files that may not grow."""
    for name, (words, is_whole) in doors(world).items():
        for how in ("killed", "kept small"):
            folder = world.voice.new_file(f"-out-{name}")
            folder.mkdir()
            file = folder / "file"
            if how == "killed":
                ran = world.program.killed_after(world.fate.uniform(0.002, 0.08), [*words, file])
                world.program.count("kills", ran.killed)
            else:
                ran = world.program.run([*words, file], preexec_fn=small_files(
                    world.fate.choice((0, 1, 40, 5_000, 100_000))))
            look(world, f"{name}, {how}", ran, folder, is_whole)
            shutil.rmtree(folder)


def look(world, what, ran, folder, is_whole):
    checks = world.program.checks
    file = folder / "file"
    if ran.code == 0:
        checks.that(file.exists(), f"{what}: it ended in 0, and there is no file")
    if not ran.killed:
        left = [path.name for path in folder.iterdir() if path != file]
        checks.that(not left, f"{what}: left {left} behind")
        checks.that(ran.code == 0 or not file.exists(), f"{what}: exit {ran.code}, and a file")
    if file.exists():
        checks.that(is_whole(world, file), f"{what}: half a file under its own name")
    world.program.count("files whole" if file.exists() else "files not there")


def exported(world):
    """The log as tiles, by an export that is killed and goes on, and one that nobody disturbs."""
    words = ["ledger", "export", world.tiles]
    for _ in range(2):
        ran = world.program.killed_after(world.fate.uniform(0.005, 0.15), words)
        world.program.count("kills", ran.killed)
    world.program.json(words)
    judged = world.program.json(["ledger", "verify-tiles", world.tiles, *world.log_keys[-2:]])
    world.program.checks.that(judged["valid"], f"month {world.month}: tiles: {judged['faults']}")
