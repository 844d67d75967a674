// What a proof shows of the time after the commitment: the chip's later events, and whether there
// are others.

#include <algorithm>

#include "tests/registry/support/claims.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

TEST_CASE("later events of the chip follow one another from the committed state") {
  CommittedWorld world("proof-tail");
  const auto chips = world.world.chips(2);
  world.commit();
  world.world.deliver("maker", "dealer", {chips[0]});
  world.world.deliver("maker", "dealer", {chips[1]});
  world.world.deliver("dealer", "northwind", {chips[0]});
  const ChipProof proof = world.proof(chips[0]);

  const auto facts = must(verify_chip_proof(proof, world.key()));

  CHECK(kinds_of(facts.tail) == std::vector<std::string>{"release", "accept", "release", "accept"});
  for (const ChipEvent& event : facts.tail) CHECK(event.follows);
  CHECK(facts.tail.back().statement == world.state().last_statement(world.row(chips[0])));
  CHECK(says(claims_of(facts).word, "no other entry after the commitment moved the chip"));

  auto tail = std::get<NamedTail>(proof.tail);
  ChipProof changed = proof;
  changed.tail = NamedTail{tail[0], tail[2], tail[3]};
  CHECK(proof_rule(changed, world.key()) == "proof.chain");
  changed.tail = NamedTail{tail[1], tail[0], tail[2], tail[3]};
  CHECK(proof_rule(changed, world.key()) == "proof.chain");
  changed.tail = NamedTail{tail[1]};
  CHECK(proof_rule(changed, world.key()) == "proof.chain");
  changed.tail = NamedTail{tail[0], tail[0]};
  CHECK(proof_rule(changed, world.key()) == "proof.tail");
  changed.tail = NamedTail{proof.last};
  CHECK(proof_rule(changed, world.key()) == "proof.tail");
  // Cut off at the end: that there is no more is the server's word.
  changed.tail = NamedTail{tail[0], tail[1]};
  CHECK(proof_rule(changed, world.key()) == "good");
}

TEST_CASE("the whole tail shows that no other entry moved the chip") {
  CommittedWorld world("proof-whole");
  const auto chips = world.world.chips(4);
  const Index32 commit = world.commit();
  world.world.deliver("maker", "dealer", {chips[0]});
  world.world.chips(100);
  world.world.record("maker", about("retire", {chips[2]}, {{"cause", "c"}}));

  for (std::size_t i = 0; i < chips.size(); ++i) {
    const auto facts = must(verify_chip_proof(world.proof(chips[i], TailForm::whole), world.key()));
    CHECK(facts.tail_is_complete());
    const std::size_t moves = i == 0 ? 2 : i == 2 ? 1 : 0;
    CHECK(facts.tail.size() == moves);
    CHECK(says(claims_of(facts).proven, moves == 0 ? "no entry after" : "no other entry after"));
    CHECK_FALSE(says(claims_of(facts).word, "after the commitment"));
    const auto named = must(verify_chip_proof(world.proof(chips[i]), world.key()));
    CHECK_FALSE(named.tail_is_complete());
    CHECK(says(claims_of(named).word, "after the commitment moved the chip"));
  }
  const auto named = must(verify_chip_proof(world.proof(chips[0]), world.key()));
  const auto whole = must(verify_chip_proof(world.proof(chips[0], TailForm::whole), world.key()));
  CHECK(named.tail == whole.tail);
  REQUIRE(whole.tail.size() == 2);
  CHECK(whole.tail[0].index.value == commit + 1);
  CHECK(whole.tail[1].index.value == commit + 2);
}

TEST_CASE("no entry of the whole tail can be dropped, moved, doubled or cut off") {
  CommittedWorld world("proof-whole-bad");
  const auto chips = world.world.chips(2);
  world.commit();
  world.world.deliver("maker", "dealer", {chips[0]});
  world.world.record("maker", about("retire", {chips[1]}, {{"cause", "c"}}));
  const ChipProof proof = world.proof(chips[0], TailForm::whole);
  const auto good = std::get<WholeTail>(proof.tail);
  const auto rule_with = [&](const WholeTail& tail) {
    ChipProof changed = proof;
    changed.tail = tail;
    return proof_rule(changed, world.key());
  };
  REQUIRE(rule_with(good) == "good");
  REQUIRE(good.entries.size() == 3);

  for (std::size_t i = 0; i < good.entries.size(); ++i) {
    WholeTail tail = good;
    tail.entries.erase(tail.entries.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(rule_with(tail) == "proof.inclusion");
    tail = good;
    tail.entries.push_back(tail.entries[i]);
    CHECK(rule_with(tail) == "proof.inclusion");
    tail = good;
    std::swap(tail.entries[i], tail.entries[(i + 1) % 3]);
    CHECK(rule_with(tail) == "proof.inclusion");
  }
  WholeTail tail = good;
  tail.edge.pop_back();
  CHECK(rule_with(tail) == "proof.inclusion");
  tail = good;
  tail.edge.back().bytes[0] ^= 1U;
  CHECK(rule_with(tail) == "proof.inclusion");
}

TEST_CASE("absence from a manifest is shown by the items on either side, and by no others") {
  CommittedWorld world("proof-absent");
  auto chips = world.world.chips(130);
  std::ranges::sort(chips);
  world.commit();
  // Every second one leaves by a manifest: the others stand before, between and behind its items.
  std::vector<ChipId> moved;
  for (std::size_t i = 1; i + 1 < chips.size(); i += 2) moved.push_back(chips[i]);
  moved.push_back(chips[2]);
  world.world.release("maker", "dealer", "S1", moved);
  auto prover = world.prover();
  const auto facts_of = [&](const ChipId& chip) {
    return verify_chip_proof(must(prover.chip(world.row(chip), TailForm::whole)), world.key());
  };

  for (const std::size_t i : {0U, 4U, 100U, 129U}) {
    CHECK(must(facts_of(chips[i])).tail.empty());
    CHECK(must(facts_of(chips[i])).tail_is_complete());
  }
  CHECK(must(facts_of(chips[1])).tail.size() == 1);

  // The items that show one chip's absence show neither another's nor anybody's presence.
  const ChipProof first = must(prover.chip(world.row(chips[0]), TailForm::whole));
  const ChipProof inner = must(prover.chip(world.row(chips[4]), TailForm::whole));
  const ChipProof last = must(prover.chip(world.row(chips[129]), TailForm::whole));
  const ChipProof there = must(prover.chip(world.row(chips[1]), TailForm::whole));
  const auto rule_with_items = [&](const ChipProof& proof, const ChipProof& other) {
    ChipProof changed = proof;
    auto& tail = std::get<WholeTail>(changed.tail);
    tail.entries[0].items = std::get<WholeTail>(other.tail).entries[0].items;
    return proof_rule(changed, world.key());
  };
  CHECK(rule_with_items(first, inner) == "proof.item");
  CHECK(rule_with_items(inner, first) == "proof.item");
  CHECK(rule_with_items(there, last) == "proof.item");
  CHECK(rule_with_items(there, inner) == "proof.item");
  ChipProof bare = there;
  std::get<WholeTail>(bare.tail).entries[0].items.clear();
  CHECK(proof_rule(bare, world.key()) == "proof.item");
}

TEST_CASE("what moves a holder moves a chip that the commitment puts into it, and no loose one") {
  CommittedWorld world("proof-holder");
  const auto chips = world.world.chips(3);
  world.world.record("maker",
                     about("pack", {chips[0], chips[1]}, {{"container", "crate"}}, "maker-site"));
  world.commit();
  world.world.record("maker", {.kind = "release",
                               .body = {{"shipment", "S1"},
                                        {"receiver", "northwind"},
                                        {"destination", "northwind-site"},
                                        {"purpose", "sale"}},
                               .container = "crate"});

  const auto inside = must(verify_chip_proof(world.proof(chips[0], TailForm::whole), world.key()));
  REQUIRE(inside.tail.size() == 1);
  CHECK(inside.record.holder == "crate");
  CHECK(inside.tail[0].naming == Naming::container);
  CHECK_FALSE(inside.tail[0].follows);
  CHECK(inside.tail_is_complete());
  CHECK(says(claims_of(inside).word, "stood in the holder"));
  const auto loose = must(verify_chip_proof(world.proof(chips[2], TailForm::whole), world.key()));
  CHECK(loose.tail.empty());
  CHECK(loose.tail_is_complete());
}

TEST_CASE("once the chip was moved, a holder's events are in doubt until the chip's next one") {
  CommittedWorld world("proof-doubt");
  const auto chips = world.world.chips(4);
  world.commit();
  world.world.record("maker", about("pack", {chips[0]}, {{"container", "c1"}}, "maker-site"));
  world.world.record("maker", about("pack", {chips[1]}, {{"container", "c2"}}, "maker-site"));
  const auto unpack = [&](const char* container) {
    world.world.record(
        "maker", {.kind = "unpack", .body = {{"seal_state", "none"}}, .container = container});
    return world.state().size() - 1;
  };
  const Index32 other = unpack("c2");
  const Index32 own = unpack("c1");
  const auto facts_of = [&](const ChipId& chip) {
    return must(verify_chip_proof(world.proof(chip, TailForm::whole), world.key()));
  };

  const auto doubtful = facts_of(chips[0]);
  CHECK(kinds_of(doubtful.tail) == std::vector<std::string>{"pack"});
  REQUIRE(doubtful.undecided.size() == 2);
  CHECK(doubtful.undecided[0].index.value == other);
  CHECK(doubtful.undecided[1].index.value == own);
  CHECK_FALSE(doubtful.tail_is_complete());
  CHECK(says(claims_of(doubtful).word, "moves c2; whether the chip stood in it is not shown"));

  world.world.record("maker", about("retire", {chips[0]}, {{"cause", "c"}}));
  const auto settled = facts_of(chips[0]);
  CHECK(kinds_of(settled.tail) == std::vector<std::string>{"pack", "unpack", "retire"});
  CHECK(settled.tail[1].index.value == own);
  REQUIRE(settled.undecided.size() == 1);
  CHECK(settled.undecided[0].index.value == other);
  // A chip that was only retired: the unpackings before that are settled by what it follows.
  world.world.record("maker", about("retire", {chips[2]}, {{"cause", "c"}}));
  CHECK(facts_of(chips[2]).tail_is_complete());
}
