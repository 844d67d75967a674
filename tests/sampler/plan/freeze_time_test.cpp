#include "sampler/plan/freeze_time.hpp"

#include "sampler/plan/plan.hpp"
#include "sampler/plan/request_json.hpp"
#include "tests/sampler/plan/plan_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

crypto::Ed25519Signer signer_of(std::uint8_t fill) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(fill);
  return crypto::Ed25519Signer(seed);
}

const crypto::Ed25519Signer operator_key = signer_of(1);
const crypto::Ed25519Signer anna = signer_of(2);
const crypto::Ed25519Signer bert = signer_of(3);

std::string policy(const std::string& quorum) {
  return "log " + ledger::VerifierKey("log.example", operator_key.public_key()).to_string() +
         "\nwitness anna " + ledger::CosignerKey("a", anna.public_key()).to_string() +
         "\nwitness bert " + ledger::CosignerKey("b", bert.public_key()).to_string() +
         "\ngroup both all anna bert\nquorum " + quorum + "\n";
}

/// A checkpoint that Anna cosigned on 1 January 2027, and Bert, if he did, a second later.
std::string checkpoint(bool by_both) {
  const std::string text =
      ledger::checkpoint_text({"log.example", {9}, hash_of("ledger root"), {}});
  ledger::Note note = ledger::sign_note(text, "log.example", operator_key);
  note.signatures.push_back(ledger::cosign(text, {"a", &anna}, 1'798'761'600));
  if (by_both) note.signatures.push_back(ledger::cosign(text, {"b", &bert}, 1'798'761'601));
  return ledger::encode_note(note);
}

PlanRequest witnessed(const std::string& quorum, bool by_both) {
  PlanRequest request = walk_through();
  request.freeze_witness = FreezeWitness{policy(quorum), checkpoint(by_both)};
  return request;
}

}  // namespace

TEST_CASE("without witnesses the time of freeze is the operator's word") {
  const Plan plan = must(make_plan(walk_through()));

  const Json json = plan_json(plan);

  CHECK(freeze_time_text(plan.freeze) == "the operator's word (no witness quorum)");
  CHECK(json.at("time_of_freeze").at("by") == "operator");
  CHECK(json.at("time_of_freeze").at("not_after").is_null());
  CHECK(json.at("request").at("freeze_witness").is_null());
}

TEST_CASE("with a quorum it is no later than the last cosignature that the quorum needs") {
  const Plan plan = must(make_plan(witnessed("both", true)));

  CHECK(freeze_time_text(plan.freeze) ==
        "no later than 2027-01-01T00:00:01.000Z, by the witnesses anna, bert");
  CHECK(plan.freeze.head->size == ledger::TreeSize{9});
  CHECK(plan.freeze.head->root == hash_of("ledger root"));
  const Json json = plan_json(plan).at("time_of_freeze");
  CHECK(json.at("by") == "witnesses");
  CHECK(json.at("witnesses").size() == 2);
  CHECK(must(make_plan(witnessed("anna", true))).freeze.not_after->to_string() ==
        "2027-01-01T00:00:00.000Z");
}

TEST_CASE("a plan whose witnesses did not reach their quorum, or want none, is refused") {
  CHECK(rule_of(witnessed("both", false)) == "plan.freeze_not_witnessed");
  CHECK(rule_of(witnessed("none", true)) == "plan.freeze_not_witnessed");
  PlanRequest late = witnessed("both", true);
  late.beacon.not_before = must(Timestamp::parse("2027-01-01T00:00:00.999Z"));
  CHECK(rule_of(late) == "plan.freeze_after_beacon");
  PlanRequest forged = witnessed("both", true);
  auto& text = forged.freeze_witness->checkpoint;
  text.replace(text.find("\n9\n"), 3, "\n8\n");
  CHECK(rule_of(forged) == "checkpoint.bad_signature");
  PlanRequest broken = witnessed("both", true);
  broken.freeze_witness->policy = "quorum";
  CHECK(make_plan(broken).error().message ==
        "freeze_witness.policy: line 1: does not end in a newline: is the file whole?");
}

TEST_CASE("the witnesses are part of the plan's document and of its hash") {
  const Plan plan = must(make_plan(witnessed("both", true)));
  const std::string text = canonical_json(plan_json(plan));

  const Plan again = must(parse_plan(text));

  CHECK(again.request.freeze_witness == plan.request.freeze_witness);
  CHECK(plan_hash(again) == plan_hash(plan));
  CHECK(plan_hash(plan) != plan_hash(must(make_plan(walk_through()))));
  Json changed = plan_json(plan);
  changed["time_of_freeze"]["not_after"] = "2026-12-01T00:00:00.000Z";
  CHECK(must_fail(parse_plan(canonical_json(changed))) ==
        "plan.time_of_freeze.not_after: does not follow from the plan's request");
}
