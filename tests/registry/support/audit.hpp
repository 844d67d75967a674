#pragma once

#include <string>
#include <vector>

#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "tests/registry/support/world.hpp"

namespace muster::test {

/// A Prover with five chips, one of them sold in the middle of the window.
struct Audit {
  World world;
  std::vector<ChipId> chips;
  Window window;
  Hash heads;

  Audit() : chips(world.chips(5)) {
    world.deliver("maker", "northwind", chips);
    window.from = world.clock.now();
    world.clock.advance_ms(10 * ms_per_day);
    world.deliver("northwind", "dealer", {chips[4]});
    world.clock.advance_ms(10 * ms_per_day);
    window.to = world.clock.now();
    heads = world.record("northwind", heads_draft(5));
  }

  [[nodiscard]] Json window_json() const {
    return {{"from", window.from.to_string()}, {"to", window.to.to_string()}};
  }

  [[nodiscard]] registry::Draft heads_draft(std::size_t count) const {
    registry::Draft draft{.kind = "heads.commit", .body = {{"window", window_json()}}};
    for (std::size_t i = 0; i + 1 < count; ++i) {
      draft.chips.push_back({chips[i],
                             {{"epoch", 1},
                              {"counter", 7},
                              {"entry", crypto::sha256("e").to_hex()},
                              {"head", crypto::sha256("h").to_hex()}}});
    }
    draft.chips.push_back({chips[count - 1], {{"none", true}}});
    return draft;
  }

  [[nodiscard]] Json freeze_body() const {
    const auto& row = world.state().tables().heads[0];
    return {{"freeze", "F1"},
            {"window", window_json()},
            {"frame", {{"root", crypto::sha256("f").to_hex()}, {"count", 5}, {"salted", true}}},
            {"heads", {{"root", row.root.to_hex()}, {"count", 5}, {"statement", heads.to_hex()}}},
            {"declarations", {{"root", ledger::empty_root().to_hex()}, {"count", 0}}}};
  }

  /// Freezes and commits plan P1. Its statement.
  Hash commit_plan() {
    const Hash frozen = world.record("northwind", {.kind = "freeze.commit", .body = freeze_body()});
    world.record("verifier", {.kind = "vrf.register",
                              .body = {{"vrf_key", crypto::sha256("vrf").to_hex()},
                                       {"suite", "ECVRF-EDWARDS25519-SHA512-TAI"}}});
    return world.record("verifier", {.kind = "plan.commit", .body = plan_body({frozen.to_hex()})});
  }

  [[nodiscard]] static Json plan_body(const Json& freezes) {
    const Json document{{"design", "simple"}, {"n", 2}};
    return {{"plan", "P1"},
            {"prover", "northwind"},
            {"freezes", freezes},
            {"document", document},
            {"plan_hash", crypto::sha256(canonical_json(document)).to_hex()}};
  }

  /// The seal of a draw that `beacon` decided; without one, of a value that somebody states.
  [[nodiscard]] static registry::Draft seal_draft(const Json& beacon = {
                                                      {"kind", "value"},
                                                      {"value", std::string(64, 'a')}}) {
    const std::string root = crypto::sha256("lines").to_hex();
    return {.kind = "draw.seal",
            .body = {{"plan", "P1"},
                     {"round", "nist/17"},
                     {"beacon", beacon},
                     {"root", root},
                     {"count", 2},
                     {"cutoff", "00ff"},
                     {"sites", {{{"site", "northwind-site"}, {"lines", 2}, {"root", root}}}}}};
  }
  void seal() { world.record("verifier", seal_draft()); }

  [[nodiscard]] registry::Draft opening() const {
    return {.kind = "draw.open",
            .body = {{"plan", "P1"},
                     {"site", "northwind-site"},
                     {"proof", "aa"},
                     {"beta", "bb"},
                     {"beacon", Json::object()},
                     {"lines", {chips[3].to_string(), chips[1].to_string()}}}};
  }
};

}  // namespace muster::test
