#include "sampler/threshold/threshold.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"

namespace muster::sampler {
namespace {

using stats::BigInt;
using stats::Rational;

constexpr std::uint64_t seconds_per_day = 86'400;

std::uint64_t rate_of(const ChipClass& item, RateBasis basis) {
  switch (basis) {
    case RateBasis::chosen:
      return item.flop_per_s;
    case RateBasis::highest:
      return item.highest_flop_per_s;
    case RateBasis::sparse:
      return item.sparse_flop_per_s.value_or(item.flop_per_s);
  }
  MUSTER_CHECK(false);
}

Decimal utilisation_for(const HiddenRun& run, RateBasis basis) {
  return basis == RateBasis::highest ? Decimal::from_integer(1) : run.utilisation;
}

const ChipClass& fastest(const std::vector<ChipClass>& classes) {
  return *std::max_element(
      classes.begin(), classes.end(),
      [](const ChipClass& a, const ChipClass& b) { return a.flop_per_s < b.flop_per_s; });
}

void add_assumptions(Threshold& result, const std::vector<ChipClass>& classes) {
  const bool lower_format = std::any_of(classes.begin(), classes.end(), [](const ChipClass& item) {
    return item.flop_per_s < item.highest_flop_per_s;
  });
  if (lower_format) {
    result.lowering.push_back("the hidden run uses no number format faster than " + result.format);
  } else {
    result.assumptions.push_back(
        "chips work at their makers' highest dense rate over all formats (" + result.format +
        " on the fastest)");
  }
  if (result.run.utilisation < Decimal::from_integer(1)) {
    result.lowering.push_back("the hidden run reaches no more than " +
                              result.run.utilisation.text() + " of the peak rate");
  } else {
    result.assumptions.push_back("chips work at the full peak rate, without a pause");
  }
  result.assumptions.push_back("no hidden run lasts longer than " + result.run.longest_days.text() +
                               " days");
  result.assumptions.push_back("at most " + std::to_string(result.unseen.offbook) +
                               " chips are held off the register, none faster than " +
                               result.fastest_model);
}

}  // namespace

std::vector<ClassCapacity> capacities(const std::vector<ChipClass>& classes, const HiddenRun& run,
                                      RateBasis basis) {
  std::vector<ClassCapacity> list;
  const Decimal use = utilisation_for(run, basis);
  for (const ChipClass& item : classes) {
    const bool short_stay = item.days_held && *item.days_held < run.longest_days;
    const Decimal& days = short_stay ? *item.days_held : run.longest_days;
    const Rational flop =
        days.value() * use.value() * BigInt(rate_of(item, basis)) * seconds_per_day;
    if (flop > 0 && item.count > 0) list.push_back({Decimal(flop), item.count});
  }
  std::sort(list.begin(), list.end(),
            [](const ClassCapacity& a, const ClassCapacity& b) { return a.flop > b.flop; });
  return list;
}

std::optional<std::uint64_t> least_chips(const std::vector<ChipClass>& classes,
                                         const HiddenRun& run, const Decimal& flop,
                                         RateBasis basis) {
  Rational rest = flop.value();
  std::uint64_t chips = 0;
  for (const ClassCapacity& item : capacities(classes, run, basis)) {
    if (rest <= 0) break;
    const BigInt wanted = stats::ceil_integer(rest / item.flop.value());
    if (wanted <= item.count) return chips + wanted.convert_to<std::uint64_t>();
    chips += item.count;
    rest -= item.flop.value() * BigInt(item.count);
  }
  if (rest > 0) return std::nullopt;
  return chips;
}

std::optional<std::uint64_t> effective_chips(const std::vector<ChipClass>& classes,
                                             const HiddenRun& run, const UnseenChips& unseen,
                                             RateBasis basis) {
  std::uint64_t rate = 0;
  for (const ChipClass& item : classes) rate = std::max(rate, rate_of(item, basis));
  const BigInt unseen_chips =
      BigInt(unseen.offbook) + unseen.exempt + unseen.broken + unseen.leaked + unseen.seen;
  const Rational unseen_flop = run.longest_days.value() * utilisation_for(run, basis).value() *
                               BigInt(rate) * seconds_per_day * unseen_chips;
  return least_chips(classes, run, Decimal(run.excess_flop.value() - unseen_flop), basis);
}

Decimal shortest_days(const std::vector<ChipClass>& classes, const HiddenRun& run,
                      const UnseenChips& unseen, std::uint64_t chips) {
  std::vector<const ChipClass*> by_rate;
  by_rate.reserve(classes.size());
  for (const ChipClass& item : classes) by_rate.push_back(&item);
  std::sort(by_rate.begin(), by_rate.end(),
            [](const ChipClass* a, const ChipClass* b) { return a->flop_per_s > b->flop_per_s; });
  BigInt a_second =
      BigInt(by_rate.front()->flop_per_s) *
      (BigInt(unseen.offbook) + unseen.exempt + unseen.broken + unseen.leaked + unseen.seen);
  for (const ChipClass* item : by_rate) {
    const std::uint64_t taken = std::min(chips, item->count);
    a_second += BigInt(item->flop_per_s) * taken;
    chips -= taken;
  }
  return Decimal(run.excess_flop.value() /
                 (run.utilisation.value() * a_second * BigInt(seconds_per_day)));
}

Result<Threshold> threshold(const HiddenRun& run, const std::vector<ChipClass>& classes,
                            const UnseenChips& unseen) {
  MUSTER_TRY(check(run));
  MUSTER_TRY(total(unseen));
  if (chip_count(classes) == 0) return failure(Errc::invalid_input, "frame: holds no chips");
  const ChipClass& top = fastest(classes);
  Threshold result{run,
                   unseen,
                   chip_count(classes),
                   top.model,
                   top.format,
                   Decimal::from_integer(top.flop_per_s) * Decimal::from_integer(seconds_per_day) *
                       run.utilisation,
                   least_chips(classes, run, run.excess_flop),
                   {},
                   effective_chips(classes, run, unseen),
                   {},
                   {},
                   {}};
  const bool any_sparse = std::any_of(classes.begin(), classes.end(), [](const ChipClass& item) {
    return item.sparse_flop_per_s.has_value();
  });
  if (any_sparse) {
    result.violation_chips_sparse = least_chips(classes, run, run.excess_flop, RateBasis::sparse);
  }
  add_assumptions(result, classes);
  if (!result.lowering.empty()) {
    result.effective_chips_if_false = effective_chips(classes, run, unseen, RateBasis::highest);
  }
  return result;
}

}  // namespace muster::sampler
