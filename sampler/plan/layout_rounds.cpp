// A sample at every visit, drawn from the whole frame each time: what several visits do together.

#include <cmath>

#include "sampler/plan/layout_kinds.hpp"
#include "sampler/plan/power.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "sampler/stats/search.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::sampler {
namespace {

using stats::Rational;
using stats::Real;

/// How a run of one length meets the visits when it begins where that suits it best.
struct Meeting {
  Decimal days;
  std::uint64_t visits;  ///< each sees a whole period of it
  Decimal rest_days;     ///< of it that one more visit sees; 0: none
  std::optional<std::uint64_t> effective;
};

/// Logs keep what a chip did until the next visit reads them.
bool logs_tell(const PlanRequest& request) { return request.purpose == Purpose::use; }

Meeting meeting_of(const PlanRequest& request, const std::vector<ChipClass>& classes, HiddenRun run,
                   const Decimal& days, std::uint64_t visits, const Decimal& rest) {
  run.longest_days = days;
  return {days, visits, rest, effective_chips(classes, run, request.unseen)};
}

/// The lengths of which one is best for the Prover. With logs a run of j periods and a rest is seen
/// by j visits whole and by one in part: for a given number of chip-days whole periods are best,
/// since the chance of a snapshot grows less than in proportion with the days seen (and the chance
/// of a draw more than in proportion with the chips). Without logs a run of up to j + 1 periods
/// fits between visits so that only j see it.
std::vector<Meeting> meetings(const PlanRequest& request, const HiddenRun& run) {
  const auto classes = counted_classes(request, run);
  const Decimal& period = *request.design->period_days;
  const Decimal& longest = run.longest_days;
  const std::uint64_t whole =
      stats::floor_integer(longest.value() / period.value()).convert_to<std::uint64_t>();
  const auto times = [&](std::uint64_t count) {
    return Decimal(period.value() * stats::BigInt(count));
  };
  std::vector<Meeting> list;
  if (logs_tell(request)) {
    for (std::uint64_t j = 1; j <= whole; ++j) {
      list.push_back(meeting_of(request, classes, run, times(j), j, Decimal()));
    }
    const Decimal rest = longest - times(whole);
    if (rest.value() > 0) {
      list.push_back(meeting_of(request, classes, run, longest, whole, rest));
    }
    return list;
  }
  for (std::uint64_t j = 1; times(j) < longest; ++j) {
    const Decimal days = std::min(longest, times(j + 1));
    list.push_back(meeting_of(request, classes, run, days, j, Decimal()));
  }
  return list;
}

/// The chances that a chip of the run, once drawn, holds a snapshot of it.
struct Chances {
  Probability whole;                ///< seen for a whole period
  std::optional<Probability> part;  ///< seen for the rest of one
  bool joined = false;              ///< no visit draws a chip of another
};

Chances chances_of(const PlanRequest& request, const Meeting& meeting, bool drawn_only) {
  const Probability sure = Probability::from(Decimal::from_integer(1)).value();
  if (!request.snapshots || drawn_only) {
    return {sure, meeting.rest_days.value() > 0 ? std::optional(sure) : std::nullopt,
            remembers(request)};
  }
  Chances chances{visit_detection(request), std::nullopt, remembers(request)};
  if (meeting.rest_days.value() > 0) {
    chances.part = snapshot_chance(request, meeting.rest_days * Decimal::from_integer(24));
  }
  return chances;
}

double ln_one_miss(const stats::Lot& lot, std::uint64_t inspected, const Probability& chance) {
  return chance.is_one() ? stats::ln_miss(lot, inspected) : stats::ln_miss(lot, inspected, chance);
}

/// With memory the whole visits in a row are one sample; one that sees a part adds nothing.
std::uint64_t joined_sample(const stats::Lot& lot, std::uint64_t inspected,
                            const Meeting& meeting) {
  return inspected > lot.size / meeting.visits ? lot.size : inspected * meeting.visits;
}

/// ln of the chance that all visits miss a run of this length.
double ln_all_miss(const stats::Lot& lot, std::uint64_t inspected, const Meeting& meeting,
                   const Chances& chances) {
  if (chances.joined && meeting.visits > 0) {
    return ln_one_miss(lot, joined_sample(lot, inspected, meeting), chances.whole);
  }
  double sum = 0;
  if (meeting.visits > 0) {
    sum += static_cast<double>(meeting.visits) * ln_one_miss(lot, inspected, chances.whole);
  }
  if (chances.part) sum += ln_one_miss(lot, inspected, *chances.part);
  return sum;
}

Real all_miss(const stats::Lot& lot, std::uint64_t inspected, const Meeting& meeting,
              const Chances& chances) {
  if (chances.joined && meeting.visits > 0) {
    return 1 - draw_probability(lot.size, lot.violating, joined_sample(lot, inspected, meeting),
                                &chances.whole);
  }
  Real product = 1;
  if (meeting.visits > 0) {
    const Real one = 1 - draw_probability(lot.size, lot.violating, inspected, &chances.whole);
    product = pow(one, Real(meeting.visits));
  }
  if (chances.part) {
    product *= 1 - draw_probability(lot.size, lot.violating, inspected, &*chances.part);
  }
  return product;
}

bool all_reach(const PlanRequest& request, const std::vector<Meeting>& list,
               const std::vector<Chances>& chances, std::uint64_t inspected) {
  const std::uint64_t chips = chip_count(request.classes);
  const double wanted = request.target.ln_complement();
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].effective) continue;
    const stats::Lot lot{chips, *list[i].effective};
    const double found = ln_all_miss(lot, inspected, list[i], chances[i]);
    if (found > wanted * (1 - 1e-9)) return false;
    if (found < wanted * (1 + 1e-9)) continue;
    // Equal to 40 digits is a tie, which reaches.
    if (request.target.compare(all_miss(lot, inspected, list[i], chances[i])) < 0) return false;
  }
  return true;
}

std::vector<Chances> all_chances(const PlanRequest& request, const std::vector<Meeting>& list,
                                 bool drawn_only) {
  std::vector<Chances> chances;
  chances.reserve(list.size());
  for (const Meeting& meeting : list) chances.push_back(chances_of(request, meeting, drawn_only));
  return chances;
}

/// A cycle of visits that together are one sample of the frame.
std::optional<Rotation> rotation_of(const PlanRequest& request, const Meeting& longest,
                                    const Chances& chances) {
  if (longest.visits == 0 || !longest.effective) return std::nullopt;
  const stats::Lot lot{chip_count(request.classes), *longest.effective};
  const auto all = chances.whole.is_one() ? stats::min_sample(lot, request.target)
                                          : stats::min_sample(lot, chances.whole, request.target);
  if (!all) return std::nullopt;
  const std::uint64_t each = (*all + longest.visits - 1) / longest.visits;
  const std::uint64_t drawn = std::min(each * longest.visits, lot.size);
  return Rotation{longest.visits, each,
                  draw_probability(lot.size, lot.violating, drawn, &chances.whole)};
}

}  // namespace

std::vector<RunMeeting> run_meetings(const PlanRequest& request, const HiddenRun& run) {
  std::vector<RunMeeting> list;
  for (const Meeting& meeting : meetings(request, run)) {
    const Chances chances = chances_of(request, meeting, false);
    list.push_back({meeting.days, meeting.visits, meeting.effective, chances.whole, chances.part});
  }
  return list;
}

namespace {

/// The row of visits that meet the longest run.
std::optional<Rotation> rotation_done(const Layout& layout, const Meeting& longest) {
  if (longest.visits == 0 || !layout.rounds.back().probability) return std::nullopt;
  return Rotation{longest.visits, layout.sample_size, *layout.rounds.back().probability};
}

/// Each visit needs as many chips as the others that the row before it did not draw.
Result<void> row_fits(const Layout& layout, std::uint64_t chips) {
  const std::uint64_t visits = layout.rotation->visits;
  if (layout.sample_size <= chips / visits) return {};
  return refusal("plan.row_exceeds_frame",
                 std::to_string(visits) + " visits that draw no chip twice would take " +
                     std::to_string(layout.sample_size) + " chips each, and the frame holds " +
                     std::to_string(chips) +
                     ": the last of them would find too few; plan without memory");
}

}  // namespace

std::uint64_t visits_remembered(const PlanRequest& request, const Layout& layout) {
  return remembers(request) && layout.rotation ? layout.rotation->visits - 1 : 0;
}

Real watched_power(const PlanRequest& request, const Layout& layout) {
  const auto list = meetings(request, request.run);
  const auto chances = all_chances(request, list, false);
  const std::uint64_t chips = chip_count(request.classes);
  const std::uint64_t free = visits_remembered(request, layout) * layout.sample_size;
  Real worst = 1;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].effective || list[i].visits == 0) continue;
    if (*list[i].effective <= free || free >= chips) return 0;
    const Real one =
        1 - draw_probability(chips - free, *list[i].effective - free,
                             std::min(layout.sample_size, chips - free), &chances[i].whole);
    worst = std::min(worst, Real(1 - pow(one, Real(list[i].visits))));
  }
  return worst;
}

Result<Layout> rounds_layout(const PlanRequest& request) {
  const auto list = meetings(request, request.run);
  if (list.empty()) {
    return refusal("plan.no_sure_visit", "a run of " + request.run.longest_days.text() +
                                             " days can pass between two visits that are " +
                                             request.design->period_days->text() +
                                             " days apart; visit more often");
  }
  const auto chances = all_chances(request, list, false);
  const std::uint64_t chips = chip_count(request.classes);
  const auto good = [&](std::uint64_t n) { return all_reach(request, list, chances, n); };
  if (!good(chips)) return census_too_weak();
  Layout layout;
  layout.sample_size = stats::first_true(stats::Bracket{0, chips}, 1, good);
  for (std::size_t i = 0; i < list.size(); ++i) {
    RoundPower power{list[i].days, list[i].visits + (chances[i].part ? 1U : 0U), list[i].effective,
                     std::nullopt};
    if (power.effective_chips) {
      power.probability =
          1 - all_miss({chips, *power.effective_chips}, layout.sample_size, list[i], chances[i]);
    }
    layout.rounds.push_back(std::move(power));
  }
  layout.rotation = remembers(request) ? rotation_done(layout, list.back())
                                       : rotation_of(request, list.back(), chances.back());
  const std::string period = request.design->period_days->text();
  layout.assumptions.push_back(
      "a visit every " + period +
      " days, each with a plan and a later value of its own, draws from " +
      (remembers(request) ? "what the last ones left" : "the whole frame") +
      "; frames stay as large as this one");
  if (const auto before = visits_remembered(request, layout); before > 0) {
    MUSTER_TRY(row_fits(layout, chips));
    layout.lowering.push_back("a hidden run uses no chip that one of the last " +
                              std::to_string(before) + " visits drew");
  }
  layout.worst_is_exact = !remembers(request) || !chances.back().part;
  if (!logs_tell(request)) {
    layout.not_covered.push_back("runs of less than " + period + " days, between two visits");
  }
  return layout;
}

Real rounds_power(const PlanRequest& request, std::uint64_t inspected, const HiddenRun& run,
                  bool drawn_only) {
  const auto list = meetings(request, run);
  const auto chances = all_chances(request, list, drawn_only);
  const std::uint64_t chips = chip_count(request.classes);
  const Meeting* worst = nullptr;
  const Chances* seen = nullptr;
  double largest = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].effective) continue;
    if (*list[i].effective == 0) return 0;
    const double found = ln_all_miss({chips, *list[i].effective}, inspected, list[i], chances[i]);
    if (worst != nullptr && !(found > largest + 1e-12 * std::abs(largest))) continue;
    worst = &list[i];
    seen = &chances[i];
    largest = found;
  }
  if (worst == nullptr) return 0;
  return 1 - all_miss({chips, *worst->effective}, inspected, *worst, *seen);
}

}  // namespace muster::sampler
