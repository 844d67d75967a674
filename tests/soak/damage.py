"""Files that somebody damaged: the view is made anew, a log that was touched is told."""
import hashlib
import shutil
import sqlite3

FEW = 12  # bytes that are flipped in a view


def dump_hash(world, registry=None):
    return world.program.json(["registry", "dump-hash"], registry=registry)["sha256"]


def copied(world, name):
    """A copy of the registry, without what processes left open in it."""
    folder = world.voice.new_file(f"-{name}")
    shutil.copytree(world.program.registry, folder)
    return folder


def flip(path, places, dice):
    with open(path, "r+b") as file:
        for place in places:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 1 << dice.randrange(8)]))


def view_is_gone(world):
    """Without its view a registry is the same."""
    before = dump_hash(world)
    for name in ("view.db", "view.db-wal", "view.db-shm"):
        (world.program.registry / name).unlink(missing_ok=True)
    world.program.checks.that(dump_hash(world) == before, "another dump after the view was removed")
    world.program.count("views removed")


def view_is_damaged(world):
    """Bits of a view's pages: it is made anew at open, or `registry check` tells, or they were not
    in use. After a rebuild all is as before."""
    copy = copied(world, "view")
    want = dump_hash(world)
    view = copy / "view.db"
    size = view.stat().st_size
    flip(view, [world.fate.randrange(size) for _ in range(world.fate.randint(1, FEW))], world.fate)
    if world.fate.random() < 0.3:
        with open(view, "r+b") as file:
            file.truncate(world.fate.randrange(size))
    program = world.program
    looked = program.run(["registry", "check", "--json"], registry=copy)
    program.checks.that(looked.code in (0, 1, 3), f"a damaged view: {looked.code}: {looked.err}")
    if looked.code == 0:
        program.checks.that(dump_hash(world, copy) == want, "a damaged view passed for a whole one")
    program.count(f"views damaged, {('whole after all', 'told', '', 'told')[looked.code]}")
    program.json(["registry", "rebuild"], registry=copy)
    program.checks.that(dump_hash(world, copy) == want, "another dump after a rebuild")
    shutil.rmtree(copy)


def contents(path):
    """Digest of everything that a log's file holds, or None where it cannot be read."""
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as file:
            digest = hashlib.sha256()
            for table in ("entry", "tree_edge", "subtree", "blob", "checkpoint"):
                for row in file.execute(f"select * from {table} order by 1, 2"):
                    digest.update(repr(row).encode())
            return digest.hexdigest()
    except sqlite3.Error:
        return None


def backup(world):
    """The log in one file of its own, without anything beside it."""
    file = world.voice.new_file("-backup.db")
    world.program.json(["ledger", "backup", file])
    return file


def place_in_an_entry(path, dice):
    """Where in the file a byte of some entry stands."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as file:
        count = file.execute("select count(*) from entry").fetchone()[0]
        body = file.execute("select body from entry where log_index = ?",
                            (dice.randrange(count),)).fetchone()[0]
    at = path.read_bytes().find(body[:200])
    return at + dice.randrange(min(200, len(body)))


def log_is_damaged(world):
    """Bits of a copy of the log: always told where they are of an entry; elsewhere unless nothing
    that the log holds has changed. And a log that lost its end is held to a checkpoint."""
    kept = backup(world)
    whole = contents(kept)
    for place, what in ((place_in_an_entry(kept, world.fate), "of an entry"),
                        (world.fate.randrange(kept.stat().st_size), "anywhere"),
                        (world.fate.randrange(kept.stat().st_size), "anywhere")):
        damaged = folder_of(world, kept)
        flip(damaged / "log.db", [place], world.fate)
        same = contents(damaged / "log.db") == whole
        judge_damaged(world, damaged, f"a bit {what} at {place}", same)
    cut = folder_of(world, kept)
    with open(cut / "log.db", "r+b") as file:
        file.truncate(kept.stat().st_size * world.fate.randint(10, 90) // 100)
    judge_damaged(world, cut, "a log that was cut short", False)
    kept.unlink()


def folder_of(world, kept):
    folder = world.voice.new_file("-damaged")
    folder.mkdir()
    shutil.copy(kept, folder / "log.db")
    shutil.copy(world.program.registry / "muster.json", folder)
    return folder


def judge_damaged(world, folder, what, same):
    program = world.program
    ran = program.run(["ledger", "verify", "--log"], registry=folder)
    good = ran.code in (1, 2, 3) or (same and ran.code == 0)
    program.checks.that(good, f"{what}: ledger verify ended with {ran.code}: {ran.out[:200]}")
    program.count("damaged logs told" if ran.code else "damaged logs, nothing changed")
    shutil.rmtree(folder)


def older_log(world):
    """A log that is put back to an earlier state is not what the kept checkpoint says."""
    program = world.program
    if world.older is not None:
        folder = folder_of(world, world.older)
        ran = program.run(["ledger", "verify", "--log", "--checkpoint", world.checkpoints[-1][0]],
                          registry=folder)
        program.checks.that(ran.code == 1, f"an older log passed a newer checkpoint: {ran.code}")
        program.count("older logs told")
        shutil.rmtree(folder)
        world.older.unlink()
    world.older = backup(world)


def damage(world):
    view_is_gone(world)
    view_is_damaged(world)
    log_is_damaged(world)
    older_log(world)
