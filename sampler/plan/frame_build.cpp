#include "sampler/plan/frame_build.hpp"

#include <algorithm>
#include <map>

namespace muster::sampler {
namespace {

constexpr std::int64_t parts_of_window = 16;

using ClassKey = std::pair<std::string, std::string>;  // class and weight

/// Days held, rounded up to sixteenths of the window, at most all of it.
Decimal rated_days(std::int64_t held_ms, const Window& window) {
  const std::int64_t length = window.length_ms();
  const std::int64_t held = std::clamp<std::int64_t>(held_ms, 0, length);
  // In 128 bits: a window of centuries in milliseconds times 16 fits 64, but need not be argued.
  const auto parts = static_cast<std::int64_t>(
      (static_cast<__int128_t>(held) * parts_of_window + length - 1) / length);
  return Decimal(
      stats::Rational(stats::BigInt(length) * parts, stats::BigInt(ms_per_day) * parts_of_window));
}

}  // namespace

Result<BuiltFrame> build_frame(const PartyId& prover, Bytes key, const Window& window,
                               const std::vector<HeldChip>& chips,
                               const ProductClass& product_class) {
  if (window.length_ms() <= 0) return failure(Errc::invalid_input, "window: without length");
  BuiltFrame built{{prover, std::move(key), {}}, {}};
  std::map<std::string, ChipClass> products;
  std::map<ClassKey, ChipClass> classes;
  for (const HeldChip& chip : chips) {
    auto product = products.find(chip.product);
    if (product == products.end()) {
      MUSTER_TRY_ASSIGN(ChipClass rated, product_class(chip.product));
      product = products.emplace(chip.product, std::move(rated)).first;
    }
    const Decimal days = rated_days(chip.held_ms, window);
    const Decimal weight = Decimal::from_integer(product->second.highest_flop_per_s) * days;
    const ClassKey id{chip.product, weight.text()};
    auto found = classes.find(id);
    if (found == classes.end()) {
      ChipClass item = product->second;
      item.days_held = days;
      item.count = 0;
      item.frame_class = id.first;
      item.frame_weight = id.second;
      found = classes.emplace(id, std::move(item)).first;
    }
    ++found->second.count;
    built.frame.lines.push_back({chip.chip, chip.site, id.first, id.second});
  }
  std::sort(built.frame.lines.begin(), built.frame.lines.end(),
            [](const auto& a, const auto& b) { return a.chip < b.chip; });
  MUSTER_TRY(check(built.frame));
  for (auto& [id, item] : classes) built.classes.push_back(std::move(item));
  return built;
}

std::vector<ChipClass> pooled_classes(const std::vector<BuiltFrame>& frames) {
  std::map<ClassKey, ChipClass> pool;
  for (const BuiltFrame& built : frames) {
    for (const ChipClass& item : built.classes) {
      const auto [found, is_new] =
          pool.emplace(ClassKey{item.frame_class, item.frame_weight}, item);
      if (!is_new) found->second.count += item.count;
    }
  }
  std::vector<ChipClass> list;
  list.reserve(pool.size());
  for (auto& [id, item] : pool) list.push_back(std::move(item));
  return list;
}

Result<std::vector<SiteCount>> pooled_sites(const std::vector<BuiltFrame>& frames) {
  std::map<std::string, std::uint64_t> counts;
  for (const BuiltFrame& built : frames) {
    for (const auto& line : built.frame.lines) ++counts[line.site];
  }
  std::vector<SiteCount> list;
  for (const auto& [site, count] : counts) {
    MUSTER_TRY_ASSIGN(const SiteId id, SiteId::parse(site));
    list.push_back({id, count});
  }
  return list;
}

}  // namespace muster::sampler
