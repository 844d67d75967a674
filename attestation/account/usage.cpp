#include "attestation/account/usage.hpp"

#include <algorithm>
#include <tuple>

namespace muster::attestation {
namespace {

/// One chip in one run, inside the window.
struct Stretch {
  ChipId chip;
  Timestamp from;
  Timestamp to;
  std::size_t run;
  const AccountedChip* held;
};

using HeldChips = std::unordered_map<ChipId, const AccountedChip*>;

/// The stretches of one run, and what of its shard map no chip of the account answers to.
void add_stretches(const Window& window, const AccountedRun& run, std::size_t place,
                   const HeldChips& held, Usage::OfRun& usage, std::vector<Stretch>& stretches) {
  for (const Assignment& item : run.assignments) {
    const Timestamp from = std::max({item.held.from, run.window.from, window.from});
    const Timestamp to = std::min({item.held.to, run.window.to, window.to});
    if (from >= to) continue;
    const auto found = held.find(item.chip);
    if (found == held.end()) {
      if (!usage.first_not_held) usage.first_not_held = item.chip;
      ++usage.not_held;
      usage.not_held_ms += static_cast<std::uint64_t>(to.ms - from.ms);
      continue;
    }
    stretches.push_back({item.chip, from, to, place, found->second});
  }
}

/// What a run has of a chip: sorted stretches of one chip and one run after the other.
void add_to_runs(std::span<const Stretch> stretches, Usage& usage) {
  const Stretch* before = nullptr;
  for (const Stretch& one : stretches) {
    auto& product = usage.runs[one.run].products[one.held->product];
    product.ms += static_cast<std::uint64_t>(one.to.ms - one.from.ms);
    const bool same = before != nullptr && before->chip == one.chip && before->run == one.run;
    if (!same) ++product.chips;
    before = &one;
  }
}

using OverlapCounts = std::map<std::pair<std::size_t, std::size_t>, Usage::Overlap>;

/// The runs that have one chip at one time. Requires: the stretches of one chip, by time.
void add_overlaps(std::span<const Stretch> one_chip, OverlapCounts& counts) {
  std::vector<std::pair<std::size_t, std::size_t>> seen;
  for (std::size_t i = 0; i < one_chip.size(); ++i) {
    for (std::size_t j = i + 1; j < one_chip.size(); ++j) {
      if (one_chip[j].from >= one_chip[i].to) break;
      if (one_chip[i].run == one_chip[j].run) continue;
      const auto key = std::minmax(one_chip[i].run, one_chip[j].run);
      if (std::ranges::find(seen, std::pair(key.first, key.second)) != seen.end()) continue;
      seen.emplace_back(key.first, key.second);
      auto& overlap = counts
                          .try_emplace({key.first, key.second},
                                       Usage::Overlap{key.first, key.second, 0, one_chip[i].chip})
                          .first->second;
      ++overlap.chips;
    }
  }
}

/// How long some run that is not idle has the chip. Requires: as above.
std::int64_t declared_time(std::span<const Stretch> one_chip, std::span<const AccountedRun> runs) {
  std::int64_t total = 0;
  std::int64_t until = 0;
  for (const Stretch& one : one_chip) {
    if (runs[one.run].use == RunUse::idle) continue;
    const std::int64_t from = std::max(one.from.ms, until);
    if (one.to.ms > from) total += one.to.ms - from;
    until = std::max(until, one.to.ms);
  }
  return total;
}

void add_chip(std::span<const Stretch> one_chip, std::span<const AccountedRun> runs,
              OverlapCounts& overlaps, Usage& usage) {
  add_overlaps(one_chip, overlaps);
  const AccountedChip& held = *one_chip.front().held;
  const std::int64_t declared = declared_time(one_chip, runs);
  usage.declared_ms[held.product] += static_cast<std::uint64_t>(std::min(declared, held.held_ms));
  if (declared <= held.held_ms) return;
  ++usage.beyond_held;
  if (!usage.first_beyond_held) usage.first_beyond_held = held.chip;
}

}  // namespace

Usage usage_of(const Window& window, std::size_t products, std::span<const AccountedChip> chips,
               std::span<const AccountedRun> runs) {
  HeldChips held;
  held.reserve(chips.size());
  for (const AccountedChip& chip : chips) held.emplace(chip.chip, &chip);
  Usage usage;
  usage.runs.resize(runs.size());
  usage.declared_ms.resize(products);
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    add_stretches(window, runs[i], i, held, usage.runs[i], stretches);
  }
  std::ranges::sort(stretches, {},
                    [](const Stretch& one) { return std::tuple(one.chip, one.run, one.from); });
  add_to_runs(stretches, usage);
  std::ranges::sort(stretches, {},
                    [](const Stretch& one) { return std::tuple(one.chip, one.from, one.run); });
  OverlapCounts overlaps;
  for (auto begin = stretches.begin(); begin != stretches.end();) {
    const auto end = std::find_if(begin, stretches.end(),
                                  [&](const Stretch& one) { return one.chip != begin->chip; });
    add_chip({begin, end}, runs, overlaps, usage);
    begin = end;
  }
  for (const auto& [key, overlap] : overlaps) usage.overlaps.push_back(overlap);
  return usage;
}

}  // namespace muster::attestation
