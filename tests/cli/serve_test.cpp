// The service over a real server on this machine: what is handed in, what is read back.

#include <atomic>
#include <fstream>
#include <thread>

#include "ledger/crypto/sha256.hpp"
#include "ledger/growth_proof.hpp"
#include "ledger/receipt.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/cli/handed_in.hpp"
#include "tests/cli/serve_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr const char* ndjson = "application/x-ndjson";

std::string text_of(const std::string& file) { return must(read_text_file(file)); }

std::string line_of(const std::string& file) {
  std::string text = text_of(file);
  while (text.ends_with('\n')) text.pop_back();
  return text + "\n";
}

/// A registry made by commands, and a service over it.
struct Both {
  explicit Both(const std::string& name, serve::Settings settings = {})
      : world(name), web(world.path("registry"), world.now(), std::move(settings)) {}

  /// An envelope of northwind, not handed in.
  std::string site(const std::string& name, std::uint64_t number) {
    return line_of(envelope(world, name, number));
  }

  CliWorld world;
  ServeWorld web;
};

}  // namespace

TEST_CASE("a statement is recorded once, and its receipt proves it with the log's key alone") {
  Both both("serve-one");
  const std::string body = both.site("new-site", 1);

  const Json first = both.web.post("party:northwind", "/v1/statements", {.body = body}, 201);
  const Json again = both.web.post("party:northwind", "/v1/statements", {.body = body}, 200);

  CHECK(first["status"] == "recorded");
  CHECK(first["index"] == CliWorld::entries);
  CHECK(again["status"] == "duplicate");
  CHECK(again["receipt"] == first["receipt"]);
  const auto key = must(ledger::VerifierKey::parse(both.world.verifier_key()));
  const auto receipt = must(ledger::parse_receipt(canonical_json(first["receipt"])));
  const auto facts = must(ledger::verify_receipt(receipt, key));
  CHECK(ledger::statement_hash(facts.entry.envelope).to_hex() == first["statement"]);
}

TEST_CASE("another statement under the same number is a conflict that shows both hashes") {
  Both both("serve-conflict");
  const Json first =
      both.web.post("party:northwind", "/v1/statements", {.body = both.site("one", 1)}, 201);

  const Json problem =
      both.web.post("party:northwind", "/v1/statements", {.body = both.site("two", 1)}, 409);

  CHECK(problem["rule"] == "number.reused");
  CHECK(problem.dump().find(both.world.path("registry")) == std::string::npos);
  CHECK(problem["expected"] == first["statement"]);
  CHECK(problem["current"] == problem["statement"]);
  CHECK(problem["current"] != first["statement"]);
}

TEST_CASE("what a rule refuses is a problem with its code, and the operator signs for it") {
  Both both("serve-refused");
  const std::string body = line_of(bad_envelope(both.world, 1));

  const Json problem = both.web.post("party:northwind", "/v1/statements", {.body = body}, 422);

  CHECK(problem["type"] == "urn:muster:problem:" + problem["rule"].get<std::string>());
  CHECK(problem["hint"].get<std::string>().starts_with("the rule: "));
  CHECK(problem["refusal"].get<std::string>().find("test.example/registry") != std::string::npos);
}

TEST_CASE("of many lines each has its verdict, and with handling=strict all or none are recorded") {
  Both both("serve-lines");
  const std::string good = both.site("a", 1);
  const std::string bad = line_of(bad_envelope(both.world, 2));
  const std::string lines = good + "{\"no\":\"statement\"}\n" + bad + both.site("b", 3);

  const Ask strict{
      .body = lines, .content_type = ndjson, .headers = {{"Prefer", "handling=strict"}}};
  both.web.post("party:northwind", "/v1/statements", strict, 400);
  const Ask readable{.body = good + bad, .content_type = ndjson, .headers = strict.headers};
  const Json refused = both.web.post("party:northwind", "/v1/statements", readable, 422);
  CHECK(refused["recorded"] == 0);
  const Json lenient = both.web.post("party:northwind", "/v1/statements",
                                     {.body = lines, .content_type = ndjson}, 200);

  CHECK(lenient["recorded"] == 2);
  CHECK(lenient["refused"] == 1);
  CHECK(lenient["invalid"] == 1);
  CHECK(lenient["verdicts"][0]["index"] == CliWorld::entries);
  CHECK(lenient["verdicts"][1]["status"] == "invalid");
  CHECK(lenient["verdicts"][1]["line"] == 2);
  CHECK(lenient["verdicts"][2]["refusal"].is_string());
  CHECK(lenient["verdicts"][3]["line"] == 4);
}

TEST_CASE("a job records in the background, and tells line by line what it did not record") {
  Both both("serve-job");
  const Ask ask{.body = both.site("a", 1) + line_of(bad_envelope(both.world, 2)) + "nonsense\n",
                .content_type = ndjson,
                .headers = {{"Prefer", "respond-async"}}};

  const Json job = both.web.post("party:northwind", "/v1/statements", ask, 202);
  const std::string where = "/v1/jobs/" + job["job"].get<std::string>();
  Json now = job;
  for (int i = 0; i < 2'000 && now["state"] != "done"; ++i) {
    now = both.web.json("party:northwind", where);
  }

  REQUIRE(now["state"] == "done");
  CHECK(now["lines"] == 3);
  CHECK(now["recorded"] == 1);
  CHECK(now["refused"] == 1);
  CHECK(now["invalid"] == 1);
  const auto errors = both.web.get("party:northwind", where + "/errors");
  CHECK(std::ranges::count(errors.body, '\n') == 2);
  both.web.json("party:maker", where, 404);
  both.web.restart();
  CHECK(both.web.json("party:northwind", where) == now);
}

TEST_CASE("a command that writes at the same time and the service see each other's entries") {
  Both both("serve-beside");
  both.web.post("party:northwind", "/v1/statements", {.body = both.site("a", 1)}, 201);

  both.world.record("maker", {"site", "register", "--site", "m2", "--name", "M", "--country", "US",
                              "--kind", "warehouse"});
  const Json mine =
      both.web.post("party:northwind", "/v1/statements", {.body = both.site("b", 2)}, 201);

  CHECK(mine["index"] == CliWorld::entries + 2);
  const Json entry = both.web.json("party:maker", "/v1/entries/24");
  CHECK(entry["payload"]["body"]["site"] == "m2");
  CHECK(both.world.json({"ledger", "verify"})["valid"] == true);
}

TEST_CASE("chips, shipments and licences read as the commands print them") {
  CliWorld world("serve-read");
  const auto chips = world.chips(2);
  world.deliver(chips);
  ServeWorld web(world.path("registry"), world.now());

  Json chip = web.json("party:northwind", "/v1/chips/" + chips[0]);
  chip.erase("entries");
  CHECK(chip == world.json({"chip", "show", chips[0]}));
  CHECK(web.json("party:northwind", "/v1/chips/" + chips[0] + "/history") ==
        world.json({"chip", "history", chips[0]}));
  CHECK(web.json("party:maker", "/v1/shipments/S1") == world.json({"ship", "status", "S1"}));
  CHECK(web.json("party:maker", "/v1/licences/L1") == world.json({"licence", "show", "L1"}));
  CHECK(web.json("party:maker", "/v1/parties/maker") == world.json({"party", "show", "maker"}));
  CHECK(web.json("party:northwind", "/v1/rosters/northwind?chips=1") ==
        world.json({"roster", "show", "northwind", "--chips"}));
  CHECK(web.json("party:northwind", "/v1/balances/northwind?period=2026-01-01..2026-02-01") ==
        world.json({"balance", "show", "northwind", "--period", "2026-01-01..2026-02-01"}));
  CHECK(web.json("party:northwind", "/v1/findings")["findings"].empty());
  CHECK(web.json("party:northwind", "/v1/plans")["plans"].empty());
  web.json("party:northwind", "/v1/plans/P1", 404);
  web.json("party:northwind", "/v1/plans/P1/draw", 404);
  web.json("party:northwind", "/v1/findings/F1", 404);
}

TEST_CASE("a read at an entry is what --as-of says") {
  CliWorld world("serve-at");
  const auto chips = world.chips(1);
  const std::string before = std::to_string(
      must(parse_json(world.head().substr(0, world.head().find(' ')))).get<int>() - 1);
  world.deliver(chips);
  ServeWorld web(world.path("registry"), world.now());

  Json then = web.json("operator", "/v1/chips/" + chips[0] + "?at=" + before);
  then.erase("entries");

  CHECK(then == world.json({"chip", "show", chips[0], "--as-of", before}));
  CHECK(then["custodian"] == "maker");
  CHECK(web.json("operator", "/v1/shipments?at=" + before)["shipments"].empty());
  CHECK(web.json("operator", "/v1/rosters/northwind?at=" + before)["count"] == 0);
  web.json("operator", "/v1/shipments?at=100000", 400);
  web.json("operator", "/v1/shipments?at=soon", 400);
}

TEST_CASE("pages go on behind the last row, and lists come as lines and as CSV, too") {
  CliWorld world("serve-pages");
  const auto chips = world.chips(3);
  ServeWorld web(world.path("registry"), world.now());

  const Json first = web.json("party:maker", "/v1/chips?limit=2");
  const Json second =
      web.json("party:maker", "/v1/chips?limit=2&after=" + first["next"].get<std::string>());
  CHECK(first["chips"].size() == 2);
  CHECK(second["chips"].size() == 1);
  CHECK(second["next"].is_null());
  const Json parties = web.json("party:maker", "/v1/parties?limit=1");
  CHECK(
      web.json("party:maker", "/v1/parties?after=" + parties["next"].get<std::string>())["parties"]
          .size() == 5);
  const auto lines = web.get("party:maker", "/v1/chips", {.headers = {{"Accept", ndjson}}});
  CHECK(std::ranges::count(lines.body, '\n') == 3);
  const auto csv = web.get("party:maker", "/v1/chips", {.headers = {{"Accept", "text/csv"}}});
  CHECK(csv.body.starts_with("assurance,chip,custodian,"));
  CHECK(web.get("party:maker", "/v1/chips", {.headers = {{"Accept", "image/png"}}}).status == 406);
}

TEST_CASE("who has a resource already is told so without its body") {
  Both both("serve-etag");
  const auto first = both.web.get("party:maker", "/v1/parties");
  const std::string tag = header_of(first, "ETag");

  const auto same =
      both.web.get("party:maker", "/v1/parties", {.headers = {{"If-None-Match", tag}}});
  const auto other =
      both.web.get("party:maker", "/v1/parties", {.headers = {{"If-None-Match", "\"x\""}}});

  CHECK(same.status == 304);
  CHECK(same.body.empty());
  CHECK(other.status == 200);
  CHECK(header_of(first, "Cache-Control") == "private, no-cache");
}

TEST_CASE("the feed gives entries in order, and where to go on") {
  Both both("serve-feed");

  const Json first = both.web.json("operator", "/v1/feed?limit=20");
  const Json second =
      both.web.json("operator", "/v1/feed?after=" + first["next"].get<std::string>());
  const Json third =
      both.web.json("operator", "/v1/feed?after=" + second["next"].get<std::string>());

  CHECK(first["entries"].size() == 20);
  CHECK(second["entries"].size() == CliWorld::entries - 20);
  CHECK(third["entries"].empty());
  CHECK(third["next"] == second["next"]);
}

TEST_CASE("checkpoint and tiles make a log that the tile verifier takes") {
  Both both("serve-tiles");
  both.web.post("party:northwind", "/v1/statements", {.body = both.site("a", 1)}, 201);
  const std::string key = both.world.verifier_key();
  const auto fetch = [&](const std::string& who, const std::string& folder,
                         const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      const auto answer = both.web.get(who, "/" + file);
      REQUIRE(answer.status == 200);
      const std::filesystem::path path = both.world.path(folder + "/" + file);
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << answer.body;
    }
  };

  fetch("", "public", {"checkpoint", "tile/0/000.p/24"});
  fetch("operator", "whole", {"checkpoint", "tile/0/000.p/24", "tile/entries/000.p/24"});

  CHECK(both.world.json({"ledger", "verify-tiles", both.world.path("public"), "--key", key,
                         "--hashes-only"})["valid"] == true);
  CHECK(both.world.json(
            {"ledger", "verify-tiles", both.world.path("whole"), "--key", key})["valid"] == true);
  const auto tile = both.web.get("", "/tiles/tile/0/000.p/24");
  CHECK(header_of(tile, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(both.web.get("", "/tile/0/000.p/25").status == 404);
  CHECK(both.web.get("", "/tile/0/000").status == 404);
  CHECK(both.web.get("", "/tile/../log.db").status == 400);
  CHECK(both.web.get("", "/tile/entries/000.p/24").status == 401);
  CHECK(both.web.get("party:maker", "/tile/entries/000.p/24").status == 404);
}

TEST_CASE("proofs of hashes are for everyone, and lead to the signed checkpoint") {
  Both both("serve-proofs");
  const auto checkpoint = both.web.get("", "/checkpoint");
  REQUIRE(checkpoint.status == 200);

  const Json inclusion = both.web.json("", "/v1/proofs/inclusion?index=3");
  const Json consistency = both.web.json("", "/v1/proofs/consistency?from=5");

  const auto proof = must(ledger::parse_tlog_proof(inclusion["proof"].get<std::string>()));
  CHECK(proof.checkpoint == checkpoint.body);
  const auto signed_head = must(ledger::verify_log_checkpoint(
      checkpoint.body, must(ledger::VerifierKey::parse(both.world.verifier_key()))));
  const Json entry = both.web.json("operator", "/v1/entries/3");
  const Hash leaf = must(Hash::from_hex(entry["leaf"].get<std::string>()));
  CHECK(ledger::inclusion_verifies(leaf, {3}, signed_head.head(), proof.hashes));
  CHECK(consistency["to"]["root"] == signed_head.root.to_hex());
  CHECK(consistency["proof"] == both.world.json({"ledger", "consistency", "5"})["proof"]);
  both.web.json("", "/v1/proofs/inclusion", 400);
  both.web.json("", "/v1/proofs/inclusion?index=999", 404);
  both.web.json("", "/v1/proofs/consistency?from=0", 400);
}

TEST_CASE("a receipt comes in both forms, and a state proof is the one that the command makes") {
  CliWorld world("serve-state");
  const auto chips = world.chips(2);
  world.record("registrar", {"registry", "commit-state"});
  ServeWorld web(world.path("registry"), world.now());
  const Json entry = web.json("operator", "/v1/entries/10");
  const std::string where = "/v1/receipts/" + entry["statement"].get<std::string>();

  const Json receipt = web.json("operator", where);
  const auto text = web.get("operator", where, {.headers = {{"Accept", "text/plain"}}});
  const Json chip = web.json("party:maker", "/v1/state-proofs/chips/" + chips[0]);
  const Json roster = web.json("party:maker", "/v1/state-proofs/rosters/maker");

  CHECK(must(ledger::parse_receipt(text.body)) ==
        must(ledger::parse_receipt(canonical_json(receipt))));
  CHECK(chip["proof"] == world.json({"chip", "prove", chips[0]})["proof"]);
  CHECK(roster["proof"] == world.json({"roster", "prove", "maker"})["proof"]);
  CHECK(roster["count"] == 2);
  web.json("party:northwind", "/v1/state-proofs/chips/" + chips[0], 404);
  web.json("party:maker", "/v1/state-proofs/chips/" + chips[0] + "?tail=1", 403);
}

TEST_CASE("many read and hand in at once, and each gets its own answer") {
  CliWorld world("serve-crowd");
  const auto chips = world.chips(2);
  std::vector<std::string> bodies;
  for (std::uint64_t i = 0; i < 12; ++i) {
    bodies.push_back(line_of(envelope(world, "crowd-" + std::to_string(i), i)));
  }
  ServeWorld web(world.path("registry"), world.now());
  const auto call = [&](const std::string& who, const std::string& method,
                        const std::string& target, const std::string& body) {
    const http::Call one{.method = method,
                         .url = {"127.0.0.1", web.port(), target},
                         .body = body,
                         .content_type = "application/json",
                         .headers = {{"Authorization", "Bearer token-of-" + who}}};
    return must(std::move(http::call_all(std::span(&one, 1), {.timeout_ms = 60'000})[0])).status;
  };
  const std::vector<std::string> targets{
      "/v1/chips/" + chips[0], "/v1/chips/" + chips[1] + "/history",
      "/v1/shipments",         "/v1/feed?limit=1000",
      "/v1/parties",           "/tile/0/000.p/20",
      "/v1/rosters/maker",     "/v1/entries/3"};
  std::atomic<int> good = 0;

  std::vector<std::thread> crowd;
  for (std::size_t reader = 0; reader < 4; ++reader) {
    crowd.emplace_back([&, reader] {
      for (std::size_t i = 0; i < targets.size(); ++i) {
        const auto& target = targets[(reader + i) % targets.size()];
        good += call("operator", "GET", target, "") == 200 ? 1 : 0;
      }
    });
  }
  crowd.emplace_back([&] {
    for (const std::string& body : bodies) {
      good += call("party:northwind", "POST", "/v1/statements", body) == 201 ? 1 : 0;
    }
  });
  for (std::thread& one : crowd) one.join();

  CHECK(good == static_cast<int>(4 * targets.size() + bodies.size()));
  web.stop();
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
}
