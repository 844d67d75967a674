#include "sampler/plan/plan.hpp"

#include "ledger/crypto/sha256.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "sampler/stats/replacement.hpp"
#include "sampler/stats/snapshot.hpp"
#include "sampler/stats/thinned.hpp"

namespace muster::sampler {
namespace {

using stats::Real;

Probability detection_of(const PlanRequest& request) {
  if (!request.snapshots) return Probability::from(Decimal::from_integer(1)).value();
  const Decimal day = Decimal::from_integer(24);
  const stats::SnapshotProcess process{request.snapshots->per_day / day,
                                       request.snapshots->covered_hours, Decimal::from_integer(1),
                                       1};
  return Probability::from_complement(1 - stats::snapshot_detection(process));
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
  } else if (request.purpose == Purpose::use) {
    list.push_back("the log of every chip of the run holds a snapshot of it (d = 1 as stated)");
  }
  if (request.emulated) list.push_back("firmware of these models is Muster's emulator");
  if (request.queries) {
    list.push_back("an honest query takes " + request.queries->mean_close_days.text() +
                   " days to close on average");
  }
  return list;
}

std::vector<std::string> not_covered_of(const PlanRequest& request) {
  std::vector<std::string> list = {"more than " + std::to_string(request.unseen.offbook) +
                                   " chips off the register"};
  list.insert(list.end(), request.not_covered.begin(), request.not_covered.end());
  if (request.purpose == Purpose::use) list.push_back("a false story that survives the checks");
  if (request.purpose == Purpose::existence) list.push_back("what the chips compute");
  return list;
}

OtherSizes other_sizes_of(const stats::Lot& lot, const Probability& target) {
  OtherSizes sizes{stats::min_sample_with_replacement(lot, target), {}};
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
    return refusal("plan.no_guarantee",
                   "no guarantee: the chips that no draw can show suffice for the run");
  }
  return *threshold.effective_chips;
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
  MUSTER_TRY_ASSIGN(Threshold found, threshold(request.run, request.classes, request.unseen));
  MUSTER_TRY_ASSIGN(const std::uint64_t effective, effective_of(request, found));
  const Probability detection = detection_of(request);
  const stats::Lot lot{found.chips, effective};
  const auto sample = detection.is_one() ? stats::min_sample(lot, request.target)
                                         : stats::min_sample(lot, detection, request.target);
  if (!sample) {
    return refusal("plan.unreachable_target",
                   "inspecting every chip does not reach the target: too few of them hold a "
                   "snapshot of the run; raise the snapshots a day or the hours covered");
  }
  Plan plan{std::move(request),
            std::move(found),
            detection,
            *sample,
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {},
            {}};
  const PlanRequest& asked = plan.request;
  MUSTER_TRY_ASSIGN(plan.freeze, freeze_time(asked.freeze_witness));
  plan.other_sizes = other_sizes_of(lot, asked.target);
  plan.drawn_probability = draw_probability(lot.size, effective, *sample);
  plan.detection_probability = draw_probability(lot.size, effective, *sample, &plan.detection);
  if (const auto strict = plan.threshold.effective_chips_if_false) {
    plan.probability_if_false = draw_probability(lot.size, *strict, *sample, &plan.detection);
  }
  plan.over_sizes = power_over_sizes(asked, *sample, plan.detection);
  plan.over_lengths = power_over_lengths(asked, *sample, plan.detection);
  if (asked.queries) plan.queries = expected_queries(*sample, *asked.queries);
  plan.assumptions = assumptions_of(asked, plan.threshold);
  plan.not_covered = not_covered_of(asked);
  return plan;
}

Hash plan_hash(const Plan& plan) { return crypto::sha256(canonical_json(plan_json(plan))); }

}  // namespace muster::sampler
