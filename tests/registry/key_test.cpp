// Keys of parties: how many must sign, how one follows another, when one ends.

#include "registry/audit.hpp"
#include "registry/key_validity.hpp"
#include "tests/registry/support/keys.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;

namespace {

Draft threshold(std::int64_t want) {
  return {.kind = "org.threshold", .body = {{"threshold", want}}};
}

Draft grant(const std::string& licence) {
  return {.kind = "licence.grant",
          .body = {{"licence", licence},
                   {"licensee", "maker"},
                   {"consignees", {"dealer"}},
                   {"countries", {"US"}},
                   {"products", {"a1"}},
                   {"max_units", 10},
                   {"window",
                    {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2027-01-01T00:00:00.000Z"}}}}};
}

Draft rotation(World& world, const std::string& old, const std::string& fresh,
               std::int64_t days = 7) {
  const Timestamp until{world.clock.now().ms + days * ms_per_day};
  return {.kind = "key.rotate",
          .body = {{"old", key_id(world, old)},
                   {"key", public_of(world, fresh)},
                   {"overlap_until", until.to_string()}}};
}

Draft ending_of(World& world, const std::string& name) {
  return {.kind = "key.revoke", .body = {{"key_id", key_id(world, name)}, {"reason", "r"}}};
}

/// gov wants two of its three keys.
void make_gov_careful(World& world) {
  add_key(world, "gov", "gov-2");
  add_key(world, "gov", "gov-3");
  world.record("gov", threshold(2));
}

}  // namespace

TEST_CASE("a weighty statement wants as many distinct keys as the party's threshold") {
  World world;
  make_gov_careful(world);

  const auto outcome = world.submit("gov", grant("L1"));

  REQUIRE(outcome.error);
  CHECK(outcome.error->rule == "signature.threshold");
  CHECK(outcome.error->message ==
        "signature.threshold: licence.grant: got signatures by 1 keys of gov, want 2");
  CHECK(world.rule("gov", grant("L1"), {"gov-3"}) == "recorded");
  CHECK(world.rule(signed_by(world, "gov", grant("L2"), {"gov-2", "gov-3"})) == "recorded");
}

TEST_CASE("keys of other parties and keys that the statement registers do not count") {
  World world;
  make_gov_careful(world);
  const Draft more{.kind = "key.add", .body = {{"key", public_of(world, "gov-4")}}};

  CHECK(world.rule("gov", grant("L1"), {"maker"}) == "signature.threshold");
  CHECK(world.rule("gov", more, {"gov-4"}) == "signature.threshold");
  CHECK(world.rule("gov", more, {"gov-2", "gov-4"}) == "recorded");
}

TEST_CASE("statements without weight go on with one key, and other parties as before") {
  World world;
  make_gov_careful(world);

  CHECK(world.rule("gov", {.kind = "site.register",
                           .body = {{"site", "quay"},
                                    {"name", "Quay"},
                                    {"country", "US"},
                                    {"kind", "chokepoint"}}}) == "recorded");
  CHECK(world.rule("verifier", {.kind = "org.threshold", .body = {{"threshold", 1}}}) ==
        "recorded");
}

TEST_CASE("two-person control covers plans, draws, keys, findings and licences") {
  for (const char* name : {"plan.commit", "draw.seal", "key.add", "key.rotate", "key.revoke",
                           "org.threshold", "finding.close", "licence.grant", "operator.succeed"}) {
    CHECK_MESSAGE(registry::find_kind(name)->weighty, name);
  }
  CHECK_FALSE(registry::find_kind("release")->weighty);
}

TEST_CASE("a threshold is never set beyond the keys that can meet it") {
  World world;
  CHECK(world.rule("gov", threshold(2)) == "threshold.out_of_reach");
  add_key(world, "gov", "gov-2");
  CHECK(world.rule("gov", threshold(3)) == "threshold.out_of_reach");
  CHECK(world.rule("gov", threshold(2)) == "recorded");
  CHECK(world.rule("gov", threshold(1)) == "signature.threshold");
  CHECK(world.rule("gov", threshold(1), {"gov-2"}) == "recorded");
}

TEST_CASE("the registrar may lower another party's threshold, and nobody else may touch it") {
  World world;
  make_gov_careful(world);
  const auto of_gov = [](std::int64_t want) {
    return Draft{.kind = "org.threshold", .body = {{"threshold", want}, {"party", "gov"}}};
  };
  CHECK(world.rule("maker", of_gov(1)) == "threshold.not_yours");
  CHECK(world.rule("registrar", of_gov(3)) == "threshold.not_yours");
  CHECK(world.rule("registrar", of_gov(1)) == "recorded");
  CHECK(world.rule("gov", grant("L1")) == "recorded");
  CHECK(world.rule("registrar",
                   {.kind = "org.threshold", .body = {{"threshold", 1}, {"party", "nobody"}}}) ==
        "party.unknown");
}

TEST_CASE("a party is registered with several keys and its threshold at once") {
  World world;
  const auto body = [&](std::int64_t want, const Json& more) {
    return Draft{.kind = "org.register",
                 .body = {{"party", "bank"},
                          {"name", "The Bank"},
                          {"country", "CH"},
                          {"roles", {"authority"}},
                          {"key", public_of(world, "bank")},
                          {"more_keys", more},
                          {"threshold", want}}};
  };
  const Json second = {public_of(world, "bank-2")};
  CHECK(world.rule("registrar", body(3, second), {"bank", "bank-2"}) == "threshold.out_of_reach");
  CHECK(world.rule("registrar", body(2, second), {"bank"}) == "key.no_possession");
  CHECK(world.rule("registrar", body(2, {public_of(world, "bank")}), {"bank"}) == "key.taken");
  CHECK(world.rule("registrar", body(2, {"xyz"}), {"bank"}) == "key.not_valid");
  CHECK(world.rule("registrar", body(2, second), {"bank", "bank-2"}) == "recorded");
  CHECK(world.rule("bank", grant("L1")) == "signature.threshold");
  CHECK(world.rule("bank", grant("L1"), {"bank-2"}) == "recorded");
}

TEST_CASE("a rotated key goes on until the overlap ends, and then is refused by time") {
  World world;
  const auto chips = world.chips(1);
  world.record("maker", rotation(world, "maker", "maker-2"), {"maker-2"});
  // Onto a board and off it again, as often as there are keys to try.
  const auto says = [&](const std::string& key) {
    const bool on = world.chip(chips[0]).parent != registry::no_row;
    const Draft draft =
        on ? about("asm.detach", chips, {{"parent", "b"}, {"reason", "r"}})
           : about("asm.attach", chips, {{"parent", "b"}, {"type", "board"}}, "maker-site");
    return world.rule(signed_by(world, "maker", draft, {key}));
  };

  CHECK(says("maker") == "recorded");
  CHECK(says("maker-2") == "recorded");
  world.clock.advance_ms(7 * ms_per_day);

  CHECK(says("maker") == "key.expired");
  CHECK(says("maker-2") == "recorded");
  CHECK(must(registry::audit_registry(world.store)).faults.empty());
}

TEST_CASE("the overlap ends at its instant: valid a millisecond before, not at it") {
  const registry::Key key{.from = 3, .to = 9, .until_ms = 1'000};
  CHECK(registry::key_is_valid(key, 3, Timestamp{999}));
  CHECK_FALSE(registry::key_is_valid(key, 3, Timestamp{1'000}));
  CHECK_FALSE(registry::key_is_valid(key, 2, Timestamp{0}));
  CHECK(registry::key_is_valid(key, 8, Timestamp{0}));
  CHECK_FALSE(registry::key_is_valid(key, 9, Timestamp{0}));
}

TEST_CASE("a release that the old key signed is accepted after its end") {
  World world;
  const auto chips = world.chips(1);
  const Hash released = world.release("maker", "dealer", "S1", chips, {{"exception", "test"}});
  world.record("maker", rotation(world, "maker", "maker-2"), {"maker-2"});
  world.clock.advance_ms(30 * ms_per_day);

  world.accept("dealer", "S1", released, chips);

  CHECK(world.custodian(chips[0]) == "dealer");
}

TEST_CASE("a rotation is signed by the old and the new key, once, and ends later") {
  World world;
  add_key(world, "maker", "spare");
  const Draft draft = rotation(world, "maker", "maker-2");

  CHECK(world.rule("maker", draft) == "key.no_possession");
  CHECK(world.rule(signed_by(world, "maker", draft, {"spare", "maker-2"})) ==
        "key.no_old_signature");
  CHECK(world.rule("maker", rotation(world, "gov", "maker-2"), {"maker-2"}) == "key.not_yours");
  CHECK(world.rule("maker", rotation(world, "maker", "gov"), {"gov"}) == "key.taken");
  CHECK(world.rule("maker", rotation(world, "maker", "maker-2", 0), {"maker-2"}) == "key.overlap");
  CHECK(world.rule("maker", draft, {"maker-2"}) == "recorded");
  CHECK(world.rule("maker", rotation(world, "maker", "maker-3"), {"maker-3"}) == "key.rotated");
}

TEST_CASE("a key and its successor count as one towards a threshold") {
  World world;
  make_gov_careful(world);
  world.record("gov", rotation(world, "gov", "gov-new"), {"gov-2", "gov-new"});

  CHECK(world.rule("gov", grant("L1"), {"gov-new"}) == "signature.threshold");
  CHECK(world.rule("gov", grant("L1"), {"gov-2"}) == "recorded");
}

TEST_CASE("a registrar keeps as many keys as its threshold") {
  World world;
  CHECK(world.rule("registrar", ending_of(world, "registrar")) == "threshold.out_of_reach");
  add_key(world, "registrar", "registrar-2");
  CHECK(world.rule("registrar", ending_of(world, "registrar")) == "recorded");
}

TEST_CASE(
    "a key that no party has signs nothing, also when another statement of the batch has it") {
  World world;
  const auto brought = world.statement(
      "dealer", {.kind = "key.add", .body = {{"key", public_of(world, "fresh")}}}, {"fresh"});
  auto refused = brought;  // lacks the dealer's own signature
  std::erase_if(refused.envelope.signatures, [&](const auto& signature) {
    return signature.keyid.text() == key_id(world, "dealer");
  });
  const auto other = world.statement(
      "maker",
      {.kind = "site.register",
       .body = {{"site", "quay"}, {"name", "Quay"}, {"country", "US"}, {"kind", "port"}}},
      {"fresh"});

  const auto outcomes =
      must(world.registry().record(std::vector<registry::Submission>{refused, other}));

  CHECK(outcomes[0].error->rule == "signature.missing");
  REQUIRE(outcomes[1].error);
  CHECK(outcomes[1].error->rule == "key.unknown");
}
