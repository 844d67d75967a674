#include "sampler/threshold/threshold_json.hpp"

namespace muster::sampler {
namespace {

Json optional_count(const std::optional<std::uint64_t>& count) {
  return count ? Json(static_cast<std::int64_t>(*count)) : Json();
}

Json integer(std::uint64_t count) { return Json(static_cast<std::int64_t>(count)); }

}  // namespace

Json threshold_json(const Threshold& threshold) {
  Json assumptions = threshold.lowering;
  for (const auto& text : threshold.assumptions) assumptions.push_back(text);
  return Json{
      {"rule_flop", threshold.run.rule_flop.text()},
      {"excess_flop", threshold.run.excess_flop.text()},
      {"days", threshold.run.longest_days.text()},
      {"utilization", threshold.run.utilisation.text()},
      {"model", threshold.fastest_model},
      {"format", threshold.format},
      {"flop_per_chip_day", threshold.flop_per_chip_day.text()},
      {"violation_chips", optional_count(threshold.violation_chips)},
      {"violation_chips_sparse", optional_count(threshold.violation_chips_sparse)},
      {"offbook_at_most", integer(threshold.unseen.offbook)},
      {"exempt", integer(threshold.unseen.exempt)},
      {"broken", integer(threshold.unseen.broken)},
      {"leaked", integer(threshold.unseen.leaked)},
      {"effective_chips", optional_count(threshold.effective_chips)},
      {"effective_chips_if_assumptions_false", optional_count(threshold.effective_chips_if_false)},
      {"assumptions", assumptions},
  };
}

}  // namespace muster::sampler
