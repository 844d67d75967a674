#include "tests/simulation/fixture.hpp"

#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::test {
namespace {

template <class T>
T held(Result<T> result) {
  if (!result) std::fprintf(stderr, "fixture: %s\n", result.error().message.c_str());
  MUSTER_CHECK(result.has_value());
  return std::move(*result);
}

stats::Decimal decimal(const char* text) { return held(stats::Decimal::parse(text)); }

crypto::Ed25519Signer signer(std::string_view label) {
  return crypto::Ed25519Signer(crypto::sha256(label).bytes);
}

constexpr std::uint64_t flop_per_s = 1'000'000'000'000'000;

/// What ten chips do in thirty days: so that k is exactly `hidden_chips`.
stats::Decimal excess() {
  const stats::Rational flop = stats::Rational(flop_per_s) * 86'400 * 30 * hidden_chips;
  return stats::Decimal(flop);
}

}  // namespace

crypto::Ed25519Signer prover_signer() { return signer("muster/simulation/prover"); }
crypto::Ed25519Signer verifier_signer() { return signer("muster/simulation/verifier"); }

Window audit_window() {
  return {held(Timestamp::parse("2026-10-01T00:00:00Z")),
          held(Timestamp::parse("2026-10-31T00:00:00Z"))};
}

Timestamp reading_time() { return held(Timestamp::parse("2026-11-04T10:00:00Z")); }

sampler::Frame frozen_frame() {
  crypto::SeededRandom random("muster/simulation/frame");
  sampler::Frame frame{held(PartyId::parse("testprover")), Bytes(32, 0x42), {}};
  for (std::uint64_t i = 0; i < fleet_chips; ++i) {
    const ChipId chip =
        ChipId::from_parts({.block = 1, .ordinal = i, .random = random.below(ChipId::part_limit)});
    // Four sites of unequal size.
    const char* site = i < 50 ? "alpha" : i < 80 ? "beta" : i < 95 ? "gamma" : "delta";
    const auto weight = flop_per_s * 86'400 * 30;
    frame.lines.push_back({chip.to_string(), site, "test-chip", std::to_string(weight)});
  }
  return frame;
}

sampler::Plan committed_plan(const sampler::Frame& frame, const sampler::VrfPublicKey& vrf_key) {
  const auto leaves = sampler::frame_leaves(frame);
  auto chips = sampler::chip_class_at("test-chip", flop_per_s, fleet_chips);
  chips.days_held = decimal("30");
  chips.log_profile = "emulated-v1";
  chips.frame_class = "test-chip";
  chips.frame_weight = frame.lines.front().weight;
  sampler::PlanRequest request{
      .id = held(PlanId::parse("S1")),
      .purpose = sampler::Purpose::use,
      .title = "testprover",
      .window = audit_window(),
      .frames = {{frame.prover, crypto::sha256("freeze"), sampler::leaves_root(leaves),
                  leaves.size(), crypto::sha256("heads"), crypto::sha256("declarations")}},
      .sites = {{held(SiteId::parse("alpha")), 50},
                {held(SiteId::parse("beta")), 30},
                {held(SiteId::parse("delta")), 5},
                {held(SiteId::parse("gamma")), 15}},
      .classes = {chips},
      .run = {excess(), excess(), decimal("30")},
      .reporting_limit_flop = decimal("0"),
      .unseen = {},
      .target = held(sampler::Probability::parse("0.95")),
      .snapshots =
          sampler::SnapshotSchedule{decimal(snapshots_per_day), decimal("720"), decimal("365"),
                                    decimal("30"), decimal("30"), decimal("7")},
      .beacon = {"ceremony", 0, audit_window().to},
      .vrf_key = vrf_key,
      .emulated = true};
  return held(sampler::make_plan(std::move(request)));
}

}  // namespace muster::test
