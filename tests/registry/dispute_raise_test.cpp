// Disagreement on a fact: both versions stay until an authority rules. Stolen keys: what they
// signed is stood by under a key that is trusted.

#include "ledger/crypto/key_id.hpp"
#include "registry/dispute.hpp"
#include "tests/registry/support/correction.hpp"
#include "tests/registry/support/keys.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

Draft dispute_of(const Hash& statement) {
  return {.kind = "dispute.raise",
          .body = {{"dispute", "D1"},
                   {"statement", statement.to_hex()},
                   {"claim", "three chips came, not four"}}};
}

Draft ruling(const std::string& text) {
  return {.kind = "dispute.settle",
          .body = {{"dispute", "D1"}, {"ruling", text}, {"reason", "as the tape shows"}}};
}

}  // namespace

TEST_CASE("a dispute marks the statement, moves no chip, and ends with a ruling that fits") {
  World world;
  const auto chips = world.chips(2);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  const Hash accepted = world.accept("northwind", "S1", released, chips);
  const Index32 index = *world.state().statement_index(accepted);

  CHECK(world.rule("dealer", dispute_of(accepted)) == "dispute.not_concerned");
  CHECK(world.rule("maker", dispute_of(Hash{})) == "dispute.unknown");
  world.record("maker", dispute_of(accepted));
  CHECK(is_disputed(world.state(), index));
  CHECK(disputed_statements(world.state()) == std::vector<Index32>{index});
  CHECK(world.custodian(chips[0]) == "northwind");
  CHECK(world.rule("maker", dispute_of(accepted)) == "dispute.exists");

  CHECK(world.rule("northwind", ruling("stands")) == "role.missing");
  CHECK(world.rule("northwind", ruling("withdrawn")) == "dispute.not_yours");
  CHECK(world.rule("gov", ruling("falls")) == "dispute.effect");
  world.record("gov", ruling("stands"));
  CHECK_FALSE(is_disputed(world.state(), index));
  CHECK(world.rule("gov", ruling("stands")) == "dispute.settled");
}

TEST_CASE("a statement that falls was taken back before, and its chips are as they were") {
  World world;
  const auto chips = world.chips(1);
  const Hash released = world.release("maker", "northwind", "S1", chips);
  const Hash accepted = world.accept("northwind", "S1", released, chips);
  world.record("maker", dispute_of(accepted));
  world.record("gov", void_of(accepted));

  CHECK(world.rule("gov", ruling("stands")) == "dispute.effect");
  world.record("gov", ruling("falls"));
  CHECK(world.custodian(chips[0]) == "maker");
}

TEST_CASE("what a stolen key signed is disputed until its party stands by it under another") {
  World world;
  const auto chips = world.chips(1);
  add_key(world, "maker", "second");
  const Index32 good = world.state().size() - 1;
  auto signed_by_thief = world.statement(
      "maker", about("asm.attach", chips, {{"parent", "b1"}, {"type", "board"}}, "maker-site"));
  CHECK(world.rule(signed_by_thief) == "recorded");
  const Hash attached = world.state().tables().statements[world.state().size() - 1].hash;
  const Index32 index = world.state().size() - 1;
  const Draft affirm{.kind = "correct.affirm",
                     .body = {{"statements", {attached.to_hex()}}, {"reason", "we did that"}}};
  CHECK(world.rule("maker", affirm, {"second"}) == "affirm.not_disputed");
  const auto revoke = [&] {
    return Draft{.kind = "key.revoke",
                 .body = {{"key_id", crypto::KeyId::of(world.signer("maker").public_key()).text()},
                          {"reason", "stolen"},
                          {"last_good", static_cast<std::int64_t>(good)}}};
  };
  CHECK(world.rule(signed_by(world, "maker", revoke(), {"second"})) == "recorded");
  CHECK(is_disputed(world.state(), index));

  CHECK(world.rule(signed_by(world, "maker", affirm, {"second"})) == "recorded");

  CHECK_FALSE(is_disputed(world.state(), index));
  CHECK(disputed_statements(world.state()).empty());
  CHECK(world.rule("dealer", affirm) == "affirm.not_disputed");
}
