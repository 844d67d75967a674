// The seed ceremony by commands, and what a stranger's `plan verify` says of it from the ledger.

#include "sampler/beacon/ceremony.hpp"

#include <algorithm>

#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

Words not_ok(const Json& answer) {
  Words names;
  for (const Json& check : answer.at("checks")) {
    if (!check.at("ok").get<bool>()) {
      names.push_back(check.at("status").get<std::string>() + ": " +
                      check.at("check").get<std::string>());
    }
  }
  return names;
}

std::string detail_of(const Json& answer, const std::string& name) {
  for (const Json& check : answer.at("checks")) {
    if (check.at("check") == name) return check.at("detail");
  }
  return "no such check";
}

constexpr const char* value_check = "beacon value is the one that the plan names";
constexpr const char* order_check = "beacon value is later than the plan";

}  // namespace

TEST_CASE("a draw by the ledger's ceremony is verified from the ledger alone") {
  AuditWorld world("ceremony-whole");
  CHECK(world.run(world.draw()).code == 2);  // no ceremony, and no value given
  CHECK(world.json({"ceremony", "show", "P1"}, 4)["complete"] == false);
  world.json(world.commit(world.prover));
  CHECK(world.run(world.reveal(world.prover)).err.find("ceremony.too_early") != std::string::npos);
  world.json(world.commit("inspectorate"));
  world.json(world.reveal("inspectorate"));
  const Ran early = world.run(world.draw());
  CHECK(early.code == 1);
  CHECK(early.err.find("draw.not_revealed: plan P1: " + world.prover) != std::string::npos);
  world.json(world.verify(), 4);
  world.json(world.reveal(world.prover));
  const Json shown = world.json({"ceremony", "show", "P1"});

  const Json drawn = world.json(world.draw());
  CHECK(drawn["beacon"]["randomness"] == shown["value"]);
  CHECK(drawn["beacon"]["verified"] == true);
  world.json(world.open());
  const Json verified = world.json(world.verify());
  CHECK(verified["valid"] == true);
  CHECK(verified["beacon"]["randomness"] == shown["value"]);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
}

TEST_CASE("a transcript made outside the ledger stays unverified in time") {
  AuditWorld world("ceremony-outside");
  using sampler::CeremonyRole;
  const Hash plan = world.plan_hash();
  const auto nonce_of = [](const char* text) { return crypto::sha256(text).bytes; };
  const auto& prover = world.signer(world.prover);
  const auto& verifier = world.signer("inspectorate");
  sampler::CeremonyTranscript transcript{
      plan,
      {sampler::signed_commit(CeremonyRole::prover, plan, nonce_of("p"), prover),
       nonce_of("p"),
       {}},
      {sampler::signed_commit(CeremonyRole::verifier, plan, nonce_of("v"), verifier),
       nonce_of("v"),
       {}}};
  sampler::sign_transcript(transcript, CeremonyRole::prover, prover);
  sampler::sign_transcript(transcript, CeremonyRole::verifier, verifier);
  must(create_file(world.path("transcript"),
                   as_bytes(canonical_json(sampler::ceremony_json(transcript)))));
  const Words beacon{"--beacon", world.path("transcript")};
  world.json(world.draw(beacon));
  world.json(world.open(beacon));

  CHECK(not_ok(world.json(world.verify(beacon), 4)) ==
        Words{std::string("unverified: ") + order_check});
  CHECK(not_ok(world.json(world.verify(), 4)) == Words{std::string("unverified: ") + value_check,
                                                       std::string("unverified: ") + order_check});
  const Words other{"--beacon-value", std::string(64, 'c'), "--beacon-source", "somebody"};
  CHECK(world.json(world.verify(other), 1)["failed"] == true);
  CHECK(world.run(world.commit(world.prover)).err.find("ceremony.sealed") != std::string::npos);
}

TEST_CASE("a ceremony that was begun decides the draw, and no other value does") {
  AuditWorld world("ceremony-begun");
  world.json(world.commit(world.prover));
  const Ran stated = world.run(
      world.draw({"--beacon-value", std::string(64, 'c'), "--beacon-source", "somebody"}));
  CHECK(stated.code == 1);
  CHECK(stated.err.find("draw.ceremony_begun") != std::string::npos);
}

TEST_CASE("the nonce is kept before the commitment, and never over a file") {
  AuditWorld world("ceremony-nonce");
  const std::string file = world.path(world.prover + ".nonce");
  CHECK(world.run(world.commit(world.prover) + Words{"--dry-run"}).code == 0);
  CHECK_FALSE(std::filesystem::exists(file));
  Words foreign = world.commit("inspectorate");
  foreign.back() = world.key(world.prover);
  CHECK(world.run(foreign).code == 1);  // signed by another party's key
  CHECK_FALSE(std::filesystem::exists(world.path("inspectorate.nonce")));

  must(create_file(file, as_bytes("no nonce\n")));
  CHECK(world.run(world.commit(world.prover)).code == 3);
  CHECK(world.run(world.commit(world.prover) + Words{"--existing"}).code == 2);
  std::filesystem::remove(file);
  world.json(world.commit(world.prover));
  const auto mode = std::filesystem::status(file).permissions();
  CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(must(read_text_file(file)).size() == 65);
  CHECK(
      world.run(world.commit(world.prover) + Words{"--existing"}).err.find("ceremony.committed") !=
      std::string::npos);
  world.json(world.commit("inspectorate"));
  must(write_file_atomically(file, as_bytes(std::string(64, '0'))));
  CHECK(world.run(world.reveal(world.prover)).err.find("ceremony.other_nonce") !=
        std::string::npos);
}

TEST_CASE("a commitment that its party did not sign fails the check of the value") {
  AuditWorld world("ceremony-forged");
  const Hash nonce = crypto::sha256("chosen by the operator");
  const Hash forged = world.force(world.prover, world.commit_draft(world.prover, nonce), true);
  world.json(world.commit("inspectorate"));
  world.force(world.prover, AuditWorld::reveal_draft(forged, nonce));
  world.json(world.reveal("inspectorate"));

  CHECK(world.run(world.draw()).err.find("draw.ceremony_faulty") != std::string::npos);
  CHECK(world.json({"ceremony", "show", "P1"}, 1)["findings"].size() == 1);
  const Json answer = world.json(world.verify(), 1);
  CHECK(not_ok(answer).front() == std::string("failed: ") + value_check);
  CHECK(detail_of(answer, value_check).find("is not signed by " + world.prover) !=
        std::string::npos);
  CHECK(world.json({"ledger", "verify"}, 1)["valid"] == false);
}

TEST_CASE("a ledger with its ceremony in another order, or of another nonce, has a named fault") {
  const Hash nonce = crypto::sha256("a nonce");
  const Hash second = crypto::sha256("another nonce");
  const auto fault = [](AuditWorld& world) {
    CHECK(world.run(world.verify()).code == 3);  // its state cannot be made
    return world.json({"ledger", "verify", "--log", "--rules"}, 1)["faults"][0]["code"];
  };

  AuditWorld swapped("ceremony-swapped");
  Hash committed = swapped.force(swapped.prover, swapped.commit_draft(swapped.prover, nonce));
  swapped.force(swapped.prover, AuditWorld::reveal_draft(committed, nonce));
  swapped.force("inspectorate", swapped.commit_draft("inspectorate", second));
  CHECK(fault(swapped) == "rules.ceremony.too_early");

  AuditWorld other("ceremony-other");
  committed = other.force(other.prover, other.commit_draft(other.prover, nonce));
  other.force("inspectorate", other.commit_draft("inspectorate", second));
  other.force(other.prover, AuditWorld::reveal_draft(committed, second));
  CHECK(fault(other) == "rules.ceremony.other_nonce");

  AuditWorld late("ceremony-late");
  late.hold_ceremony();
  late.json(late.draw());
  late.force(late.prover, late.commit_draft(late.prover, second));
  CHECK(fault(late) == "rules.ceremony.sealed");
}
