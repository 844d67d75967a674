// Caps relative to what went to another country: what their base is made of.

#include "ledger/crypto/sha256.hpp"
#include "tests/registry/support/correction.hpp"

using namespace muster;
using namespace muster::test;
using registry::Draft;

namespace {

/// A licence "L" of the maker: what goes to SG is at most what was delivered to the US.
struct Ratio {
  explicit Ratio(const std::string& measure) {
    world.record("maker", {.kind = "product.register",
                           .body = {{"product", "a0"}, {"name", "Less"}, {"tpp", 2400}}});
    const Json cap{{"cap", "even"},
                   {"country", "SG"},
                   {"of_country", "US"},
                   {"percent", 100},
                   {"measure", measure}};
    world.record(
        "gov",
        {.kind = "licence.grant",
         .body = {{"licence", "L"},
                  {"licensee", "maker"},
                  {"consignees", {"southwind", "northwind"}},
                  {"countries", {"SG", "US"}},
                  {"products", {"a1", "a0"}},
                  {"max_units", 1000},
                  {"caps", Json::array({cap})},
                  {"window",
                   {{"from", "2026-01-01T00:00:00.000Z"}, {"to", "2030-01-01T00:00:00.000Z"}}}}});
  }

  Draft release(const std::string& to, const std::vector<ChipId>& chips) {
    shipment = "S" + std::to_string(++serial);
    return about("release", chips,
                 {{"shipment", shipment},
                  {"receiver", to},
                  {"destination", to + "-site"},
                  {"purpose", "sale"},
                  {"licence", "L"}});
  }
  std::string rule(const std::string& to, const std::vector<ChipId>& chips) {
    return world.rule("maker", release(to, chips));
  }
  /// Released and accepted. The acceptance.
  Hash deliver(const std::string& to, const std::vector<ChipId>& chips) {
    const Hash hash = world.record("maker", release(to, chips));
    return world.accept(to, shipment, hash, chips);
  }
  const registry::Cap& cap() { return world.state().tables().caps[0]; }

  World world;
  std::string shipment;
  int serial = 0;
};

}  // namespace

TEST_CASE("a chip leaves a ratio's base with the TPP that it came with") {
  Ratio trade("tpp");
  const auto chips = trade.world.chips(2);
  trade.deliver("northwind", chips);
  trade.world.deliver("northwind", "maker", {chips[0]});
  trade.world.record(
      "maker",
      about("chip.regrade", {chips[0]},
            {{"from", "a1"}, {"to", "a0"}, {"evidence", crypto::sha256("fuses").to_hex()}}));
  CHECK(trade.cap().base_tpp == 2 * 4800);
  CHECK(trade.rule("southwind", {chips[0]}) == "recorded");
  CHECK(trade.cap().base_tpp == 4800);
  CHECK(trade.cap().base_units == 1);
}

TEST_CASE(
    "an acceptance that is taken back lowers a ratio's base, and a cap overrun is a finding") {
  Ratio trade("units");
  const auto chips = trade.world.chips(2);
  const Hash accepted = trade.deliver("northwind", {chips[0]});
  CHECK(trade.rule("southwind", {chips[1]}) == "recorded");
  CHECK(trade.world.state().tables().findings.size() == 0);

  trade.world.record("northwind", void_of(accepted), {"maker"});
  REQUIRE(trade.world.state().tables().findings.size() == 1);
  CHECK(trade.world.state().tables().findings[0].code == "licence.overrun");
}
