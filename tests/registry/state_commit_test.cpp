// The operator's commitments to the state: when they are due, that they are right, and who finds
// one that is not.

#include "registry/audit.hpp"
#include "registry/commit_due.hpp"
#include "tests/registry/support/audit.hpp"
#include "tests/registry/support/committed.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

/// A commitment that differs from the right one in `field`.
Draft wrong_commit(const State& state, const std::string& field, const Json& value) {
  Json body = commit_body(state_roots(state));
  body[field] = value;
  return {.kind = "state.commit", .body = std::move(body)};
}

}  // namespace

TEST_CASE("the operator commits to the state as it is, and to no other") {
  World world;
  world.deliver("maker", "dealer", world.chips(2));
  const std::string other(64, 'a');

  CHECK(world.rule("registrar", wrong_commit(world.state(), "chips", 3)) == "state.root");
  CHECK(world.rule("registrar", wrong_commit(world.state(), "root", other)) == "state.root");
  CHECK(world.rule("registrar", wrong_commit(world.state(), "parties", 3)) == "state.custodians");
  CHECK(world.rule("registrar", wrong_commit(world.state(), "custodians", other)) ==
        "state.custodians");
  const Draft right{.kind = "state.commit", .body = commit_body(state_roots(world.state()))};
  CHECK(world.rule("maker", right) == "role.missing");
  CHECK(world.rule("registrar", right) == "recorded");
  world.deliver("maker", "dealer", world.chips(1));
  CHECK(world.rule("registrar", right) == "state.root");
}

TEST_CASE("a commitment counts every party that ever had a chip") {
  World world;
  const auto chips = world.chips(2);
  CHECK(state_roots(world.state()).parties == 1);
  world.deliver("maker", "dealer", {chips[0]});
  world.deliver("dealer", "broker", {chips[0]});
  const StateRoots roots = state_roots(world.state());
  CHECK(roots.parties == 3);
  CHECK(roots.chips == 2);

  // By hand: dealer had one and has none.
  const State& state = world.state();
  const auto leaf = [&](const char* party, std::vector<RosterItem> items) {
    return custodian_leaf({party, items.size(), roster_tpp(items), roster_root(items)});
  };
  const std::vector<Hash> leaves{leaf("broker", {{chips[0], 4800}}), leaf("dealer", {}),
                                 leaf("maker", {{chips[1], 4800}})};
  CHECK(roots.custodians == ledger::root_hash(leaves));
  CHECK(roots.root == ledger::root_hash(state_leaves(state, PastChips::of_now(state))));
}

TEST_CASE("a sum of TPP beyond what JSON numbers hold stays at the largest of them") {
  const ChipId chip = ChipId::from_parts({.block = 1, .ordinal = 1, .random = 1});
  const auto most = static_cast<std::uint64_t>(max_json_integer);
  const std::vector<RosterItem> items{{chip, most - 1}, {chip, 1}, {chip, most}};
  CHECK(roster_tpp(std::span(items).first(2)) == most);
  CHECK(roster_tpp(items) == most);
}

TEST_CASE("a commitment is due at the first, at a freeze, at a plan, and after a day") {
  Audit audit;
  World& world = audit.world;
  const auto commit = [&] {
    world.record("registrar",
                 {.kind = "state.commit", .body = commit_body(state_roots(world.state()))});
  };
  const auto due = [&] { return commit_due(world.state(), world.clock.now()); };
  CHECK(due() == std::vector<std::string>{"there is none yet"});
  commit();
  CHECK(due().empty());

  world.clock.advance_ms(2 * ms_per_day);
  CHECK(due().empty());  // and nothing was recorded since
  world.chips(1);
  REQUIRE(due().size() == 1);
  CHECK(due()[0].ends_with("is a day old"));
  commit();
  CHECK(due().empty());

  audit.commit_plan();
  REQUIRE(due().size() == 2);
  CHECK(due()[0].starts_with("freeze F1, entry "));
  CHECK(due()[1].starts_with("plan P1, entry "));
  commit();
  CHECK(due().empty());
}

TEST_CASE("a state that the operator made up is proven to a stranger, and any audit names it") {
  CommittedWorld world("commit-wrong");
  const auto chips = world.world.chips(2);
  world.world.deliver("maker", "northwind", {chips[0]});
  // The operator's own program: the chip is said to be the dealer's, and the log takes it.
  StateRecord record = state_record(world.state(), 0, world.world.chip(chips[0]));
  record.custodian = "dealer";
  const std::vector<Hash> leaves{
      state_leaf(record), state_leaf(state_record(world.state(), 1, world.world.chip(chips[1])))};
  const auto statement = world.world.statement(
      "registrar", wrong_commit(world.state(), "root", ledger::root_hash(leaves).to_hex()));
  must(world.world.log->append(world.world.log->size(), world.world.clock.now(),
                               std::span(&statement.envelope, 1)));
  auto entries = must(EntrySource::open(world.world.store, world.checkpoint()));
  const auto last = entries.size().value - 1;
  ChipProof proof;
  proof.checkpoint = entries.note();
  proof.commit = must(entries.proven({last}, nullptr));
  proof.record = record;
  proof.proof = {leaves[1]};
  proof.last = must(entries.proven({world.world.chip(chips[0]).last}, &chips[0]));

  // What the proof shows is true: the operator did commit to this.
  const auto facts = must(verify_chip_proof(proof, world.key()));
  CHECK(facts.record.custodian == "dealer");

  const auto audit = must(audit_registry(world.world.store));
  REQUIRE(audit.faults.size() == 1);
  CHECK(audit.faults[0].index.value == last);
  CHECK(audit.faults[0].rule == "state.root");
}
