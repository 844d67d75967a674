// What a stolen key signed before it was revoked, and what builds on it.

#include "registry/dispute.hpp"

#include "registry/view/view.hpp"
#include "tests/registry/support/keys.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;
using registry::Index32;

namespace {

Draft revocation(World& world, const std::string& name, const Json& more = Json::object()) {
  Json body{{"key_id", key_id(world, name)}, {"reason", "stolen"}};
  body.update(more);
  return {.kind = "key.revoke", .body = body};
}

/// One statement of the maker about a chip, and then another: onto a board, off it, onto it.
Draft next_of(const World& world, const ChipId& chip) {
  if (world.chip(chip).parent != registry::no_row) {
    return about("asm.detach", {chip}, {{"parent", "b-" + chip.to_string()}, {"reason", "r"}});
  }
  return about("asm.attach", {chip}, {{"parent", "b-" + chip.to_string()}, {"type", "board"}},
               "maker-site");
}

Index32 last_index(const World& world) { return world.state().size() - 1; }

/// The maker has a second key, which signed two statements about one chip.
struct Theft {
  World world;
  std::vector<ChipId> chips;
  Index32 good = 0;
  Index32 bad = 0;
  Timestamp between{};

  explicit Theft(registry::RegistryOptions options = {}) : world(std::move(options)) {
    chips = world.chips(2);
    add_key(world, "maker", "second");
    CHECK(world.rule(signed_by(world, "maker", next_of(world, chips[0]), {"second"})) ==
          "recorded");
    good = last_index(world);
    world.clock.advance_ms(ms_per_day);
    between = world.clock.now();
    world.clock.advance_ms(ms_per_day);
    CHECK(world.rule(signed_by(world, "maker", next_of(world, chips[0]), {"second"})) ==
          "recorded");
    bad = last_index(world);
  }
};

using Indexes = std::vector<Index32>;

}  // namespace

TEST_CASE("what a key alone signed after its last good entry is disputed, not what came before") {
  Theft theft;
  CHECK(registry::disputed_statements(theft.world.state()).empty());

  theft.world.record("maker", revocation(theft.world, "second", {{"last_good", theft.good}}));

  CHECK(registry::disputed_statements(theft.world.state()) == Indexes{theft.bad});
  CHECK(registry::is_disputed(theft.world.state(), theft.bad));
  CHECK_FALSE(registry::is_disputed(theft.world.state(), theft.good));
  CHECK(registry::disputed_by(theft.world.state(), last_index(theft.world)) == Indexes{theft.bad});
}

TEST_CASE("bad_since disputes by time of acceptance, and the earlier of the two bounds holds") {
  Theft by_time;
  by_time.world.record(
      "maker", revocation(by_time.world, "second", {{"bad_since", by_time.between.to_string()}}));
  CHECK(registry::disputed_statements(by_time.world.state()) == Indexes{by_time.bad});

  Theft both;
  both.world.record(
      "maker", revocation(both.world, "second",
                          {{"bad_since", both.between.to_string()}, {"last_good", both.good - 1}}));
  CHECK(registry::disputed_statements(both.world.state()) == Indexes{both.good, both.bad});
}

TEST_CASE("a revocation that names no bound disputes nothing") {
  Theft theft;
  theft.world.record("maker", revocation(theft.world, "second"));
  CHECK(registry::disputed_statements(theft.world.state()).empty());
}

TEST_CASE("a statement that another key of the party signed too is not disputed") {
  Theft theft;
  World& world = theft.world;
  world.record("maker", next_of(world, theft.chips[0]), {"second"});
  const Index32 both = last_index(world);

  world.record("maker", revocation(world, "second", {{"last_good", theft.good}}));

  CHECK_FALSE(registry::is_disputed(world.state(), both));
}

TEST_CASE("the signature of a second party is one that dispute takes away") {
  World world;
  const auto chips = world.chips(1);
  world.record("maker", about("retire", chips, {{"cause", "worn"}}));
  const Index32 before = last_index(world);
  world.record("maker",
               about("destroy", chips, {{"method", "shredded"}, {"place", "yard"}}, "maker-site"),
               {"witness"});
  const Index32 destroyed = last_index(world);

  world.record("witness", revocation(world, "witness", {{"last_good", before}}));

  CHECK(registry::is_disputed(world.state(), destroyed));
}

TEST_CASE("a key revokes itself, and that statement is not disputed") {
  Theft theft;
  World& world = theft.world;
  CHECK(
      world.rule(signed_by(world, "maker", revocation(world, "second", {{"last_good", theft.good}}),
                           {"second"})) == "recorded");
  CHECK_FALSE(registry::is_disputed(world.state(), last_index(world)));
  CHECK(registry::disputed_statements(world.state()) == Indexes{theft.bad});
}

TEST_CASE("bounds that cannot be are refused") {
  Theft theft;
  World& world = theft.world;
  const Timestamp later{world.clock.now().ms + ms_per_day};
  CHECK(world.rule("maker", revocation(world, "second", {{"last_good", 100'000}})) ==
        "key.last_good");
  CHECK(world.rule("maker", revocation(world, "second", {{"bad_since", later.to_string()}})) ==
        "key.bad_since");
}

TEST_CASE("dependants follow in a chip's chain, through quotes, and through keys") {
  Theft theft;
  World& world = theft.world;
  const std::vector<ChipId> chip{theft.chips[0]};
  const Hash released = world.release("maker", "dealer", "S1", chip, {{"exception", "test"}});
  const Index32 release = last_index(world);
  world.accept("dealer", "S1", released, chip);
  const Index32 accept = last_index(world);
  CHECK(world.rule(signed_by(world, "maker",
                             {.kind = "key.add", .body = {{"key", public_of(world, "third")}}},
                             {"second", "third"})) == "recorded");
  const Index32 key = last_index(world);
  CHECK(world.rule(signed_by(world, "maker", next_of(world, theft.chips[1]), {"third"})) ==
        "recorded");
  const Index32 by_third = last_index(world);
  world.record("maker", next_of(world, theft.chips[1]));
  const Index32 after = last_index(world);
  world.record("maker", revocation(world, "second", {{"last_good", theft.good}}));

  const auto disputed = registry::disputed_statements(world.state());
  const auto found = must(registry::dependants(world.registry().log(), world.state(), disputed));

  CHECK(disputed == Indexes{theft.bad, key});
  REQUIRE(found.size() == 4);
  CHECK((found[0].index == release && found[0].on == Indexes{theft.bad}));
  CHECK((found[1].index == accept && found[1].on == Indexes{release}));
  CHECK((found[2].index == by_third && found[2].on == Indexes{key}));
  CHECK((found[3].index == after && found[3].on == Indexes{by_third}));
}

TEST_CASE("disputes and thresholds are the same after rebuilding and reloading") {
  const Folder folder("dispute-view");
  const registry::RegistryOptions options{.view = folder.path() / "view.db"};
  Theft theft(options);
  World& world = theft.world;
  world.record("maker", {.kind = "org.threshold", .body = {{"threshold", 2}}});
  world.record("maker", revocation(world, "second", {{"last_good", theft.good}}), {"second"});
  const Hash recorded = must(world.registry().dump_hash());

  world.reopen(options);
  REQUIRE(world.registry().view_was_loaded());
  CHECK(must(world.registry().dump_hash()) == recorded);
  CHECK(registry::disputed_statements(world.state()) == Indexes{theft.bad});
  must(world.registry().rebuild());
  CHECK(must(world.registry().dump_hash()) == recorded);
}

TEST_CASE("a refused batch leaves no signature behind") {
  Theft theft;
  World& world = theft.world;
  const Hash before = must(world.registry().dump_hash());
  const std::vector<registry::Submission> batch{
      world.statement("maker", next_of(world, theft.chips[1]), {"second"}),
      world.statement("dealer", {.kind = "org.threshold", .body = {{"threshold", 9}}})};
  must(world.registry().record(batch, registry::BatchMode::all_or_nothing));
  CHECK(must(world.registry().dump_hash()) == before);
}
