"""Clocks that jump: back, a little ahead, and years ahead on a copy of the registry."""
import json
import shutil

from damage import copied
from program import instant
from world import DAY_MS


def remark(world, now_ms, registry=None, event_time=None):
    """A statement that moves nothing, under the clock `now_ms`: the process, and its entry."""
    word = world.number("clock-")
    party = world.provers[0]
    file = world.voice.new_file(".json")
    words = ["statement", "make", "--kind", "site.register", "--as", party, "--sign",
             world.voice.keys[party], "--body", json.dumps({
                 "site": word, "name": word, "country": world.country(party),
                 "kind": "warehouse"}), "--out", file, "--stream", word]
    words += ["--event-time", event_time] if event_time else []
    program = world.program
    made = program.run(words, now_ms=now_ms, registry=registry)
    program.checks.that(made.code == 0, f"made under another clock: {made.err[:300]}")
    ran = program.run(["statement", "submit", file, "--json"], now_ms=now_ms, registry=registry)
    answer = json.loads(ran.out)
    if answer["status"] == "recorded" and registry is None:
        world.voice.acknowledged(answer, "site.register", party)
    return answer


def accepted_at(world, answer, registry=None):
    return world.program.json(["ledger", "entry", answer["index"]], registry=registry)["accepted_at"]


def jumps(world):
    """The log's time never runs back, whatever the clock says; and takes no event from the future."""
    program = world.program
    check = program.checks.that
    now = program.now_ms = program.now_ms + 60_000
    last = accepted_at(world, remark(world, now))
    check(last == instant(now), f"accepted at {last}, want {instant(now)}")
    back = remark(world, now - 40 * DAY_MS)
    check(back["status"] == "recorded" and accepted_at(world, back) == last,
          f"a clock 40 days behind: {back}")
    ahead = now + 3 * 3_600_000
    check(accepted_at(world, remark(world, ahead)) == instant(ahead), "a clock three hours ahead")
    check(accepted_at(world, remark(world, now)) == instant(ahead), "a clock that came back")
    program.now_ms = ahead
    soon = remark(world, ahead, event_time=instant(ahead + 4 * 60_000))
    check(soon["status"] == "recorded", f"an event four minutes ahead: {soon}")
    late = remark(world, ahead, event_time=instant(ahead + 6 * 60_000))
    check(late["rule"] == "time.ahead", f"an event six minutes ahead: {late}")
    program.count("clock jumps", 5)


def years_ahead(world):
    """On a copy: what has a term is over, what was recorded stays, and the log still verifies."""
    program = world.program
    copy = copied(world, "ahead")
    far = program.now_ms + 2000 * DAY_MS
    answer = remark(world, far, registry=copy)
    program.checks.that(answer["status"] == "recorded", f"a clock 2,000 days ahead: {answer}")
    stock = world.books.of("meridian")[:1]
    if stock:
        line = world.voice.verb_words("release", {
            "shipment": "far", "receiver": "alder", "destination": "alder.dc1", "purpose": "sale",
            "licence": "L1", "end_user": "alder"},
            world.voice.who_and_what("release", "meridian", stock, None, None, None, ()))
        ran = program.run([*line, "--json"], now_ms=far, registry=copy)
        rule = json.loads(ran.out)["rule"]
        program.checks.that(rule in ("licence.not_covered", "screen.stale", "screen.none"),
                            f"a release 2,000 days ahead: {rule}")
        program.count(f"refused {rule}")
    back = remark(world, program.now_ms, registry=copy)
    program.checks.that(accepted_at(world, back, copy) == instant(far),
                        "a clock that came back from years ahead")
    program.json(["ledger", "verify"], registry=copy)
    program.count("clock jumps", 2)
    shutil.rmtree(copy)
