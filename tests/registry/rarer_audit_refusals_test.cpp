// Refusals of plans, draws, freezes and runs that no other test meets.

#include "registry/manifest.hpp"
#include "tests/registry/support/audit.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

const std::string some_hash = crypto::sha256("something").to_hex();

std::string freeze_rule(Audit& audit, const Json& body) {
  return audit.world.rule("northwind", {.kind = "freeze.commit", .body = body});
}

std::string plan_rule(Audit& audit, const Json& body) {
  return audit.world.rule("verifier", {.kind = "plan.commit", .body = body});
}

}  // namespace

TEST_CASE("rarer refusals: heads that a freeze quotes") {
  Audit audit;
  Draft half = audit.heads_draft(5);
  half.chips[0].columns.erase("entry");
  CHECK(audit.world.rule("northwind", half) == "heads.columns");

  const Hash four = audit.world.record("northwind", audit.heads_draft(4));
  const auto& row = audit.world.state().tables().heads[1];
  Json body = audit.freeze_body();
  body["heads"] = {{"root", row.root.to_hex()}, {"count", 4}, {"statement", four.to_hex()}};
  CHECK(freeze_rule(audit, body) == "freeze.heads_count");
  body["heads"]["parts"] = Json::array({audit.heads.to_hex(), four.to_hex()});
  CHECK(freeze_rule(audit, body) == "freeze.heads_order");
  Draft other = audit.heads_draft(5);
  other.body["window"]["from"] = Timestamp{audit.window.from.ms + 1}.to_string();
  const Hash elsewhere = audit.world.record("northwind", other);
  body["heads"]["parts"] = Json::array({elsewhere.to_hex()});
  CHECK(freeze_rule(audit, body) == "freeze.heads_window");
}

TEST_CASE("rarer refusals: plans and the freezes that they quote") {
  Audit audit;
  World& world = audit.world;
  const Draft vrf{.kind = "vrf.register",
                  .body = {{"vrf_key", some_hash}, {"suite", "ECVRF-EDWARDS25519-SHA512-TAI"}}};
  world.record("verifier", vrf);
  CHECK(world.rule("verifier", vrf) == "vrf.exists");
  Draft point = vrf;
  point.body["suite"] = "ECVRF-P256-SHA256-TAI";
  CHECK(world.rule("verifier", point) == "vrf.key");
  point.body["vrf_key"] = "02" + std::string(64, 'f');  // above the field's prime
  CHECK(world.rule("verifier", point) == "vrf.key");
  // The generator. Source: SP 800-186, section 3.2.1.3.
  point.body["vrf_key"] = "036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
  world.record("verifier", point);
  point.body["suite"] = "ECVRF-EDWARDS25519-SHA512-TAI";
  CHECK(world.rule("verifier", point) == "vrf.key");
  Json body = Audit::plan_body(Json::array());
  body["pool"] = Json::array({"northwind"});
  CHECK(plan_rule(audit, body) == "plan.provers");

  const Hash first =
      world.record("northwind", {.kind = "freeze.commit", .body = audit.freeze_body()});
  Json again = audit.freeze_body();
  again["freeze"] = "F2";
  const Hash second = world.record("northwind", {.kind = "freeze.commit", .body = again});
  CHECK(plan_rule(audit, Audit::plan_body({first.to_hex(), second.to_hex()})) ==
        "plan.freeze_twice");
  Json pool = Audit::plan_body({first.to_hex()});
  pool.erase("prover");
  pool["pool"] = Json::array({"southwind"});
  CHECK(plan_rule(audit, pool) == "plan.freeze_missing");
  // A freeze of somebody whom the plan is not about: southwind has a chip, and freezes it too.
  world.deliver("maker", "southwind", world.chips(1));
  world.clock.advance_ms(ms_per_day);
  audit.window.from = Timestamp{world.clock.now().ms - ms_per_day / 2};
  audit.window.to = Timestamp{world.clock.now().ms - 1};
  Draft heads{.kind = "heads.commit", .body = {{"window", audit.window_json()}}};
  const RowN newest = world.state().tables().chips.size() - 1;
  heads.chips = {{world.state().chip_id(newest), {{"none", true}}}};
  const Hash quoted = world.record("southwind", heads);
  const auto& tables = world.state().tables();
  Json other = audit.freeze_body();
  other["freeze"] = "F3";
  other["frame"]["count"] = 1;
  other["heads"] = {{"root", tables.heads[tables.heads.size() - 1].root.to_hex()},
                    {"count", 1},
                    {"statement", quoted.to_hex()}};
  const Hash third = world.record("southwind", {.kind = "freeze.commit", .body = other});
  CHECK(plan_rule(audit, Audit::plan_body({first.to_hex(), third.to_hex()})) ==
        "plan.freeze_unwanted");
}

TEST_CASE("rarer refusals: draws and what they open") {
  Audit audit;
  World& world = audit.world;
  audit.commit_plan();
  world.add_party("other-verifier", "CH", {"verifier", "inspector"});
  const auto seal = [&](auto change, const std::string& org = "verifier") {
    Draft draft = Audit::seal_draft();
    change(draft.body);
    return world.rule(org, draft);
  };
  CHECK(seal([](Json& body) { body["count"] = 3; }) == "draw.count");
  CHECK(seal([](Json& body) {
          const Json site = body["sites"][0];
          body["sites"].push_back(site);
        }) == "draw.site_twice");
  CHECK(seal([](Json&) {}, "other-verifier") == "plan.not_yours");
  CHECK(seal([](Json&) {}) == "recorded");
  CHECK(seal([](Json&) {}) == "draw.sealed");
  const auto arrive = [&](const char* site, const std::string& org = "verifier") {
    return world.rule(org, {.kind = "draw.arrive", .body = {{"plan", "P1"}, {"site", site}}});
  };
  CHECK(arrive("southwind-site") == "draw.not_sealed");
  CHECK(arrive("northwind-site", "other-verifier") == "plan.not_yours");
  CHECK(arrive("northwind-site") == "recorded");
  CHECK(arrive("northwind-site") == "draw.arrived");
  Draft opening = audit.opening();
  opening.body["lines"] = Json::array({audit.chips[3].to_string()});
  CHECK(world.rule("verifier", opening) == "draw.lines");
  CHECK(world.rule("verifier", {.kind = "inspect.result",
                                .body = {{"plan", "P1"},
                                         {"opening", some_hash},
                                         {"line", 0},
                                         {"chip", audit.chips[3].to_string()},
                                         {"presence", "label"},
                                         {"verdict", "consistent"},
                                         {"appraisal", some_hash},
                                         {"findings", Json::array()}}}) == "inspect.no_opening");
}

TEST_CASE("rarer refusals: queries and findings") {
  Audit audit;
  World& world = audit.world;
  audit.commit_plan();
  const Draft query{.kind = "query.open",
                    .body = {{"query", "Q1"},
                             {"plan", "P1"},
                             {"chip", audit.chips[3].to_string()},
                             {"code", "chip.dead"},
                             {"owner", "northwind"},
                             {"due", "2027-01-01T00:00:00.000Z"}}};
  CHECK(world.rule("northwind",
                   {.kind = "query.answer",
                    .body = {{"query", "Q1"}, {"evidence", some_hash}, {"text", "t"}}}) ==
        "query.unknown");
  CHECK(world.rule("verifier", query) == "recorded");
  CHECK(world.rule("verifier", query) == "query.exists");
  const Draft finding{.kind = "finding.open",
                      .body = {{"finding", "X1"},
                               {"party", "northwind"},
                               {"code", "c"},
                               {"severity", "low"},
                               {"text", "t"}}};
  CHECK(world.rule("verifier", finding) == "recorded");
  CHECK(world.rule("verifier", finding) == "finding.exists");
}

TEST_CASE("rarer refusals: runs") {
  World world;
  const Json shard{{"chip", world.chips(1)[0].to_string()}, {"shard", 0}};
  const Json step{{"step", 1}, {"shard", 0}};
  const Manifest shards = must(plain_manifest("run.declare", std::span(&shard, 1), world.random));
  const Manifest steps = must(plain_manifest("run.declare", std::span(&step, 1), world.random));
  const auto run = [&](const std::string& org, const std::string& kind, Json body) {
    body["run"] = "R1";
    Submission submission = world.statement(org, {.kind = kind, .body = std::move(body)});
    submission.blobs = {{shards.ref.sha256, shards.bytes}, {steps.ref.sha256, steps.bytes}};
    return world.rule(submission);
  };
  const Json declared{
      {"use", "training"},
      {"window", {{"from", "2026-01-06T00:00:00.000Z"}, {"to", "2026-01-07T00:00:00.000Z"}}},
      {"model", "m"},
      {"parameters", 1000},
      {"flop", "1e20"},
      {"bytes_per_parameter", 2},
      {"scratch_bytes", 0},
      {"chunk_bytes", 4096},
      {"shards", manifest_json(shards.ref)},
      {"steps", manifest_json(steps.ref)}};
  const Json amended{{"flop", "2e20"}, {"reason", "r"}};
  CHECK(run("northwind", "run.amend", amended) == "run.unknown");
  CHECK(run("northwind", "run.declare", declared) == "recorded");
  CHECK(run("northwind", "run.declare", declared) == "run.exists");
  CHECK(run("southwind", "run.amend", amended) == "run.not_yours");
}
