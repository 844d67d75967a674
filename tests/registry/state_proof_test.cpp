// What a proof of a chip's state or of a roster shows to a stranger who has the log's key alone.

#include "ledger/crypto/sha256.hpp"
#include "tests/registry/support/claims.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

TEST_CASE("a chip's record has one text, whose hash is the leaf") {
  StateRecord record;
  record.assurance = "bound";
  record.chip = ChipId::from_parts({.block = 7, .ordinal = 5, .random = 3});
  record.custodian = "northwind";
  record.device_key = crypto::sha256("device");
  record.flags = 1;
  record.effect = crypto::sha256("effect");
  record.last = crypto::sha256("last");
  record.life = "passed";
  record.owner = "dealer";
  record.place = "installed";
  record.product = "a1";
  record.resumes = "made";
  record.site = "northwind-site";
  record.provenance = "maker";
  record.slot = "northwind-site/r1/3";
  record.transport = "at site";

  const std::string text = encode_state_record(record);

  CHECK(text ==
        R"({"assurance":"bound","chip":")" + record.chip.to_string() +
            R"(","custodian":"northwind","device_key":")" + crypto::sha256("device").to_hex() +
            R"(","effect":")" + crypto::sha256("effect").to_hex() +
            R"(","flags":1,"holder":null,"holds":0,"last":")" + crypto::sha256("last").to_hex() +
            R"(","leg":null,"lessee":null,"licence":null,"life":"passed",)"
            R"("owner":"dealer","pending":null,"place":"installed","product":"a1",)"
            R"("provenance":"maker","resumes":"made","right":null,"shipment":null,)"
            R"("site":"northwind-site","slot":"northwind-site/r1/3",)"
            R"("transport":"at site"})");
  CHECK(canonical_json(must(parse_canonical_json(text))) == text);
  CHECK(must(parse_state_record(must(parse_json(text)))) == record);
  CHECK(state_leaf(record) == crypto::sha256("muster/state/leaf/v1\n" + text));
}

TEST_CASE("every axis of a chip changes its leaf") {
  CommittedWorld world("proof-axes");
  const auto chips = world.world.chips(2);
  world.world.deliver("maker", "dealer", {chips[1]});
  Draft install = about("install", {}, {{"rack", "r"}}, "dealer-site");
  install.chips.push_back({chips[1], {{"slot", "s"}}});
  world.world.record("dealer", install);
  const RowN chip = world.row(chips[0]);
  const ChipState now = world.state().tables().chips[chip];
  // A row 0 in every table that an axis can name.
  State state = world.state();
  Tables& tables = state.tables();
  tables.holders.add({.id = "b1", .kind = "board"});
  tables.licences.add({.id = "L"});
  tables.draws.add({.licence = 0});
  tables.legs.add({});
  const Hash before = state_leaf(state_record(state, chip, now));

  std::size_t axes = 0;
  std::vector<std::string> silent;
  const auto change = [&](const char* name, std::size_t place) {
    ChipState changed = now;
    std::size_t at = 0;
    ChipState::fields(changed, [&](const char*, auto& value) {
      using Value = std::remove_reference_t<decltype(value)>;
      if (at++ == place) value = static_cast<Value>(static_cast<std::uint32_t>(value) == 0 ? 1 : 0);
    });
    ++axes;
    const Hash leaf = state_leaf(state_record(state, chip, changed));
    std::string scratch = "of another chip";
    CHECK(state_leaf(state, chip, changed, scratch) == leaf);
    if (leaf == before) silent.push_back(name);
  };
  std::size_t place = 0;
  ChipState::fields(now, [&](const char* name, const auto&) { change(name, place++); });

  CHECK(axes == 20);
  // A row of the custody table, whose party and site the record has.
  CHECK(silent == std::vector<std::string>{"custody"});
}

TEST_CASE("a chip's committed state is proven with its last event and nothing after it") {
  CommittedWorld world("proof-chip");
  const auto chips = world.world.chips(3);
  world.world.deliver("maker", "northwind", {chips[1]});
  const Hash accepted = world.state().last_statement(world.row(chips[1]));
  const Index32 commit = world.commit();

  const auto facts = must(verify_chip_proof(world.proof(chips[1]), world.key()));

  CHECK(facts.commit.index.value == commit);
  CHECK(facts.commit.org == "registrar");
  CHECK(facts.commit.chips == 3);
  CHECK(facts.number == 1);
  CHECK(facts.record.chip == chips[1]);
  CHECK(facts.record.custodian == "northwind");
  CHECK(facts.record.site == "northwind-site");
  CHECK(facts.record.life == "passed");
  CHECK(facts.record.product == "a1");
  CHECK(facts.record.device_key == crypto::sha256("device " + chips[1].to_string()));
  CHECK(facts.record.last == accepted);
  CHECK(facts.last.kind == "accept");
  CHECK(facts.last.org == "northwind");
  CHECK(facts.last.statement == accepted);
  CHECK(facts.last.naming == Naming::listed);
  CHECK(facts.tail.empty());
  CHECK(facts.tail_is_complete());  // the checkpoint ends with the commitment
  CHECK(says(claims_of(facts).proven, "no entry after the commitment"));
  CHECK(says(claims_of(facts).word, "ledger verify --rules"));
  CHECK(says(claims_of(facts).word, "what came after the log's first"));
}

TEST_CASE("a chip that a manifest names is proven by its item and no other chip's") {
  CommittedWorld world("proof-manifest");
  const auto chips = world.world.chips(100);
  world.commit();
  auto prover = world.prover();

  for (const ChipId& chip : {chips[0], chips[50], chips[99]}) {
    const auto proof = must(prover.chip(world.row(chip)));
    REQUIRE(proof.last.quoted.items.size() == 1);
    const auto facts = must(verify_chip_proof(proof, world.key()));
    CHECK(facts.last.naming == Naming::manifest);
    CHECK(facts.last.kind == "chip.test");
    CHECK(facts.last.follows);
    const std::string text = encode_state_proof(proof);
    CHECK(text.find(chips[1].to_string()) == std::string::npos);
  }
}

TEST_CASE("an older commitment is proven as if it had been asked for then") {
  CommittedWorld world("proof-older");
  const auto chips = world.world.chips(3);
  const Index32 commit = world.commit();
  const ChipProof then = world.proof(chips[0]);
  const RosterProof maker_then = world.roster("maker");
  world.world.deliver("maker", "dealer", {chips[0]});
  const auto later = world.world.chips(2);
  const Index32 newer = world.commit();

  auto prover = world.prover(newer - 1);
  const ChipProof now = must(prover.chip(world.row(chips[0])));
  const RosterProof maker_now = must(prover.roster(world.party("maker"), {}));

  CHECK(prover.commit().index == commit);
  CHECK(now.record == then.record);
  CHECK(now.proof == then.proof);
  CHECK(must(verify_chip_proof(now, world.key())).tail.size() == 2);
  CHECK(maker_now.custodian == maker_then.custodian);
  CHECK(proof_rule(maker_now, world.key()) == "good");
  const auto unknown = prover.chip(world.row(later[0]));
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == Errc::not_found);
  CHECK(world.prover().commit().index == newer);
}

TEST_CASE("what corrections take back since a commitment is proven as it was then") {
  CommittedWorld world("proof-corrected");
  const auto chips = world.world.packaged(1);
  const auto tested = world.world.chips(1);
  Draft enrol{.kind = "chip.enrol"};
  enrol.chips.push_back({chips[0], {{"key", crypto::sha256("device").to_hex()}}});
  const Hash enrolled = world.world.record("maker", enrol);
  world.commit();
  const ChipProof then = world.proof(chips[0]);
  const RosterProof roster_then = world.roster("maker");
  world.world.record("maker", {.kind = "product.register",
                               .body = {{"product", "a0"}, {"name", "Less"}, {"tpp", 1000}}});
  world.world.record(
      "maker", {.kind = "correct.void", .body = {{"target", enrolled.to_hex()}, {"reason", "r"}}});
  world.world.record(
      "maker", about("chip.regrade", tested,
                     {{"from", "a1"}, {"to", "a0"}, {"evidence", crypto::sha256("e").to_hex()}}));
  const Index32 newer = world.commit();

  auto prover = world.prover(newer - 1);
  const ChipProof now = must(prover.chip(world.row(chips[0])));
  const RosterProof roster_now = must(prover.roster(world.party("maker"), {}));

  CHECK(now.record == then.record);
  CHECK(now.record.device_key == crypto::sha256("device"));
  CHECK(roster_now.chips == roster_then.chips);
  const auto facts = must(verify_chip_proof(now, world.key()));
  REQUIRE(facts.tail.size() == 1);
  CHECK(facts.tail[0].kind == "correct.void");
  CHECK(facts.tail[0].naming == Naming::effect);
  CHECK(says(claims_of(facts).word, "moved the chip, which it does not name"));
  CHECK(must(verify_roster_proof(roster_now, world.key())).custodian.tpp == 2 * 4800);
  CHECK(world.roster("maker").custodian.tpp == 4800 + 1000);
  CHECK(world.proof(chips[0]).record.device_key == std::nullopt);
}

TEST_CASE("without a commitment, or with a checkpoint from before it, there is no proof") {
  CommittedWorld world("proof-none");
  const auto chips = world.world.chips(1);
  const auto opened = [&](const std::string& checkpoint) {
    must(world.world.registry().flush());
    return StateProver::open(
        {&world.state(), world.world.registry().view(), &world.world.store, checkpoint});
  };
  const std::string early = world.checkpoint();
  const auto none = opened(early);
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::not_found);
  CHECK(none.error().message.find("commit-state") != std::string::npos);

  world.commit();
  CHECK_FALSE(opened(early));
  CHECK(opened(world.checkpoint()));
}

TEST_CASE("a roster is proven with its count, sum and complete list") {
  CommittedWorld world("proof-roster");
  const auto chips = world.world.chips(5);
  world.world.deliver("maker", "northwind", {chips[1], chips[3], chips[4]});
  world.world.deliver("maker", "dealer", {chips[0]});
  world.world.deliver("dealer", "broker", {chips[0]});
  world.commit();

  const RosterProof proof = world.roster("northwind", {.list = true, .chip = world.row(chips[3])});
  const auto facts = must(verify_roster_proof(proof, world.key()));

  CHECK(facts.custodian.party == "northwind");
  CHECK(facts.custodian.count == 3);
  CHECK(facts.custodian.tpp == 3 * 4800);
  CHECK(facts.list);
  CHECK(facts.chip == RosterItem{chips[3], 4800});
  CHECK(says(claims_of(facts).proven, "the list is complete: 3 chips"));

  SUBCASE("who passed everything on has a roster of none") {
    const auto none = must(verify_roster_proof(world.roster("dealer"), world.key()));
    CHECK(none.custodian.count == 0);
    CHECK(none.list);
  }
  SUBCASE("who never had a chip has none that could be proven") {
    const auto never = world.prover().roster(world.party("southwind"), {});
    REQUIRE_FALSE(never);
    CHECK(never.error().code == Errc::not_found);
    CHECK_FALSE(world.prover().roster(world.party("northwind"), {false, world.row(chips[0])}));
  }
  SUBCASE("one chip, or the summary, can be shown without the others") {
    const RosterProof one = world.roster("northwind", {.list = false, .chip = world.row(chips[3])});
    CHECK(must(verify_roster_proof(one, world.key())).chip->chip == chips[3]);
    CHECK(encode_state_proof(one).find(chips[1].to_string()) == std::string::npos);
    const RosterProof bare = world.roster("northwind", {.list = false});
    CHECK_FALSE(must(verify_roster_proof(bare, world.key())).list);
  }
}

TEST_CASE("a list with a chip left out, added, doubled, swapped or re-weighed is refused") {
  CommittedWorld world("proof-roster-bad");
  const auto chips = world.world.chips(4);
  world.world.deliver("maker", "northwind", {chips[0], chips[1], chips[2]});
  world.commit();
  const RosterProof proof = world.roster("northwind");
  const auto rule_with = [&](std::vector<RosterItem> list) {
    RosterProof changed = proof;
    changed.chips = std::move(list);
    return proof_rule(changed, world.key());
  };
  const auto good = *proof.chips;

  CHECK(rule_with({good[0], good[1]}) == "proof.roster");
  CHECK(rule_with({good[0], good[1], {chips[3], 4800}}) == "proof.roster");
  CHECK(rule_with({good[0], good[1], good[2], {chips[3], 0}}) == "proof.roster");
  CHECK(rule_with({good[0], good[1], good[1]}) == "proof.roster");
  CHECK(rule_with({good[1], good[0], good[2]}) == "proof.roster");
  CHECK(rule_with({{good[0].chip, 4799}, {good[1].chip, 4801}, good[2]}) == "proof.roster");
  RosterProof fewer = proof;
  fewer.custodian.count = 2;
  CHECK(proof_rule(fewer, world.key()) == "proof.custodian");
}

TEST_CASE("each part that belongs elsewhere is refused by its own rule") {
  CommittedWorld world("proof-parts");
  const auto chips = world.world.chips(2);
  world.commit();
  world.world.deliver("maker", "dealer", {chips[0]});
  const ChipProof good = world.proof(chips[0]);
  const ChipProof other = world.proof(chips[1]);
  const auto with = [&](const auto& change) {
    ChipProof proof = good;
    change(proof);
    return proof_rule(proof, world.key());
  };

  CHECK(with([&](ChipProof& p) { p.checkpoint = "not a note"; }) == "proof.checkpoint");
  CHECK(with([&](ChipProof& p) { p.commit = p.last; }) == "proof.commit");
  CHECK(with([&](ChipProof& p) { p.commit.proof.pop_back(); }) == "proof.inclusion");
  CHECK(with([&](ChipProof& p) { p.commit.quoted.entry = to_bytes("{}"); }) == "proof.entry");
  CHECK(with([&](ChipProof& p) { p.number = 1; }) == "proof.state");
  CHECK(with([&](ChipProof& p) { p.record = other.record; }) == "proof.state");
  CHECK(with([&](ChipProof& p) { p.record.custodian = "dealer"; }) == "proof.state");
  CHECK(with([&](ChipProof& p) { p.proof.clear(); }) == "proof.state");
  CHECK(with([&](ChipProof& p) { p.last = p.commit; }) == "proof.last");
  CHECK(with([&](ChipProof& p) { p.last = std::get<NamedTail>(p.tail)[0]; }) == "proof.last");
  CHECK(with([&](ChipProof& p) { std::get<NamedTail>(p.tail).push_back(p.commit); }) ==
        "proof.tail");
  CHECK(with([&](ChipProof& p) {
          ProvenEntry entry = std::get<NamedTail>(p.tail)[0];
          entry.quoted.items.push_back({});
          p.tail = NamedTail{entry};
        }) == "proof.item");
  const ledger::VerifierKey stranger(world_origin, world.world.signer("gov").public_key());
  CHECK(proof_rule(good, stranger) == "checkpoint.unknown_key");
  // The key of this log under another log's name.
  const ledger::VerifierKey renamed("other.example/log",
                                    world.world.signer("operator").public_key());
  CHECK(proof_rule(good, renamed) == "checkpoint.unknown_key");
}
