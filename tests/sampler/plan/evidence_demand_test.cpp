// What a plan asks of every log that is read is committed with it, by field.

#include "sampler/plan/evidence_demand.hpp"

#include "sampler/plan/request_json.hpp"
#include "tests/sampler/plan/plan_fixture.hpp"

using namespace muster;
using namespace muster::test;
using sampler::EvidenceDemand;

namespace {

crypto::PublicKey acknowledger(const std::string& name) {
  return crypto::Ed25519Signer(crypto::sha256(name).bytes).public_key();
}

EvidenceDemand everything() {
  return {.acknowledgers = {acknowledger("a"), acknowledger("b")},
          .acknowledged = true,
          .acknowledge_within_minutes = 30,
          .precommitted = true,
          .memory = {{"a100", 85'899'345'920}, {"h100", 85'899'345'920}},
          .heads_every_days = 14,
          .minimum_svn = 3};
}

/// A plan of use with these demands.
PlanRequest asking(const EvidenceDemand& demand) {
  PlanRequest request = walk_through();
  request.purpose = sampler::Purpose::use;
  request.emulated = true;
  request.classes = {h100_class(120'000, "emulated-v1")};
  request.snapshots = sampler::SnapshotSchedule{number("2"),   number("720"), number("365"),
                                                number("184"), number("30"),  number("7")};
  request.evidence = demand;
  return request;
}

std::string message_of(const EvidenceDemand& demand) {
  const auto checked = sampler::check(demand);
  return checked ? "" : checked.error().message;
}

}  // namespace

TEST_CASE("a plan that asks nothing more of logs keeps the bytes that it had before") {
  const Json json = sampler::request_json(asking({}));
  CHECK_FALSE(json.contains("evidence"));
  CHECK(must(sampler::request_from(json)).evidence == EvidenceDemand{});
}

TEST_CASE("what a plan asks is part of its document, and reads back") {
  const auto plan = must(sampler::make_plan(asking(everything())));
  const auto again = must(sampler::parse_plan(canonical_json(sampler::plan_json(plan))));
  CHECK(again.request.evidence == everything());
  CHECK(sampler::plan_hash(again) == sampler::plan_hash(plan));
  CHECK(sampler::plan_hash(plan) != sampler::plan_hash(must(sampler::make_plan(asking({})))));
  CHECK(sampler::demand_sentences(everything()).size() == 6);
  CHECK(sampler::demand_sentences({}).empty());
  CHECK(everything().memory_of("h100") == 85'899'345'920);
  CHECK_FALSE(everything().memory_of("b200"));
}

TEST_CASE("demands that nobody can meet, or that say a thing twice, are refused by field") {
  CHECK(message_of(everything()).empty());
  const auto with = [](auto change) {
    EvidenceDemand demand = everything();
    change(demand);
    return message_of(demand);
  };
  CHECK(with([](auto& d) { d.acknowledgers.clear(); }).starts_with("evidence.acknowledged:"));
  CHECK(with([](auto& d) {
          d.acknowledgers[1] = d.acknowledgers[0];
        }).starts_with("evidence.acknowledgers:"));
  CHECK(with([](auto& d) { d.memory[1] = d.memory[0]; }).starts_with("evidence.memory:"));
  CHECK(with([](auto& d) { d.memory[0].bytes = 0; }).starts_with("evidence.memory:"));
  CHECK(
      with([](auto& d) { d.heads_every_days = 36'501; }).starts_with("evidence.heads_every_days:"));
  CHECK(with([](auto& d) {
          d.acknowledge_within_minutes = 525'601;
        }).starts_with("evidence.acknowledge_within_minutes:"));

  Json json = sampler::evidence_demand_json(everything());
  json["memory"][1]["bytes"] = -1;
  const auto wrong = sampler::evidence_demand_from(json, "request.evidence");
  REQUIRE_FALSE(wrong.has_value());
  CHECK(wrong.error().message.starts_with("request.evidence.memory[1].bytes:"));
}

TEST_CASE("a plan that reads no logs asks nothing of them") {
  PlanRequest request = walk_through();
  request.evidence = everything();
  CHECK(rule_of(request).starts_with("evidence:"));
}
