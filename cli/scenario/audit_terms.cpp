#include "cli/scenario/audit_terms.hpp"

#include "ledger/crypto/sha256.hpp"

namespace muster::cli::scenario {
namespace {

using stats::Decimal;
using stats::Rational;

constexpr std::uint64_t chip_block = 1;

Decimal days(std::uint64_t count) { return Decimal::from_integer(count); }

/// What one chip weighs: all that it can do in the window.
std::string weight_of(const Announced& announced) {
  return Decimal(Rational(announced.flop_per_s) * 86'400 * announced.window_days).text();
}

sampler::ChipClass class_of(const Announced& announced) {
  auto chips = sampler::chip_class_at(announced.model, announced.flop_per_s, announced.chips());
  chips.days_held = days(announced.window_days);
  chips.log_profile = "emulated-v1";
  chips.frame_class = announced.model;
  chips.frame_weight = weight_of(announced);
  return chips;
}

/// Entries are kept for as long as one visit may take, and half as long again.
sampler::SnapshotSchedule snapshots_of(const Announced& announced) {
  const std::uint64_t window = announced.window_days;
  return {Decimal::parse(announced.snapshots_per_day).value(),
          days(announced.longest_run_days * 24),
          days(2 * window + 60),
          days(window),
          days(30),
          days(7)};
}

}  // namespace

AuditDays audit_days(const Announced& announced) {
  const Timestamp end = announced.window().to;
  return {Timestamp{end.ms + ms_per_day}, Timestamp{end.ms + 4 * ms_per_day}};
}

Hash scenario_secret(const ScenarioFile& scenario, std::string_view label) {
  return crypto::sha256({as_bytes(scenario_version), as_bytes("\n"), as_bytes(scenario.seed),
                         as_bytes("\n"), as_bytes(label)});
}

ChipId chip_at(const ScenarioFile& scenario, std::uint64_t place) {
  const Hash secret = scenario_secret(scenario, "chip/" + std::to_string(place));
  std::uint64_t random = 0;
  for (std::size_t i = 0; i < 5; ++i) random = random << 8U | secret.bytes[i];
  return ChipId::from_parts(
      {.block = chip_block, .ordinal = place, .random = random % ChipId::part_limit});
}

sampler::Frame frozen_frame(const ScenarioFile& scenario) {
  const Announced& announced = scenario.announced;
  sampler::Frame frame{
      announced.prover, to_bytes(scenario_secret(scenario, "frame key").view()), {}};
  const std::string weight = weight_of(announced);
  std::uint64_t place = 0;
  for (const ScenarioSite& site : announced.sites) {
    for (std::uint64_t i = 0; i < site.chips; ++i, ++place) {
      frame.lines.push_back(
          {chip_at(scenario, place).to_string(), site.site.text(), announced.model, weight});
    }
  }
  return frame;
}

sampler::PlanRequest plan_request(const Announced& announced, const Decimal& anomaly_rate,
                                  const FrozenRoots& roots, const sampler::VrfPublicKey& vrf_key) {
  const Decimal excess = announced.excess();
  sampler::PlanRequest request{
      .id = PlanId::parse("P-" + announced.prover.text()).value(),
      .purpose = sampler::Purpose::use,
      .title = announced.prover.text(),
      .window = announced.window(),
      .frames = {{announced.prover, crypto::sha256("muster/scenario/freeze"), roots.frame,
                  announced.chips(), roots.heads, roots.declarations}},
      .sites = {},
      .classes = {class_of(announced)},
      .run = {excess, excess, days(announced.longest_run_days)},
      .reporting_limit_flop = Decimal(),
      .unseen = {},
      .target = announced.target,
      .snapshots = snapshots_of(announced),
      .beacon = {"ceremony", 0, audit_days(announced).frozen_at},
      .vrf_key = vrf_key,
      .emulated = true};
  request.unseen.offbook = announced.offbook;
  for (const ScenarioSite& site : announced.sites) request.sites.push_back({site.site, site.chips});
  auto rate = sampler::Probability::from(anomaly_rate);
  if (rate && !rate->is_zero()) {
    request.queries =
        sampler::QueryExpectation{*rate, announced.queries.close_days, announced.queries.mean_days};
  }
  return request;
}

FrozenRoots roots_of_nothing() {
  const Hash nothing = crypto::sha256("muster/scenario/nothing");
  return {nothing, nothing, nothing};
}

Result<sampler::Plan> committed_plan(const Announced& announced, const Decimal& anomaly_rate,
                                     const FrozenRoots& roots,
                                     const sampler::VrfPublicKey& vrf_key) {
  return sampler::make_plan(plan_request(announced, anomaly_rate, roots, vrf_key));
}

sampler::Plan with_roots(sampler::Plan plan, const FrozenRoots& roots) {
  sampler::FrozenFrame& frozen = plan.request.frames.front();
  frozen.frame_root = roots.frame;
  frozen.heads_root = roots.heads;
  frozen.declarations_root = roots.declarations;
  return plan;
}

}  // namespace muster::cli::scenario
