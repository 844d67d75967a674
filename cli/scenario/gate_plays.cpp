#include "cli/scenario/gate_plays.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <vector>

#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/audit_terms.hpp"
#include "cli/scenario/draw_stage.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/plan/draw_check.hpp"
#include "sampler/stats/hypergeometric.hpp"

namespace muster::cli::scenario {
namespace {

constexpr std::int64_t an_hour_ms = 3'600'000;

/// A plan that draws at the gates, and what its draw needs.
struct GatedPlan {
  static Result<GatedPlan> make(const ScenarioFile& scenario);

  sampler::Plan plan;
  sampler::Frame frame;
  Timestamp accepted_at;
};

Result<GatedPlan> GatedPlan::make(const ScenarioFile& scenario) {
  sampler::Frame frame = frozen_frame(scenario);
  MUSTER_CHECK(frame.lines.size() <= most_emulated_chips);
  sampler::PlanRequest request = gate_request(scenario);
  request.frames.front().frame_root = sampler::leaves_root(sampler::frame_leaves(frame));
  MUSTER_TRY_ASSIGN(auto plan, sampler::make_plan(std::move(request)));
  return GatedPlan{std::move(plan), std::move(frame), audit_days(scenario.announced).frozen_at};
}

/// What a source publishes; SYNTHETIC, and taken for verified.
sampler::BeaconValue published_value(crypto::SeededRandom& random) {
  Bytes value(32);
  random.fill(value);
  return {"gate", 0, std::move(value), true, "simulated"};
}

/// All sites visited, an hour after each other, each drawn half an hour after the arrival.
Result<sampler::DrawEvidence> all_visited(const GatedPlan& gated, crypto::SeededRandom& random) {
  sampler::DrawEvidence made{{gated.frame},
                             {"gate", 0, {0}, true, "each its own"},
                             sampler::gate_seal(gated.plan),
                             {},
                             gated.accepted_at};
  std::int64_t arrival_ms = gated.accepted_at.ms + ms_per_day;
  for (std::size_t site = 0; site < made.seal->sites.size(); ++site) {
    const sampler::BeaconValue value = published_value(random);
    MUSTER_TRY_ASSIGN(auto drawing,
                      sampler::draw_sample(gated.plan, {gated.frame}, value, auditor_vrf()));
    made.openings.push_back(std::move(drawing.openings[site]));
    made.gates.push_back({made.openings.back().site, Timestamp{arrival_ms}, value,
                          Timestamp{arrival_ms + an_hour_ms / 2}});
    arrival_ms += an_hour_ms;
  }
  return made;
}

/// A visited site with a line that it could have drawn instead. Requires: one has.
std::size_t site_with_choice(const sampler::DrawEvidence& evidence, crypto::SeededRandom& random) {
  const auto& lines = evidence.frames.front().lines;
  for (;;) {
    const std::size_t site = random.below(evidence.openings.size());
    const auto& opening = evidence.openings[site];
    const auto here = std::ranges::count(lines, opening.site, &draw::FrameLine::site);
    if (!opening.lines.empty() && static_cast<std::size_t>(here) > opening.lines.size()) {
      return site;
    }
  }
}

/// The first line of `site` in the frame that was not drawn.
const draw::FrameLine& spare_line(const sampler::DrawEvidence& evidence, std::size_t site) {
  const auto& opening = evidence.openings[site];
  const auto& lines = evidence.frames.front().lines;
  const auto found = std::ranges::find_if(lines, [&](const draw::FrameLine& line) {
    return line.site == opening.site &&
           std::ranges::none_of(opening.lines, [&](const sampler::OpenedLine& item) {
             return item.line.chip == line.chip;
           });
  });
  MUSTER_CHECK(found != lines.end());
  return *found;
}

using Tampering = void (*)(sampler::DrawEvidence&, crypto::SeededRandom&);

void value_before_arrival(sampler::DrawEvidence& evidence, crypto::SeededRandom& random) {
  auto& gate = evidence.gates[random.below(evidence.gates.size())];
  gate.time = Timestamp{gate.arrived_at->ms - an_hour_ms};
}

void arrival_not_recorded(sampler::DrawEvidence& evidence, crypto::SeededRandom& random) {
  evidence.gates[random.below(evidence.gates.size())].arrived_at.reset();
}

void arrival_before_plan(sampler::DrawEvidence& evidence, crypto::SeededRandom& random) {
  auto& gate = evidence.gates[random.below(evidence.gates.size())];
  gate.arrived_at = Timestamp{evidence.plan_accepted_at->ms - an_hour_ms};
}

void value_of_another_site(sampler::DrawEvidence& evidence, crypto::SeededRandom& random) {
  const std::size_t site = site_with_choice(evidence, random);
  std::swap(evidence.gates[site].beacon, evidence.gates[(site + 1) % evidence.gates.size()].beacon);
}

void line_spared(sampler::DrawEvidence& evidence, crypto::SeededRandom& random) {
  auto& lines = evidence.openings[site_with_choice(evidence, random)].lines;
  lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(random.below(lines.size())));
}

void line_exchanged(sampler::DrawEvidence& evidence, crypto::SeededRandom& random) {
  const std::size_t site = site_with_choice(evidence, random);
  const draw::FrameLine other = spare_line(evidence, site);
  auto& lines = evidence.openings[site].lines;
  auto& item = lines[random.below(lines.size())];
  item.line = other;
  item.salt = draw::frame_salt(evidence.frames.front().key, other.chip);
}

void fewer_lines_sealed(sampler::DrawEvidence& evidence, crypto::SeededRandom& random) {
  const std::size_t site = site_with_choice(evidence, random);
  --evidence.seal->sites[site].lines;
  evidence.openings[site].lines.pop_back();
}

struct GateTampering {
  const char* name;
  Tampering tamper;
};

constexpr std::array gate_tamperings{
    GateTampering{"value known before the arrival", value_before_arrival},
    GateTampering{"arrival not recorded", arrival_not_recorded},
    GateTampering{"arrival before the plan", arrival_before_plan},
    GateTampering{"value of another site", value_of_another_site},
    GateTampering{"a line spared at the gate", line_spared},
    GateTampering{"a line exchanged at the gate", line_exchanged},
    GateTampering{"fewer lines sealed and opened", fewer_lines_sealed}};

/// What is filed of a draw in a register that was tampered with likewise.
Result<std::string> gate_paper(const GateTampering& way) {
  const Hash seed = crypto::sha256({as_bytes("muster/scenario/gates/"), as_bytes(way.name)});
  MUSTER_TRY_ASSIGN(DrawStage stage, DrawStage::make(seed, true));
  crypto::SeededRandom random(seed);
  const GatedPlan gated{stage.plan(), stage.frame(), stage.accepted_at()};
  MUSTER_TRY_ASSIGN(auto evidence, all_visited(gated, random));
  way.tamper(evidence, random);
  return stage.filed(evidence);
}

std::string failed_check(const std::vector<sampler::NamedCheck>& checks) {
  const auto failed =
      std::ranges::find(checks, sampler::CheckStatus::failed, &sampler::NamedCheck::status);
  return failed == checks.end() ? "nothing failed" : "not so: " + failed->check;
}

/// How many chips of each site do the work.
using Placement = std::vector<std::uint64_t>;

/// 1 - prod_j C(N_j - k_j, n_j) / C(N_j, n_j).
double chance_of_drawing(const sampler::Plan& plan, const sampler::Seal& seal,
                         const Placement& placement) {
  double missed = 1;
  for (std::size_t i = 0; i < placement.size(); ++i) {
    const auto chips = plan.request.sites[i].chips;
    missed *= 1 - stats::detection({chips, placement[i]}, seal.sites[i].lines).convert_to<double>();
  }
  return 1 - missed;
}

/// The sites filled in order of their share of lines, the thinnest first; and in order of size,
/// both ways: what makes the chance least of these.
Placement best_placement(const sampler::Plan& plan, const sampler::Seal& seal) {
  const auto& sites = plan.request.sites;
  const std::uint64_t chips = plan.run_chips();
  std::vector<Placement> candidates;
  const auto fill = [&](const auto& before) {
    std::vector<std::size_t> order(sites.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, before);
    Placement placement(sites.size(), 0);
    std::uint64_t left = chips;
    for (const std::size_t i : order) {
      placement[i] = std::min(left, sites[i].chips);
      left -= placement[i];
    }
    candidates.push_back(std::move(placement));
  };
  fill([&](std::size_t a, std::size_t b) {
    return seal.sites[a].lines * sites[b].chips < seal.sites[b].lines * sites[a].chips;
  });
  fill([&](std::size_t a, std::size_t b) { return sites[a].chips < sites[b].chips; });
  fill([&](std::size_t a, std::size_t b) { return sites[a].chips > sites[b].chips; });
  return *std::ranges::min_element(candidates, {}, [&](const Placement& placement) {
    return chance_of_drawing(plan, seal, placement);
  });
}

std::set<std::string> opened_chips(const sampler::SiteOpening& opening) {
  std::set<std::string> chips;
  for (const auto& item : opening.lines) chips.insert(item.line.chip);
  return chips;
}

/// `count` chips of a site: first those that `guessed` leaves out, by chance among equals.
std::set<std::string> chosen_chips(const GatedPlan& gated, const std::string& site,
                                   const std::set<std::string>& guessed, std::uint64_t count,
                                   crypto::SeededRandom& random) {
  std::vector<std::string> here;
  for (const auto& line : gated.frame.lines) {
    if (line.site == site) here.push_back(line.chip);
  }
  for (std::size_t i = here.size(); i > 1; --i) std::swap(here[i - 1], here[random.below(i)]);
  std::stable_partition(here.begin(), here.end(),
                        [&](const std::string& chip) { return !guessed.contains(chip); });
  return {here.begin(), here.begin() + static_cast<std::ptrdiff_t>(count)};
}

/// One campaign, gate by gate.
Result<bool> is_drawn_at_a_gate(const GatedPlan& gated, const Placement& placement,
                                crypto::SeededRandom& random) {
  sampler::BeaconValue known = published_value(random);  // before the first gate: any value
  bool drawn = false;
  for (std::size_t site = 0; site < placement.size(); ++site) {
    MUSTER_TRY_ASSIGN(const auto guess,
                      sampler::draw_sample(gated.plan, {gated.frame}, known, auditor_vrf()));
    const auto& expected = guess.openings[site];
    const auto work =
        chosen_chips(gated, expected.site, opened_chips(expected), placement[site], random);
    known = published_value(random);
    MUSTER_TRY_ASSIGN(const auto drawing,
                      sampler::draw_sample(gated.plan, {gated.frame}, known, auditor_vrf()));
    for (const std::string& chip : opened_chips(drawing.openings[site])) {
      drawn = drawn || work.contains(chip);
    }
  }
  return drawn;
}

}  // namespace

sampler::PlanRequest gate_request(const ScenarioFile& scenario) {
  sampler::PlanRequest request = plan_request(scenario.announced, anomaly_rate(scenario.noise),
                                              roots_of_nothing(), auditor_vrf().public_key());
  request.design = sampler::Design{.kind = sampler::DesignKind::stratified,
                                   .quotas = sampler::QuotaRule::proportional};
  request.beacon.kind = "gate";
  request.beacon.sources = {{"nist-v2", std::string(128, 'a'), 0}};
  return request;
}

Result<Attempts> play_tampered_gates(const ScenarioFile& scenario, std::uint64_t plays,
                                     Papers papers) {
  MUSTER_TRY_ASSIGN(const GatedPlan gated, GatedPlan::make(scenario));
  Attempts played;
  for (std::uint64_t i = 0; i < plays; ++i) {
    crypto::SeededRandom random(scenario_secret(scenario, "gate/" + std::to_string(i)));
    MUSTER_TRY_ASSIGN(auto evidence, all_visited(gated, random));
    if (!sampler::all_ok(sampler::draw_checks(gated.plan, evidence))) {
      return failure(Errc::corrupt, "a draw at gates that nobody touched: a check is not ok");
    }
    const GateTampering& way = gate_tamperings[i % gate_tamperings.size()];
    way.tamper(evidence, random);
    const auto checks = sampler::draw_checks(gated.plan, evidence);
    AttemptEnd end{sampler::any_failed(checks), failed_check(checks)};
    const bool files = papers == Papers::filed && i < gate_tamperings.size();
    if (end.caught && files) end.paper = gate_paper(way);
    played.add(way.name, end);
  }
  return played;
}

Result<Attempts> play_guessed_gates(const ScenarioFile& scenario, std::uint64_t plays) {
  MUSTER_TRY_ASSIGN(const GatedPlan gated, GatedPlan::make(scenario));
  const sampler::Seal seal = sampler::gate_seal(gated.plan);
  const Placement placement = best_placement(gated.plan, seal);
  Attempts played{.promised = chance_of_drawing(gated.plan, seal, placement)};
  for (std::size_t i = 0; i < placement.size(); ++i) {
    played.strategy += (i == 0 ? "" : ", ") + std::to_string(placement[i]) + " at " +
                       gated.plan.request.sites[i].site.text();
  }
  for (std::uint64_t i = 0; i < plays; ++i) {
    crypto::SeededRandom random(scenario_secret(scenario, "guess/" + std::to_string(i)));
    MUSTER_TRY_ASSIGN(const bool drawn, is_drawn_at_a_gate(gated, placement, random));
    played.add("moved before each arrival", {drawn, drawn ? "drawn" : "missed"});
  }
  return played;
}

}  // namespace muster::cli::scenario
