#pragma once

#include <string>
#include <vector>

#include "ledger/base/check.hpp"
#include "sampler/plan/drawing.hpp"
#include "tests/registry/catalogue/catalogue_files.hpp"

namespace muster::test {

using sampler::Decimal;
using sampler::PlanRequest;

inline Decimal number(const std::string& text) { return must(Decimal::parse(text)); }

inline sampler::Probability probability(const std::string& text) {
  return must(sampler::Probability::parse(text));
}

inline sampler::VrfSecretKey vrf_key(std::uint8_t fill = 7) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(fill);
  return sampler::VrfSecretKey(crypto::VrfEd25519Key(seed));
}

inline Hash hash_of(const std::string& text) { return crypto::sha256(text); }

inline sampler::ChipClass h100_class(std::uint64_t count, const std::string& profile = "") {
  auto item = must(sampler::chip_class(bundled_model("H100 SXM5 80GB"), {}, count));
  item.log_profile = profile;
  item.frame_class = "h100-sxm5-80gb";
  item.frame_weight = "364136000000000000";  // 1979e12 FLOP/s x 184 days
  return item;
}

/// A plan for one Prover with one site and so many H100: the walk-through's, without its frame.
inline PlanRequest walk_through(std::uint64_t chips = 120'000) {
  PlanRequest request{
      .id = must(PlanId::parse("P17")),
      .purpose = sampler::Purpose::existence,
      .title = "Northwind, second half of 2026",
      .window = {must(Timestamp::parse_day_or_instant("2026-07-01")),
                 must(Timestamp::parse_day_or_instant("2027-01-01"))},
      .frames = {{must(PartyId::parse("northwind")), hash_of("freeze"), hash_of("frame"), chips,
                  hash_of("heads"), hash_of("declarations")}},
      .sites = {{must(SiteId::parse("ams1")), chips}},
      .classes = {h100_class(chips)},
      .run = {number("1e26"), number("1e26"), number("180")},
      .reporting_limit_flop = number("1e26"),
      .unseen = {},
      .target = probability("0.95"),
      .beacon = {"ceremony", 0, must(Timestamp::parse_day_or_instant("2027-01-10"))},
      .vrf_key = vrf_key().public_key()};
  request.unseen.offbook = 400;
  return request;
}

/// A request for a frame of exactly `k` violation chips among `n`, all alike.
inline PlanRequest plain_request(std::uint64_t chips, std::uint64_t violating) {
  PlanRequest request = walk_through(chips);
  request.unseen.offbook = 0;
  auto item = sampler::chip_class_at("plain", 1, chips);
  item.frame_class = "plain";
  item.frame_weight = "1";
  request.classes = {item};
  const std::string flop = std::to_string(violating * 86'400);
  request.run = {number(flop), number(flop), number("1")};
  request.reporting_limit_flop = number(flop);
  return request;
}

/// A run of 4,000 among a million, as in the standing example.
inline sampler::Plan million() { return must(sampler::make_plan(plain_request(1'000'000, 4'000))); }

/// Why there is no plan for `request`: the rule, or the message where no rule says so.
inline std::string rule_of(const PlanRequest& request) {
  const auto plan = sampler::make_plan(request);
  MUSTER_CHECK(!plan.has_value());
  return plan.error().rule.empty() ? plan.error().message : plan.error().rule;
}

}  // namespace muster::test
