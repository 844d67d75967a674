#include "sampler/plan/plan.hpp"

#include "ledger/crypto/sha256.hpp"
#include "sampler/plan/extension.hpp"
#include "sampler/plan/layout_kinds.hpp"
#include "sampler/plan/seen_before.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "sampler/stats/replacement.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::sampler {
namespace {

using stats::Real;

template <class Item>
void add_all(std::vector<Item>& list, const std::vector<Item>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

std::vector<std::string> assumptions_of_rest(const PlanRequest& request) {
  if (!request.seen || remembers(request)) return {};
  const SeenBefore& seen = *request.seen;
  std::vector<std::string> list;
  const std::string chips = std::to_string(seen.chips);
  if (request.snapshots) {
    list.push_back("all " + chips +
                   " chips seen before work for the run: a log without a snapshot shows nothing");
  } else {
    list.push_back("of the " + chips + " chips seen before, those found consistent are of no run" +
                   (seen.not_consistent > 0
                        ? ", and the other " + std::to_string(seen.not_consistent) + " work for it"
                        : ""));
  }
  if (seen.target_of == TargetOf::all_draws) {
    list.emplace_back(
        "how many lines are drawn was not chosen from what earlier ones showed, beyond that all "
        "were consistent");
  }
  return list;
}

std::vector<std::string> assumptions_of(const PlanRequest& request, const Threshold& threshold) {
  std::vector<std::string> list = threshold.lowering;
  list.insert(list.end(), threshold.assumptions.begin(), threshold.assumptions.end());
  const UnseenChips& unseen = request.unseen;
  const auto count = [&](std::uint64_t chips, const char* what) {
    if (chips > 0) list.push_back("at most " + std::to_string(chips) + " chips " + what);
  };
  count(unseen.exempt, "are exempt from inspection");
  count(unseen.broken, "belong to generations whose firmware or keys are broken");
  count(unseen.leaked, "have leaked keys");
  if (request.snapshots) {
    list.push_back("each powered chip takes " + request.snapshots->per_day.text() +
                   " snapshots a day at instants that its Prover cannot foresee");
    list.push_back("logs keep an entry for " + request.snapshots->retention_days.text() +
                   " days; lines are drawn and visited within " +
                   request.snapshots->campaign_days.text() + " days, and read " +
                   request.snapshots->reading_delay_days.text() + " days later at most");
  } else if (request.purpose == Purpose::use) {
    list.push_back("the log of every chip of the run holds a snapshot of it (d = 1 as stated)");
  }
  if (request.emulated) list.push_back("firmware of these models is Muster's emulator");
  if (request.beacon.kind == "gate") {
    list.emplace_back(
        "nobody at a site knows a value of the plan's sources before it is published");
  }
  add_all(list, assumptions_of_rest(request));
  if (request.queries) {
    list.push_back("an honest query takes " + request.queries->mean_close_days.text() +
                   " days to close on average");
  }
  return list;
}

/// A run that ends sooner on no more chips leaves fewer snapshots than the plan counts on.
std::optional<std::string> quick_runs(const PlanRequest& request, const Threshold& found) {
  if (!request.snapshots || !found.effective_chips || *found.effective_chips == 0) return {};
  const Decimal days =
      shortest_days(request.classes, request.run, found.unseen, *found.effective_chips);
  const Decimal hours = days * Decimal::from_integer(24);
  const Decimal counted = std::min(request.snapshots->covered_hours,
                                   request.design && request.design->period_days
                                       ? *request.design->period_days * Decimal::from_integer(24)
                                       : request.snapshots->covered_hours);
  if (hours >= counted) return {};
  const Real chance = 1 - snapshot_chance(request, hours).complement();
  return "runs that no more chips finish sooner, in " +
         stats::digits(stats::to_real(days.value()), 3) +
         " days at the soonest: a log of them holds a snapshot with " + stats::digits(chance, 3);
}

std::vector<std::string> not_covered_of(const PlanRequest& request, const Threshold& found) {
  std::vector<std::string> list = {"more than " + std::to_string(request.unseen.offbook) +
                                   " chips off the register"};
  list.insert(list.end(), request.not_covered.begin(), request.not_covered.end());
  if (request.beacon.kind == "gate") {
    list.emplace_back(
        "what is moved or changed at a site between the team's arrival and the lines");
  }
  if (auto sooner = quick_runs(request, found)) list.push_back(std::move(*sooner));
  const Decimal window(stats::Rational(request.window.length_ms(), ms_per_day));
  const bool rounds = request.design && request.design->kind == DesignKind::rounds;
  if (!rounds && request.run.longest_days > window) {
    list.push_back("what of a run of " + request.run.longest_days.text() +
                   " days lies outside the window of " + window.text() +
                   ": a run that is in it for a part alone leaves fewer traces there");
  }
  if (request.purpose == Purpose::use) list.push_back("a false story that survives the checks");
  if (request.purpose == Purpose::existence) {
    list.emplace_back(
        "what the chips compute: a run on chips that are where they should be leaves no sign here");
  }
  return list;
}

std::optional<std::uint64_t> simple_size(const stats::Lot& lot, const Probability& target,
                                         const Probability& detection) {
  return detection.is_one() ? stats::min_sample(lot, target)
                            : stats::min_sample(lot, detection, target);
}

OtherSizes other_sizes_of(const stats::Lot& lot, const Probability& target,
                          const Probability& detection) {
  OtherSizes sizes{
      simple_size(lot, target, detection), stats::min_sample_with_replacement(lot, target), {}};
  if (const auto iaea = stats::iaea_sizes(lot, target)) sizes.iaea = iaea->corrected;
  return sizes;
}

/// The chips that the draw must meet one of.
Result<std::uint64_t> effective_of(const PlanRequest& request, const Threshold& threshold) {
  if (!threshold.effective_chips) {
    return refusal("plan.alone_cannot_reach",
                   "within " + request.run.longest_days.text() +
                       " days these chips alone cannot do " + request.run.excess_flop.text() +
                       " FLOP; plan for a pooled frame of several Provers");
  }
  if (*threshold.effective_chips == 0) {
    const std::uint64_t seen = threshold.unseen.seen;
    return refusal("plan.no_guarantee",
                   "no guarantee: the chips that no draw can show suffice for the run" +
                       (seen == 0 ? std::string()
                                  : "; " + std::to_string(seen) +
                                        " of them were seen by earlier draws and may be of it"));
  }
  return *threshold.effective_chips;
}

Result<std::optional<Layout>> layout_of(const PlanRequest& request, std::uint64_t effective,
                                        const Probability& detection) {
  if (!request.design) return std::optional<Layout>();
  MUSTER_TRY_ASSIGN(Layout layout, lay_out(request, effective, detection));
  return std::optional(std::move(layout));
}

/// The chips that a run needs of the whole frame, whatever earlier draws opened of it.
std::uint64_t effective_of_all(const PlanRequest& request) {
  return effective_chips(counted_classes(request, request.run), request.run, request.unseen)
      .value_or(0);
}

/// n of a draw from the rest, of which `least` suffice for its own target.
Result<std::uint64_t> size_of_rest(const SeenBefore& seen, std::uint64_t population,
                                   std::uint64_t least) {
  if (!seen.lines) return least;
  if (*seen.lines >= least && *seen.lines <= population) return *seen.lines;
  return refusal("plan.too_few_lines", "got " + std::to_string(*seen.lines) +
                                           " lines, want at least " + std::to_string(least) +
                                           " for the target and at most the " +
                                           std::to_string(population) + " chips of the rest");
}

/// The fewest lines with which all draws together reach the target.
Result<std::uint64_t> size_of_all_draws(const PlanRequest& request, const Probability& detection) {
  const stats::Lot lot{chip_count(request.classes), effective_of_all(request)};
  const auto all = simple_size(lot, request.target, detection);
  if (!all) {
    return refusal("plan.unreachable_target", "inspecting every chip does not reach the target");
  }
  if (*all > request.seen->chips) return *all - request.seen->chips;
  return refusal("plan.not_longer", "the " + std::to_string(request.seen->chips) +
                                        " chips seen before reach the target by themselves; ask "
                                        "for a higher one");
}

Result<std::uint64_t> size_of(const PlanRequest& request, const std::optional<Layout>& layout,
                              const stats::Lot& lot, const Probability& detection) {
  if (layout) return layout->sample_size;
  if (request.seen && request.seen->target_of == TargetOf::all_draws) {
    return size_of_all_draws(request, detection);
  }
  const auto sample = simple_size(lot, request.target, detection);
  if (sample && request.seen) return size_of_rest(*request.seen, lot.size, *sample);
  if (sample) return *sample;
  return refusal("plan.unreachable_target",
                 "inspecting every chip does not reach the target: too few of them hold a "
                 "snapshot of the run; raise the snapshots a day or the hours covered");
}

/// A visit with memory is sized by the whole frame and draws from what the last ones left of it.
Result<void> enough_left(const PlanRequest& request, std::uint64_t sample) {
  const std::uint64_t chips = chip_count(request.classes);
  const std::uint64_t left_out = lines_left_out(request);
  if (!remembers(request) || sample <= chips - left_out) return {};
  return refusal("plan.row_exceeds_frame",
                 "the visit takes " + std::to_string(sample) + " chips, and the last ones left " +
                     std::to_string(chips - left_out) + " of " + std::to_string(chips) +
                     "; begin a new row of visits, without the plan of the one before");
}

/// What the plan does when chips work at their highest rates and without a pause after all.
Real power_if_false(const Plan& plan, std::uint64_t strict) {
  if (!plan.layout) {
    return draw_probability(plan.threshold.chips, strict, plan.sample_size, &plan.detection);
  }
  PlanRequest request = plan.request;
  request.run.utilisation = Decimal::from_integer(1);
  for (ChipClass& item : request.classes) item.flop_per_s = item.highest_flop_per_s;
  if (remembers(request)) return watched_power(request, *plan.layout);
  return design_power(request, *plan.layout, request.run, strict, plan.detection);
}

/// What all draws together do, where they are one sample.
std::optional<AllDraws> all_draws_of(const Plan& plan) {
  const PlanRequest& request = plan.request;
  if (!request.seen || !request.seen->one_sample || request.seen->not_consistent > 0) return {};
  AllDraws all{chip_count(request.classes),
               request.seen->chips + plan.sample_size,
               effective_of_all(request),
               {},
               {}};
  all.drawn_probability = draw_probability(all.population, all.effective_chips, all.lines);
  all.detection_probability =
      draw_probability(all.population, all.effective_chips, all.lines, &plan.detection);
  return all;
}

/// What the plan does against the planned run and others, with and without the luck of logs.
void add_powers(Plan& plan, std::uint64_t effective) {
  const PlanRequest asked = counted_request(plan.request);
  const Probability sure = Probability::from(Decimal::from_integer(1)).value();
  const auto power = [&](const HiddenRun& run, std::uint64_t chips, const Probability& d) {
    if (plan.layout) return design_power(asked, *plan.layout, run, chips, d);
    return draw_probability(plan.threshold.chips, chips, plan.sample_size, &d);
  };
  const auto logged = [&](const HiddenRun& run, std::uint64_t chips) {
    return power(run, chips, plan.detection);
  };
  plan.drawn_probability = power(asked.run, effective, sure);
  plan.detection_probability = logged(asked.run, effective);
  if (const auto strict = plan.threshold.effective_chips_if_false) {
    plan.probability_if_false = power_if_false(plan, *strict);
  } else if (plan.layout && visits_remembered(plan.request, *plan.layout) > 0) {
    plan.probability_if_false = watched_power(plan.request, *plan.layout);
  }
  plan.over_sizes = power_over_sizes(asked, logged);
  plan.over_lengths = power_over_lengths(asked, logged);
}

}  // namespace

ExpectedQueries expected_queries(std::uint64_t lines, const QueryExpectation& expectation) {
  const Real rate = 1 - expectation.rate.complement();
  const Real days(expectation.close_days);
  const Real open = exp(-days / stats::to_real(expectation.mean_close_days.value()));
  const auto at_least_one = [&](const Real& share) {
    return share >= 1 ? Real(1) : -stats::exp_minus_1(Real(lines) * stats::ln_1_plus(-share));
  };
  return {Real(lines) * rate, at_least_one(rate), open, at_least_one(rate * open)};
}

Result<Plan> make_plan(PlanRequest request) {
  MUSTER_TRY(check(request));
  const PlanRequest counted = counted_request(request);
  const auto classes = counted_classes(counted, counted.run);
  MUSTER_TRY_ASSIGN(Threshold found, threshold(request.run, classes, counted.unseen));
  MUSTER_TRY_ASSIGN(const std::uint64_t effective, effective_of(request, found));
  const Probability detection = visit_detection(request);
  MUSTER_TRY_ASSIGN(auto layout, layout_of(request, effective, detection));
  MUSTER_TRY_ASSIGN(const std::uint64_t sample,
                    size_of(request, layout, {found.chips, effective}, detection));
  MUSTER_TRY(enough_left(request, sample));
  if (layout) add_all(found.lowering, layout->lowering);
  if (const std::string why = no_extension_because(request); request.extends && !why.empty()) {
    return refusal("plan.no_extension", why);
  }
  if (request.extends && sample <= request.extends->lines) {
    return refusal("plan.not_longer", "got " + std::to_string(sample) + " lines, plan " +
                                          request.extends->plan.text() + " has " +
                                          std::to_string(request.extends->lines) +
                                          " already; ask for a higher target");
  }
  Plan plan{std::move(request),
            std::move(found),
            detection,
            sample,
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            std::move(layout)};
  const PlanRequest& asked = plan.request;
  MUSTER_TRY_ASSIGN(plan.freeze, freeze_time(asked.freeze_witness));
  plan.other_sizes =
      other_sizes_of({plan.threshold.chips, effective}, asked.target, plan.detection);
  add_powers(plan, effective);
  if (asked.queries) plan.queries = expected_queries(sample, *asked.queries);
  plan.all_draws = all_draws_of(plan);
  plan.assumptions = assumptions_of(asked, plan.threshold);
  plan.not_covered = not_covered_of(asked, plan.threshold);
  if (plan.layout) {
    add_all(plan.assumptions, plan.layout->assumptions);
    add_all(plan.not_covered, plan.layout->not_covered);
  }
  return plan;
}

std::string_view draw_rule(const Plan& plan) {
  if (plan.request.seen) return rest_draw_version;
  if (drawn_at_gates(plan)) return gate_draw_version;
  if (!plan.layout) return draw_version;
  if (!plan.layout->sites.empty()) return site_draw_version;
  if (!plan.layout->provers.empty()) return prover_draw_version;
  return plan.layout->classes.empty() ? draw_version : class_draw_version;
}

bool drawn_at_gates(const Plan& plan) { return plan.request.beacon.kind == "gate"; }

bool has_fixed_size(const Plan& plan) { return !plan.layout || !plan.layout->chance_decides; }

Hash draw_hash(const Plan& plan) {
  return plan.request.extends ? plan.request.extends->draw : plan_hash(plan);
}

Hash plan_hash(const Plan& plan) { return crypto::sha256(canonical_json(plan_json(plan))); }

}  // namespace muster::sampler
