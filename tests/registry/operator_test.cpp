// The key that signs checkpoints passes on by a statement of the registrar.

#include "registry/audit.hpp"
#include "tests/registry/support/keys.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;

namespace {

Draft succession(World& world, const std::string& fresh, const std::string& reason = "planned") {
  return {.kind = "operator.succeed",
          .body = {{"key", public_of(world, fresh)}, {"reason", reason}}};
}

}  // namespace

TEST_CASE("registrar, old and new operator key sign a succession, which the state remembers") {
  World world;
  const auto index = world.registry().log().size().value;

  world.record("registrar", succession(world, "operator-2"), {"operator", "operator-2"});

  const auto& rows = world.state().tables().operator_keys.rows();
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].public_key == public_of(world, "operator"));
  CHECK(rows[0].index == 0);
  CHECK(rows[1].public_key == public_of(world, "operator-2"));
  CHECK(rows[1].index == index);
  CHECK(must(registry::audit_registry(world.store)).faults.empty());
}

TEST_CASE("a succession wants every signature, except that of a key that is lost") {
  World world;
  CHECK(world.rule("registrar", succession(world, "operator-2"), {"operator"}) ==
        "key.no_possession");
  CHECK(world.rule("registrar", succession(world, "operator-2"), {"operator-2"}) ==
        "operator.no_old_signature");
  CHECK(world.rule("registrar", succession(world, "operator-2", "compromised"), {"operator-2"}) ==
        "operator.no_old_signature");
  CHECK(world.rule("maker", succession(world, "operator-2"), {"operator", "operator-2"}) ==
        "role.missing");
  CHECK(world.rule("registrar", succession(world, "operator-2", "lost"), {"operator-2"}) ==
        "recorded");
}

TEST_CASE("an operator's key has one use and one term") {
  World world;
  CHECK(world.rule("registrar", succession(world, "gov"), {"operator", "gov"}) ==
        "operator.key_taken");
  world.record("registrar", succession(world, "operator-2"), {"operator", "operator-2"});
  CHECK(world.rule("registrar", succession(world, "operator"), {"operator", "operator-2"}) ==
        "operator.key_taken");
  CHECK(world.rule("registrar", succession(world, "operator-3"), {"operator", "operator-3"}) ==
        "operator.ended");
  CHECK(world.rule("maker", {.kind = "key.add", .body = {{"key", public_of(world, "operator-2")}}},
                   {"operator-2"}) == "key.taken");
}

TEST_CASE("the operator's key signs successions and no other statement") {
  World world;
  CHECK(world.rule("maker", {.kind = "org.threshold", .body = {{"threshold", 1}}}, {"operator"}) ==
        "key.unknown");
}

TEST_CASE("checkpoints are signed with Ed25519 and nothing else") {
  World world;
  const auto key = crypto::EcdsaSigner::generate(crypto::Curve::p256);
  auto submission =
      world.statement("registrar",
                      {.kind = "operator.succeed",
                       .body = {{"key", key.verifying_key().text()}, {"reason", "planned"}}},
                      {"operator"});
  must(ledger::add_signature(submission.envelope, key));
  CHECK(world.rule(submission) == "operator.key");
}

TEST_CASE("the registrar's threshold holds for a succession") {
  World world;
  add_key(world, "registrar", "registrar-2");
  world.record("registrar", {.kind = "org.threshold", .body = {{"threshold", 2}}});
  CHECK(world.rule("registrar", succession(world, "operator-2"), {"operator", "operator-2"}) ==
        "signature.threshold");
  CHECK(world.rule("registrar", succession(world, "operator-2"),
                   {"operator", "operator-2", "registrar-2"}) == "recorded");
}
