// Checkpoints of other logs, written down: what an anchor may say, and what two of them show.

#include "ledger/crypto/sha256.hpp"
#include "registry/audit.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

constexpr std::int64_t day = 24LL * 60 * 60 * 1000;
constexpr std::int64_t statement_takes = 1000;  ///< By the clock of the small world.
const std::string other_log = "other.example/registry";

std::string hash_of(const std::string& text) { return crypto::sha256(text).to_hex(); }

Draft anchor(const std::string& log, std::uint64_t size, const std::string& state) {
  return {.kind = "checkpoint.anchor",
          .body = {{"log", log},
                   {"size", size},
                   {"root", hash_of(state)},
                   {"checkpoint", hash_of("note of " + state)}}};
}

std::size_t forks(const World& world) {
  std::size_t count = 0;
  for (const Finding& finding : world.state().tables().findings.rows()) {
    if (finding.code == "anchor.fork") ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("the newest checkpoint of each log is written down, by the registrar alone") {
  World world;
  CHECK(world.rule("northwind", anchor(other_log, 10, "a")) == "role.missing");
  const Hash first = world.record("registrar", anchor(other_log, 10, "a"));
  world.record("registrar", anchor("third.example/log", 3, "t"));
  world.clock.advance_ms(day);
  world.record("registrar", anchor(other_log, 25, "b"));

  const auto& anchors = world.state().tables().anchors;
  REQUIRE(anchors.size() == 2);
  const Anchor& newest = anchors[anchors.find(other_log)];
  CHECK(newest.size == 25);
  CHECK(newest.root.to_hex() == hash_of("b"));
  CHECK(newest.checkpoint.to_hex() == hash_of("note of b"));
  CHECK(world.state().tables().statements[newest.index].hash != first);
  CHECK(newest.index + 1 == world.state().size());
  CHECK(forks(world) == 0);
  must(world.registry().rebuild());
  CHECK(must(audit_registry(world.store)).faults.empty());
}

TEST_CASE("an anchor names a log by its origin") {
  World world;
  CHECK(world.rule("registrar", anchor("a log", 1, "a")) == "anchor.log");
  CHECK(world.rule("registrar", anchor("log+key", 1, "a")) == "anchor.log");
  CHECK(world.rule("registrar", anchor("log\u3000", 1, "a")) == "anchor.log");
  CHECK(world.state().tables().anchors.size() == 0);
}

TEST_CASE("a log is anchored once a day, and never with fewer entries than before") {
  World world;
  world.record("registrar", anchor(other_log, 10, "a"));
  const std::int64_t then = world.state().tables().anchors[0].at_ms;
  CHECK(world.rule("registrar", anchor(other_log, 11, "b")) == "anchor.too_soon");
  CHECK(world.rule("registrar", anchor(other_log, 9, "b")) == "anchor.behind");
  CHECK(world.rule("registrar", anchor("third.example/log", 1, "t")) == "recorded");
  const Index32 size = world.state().size();

  world.clock.set({then + day - 1 - statement_takes});
  CHECK(world.rule("registrar", anchor(other_log, 10, "a")) == "anchor.too_soon");
  CHECK(world.state().size() == size);
  world.clock.set({then + day - statement_takes});
  CHECK(world.rule("registrar", anchor(other_log, 10, "a")) == "recorded");
}

TEST_CASE("this log is anchored with no more entries than it has") {
  World world;
  const std::string own = "test.example/registry";
  const std::uint64_t size = world.state().size();
  CHECK(world.rule("registrar", anchor(own, size + 1, "a")) == "anchor.ahead");
  CHECK(world.rule("registrar", anchor(own, size, "a")) == "recorded");
}

TEST_CASE("two roots of one size open a finding at once, which the registrar has to answer") {
  World world;
  world.record("registrar", anchor(other_log, 10, "a"));
  CHECK(world.rule("registrar", anchor(other_log, 10, "b")) == "recorded");
  CHECK(forks(world) == 1);
  const auto& findings = world.state().tables().findings;
  const Finding& finding = findings[static_cast<RowN>(findings.size() - 1)];
  CHECK(world.state().party_name(finding.party) == "registrar");
  CHECK(finding.opened + 1 == world.state().size());
  CHECK(world.rule("registrar", anchor(other_log, 10, "b")) == "anchor.too_soon");
}
