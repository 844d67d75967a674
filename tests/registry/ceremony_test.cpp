// The seed ceremony in the ledger: who commits when, who reveals when, and what a seal may quote.

#include "registry/ceremony.hpp"

#include "tests/registry/support/audit.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;

namespace {

Hash nonce_of(const std::string& party) { return crypto::sha256("nonce of " + party); }

std::string commitment_of(const Hash& plan_hash, const std::string& party,
                          draw::CeremonyRole role) {
  return draw::ceremony_commit(role, plan_hash, nonce_of(party).bytes).to_hex();
}

/// Plan P1 of `audit`, committed, and what its parties say in the ceremony.
struct Ceremony {
  explicit Ceremony(World& at, const Hash& committed_plan) : world(at), plan(committed_plan) {}

  [[nodiscard]] Hash plan_hash() const { return world.state().tables().plans[0].plan_hash; }
  [[nodiscard]] std::string commitment(const std::string& party) const {
    const bool verifier = party == "verifier";
    return commitment_of(plan_hash(), party,
                         verifier ? draw::CeremonyRole::verifier : draw::CeremonyRole::prover);
  }

  [[nodiscard]] Draft commit_draft(const std::string& party) const {
    return {
        .kind = "draw.ceremony_commit",
        .body = {{"plan", "P1"}, {"statement", plan.to_hex()}, {"commitment", commitment(party)}}};
  }
  [[nodiscard]] Draft reveal_draft(const std::string& party) const {
    const auto found = committed.find(party);
    const Hash own = found == committed.end() ? crypto::sha256("none") : found->second;
    return {
        .kind = "draw.ceremony_reveal",
        .body = {{"plan", "P1"}, {"committed", own.to_hex()}, {"nonce", nonce_of(party).to_hex()}}};
  }

  void commit(const std::string& party) {
    committed[party] = world.record(party, commit_draft(party));
  }
  void reveal(const std::string& party) { world.record(party, reveal_draft(party)); }
  std::string rule(const std::string& party, const Draft& draft) {
    return world.rule(party, draft);
  }
  /// The rule that refuses `draft` with `field` of its body changed.
  std::string rule_with(const std::string& party, Draft draft, const char* field,
                        const std::string& value) {
    draft.body[field] = value;
    return world.rule(party, draft);
  }

  World& world;
  Hash plan;
  std::map<std::string, Hash> committed{};
};

Json ceremony_beacon(const std::string& value) { return {{"kind", "ceremony"}, {"value", value}}; }

/// By hand: SHA-256 of the domain, the plan's hash and the nonces one after another.
std::string value_of(const Hash& plan_hash, const std::vector<std::string>& parties) {
  Bytes bytes = to_bytes("muster/ceremony/value/v1\n");
  append(bytes, plan_hash.view());
  for (const std::string& party : parties) append(bytes, nonce_of(party).view());
  return crypto::sha256(bytes).to_hex();
}

/// Every chip of `prover` with a head of none, frozen as `freeze`; the statement of the freeze.
Hash frozen(World& world, const std::string& prover, const std::string& freeze,
            const std::vector<ChipId>& chips, const Window& window) {
  const Json window_json = {{"from", window.from.to_string()}, {"to", window.to.to_string()}};
  Draft heads{.kind = "heads.commit", .body = {{"window", window_json}}};
  for (const ChipId& chip : chips) heads.chips.push_back({chip, {{"none", true}}});
  const Hash statement = world.record(prover, heads);
  const auto& row = world.state().tables().heads.rows().back();
  return world.record(
      prover,
      {.kind = "freeze.commit",
       .body = {
           {"freeze", freeze},
           {"window", window_json},
           {"frame",
            {{"root", crypto::sha256(freeze).to_hex()}, {"count", chips.size()}, {"salted", true}}},
           {"heads",
            {{"root", row.root.to_hex()},
             {"count", chips.size()},
             {"statement", statement.to_hex()}}},
           {"declarations", {{"root", ledger::empty_root().to_hex()}, {"count", 0}}}}});
}

Hash planned(World& world, const std::string& verifier, const std::vector<std::string>& provers,
             const Json& freezes) {
  world.record(verifier, {.kind = "vrf.register",
                          .body = {{"vrf_key", crypto::sha256(verifier).to_hex()},
                                   {"suite", "ECVRF-EDWARDS25519-SHA512-TAI"}}});
  Json body = Audit::plan_body(freezes);
  body.erase("prover");
  body["pool"] = provers;
  return world.record(verifier, {.kind = "plan.commit", .body = body});
}

}  // namespace

TEST_CASE("both commit, both reveal, and the draw is sealed with the value of both nonces") {
  Audit audit;
  Ceremony ceremony(audit.world, audit.commit_plan());
  ceremony.commit("verifier");
  ceremony.commit("northwind");
  ceremony.reveal("verifier");
  ceremony.reveal("northwind");

  const std::string value = value_of(ceremony.plan_hash(), {"northwind", "verifier"});
  CHECK(registry::ceremony_value(audit.world.state(), 0).to_hex() == value);
  CHECK(audit.world.rule("verifier", Audit::seal_draft(ceremony_beacon(value))) == "recorded");
}

TEST_CASE("a commitment comes from a party of the plan, quotes it, once, and is no copy") {
  Audit audit;
  Ceremony ceremony(audit.world, audit.commit_plan());
  const Draft prover = ceremony.commit_draft("northwind");
  const Draft verifier = ceremony.commit_draft("verifier");

  CHECK(ceremony.rule("dealer", prover) == "role.missing");
  CHECK(ceremony.rule("southwind", prover) == "ceremony.not_a_party");
  CHECK(ceremony.rule_with("northwind", prover, "plan", "P9") == "plan.unknown");
  CHECK(ceremony.rule_with("northwind", prover, "statement", audit.heads.to_hex()) ==
        "ceremony.other_plan");
  CHECK(ceremony.rule("northwind", prover) == "recorded");
  CHECK(ceremony.rule("northwind", prover) == "ceremony.committed");
  CHECK(ceremony.rule_with("northwind", prover, "commitment", ceremony.commitment("verifier")) ==
        "ceremony.committed");
  CHECK(ceremony.rule_with("verifier", verifier, "commitment", ceremony.commitment("northwind")) ==
        "ceremony.copied");
  CHECK(ceremony.rule("verifier", verifier) == "recorded");
}

TEST_CASE("a nonce is revealed after every commitment, opens its own, and once") {
  Audit audit;
  Ceremony ceremony(audit.world, audit.commit_plan());
  CHECK(ceremony.rule("northwind", ceremony.reveal_draft("northwind")) == "ceremony.not_committed");
  ceremony.commit("northwind");
  CHECK(ceremony.rule("northwind", ceremony.reveal_draft("northwind")) == "ceremony.too_early");
  ceremony.commit("verifier");
  const Draft reveal = ceremony.reveal_draft("northwind");

  CHECK(ceremony.rule("southwind", reveal) == "ceremony.not_a_party");
  CHECK(ceremony.rule_with("northwind", reveal, "committed",
                           ceremony.committed["verifier"].to_hex()) == "ceremony.other_commitment");
  CHECK(ceremony.rule_with("northwind", reveal, "nonce", nonce_of("verifier").to_hex()) ==
        "ceremony.other_nonce");
  CHECK(ceremony.rule("northwind", reveal) == "recorded");
  CHECK(ceremony.rule("northwind", reveal) == "ceremony.revealed");
}

TEST_CASE("a seal quotes the value of a complete ceremony, or of none that was begun") {
  Audit audit;
  Ceremony ceremony(audit.world, audit.commit_plan());
  const std::string value = value_of(ceremony.plan_hash(), {"northwind", "verifier"});
  const auto seal = [&](const char* kind, const std::string& bytes) {
    return audit.world.rule("verifier", Audit::seal_draft({{"kind", kind}, {"value", bytes}}));
  };

  CHECK(seal("ceremony", value) == "draw.not_revealed");
  ceremony.commit("northwind");
  CHECK(seal("value", std::string(64, 'a')) == "draw.ceremony_begun");
  CHECK(seal("transcript", value) == "draw.ceremony_begun");
  ceremony.commit("verifier");
  ceremony.reveal("verifier");
  CHECK(seal("ceremony", value) == "draw.not_revealed");
  ceremony.reveal("northwind");
  CHECK(seal("ceremony", std::string(64, 'a')) == "draw.other_value");
  CHECK(seal("value", value) == "draw.ceremony_begun");
  CHECK(seal("beacons", value) == "draw.ceremony_begun");
  CHECK(seal("ceremony", value) == "recorded");
}

TEST_CASE("a seal by public values and the ledger's ceremony waits for every reveal too") {
  Audit audit;
  Ceremony ceremony(audit.world, audit.commit_plan());
  const auto seal = [&] {
    const Json beacon{{"kind", "joined"}, {"value", std::string(64, 'a')}};
    return audit.world.rule("verifier", Audit::seal_draft(beacon));
  };
  CHECK(seal() == "draw.not_revealed");
  for (const char* party : {"northwind", "verifier"}) ceremony.commit(party);
  ceremony.reveal("verifier");
  CHECK(seal() == "draw.not_revealed");
  ceremony.reveal("northwind");
  CHECK(seal() == "recorded");
}

TEST_CASE("after the seal nobody commits or reveals") {
  Audit audit;
  Ceremony ceremony(audit.world, audit.commit_plan());
  audit.seal();

  CHECK(ceremony.rule("northwind", ceremony.commit_draft("northwind")) == "ceremony.sealed");
  CHECK(ceremony.rule("northwind", ceremony.reveal_draft("northwind")) == "ceremony.sealed");
}

TEST_CASE("a plan that is abandoned ends its ceremony") {
  Audit audit;
  Ceremony ceremony(audit.world, audit.commit_plan());
  ceremony.commit("northwind");
  ceremony.commit("verifier");
  audit.world.record("verifier",
                     {.kind = "plan.abandon", .body = {{"plan", "P1"}, {"reason", "no reveal"}}});

  CHECK(ceremony.rule("northwind", ceremony.reveal_draft("northwind")) == "plan.abandoned");
}

TEST_CASE("every Prover of a pool takes part, and their nonces stand by party id") {
  World world;
  const auto mine = world.chips(1);
  const auto theirs = world.chips(1);
  world.deliver("maker", "southwind", theirs);
  world.deliver("maker", "northwind", mine);
  const Window window{world.clock.now(), Timestamp{world.clock.now().ms + ms_per_day}};
  world.clock.advance_ms(2 * ms_per_day);
  const Hash south = frozen(world, "southwind", "FS", theirs, window);
  const Hash north = frozen(world, "northwind", "FN", mine, window);
  Ceremony ceremony(world, planned(world, "verifier", {"southwind", "northwind"},
                                   {south.to_hex(), north.to_hex()}));
  ceremony.commit("southwind");
  ceremony.commit("verifier");
  CHECK(ceremony.rule("verifier", ceremony.reveal_draft("verifier")) == "ceremony.too_early");
  CHECK(ceremony.rule_with("northwind", ceremony.commit_draft("northwind"), "commitment",
                           ceremony.commitment("southwind")) == "ceremony.copied");
  ceremony.commit("northwind");
  for (const char* party : {"verifier", "southwind"}) ceremony.reveal(party);
  CHECK(registry::ceremony_gaps(world.state(), 0).not_revealed ==
        std::vector<std::string>{"northwind"});
  ceremony.reveal("northwind");

  CHECK(registry::ceremony_value(world.state(), 0).to_hex() ==
        value_of(ceremony.plan_hash(), {"northwind", "southwind", "verifier"}));
}

TEST_CASE("one party in both roles, or a plan without a Prover, has no ceremony") {
  World world;
  world.add_party("both", "US", {"prover", "verifier"});
  const auto chips = world.chips(1);
  world.deliver("maker", "both", chips);
  const Window window{world.clock.now(), Timestamp{world.clock.now().ms + ms_per_day}};
  world.clock.advance_ms(2 * ms_per_day);
  const Hash own = frozen(world, "both", "F", chips, window);
  Ceremony ceremony(world, planned(world, "both", {"both"}, {own.to_hex()}));
  CHECK(ceremony.rule("both", ceremony.commit_draft("both")) == "ceremony.one_party");

  World empty;
  Ceremony alone(empty, planned(empty, "verifier", {}, Json::array()));
  CHECK(alone.rule("verifier", alone.commit_draft("verifier")) == "ceremony.no_prover");
}

TEST_CASE("a batch that is refused leaves no commitment, and a replay gives the same tables") {
  Audit audit;
  Ceremony ceremony(audit.world, audit.commit_plan());
  const std::vector<registry::Submission> batch{
      audit.world.statement("northwind", ceremony.commit_draft("northwind")),
      audit.world.statement("dealer", ceremony.commit_draft("northwind"))};
  const auto outcomes =
      must(audit.world.registry().record(batch, registry::BatchMode::all_or_nothing));
  CHECK(outcomes.front().error->rule == "batch.not_all");
  CHECK(audit.world.state().tables().ceremony_parts.size() == 0);

  ceremony.commit("northwind");
  ceremony.commit("verifier");
  ceremony.reveal("verifier");
  const Folder folder("ceremony-view");
  audit.world.reopen({.view = folder.path() / "view.db"});
  const Hash replayed = must(audit.world.registry().dump_hash());
  ceremony.reveal("northwind");
  const Hash recorded = must(audit.world.registry().dump_hash());
  CHECK(recorded != replayed);
  audit.world.reopen({.view = folder.path() / "view.db"});
  CHECK(audit.world.registry().view_was_loaded());
  CHECK(must(audit.world.registry().dump_hash()) == recorded);
  must(audit.world.registry().rebuild());
  CHECK(must(audit.world.registry().dump_hash()) == recorded);
}
