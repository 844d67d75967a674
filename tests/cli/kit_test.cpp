// An inspection that is cut off between the ledger and its files goes on where it was.

#include <algorithm>

#include "cli/demo/cast.hpp"
#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// A world whose plan of use is drawn.
AuditWorld& drawn(AuditWorld& world) {
  world.hold_ceremony();
  world.json(world.draw());
  return world;
}

std::uint64_t entries(AuditWorld& world) {
  return world.json({"ledger", "head", "--dry-run"})["size"].get<std::uint64_t>();
}

std::vector<std::string> sites_of(AuditWorld& world) {
  std::vector<std::string> sites;
  const Json plan = must(parse_json(must(read_text_file(world.path("plan")))));
  for (const Json& site : plan.at("request").at("sites")) {
    sites.push_back(site.at("site").get<std::string>());
  }
  return sites;
}

std::string text_of(AuditWorld& world, const std::string& name) {
  return must(read_text_file(world.path(name)));
}

Words opening(AuditWorld& world, const std::string& out) {
  Words words = world.open();
  *(std::ranges::find(words, "--out") + 1) = world.path(out);
  return words;
}

/// Chips without a file count as not presented.
Words recording(AuditWorld& world, const std::string& challenges, const std::string& report,
                const std::string& evidence = "evidence") {
  return Words{"kit",
               "record",
               "P1",
               "--challenges",
               challenges,
               "--evidence",
               world.path(evidence),
               "--presence",
               "uplink-cut",
               "--silent-before",
               "2026-11-01T09:50:00.000Z",
               "--silent-after",
               "2026-11-01T09:58:00.000Z",
               "--report",
               world.path(report),
               "--rest-not-presented"} +
         world.by("inspectorate");
}

}  // namespace

TEST_CASE("a file in the way of the challenges is told before a site is opened") {
  AuditWorld fresh("kit-in-the-way");
  AuditWorld& world = drawn(fresh);
  must(create_file(world.path("taken"), as_bytes("x")));
  const std::uint64_t before = entries(world);

  CHECK(world.run(opening(world, "taken")).code == 3);
  CHECK(entries(world) == before);
}

TEST_CASE("sites that are opened give the same challenges again") {
  AuditWorld fresh("kit-again");
  AuditWorld& world = drawn(fresh);
  const auto sites = sites_of(world);
  REQUIRE(sites.size() > 1);
  const std::uint64_t before = entries(world);
  world.json(opening(world, "one") + Words{"--site", sites[0]});
  CHECK(entries(world) == before + 1);

  world.json(opening(world, "all"));
  CHECK(entries(world) == before + sites.size());
  world.json(opening(world, "again"));
  CHECK(entries(world) == before + sites.size());
  CHECK(text_of(world, "again") == text_of(world, "all"));
  CHECK(text_of(world, "all").find(text_of(world, "one")) != std::string::npos);
  CHECK(world.json(world.verify())["valid"] == true);
}

TEST_CASE("results that are recorded in part are recorded to the end by the same command") {
  AuditWorld fresh("kit-record", "use");
  AuditWorld& world = drawn(fresh);
  world.json(opening(world, "all"));
  world.answer("all", "evidence");
  const std::string all = text_of(world, "all");
  const auto lines = static_cast<std::uint64_t>(std::ranges::count(all, '\n'));
  std::size_t half = 0;
  for (std::uint64_t i = 0; i < lines / 2; ++i) half = all.find('\n', half) + 1;
  must(create_file(world.path("half"), as_bytes(all.substr(0, half))));
  world.answer("half", "half of it");
  const Ran first =
      world.run(recording(world, world.path("half"), "r1", "half of it") + Words{"--json"});
  REQUIRE((first.code == 0 || first.code == 4));
  const std::uint64_t before = entries(world);

  must(create_file(world.path("taken"), as_bytes("x")));
  CHECK(world.run(recording(world, world.path("all"), "taken")).code == 3);
  CHECK(entries(world) == before);
  const Ran whole = world.run(recording(world, world.path("all"), "r2") + Words{"--json"});
  REQUIRE((whole.code == 0 || whole.code == 4));
  const std::uint64_t after = entries(world);
  CHECK(after >= before + lines - lines / 2);
  const Ran again = world.run(recording(world, world.path("all"), "r3") + Words{"--json"});
  CHECK(again.code == whole.code);
  CHECK(again.out == whole.out);
  CHECK(entries(world) == after);
  CHECK(text_of(world, "r3").substr(0, 1) == "{");
}

TEST_CASE("evidence that says something else than the ledger is refused, not recorded twice") {
  AuditWorld fresh("kit-other", "use");
  AuditWorld& world = drawn(fresh);
  world.json(opening(world, "all"));
  world.answer("all", "evidence");
  const Ran first = world.run(recording(world, world.path("all"), "r1"));
  REQUIRE((first.code == 0 || first.code == 4));
  const std::uint64_t before = entries(world);

  std::filesystem::create_directories(world.path("empty"));
  const Ran other = world.run(recording(world, world.path("all"), "r2", "empty"));
  CHECK(other.code == 1);
  CHECK(other.err.find("inspect.answered") != std::string::npos);
  CHECK(entries(world) == before);
}

namespace {

/// The chips of a file of challenges, in its order.
std::vector<std::string> challenged_chips(AuditWorld& world, const std::string& name) {
  std::vector<std::string> chips;
  std::istringstream lines(text_of(world, name));
  for (std::string line; std::getline(lines, line);) {
    chips.push_back(must(parse_json(line)).at("chip").get<std::string>());
  }
  return chips;
}

Words answering(AuditWorld& world, const std::string& chip, const std::string& answer) {
  return Words{"kit",    "answer", "P1",       "--challenges", world.path("all"),
               "--chip", chip,     "--answer", answer} +
         world.by("inspectorate");
}

Words auditing(AuditWorld& world) { return Words{"audit", "P1"} + world.frame_key(); }

}  // namespace

TEST_CASE("the interim state is right before the draw, before the gate and between two lines") {
  AuditWorld world("kit-status", "use");
  const Json before = world.json({"kit", "status", "P1"});
  CHECK(before["sealed"] == false);
  CHECK(before["verdict"].is_null());
  CHECK(before["people"].get<std::uint64_t>() >= 2);
  CHECK(world.run({"plan", "evaluate", "P1"}).err.find("draw.not_sealed") != std::string::npos);
  CHECK(world.run(Words{"kit", "status", "P1", "--days", "0"}).code == 2);

  drawn(world);
  const Json sealed = world.json({"kit", "status", "P1"});
  CHECK(sealed["verdict"] == "not-concluded");
  CHECK(sealed["drawn_so_far"].get<std::string>().substr(0, 2) == "0.");
  const Json evaluation = world.json({"plan", "evaluate", "P1"}, 4);
  CHECK(evaluation["open"] == evaluation["lines"]);
  CHECK(evaluation["beside"]["credible_at_most"].is_null());

  world.json(opening(world, "all"));
  world.answer("all", "evidence");
  const Ran recorded = world.run(recording(world, world.path("all"), "r1"));
  REQUIRE((recorded.code == 0 || recorded.code == 4));
  const Json status = world.json({"kit", "status", "P1"});
  for (const Json& site : status["sites"]) {
    CHECK(site["unopened"] == 0);
    CHECK(site["closed"].get<std::uint64_t>() + site["open"].get<std::uint64_t>() ==
          site["lines"].get<std::uint64_t>());
  }
}

TEST_CASE(
    "a dead chip is an answer with a clock and the host's word, and no other chip stands in") {
  AuditWorld world("kit-dead", "use");
  drawn(world);
  world.json(opening(world, "all"));
  const auto chips = challenged_chips(world, "all");
  REQUIRE(chips.size() >= 3);

  // The host's word, or that it was refused, is part of the answer.
  CHECK(world.run(answering(world, chips[0], "dead")).code == 2);
  CHECK(world.run(answering(world, chips[0], "lost") + Words{"--host-refused", "left"}).code == 2);
  must(create_file(world.path("note"), as_bytes("signed by the host")));
  const Words note{"--host-note", world.path("note"), "--report", world.path("answers")};
  world.json(answering(world, chips[0], "dead") + note, 4);
  CHECK(std::filesystem::exists(world.path("note.salt")));
  CHECK(text_of(world, "answers").find("\"answer\":\"dead\"") != std::string::npos);
  world.json(answering(world, chips[1], "denied") + Words{"--host-refused", "would not sign"}, 4);

  const Json queries = world.json({"query", "list"});
  CHECK(canonical_json(queries).find("\"dead\"") != std::string::npos);
  CHECK(world.json({"plan", "evaluate", "P1"}, 4)["read"] == 2);
  // Once answered, a line is answered; and a chip that was not drawn answers none.
  const std::uint64_t before = entries(world);
  world.json(answering(world, chips[0], "dead") + Words{"--host-refused", "again"}, 4);
  const Ran other = world.run(answering(world, chips[0], "absent") + Words{"--host-refused", "x"});
  CHECK(other.code == 1);
  CHECK(other.err.find("inspect.answered") != std::string::npos);
  CHECK(other.err.find("the ledger says dead, this answer absent") != std::string::npos);
  // A report that stands in the way is told before anything is recorded.
  CHECK(world
            .run(answering(world, chips[2], "dead") +
                 Words{"--host-refused", "x", "--report", world.path("answers")})
            .code == 3);
  CHECK(entries(world) == before);
  std::string stranger = chips[0];
  stranger[3] = stranger[3] == '0' ? '1' : '0';
  CHECK(world.run(answering(world, stranger, "dead") + Words{"--host-refused", "x"}).code != 0);
}

TEST_CASE("a sheet names each drawn line, to print and to fill in") {
  AuditWorld world("kit-sheet", "use");
  drawn(world);
  world.json(opening(world, "all"));
  const Words sheet{"kit", "sheet", "P1", "--challenges", world.path("all"), "--out"};
  world.json(sheet + Words{world.path("sheet.html")});
  world.json(sheet + Words{world.path("sheet.csv")});
  const std::string html = text_of(world, "sheet.html");
  const std::string csv = text_of(world, "sheet.csv");
  for (const std::string& chip : challenged_chips(world, "all")) {
    CHECK(html.find(chip) != std::string::npos);
    CHECK(csv.find(chip) != std::string::npos);
  }
  CHECK(html.find("SIMULATED") != std::string::npos);
  // Where it stands, so that the inspector finds it.
  CHECK(csv.find(",\"slot ") != std::string::npos);
  CHECK(world.run(sheet + Words{world.path("sheet.txt")}).code == 2);
}

TEST_CASE(
    "an audit is checked anew from the ledger, and a published result that differs is found") {
  AuditWorld world("kit-audit", "use");
  drawn(world);
  CHECK(world.run(auditing(world)).code == 4);  // nothing is opened yet
  world.json(opening(world, "all"));
  world.answer("all", "evidence");
  const Ran recorded = world.run(recording(world, world.path("all"), "r1"));
  REQUIRE((recorded.code == 0 || recorded.code == 4));
  const Ran evaluated = world.run({"plan", "evaluate", "P1", "--json"});
  must(create_file(world.path("result"), as_bytes(evaluated.out)));

  const Words result{"--result", world.path("result")};
  const Ran audited = world.run(auditing(world) + result + Words{"--json"});
  REQUIRE((audited.code == 0 || audited.code == 4));
  const Json answer = must(parse_foreign_json(audited.out));
  CHECK(answer["failed"] == false);
  CHECK(answer["evaluation"]["lines"] == must(parse_foreign_json(evaluated.out))["lines"]);
  CHECK(answer["not_checkable"].size() >= 3);

  Json other = must(parse_foreign_json(evaluated.out));
  other["hits"] = 7;
  must(create_file(world.path("other"), as_bytes(canonical_json(other))));
  const Ran differs = world.run(auditing(world) + Words{"--result", world.path("other")});
  CHECK(differs.code == 1);
  CHECK(differs.out.find("differs in hits") != std::string::npos);
}

TEST_CASE("a chip that was a hit stays one when a later query of it is closed as consistent") {
  AuditWorld fresh("kit-two-queries", "use");
  AuditWorld& world = drawn(fresh);
  world.json(opening(world, "all"));
  world.answer("all", "evidence");
  const Ran recorded = world.run(recording(world, world.path("all"), "r1"));
  REQUIRE((recorded.code == 0 || recorded.code == 4));
  const auto hits = [&] {
    const Ran ran = world.run({"plan", "evaluate", "P1", "--json"});
    INFO(ran.err);
    REQUIRE(!ran.out.empty());
    return must(parse_foreign_json(ran.out))["hits"].get<std::uint64_t>();
  };
  const std::uint64_t before = hits();
  const std::string chip = challenged_chips(world, "all").front();
  const auto query = [&](const std::string& id, const std::string& outcome) {
    world.force("inspectorate", {.kind = "query.open",
                                 .body = {{"query", id},
                                          {"plan", "P1"},
                                          {"chip", chip},
                                          {"code", "chip.dead"},
                                          {"owner", world.prover},
                                          {"due", "2026-12-01T00:00:00.000Z"}}});
    world.force(world.prover, {.kind = "query.answer",
                               .body = {{"query", id},
                                        {"evidence", crypto::sha256(id).to_hex()},
                                        {"text", "carcass kept"}}});
    world.force("inspectorate", {.kind = "query.close",
                                 .body = {{"query", id},
                                          {"outcome", outcome},
                                          {"evidence", crypto::sha256(id).to_hex()},
                                          {"reason", "bench read-out"}}});
  };
  query("first", "hit");
  CHECK(hits() == before + 1);
  query("second", "consistent");
  CHECK(hits() == before + 1);
}

TEST_CASE("an enroller's key that is revoked with effect before the enrolment ends as a finding") {
  AuditWorld fresh("kit-revoked", "use");
  AuditWorld& world = drawn(fresh);
  world.json(opening(world, "all"));
  world.answer("all", "evidence");
  const std::string maker = cli::demo::maker_id;
  must(crypto::create_key_file(world.path("maker.key"), world.signer(maker)));
  const std::string key = world.json({"key", "show", world.path("maker.key")})["key_id"];
  const Json revoked = world.json({"key", "revoke", "--key-id", key, "--reason", "stolen",
                                   "--bad-since", "2020-01-01T00:00:00Z", "--as", maker, "--sign",
                                   world.path("maker.key"), "--yes"});
  CHECK_FALSE(revoked["disputed"].empty());

  const Json recorded = world.json(recording(world, world.path("all"), "report"), 4);
  const std::string report = text_of(world, "report");
  CHECK(report.find("\"key.disputed\"") != std::string::npos);
  CHECK(report.find("is revoked by entry") != std::string::npos);
  const Json waiting = world.json({"plan", "evaluate", "P1"}, 4);
  CHECK(waiting["open"] == waiting["lines"]);
  const Json status = world.json({"plan", "show", "P1"});
  CHECK(status["queries_open"] == waiting["lines"]);

  // Nobody closes the queries in time.
  world.at("2027-02-01T09:00:00Z");
  world.json(Words{"query", "settle", "P1"} + world.by("inspectorate"));
  const Json found = world.json({"plan", "evaluate", "P1"}, 1);
  CHECK(found["verdict"] == "finding");
  CHECK(found["hits"] == found["lines"]);
  CHECK(world.json(Words{"audit", "P1", "--skip-log"} + world.frame_key(), 4)["failed"] == false);
}

TEST_CASE("a sealed kit gives its lines at the gate to the code alone, without a registry") {
  AuditWorld world("kit-sealed", "use");
  drawn(world);
  const std::string site = sites_of(world).front();
  const std::uint64_t before = entries(world);
  world.json(Words{"kit", "make", "P1", "--site", site, "--vrf-key",
                   world.path("w/inspector/vrf.key"), "--code", world.path("code"), "--out",
                   world.path("kit")} +
             world.frame_key() + world.by("inspectorate"));
  CHECK(entries(world) == before);  // nothing is recorded, nobody knows a line
  const std::string kit = text_of(world, "kit");
  CHECK(kit.find("opening") == std::string::npos);

  const auto unseal = [&](const std::string& code, const std::string& out) {
    return Words{"kit",
                 "unseal",
                 world.path("kit"),
                 "--code",
                 code,
                 "--gate",
                 std::string(64, 'c'),
                 "--out",
                 world.path(out),
                 "--statement",
                 world.path(out + ".open")};
  };
  std::string code = text_of(world, "code");
  code.pop_back();
  std::string other = code;
  other[0] = other[0] == 'A' ? 'B' : 'A';
  CHECK(world.run(unseal(other, "none")).err.find("kit.wrong_code") != std::string::npos);
  CHECK(world.run(unseal(code.substr(1), "none")).code == 2);
  CHECK_FALSE(std::filesystem::exists(world.path("none")));
  // As it is read out over a bad line.
  for (char& c : code) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  world.json(unseal(code.substr(0, 13) + "-" + code.substr(13), "all"));
  CHECK(entries(world) == before);

  world.json({"statement", "submit", world.path("all.open")});
  world.answer("all", "evidence");
  const Ran recorded = world.run(recording(world, world.path("all"), "r1"));
  CHECK((recorded.code == 0 || recorded.code == 4));
  CHECK(world.run(world.verify()).code == 4);  // other sites are not opened yet, and nothing failed
}
