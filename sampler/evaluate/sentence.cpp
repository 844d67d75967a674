#include "sampler/evaluate/evaluation.hpp"
#include "sampler/plan/design_bound.hpp"

namespace muster::sampler {
namespace {

/// 0.95010… as "0.9501": cut, never rounded up.
std::string cut(const stats::Real& probability) {
  const std::string text = stats::digits(probability);
  const auto exponent = text.find('e');
  return exponent == std::string::npos ? text.substr(0, 6) : text;
}

std::string days_text(const Window& window) {
  return window.from.to_string().substr(0, 10) + " to " + window.to.to_string().substr(0, 10);
}

std::string subject(const Plan& plan) {
  std::string names;
  for (const auto& frame : plan.request.frames) {
    names += (names.empty() ? "" : ", ") + frame.prover.text();
  }
  return names;
}

std::string headline(const Plan& plan, const Evaluation& result) {
  const auto& request = plan.request;
  const std::string matter = request.run.excess_flop.text() + " FLOP or more hidden by " +
                             subject(plan) + ", " + days_text(request.window) + ", in runs of at " +
                             "most " + request.run.longest_days.text() + " days. ";
  switch (result.verdict) {
    case AuditVerdict::no_sign_of:
      return "NO SIGN of " + matter;
    case AuditVerdict::not_concluded:
      return "NOT CONCLUDED: " + matter + std::to_string(result.open) + " of " +
             std::to_string(result.lines) + " lines are open" +
             (result.hits > 0 ? ", and " + std::to_string(result.hits) + " are hits already. "
                              : ". ");
    case AuditVerdict::finding:
      return "FINDING: " + std::to_string(result.hits) + " of " + std::to_string(result.lines) +
             " lines could not be explained. The audit asked for " + matter;
  }
  return {};
}

/// What a draw from the rest may claim with those before it.
std::string together(const Plan& plan) {
  if (!plan.request.seen || remembers(plan.request)) return {};
  const std::string before = std::to_string(plan.request.seen->chips) + " chips seen before";
  if (!plan.all_draws) return ". The " + before + " are no part of this: it is of the rest alone";
  const AllDraws& all = *plan.all_draws;
  return ". With the " + before + ", all consistent, " + std::to_string(all.lines) + " of " +
         std::to_string(all.population) +
         " chips are one sample without replacement, which would have met such a run with "
         "probability " +
         cut(all.detection_probability) +
         ", provided that nothing else of what those showed had a part in choosing the size of "
         "this draw";
}

std::string chance(const Plan& plan, const Evaluation& result) {
  const std::string lines = " (" + std::to_string(result.read) + " of " +
                            std::to_string(result.lines) + " lines read, " +
                            std::to_string(result.open) + " open)";
  std::string text =
      "Had there been such a run on chips of this register, this audit would have "
      "drawn one of its chips with probability " +
      cut(result.drawn_probability) + lines;
  if (!plan.detection.is_one()) {
    text += ", and one whose log still held a snapshot of the run with probability " +
            cut(result.detection_probability);
  }
  if (plan.layout && !plan.layout->rounds.empty()) {
    text += ", and all visits that such a run is sure to meet, with probability " +
            cut(plan.detection_probability);
  }
  return text + together(plan) +
         ". That a false story told for a drawn chip is refuted: not known. ";
}

}  // namespace

std::string first_line(const Plan& plan) {
  const auto& request = plan.request;
  const auto figure = [](const std::optional<std::uint64_t>& value) {
    return value ? std::to_string(*value) : std::string("not stated");
  };
  return "Chips off the register: at most " + std::to_string(request.unseen.offbook) +
         " assumed; the ledger's unaccounted total: " + figure(request.ledger_unaccounted) +
         "; older than the register, estimated: " + figure(request.legacy_estimate) + ".";
}

std::string sentence(const Plan& plan, const Evaluation& result) {
  std::string text;
  for (const auto& assumption : plan.threshold.lowering) text += "ASSUMED: " + assumption + ". ";
  if (result.abandoned) text += "ABANDONED by its Verifier, so that its lines clear nobody. ";
  text += headline(plan, result);
  if (!result.abandoned) text += chance(plan, result);
  text += "Not covered: ";
  for (std::size_t i = 0; i < result.not_covered.size(); ++i) {
    text += (i == 0 ? "" : "; ") + result.not_covered[i];
  }
  return text + ". This is not a probability that " + subject(plan) +
         (plan.request.frames.size() > 1 ? " are honest." : " is honest.");
}

std::string promised_sentence(const Plan& plan) {
  const AuditPower power = audit_power(plan);
  const std::uint64_t lines = plan.sample_size;
  return sentence(plan, {.verdict = AuditVerdict::no_sign_of,
                         .lines = lines,
                         .read = lines,
                         .consistent = lines,
                         .hits = 0,
                         .open = 0,
                         .weak_presence = 0,
                         .drawn_probability = power.drawn,
                         .detection_probability = power.detected,
                         .recognised_violating_at_most = {},
                         .hidden_flop_at_most = {},
                         .not_covered = plan.not_covered,
                         .hit_chips = {},
                         .open_chips = {}});
}

}  // namespace muster::sampler
