// Whom an event concerns: by header, body, manifest, signature, container and custody.

#include "registry/concern.hpp"

#include <algorithm>

#include "ledger/crypto/key_id.hpp"
#include "registry/manifest.hpp"
#include "tests/registry/support/correction.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::registry;
using namespace muster::test;

namespace {

std::string key_id_in(World& world, const std::string& org) {
  return crypto::KeyId::of(world.signer(org).verifying_key()).text();
}

/// "what id how[chips]" of every concern of entry `index`, in order.
std::vector<std::string> concerns(World& world, const Interests& interests, std::uint64_t index) {
  const auto mirror = ledger::mirror_of(world.store);
  Follower follower;
  ConcernFinder finder(interests, mirror.blob);
  std::vector<std::string> found;
  const FollowVisitor visitor{
      .before = [&](const Followed& entry) { finder.before(entry, follower.state()); },
      .after =
          [&](const Followed& entry) {
            if (entry.entry.index.value != index) return;
            for (const Concern& one : finder.after(entry, follower.state())) {
              found.push_back(one.what + " " + one.id + " " + one.how +
                              (one.chips > 0 ? " " + std::to_string(one.chips) : ""));
            }
          }};
  must(follow_entries(follower, mirror, index + 1, visitor));
  return found;
}

std::uint64_t last(World& world) { return world.log->size().value - 1; }

bool has(const std::vector<std::string>& list, const std::string& text) {
  return std::ranges::find(list, text) != list.end();
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a party hears of what it says, what names it, and of nothing else") {
  World world;
  const Interests dealer{.parties = {"dealer"}};
  world.record("dealer",
               {.kind = "site.register",
                .body = {{"site", "d2"}, {"name", "D"}, {"country", "US"}, {"kind", "warehouse"}}});
  CHECK(concerns(world, dealer, last(world)) ==
        Texts{"party dealer said", "party dealer signed", "party dealer site"});
  const auto chips = world.chips(2);
  CHECK(concerns(world, dealer, last(world)).empty());

  world.release("maker", "dealer", "S1", chips, {{"exception", "test"}});

  const auto found = concerns(world, dealer, last(world));
  CHECK(has(found, "party dealer named"));
  CHECK(has(found, "party dealer site"));
  CHECK(has(found, "party dealer shipment"));
}

TEST_CASE("a party hears of its chips, before they leave it and when they come to it") {
  World world;
  const auto chips = world.chips(3);
  const Hash release = world.release("maker", "dealer", "S1", chips, {{"exception", "test"}});
  world.accept("dealer", "S1", release, chips);
  const std::uint64_t accepted = last(world);

  CHECK(has(concerns(world, {.parties = {"maker"}}, accepted), "party maker custodian 3"));
  CHECK(has(concerns(world, {.parties = {"maker"}}, accepted), "party maker cited"));
  CHECK(has(concerns(world, {.parties = {"dealer"}}, accepted), "party dealer custodian 3"));
  CHECK(concerns(world, {.parties = {"broker"}}, accepted).empty());
}

TEST_CASE("a chip is found in a list, in a manifest, in a container and in a body") {
  World world;
  const auto small = world.chips(2);
  const auto lot = world.chips(70);
  const Interests watched{.chips = {small[1], lot[69]}};
  const std::string one = "chip " + small[1].to_string();
  const std::string other = "chip " + lot[69].to_string();

  CHECK(concerns(world, watched, last(world)) ==
        Texts{other + " subject"});  // test of 70: manifest
  world.record("maker", about("pack", {small[0], small[1]}, {{"container", "box"}}, "maker-site"));
  CHECK(concerns(world, watched, last(world)) == Texts{one + " subject"});
  world.record("maker", {.kind = "unpack",
                         .body = {{"seal_state", "none"}},
                         .container = "box",
                         .site = "maker-site"});
  CHECK(concerns(world, watched, last(world)) == Texts{one + " subject"});
  world.record("gov", {.kind = "finding.open",
                       .body = {{"finding", "F1"},
                                {"party", "maker"},
                                {"code", "x"},
                                {"severity", "low"},
                                {"chips", {small[1].to_string()}}}});
  CHECK(concerns(world, watched, last(world)) == Texts{one + " named"});
  CHECK(concerns(world, {.chips = {small[0]}}, last(world)).empty());
}

TEST_CASE("chips that a correction moves without naming them are found") {
  World world;
  const auto chips = world.chips(3);
  const Hash release = world.release("maker", "dealer", "S1", chips, {{"exception", "test"}});
  const Hash accepted = world.accept("dealer", "S1", release, chips);
  world.record("dealer", void_of(accepted), {"maker"});

  CHECK(has(concerns(world, {.parties = {"dealer"}}, last(world)), "party dealer custodian 3"));
  CHECK(has(concerns(world, {.parties = {"dealer"}}, last(world)), "party dealer cited"));
  CHECK(has(concerns(world, {.parties = {"maker"}}, last(world)), "party maker custodian 3"));
  CHECK(concerns(world, {.chips = {chips[1]}}, last(world)) ==
        Texts{"chip " + chips[1].to_string() + " subject"});
  CHECK(concerns(world, {.parties = {"broker"}}, last(world)).empty());
}

TEST_CASE("who has title or a lease hears of a chip in the hands of others") {
  World world;
  const auto chips = world.chips(1);
  world.deliver("maker", "dealer", chips);
  world.record("dealer", about("retire", chips, {{"cause", "worn"}}));

  // No title has passed: it is the packager's.
  CHECK(concerns(world, {.parties = {"maker"}}, last(world)) == Texts{"party maker owner 1"});
}

TEST_CASE("chips that are made by an event are found in it") {
  World world;
  const auto chips = world.packaged(3);
  CHECK(concerns(world, {.chips = {chips[2]}}, last(world)) ==
        Texts{"chip " + chips[2].to_string() + " subject"});
  CHECK(has(concerns(world, {.parties = {"maker"}}, last(world)), "party maker custodian 3"));
}

TEST_CASE("chips of a manifest in a body are found, and their custodian hears of it") {
  World world;
  const auto chips = world.chips(2);
  world.deliver("maker", "northwind", chips);
  const auto ids = chips[0] < chips[1] ? chips : std::vector<ChipId>{chips[1], chips[0]};
  std::vector<Json> items;
  for (const ChipId& id : ids) items.push_back({{"chip", id.to_string()}, {"shard", 0}});
  const Manifest shards = must(plain_manifest("run.declare", items, world.random));
  const std::vector<Json> one_step{Json{{"step", 1}, {"shard", 0}}};
  const Manifest steps = must(plain_manifest("run.declare", one_step, world.random));
  Draft draft{.kind = "run.declare",
              .body = {{"run", "R1"},
                       {"use", "training"},
                       {"window",
                        {{"from", "2026-01-06T00:00:00.000Z"}, {"to", "2026-01-07T00:00:00.000Z"}}},
                       {"model", "m"},
                       {"parameters", 1000},
                       {"flop", "1e20"},
                       {"bytes_per_parameter", 2},
                       {"scratch_bytes", 0},
                       {"chunk_bytes", 4096},
                       {"shards", manifest_json(shards.ref)},
                       {"steps", manifest_json(steps.ref)}}};
  Submission submission = world.statement("northwind", draft);
  submission.blobs = {{shards.ref.sha256, shards.bytes}, {steps.ref.sha256, steps.bytes}};
  const Outcome outcome = must(world.registry().record(submission));
  REQUIRE_MESSAGE(!outcome.error, outcome.error->message);

  CHECK(concerns(world, {.chips = {chips[1]}}, last(world)) ==
        Texts{"chip " + chips[1].to_string() + " named"});
  CHECK(has(concerns(world, {.parties = {"northwind"}}, last(world)), "party northwind custodian"));
}

TEST_CASE("a key hears of what it signs, of what brings it and of what names it") {
  World world;
  const std::string id = key_id_in(world, "dealer");
  const Interests watched{.keys = {id}};
  // org.register of dealer: entry of the world's making.
  std::uint64_t registered = 0;
  while (concerns(world, watched, registered).empty()) ++registered;
  CHECK(concerns(world, watched, registered) ==
        Texts{"key " + id + " brought", "key " + id + " signed"});

  world.record("registrar", {.kind = "key.revoke", .body = {{"key_id", id}, {"reason", "test"}}});

  CHECK(concerns(world, watched, last(world)) == Texts{"key " + id + " named"});
  CHECK(has(concerns(world, {.parties = {"dealer"}}, last(world)), "party dealer key"));
}

TEST_CASE("what only names a finding, a query or a licence concerns the party that it is about") {
  World world;
  world.record(
      "gov",
      {.kind = "finding.open",
       .body = {{"finding", "F1"}, {"party", "dealer"}, {"code", "x"}, {"severity", "low"}}});
  world.record("gov", {.kind = "finding.close",
                       .body = {{"finding", "F1"}, {"outcome", "unfounded"}, {"reason", "test"}}});

  CHECK(concerns(world, {.parties = {"dealer"}}, last(world)) == Texts{"party dealer finding"});
}

TEST_CASE("kinds narrow down what is told; nobody in particular hears of everything") {
  World world;
  world.chips(1);

  CHECK(concerns(world, {.parties = {"maker"}, .kinds = {"release"}}, last(world)).empty());
  CHECK(concerns(world, {.kinds = {"chip.test"}}, last(world)).size() == 1);
  CHECK(concerns(world, {}, 0).size() == 1);
}

TEST_CASE("a signature that does not verify is nobody's, in an entry that is a fault") {
  World world;
  Submission forged = world.statement(
      "dealer",
      {.kind = "site.register",
       .body = {{"site", "d2"}, {"name", "D"}, {"country", "US"}, {"kind", "warehouse"}}});
  forged.envelope.signatures[0].sig[3] ^= 1U;
  must(world.log->append(world.log->size(), world.clock.now(), std::span(&forged.envelope, 1)));

  CHECK(concerns(world, {.keys = {key_id_in(world, "dealer")}}, last(world)).empty());
  CHECK(concerns(world, {.parties = {"dealer"}}, last(world)) == Texts{"party dealer said"});
}

TEST_CASE("a follower trusts signatures below an index, and no rule") {
  World world;
  Submission forged = world.statement(
      "dealer",
      {.kind = "site.register",
       .body = {{"site", "d2"}, {"name", "D"}, {"country", "US"}, {"kind", "warehouse"}}});
  forged.envelope.signatures[0].sig[3] ^= 1U;
  must(world.log->append(world.log->size(), world.clock.now(), std::span(&forged.envelope, 1)));
  const Submission bad = world.statement(
      "broker",
      {.kind = "product.register", .body = {{"product", "x1"}, {"name", "X"}, {"tpp", 1}}});
  must(world.log->append(world.log->size(), world.clock.now(), std::span(&bad.envelope, 1)));
  for (const bool trusting : {false, true}) {
    Follower follower({.trusted = trusting ? world.log->size().value : 0});
    std::vector<std::string> rules;
    must(follow_entries(follower, ledger::mirror_of(world.store), world.log->size().value,
                        {.before = [&](const Followed& entry) {
                          if (entry.fault != nullptr) rules.push_back(entry.fault->rule);
                        }}));
    CHECK(rules == (trusting ? Texts{"role.missing"} : Texts{"signature.invalid", "role.missing"}));
  }
}
