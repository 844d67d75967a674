#include "sampler/stats/weighted.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <numeric>

namespace muster::stats {
namespace {

constexpr std::uint64_t most_cells = 2'000'000;

// Losses as whole numbers of 2^-90 of the largest, so that sums compare alike on every machine.
using Whole = __int128_t;
constexpr int loss_bits = 90;
constexpr Whole out_of_reach = static_cast<Whole>(1) << 126;

// A kind with its weight and loss as whole numbers.
struct WholeClass {
  std::size_t index;
  std::uint64_t count;
  std::uint64_t weight;
  Whole loss;
};

// The greatest number of which all weights are whole multiples.
Rational common_divisor(std::span<const ThresholdClass> classes) {
  BigInt numerator = 0;
  BigInt denominator = 1;
  for (const ThresholdClass& item : classes) {
    denominator = lcm(denominator, boost::multiprecision::denominator(item.weight));
  }
  for (const ThresholdClass& item : classes) {
    numerator = gcd(numerator, BigInt(boost::multiprecision::numerator(item.weight) * denominator /
                                      boost::multiprecision::denominator(item.weight)));
  }
  return Rational(numerator, denominator);
}

Whole whole_loss(const Real& loss, const Real& largest) {
  const BigInt units = floor(ldexp(Real(loss / largest), loss_bits)).convert_to<BigInt>();
  const auto high = BigInt(units >> 48).convert_to<std::uint64_t>();
  const auto low = BigInt(units & ((BigInt(1) << 48) - 1)).convert_to<std::uint64_t>();
  return (static_cast<Whole>(high) << 48) + static_cast<Whole>(low);
}

// The least loss that reaches each weight, kind by kind, and how many of each kind did it.
class LeastLoss {
 public:
  explicit LeastLoss(std::uint64_t limit) : limit_(limit), loss_(limit + 1, out_of_reach) {
    loss_[0] = 0;
  }

  // For each rest modulo the weight, the best of the last `count` steps by a sliding window.
  void add(const WholeClass& item) {
    std::vector<Whole> next(loss_);
    std::vector<std::uint32_t> taken(limit_ + 1, 0);
    for (std::uint64_t rest = 0; rest < std::min(item.weight, limit_ + 1); ++rest) {
      slide(item, rest, next, taken);
    }
    for (std::uint64_t wanted = 1; wanted <= limit_; ++wanted) {
      const std::uint64_t alone = (wanted + item.weight - 1) / item.weight;
      const Whole loss = static_cast<Whole>(alone) * item.loss;
      if (alone <= item.count && loss < next[wanted]) {
        next[wanted] = loss;
        taken[wanted] = static_cast<std::uint32_t>(alone);
      }
    }
    loss_ = std::move(next);
    taken_.push_back(std::move(taken));
    weights_.push_back(item.weight);
  }

  [[nodiscard]] bool reached() const { return loss_[limit_] != out_of_reach; }

  // How many of each kind added reach the limit.
  [[nodiscard]] std::vector<std::uint64_t> counts() const {
    std::vector<std::uint64_t> counts(weights_.size());
    std::uint64_t wanted = limit_;
    for (std::size_t i = weights_.size(); i-- > 0;) {
      counts[i] = taken_[i][wanted];
      wanted -= std::min(wanted, counts[i] * weights_[i]);
    }
    return counts;
  }

 private:
  void slide(const WholeClass& item, std::uint64_t rest, std::vector<Whole>& next,
             std::vector<std::uint32_t>& taken) const {
    std::deque<std::uint64_t> window;  // steps, the best first
    const auto value = [&](std::uint64_t step) {
      const Whole loss = loss_[rest + step * item.weight];
      // Compared after taking away what all later steps add.
      return loss == out_of_reach ? loss : loss - static_cast<Whole>(step) * item.loss;
    };
    for (std::uint64_t step = 0; rest + step * item.weight <= limit_; ++step) {
      while (!window.empty() && value(window.back()) >= value(step)) window.pop_back();
      window.push_back(step);
      if (window.front() + item.count < step) window.pop_front();
      const std::uint64_t from = window.front();
      const Whole before = loss_[rest + from * item.weight];
      if (before == out_of_reach) continue;
      const std::uint64_t at = rest + step * item.weight;
      const Whole loss = before + static_cast<Whole>(step - from) * item.loss;
      if (loss < next[at]) {
        next[at] = loss;
        taken[at] = static_cast<std::uint32_t>(step - from);
      }
    }
  }

  std::uint64_t limit_;
  std::vector<Whole> loss_;
  std::vector<std::vector<std::uint32_t>> taken_;
  std::vector<std::uint64_t> weights_;
};

// Chips may be cut: the least loss for each unit of weight first.
WorstSet cut_set(std::span<const ThresholdClass> classes, const Rational& needed) {
  std::vector<std::size_t> order(classes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return classes[a].loss * to_real(classes[b].weight) <
           classes[b].loss * to_real(classes[a].weight);
  });
  WorstSet bound{0, false, {}};
  Rational rest = needed;
  for (const std::size_t index : order) {
    const ThresholdClass& item = classes[index];
    const Rational all = item.weight * item.count;
    const Rational taken = std::min(rest, all);
    if (taken > 0) bound.loss += item.loss * to_real(taken / item.weight);
    rest -= taken;
  }
  return bound;
}

std::optional<std::vector<WholeClass>> whole_classes(std::span<const ThresholdClass> classes,
                                                     const Rational& divisor) {
  Real largest = 0;
  for (const ThresholdClass& item : classes) {
    if (isfinite(item.loss)) largest = std::max(largest, item.loss);
  }
  if (largest == 0) largest = 1;
  std::vector<WholeClass> list;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const auto weight = to_count(ceil_integer(classes[i].weight / divisor));
    if (!weight || *weight > most_cells * 64) return std::nullopt;
    if (!isfinite(classes[i].loss) || classes[i].count == 0) continue;
    list.push_back({i, classes[i].count, *weight, whole_loss(classes[i].loss, largest)});
  }
  return list;
}

}  // namespace

std::optional<WorstSet> worst_set(std::span<const ThresholdClass> classes, const Rational& needed) {
  Rational total = 0;
  for (const ThresholdClass& item : classes) total += item.weight * item.count;
  if (total < needed || classes.empty()) return std::nullopt;
  if (needed <= 0) return WorstSet{0, true, std::vector<std::uint64_t>(classes.size())};
  const Rational divisor = common_divisor(classes);
  const auto limit = to_count(ceil_integer(needed / divisor));
  const auto whole = whole_classes(classes, divisor);
  const bool small = limit && *limit < most_cells && (*limit + 1) * classes.size() <= most_cells;
  if (!small || !whole) return cut_set(classes, needed);
  LeastLoss least(*limit);
  for (const WholeClass& item : *whole) least.add(item);
  if (!least.reached()) {
    // Only with a chip that is surely met.
    return WorstSet{std::numeric_limits<Real>::infinity(), true, {}};
  }
  WorstSet worst{0, true, std::vector<std::uint64_t>(classes.size())};
  const auto counts = least.counts();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    worst.chips[(*whole)[i].index] = counts[i];
    worst.loss += classes[(*whole)[i].index].loss * Real(counts[i]);
  }
  return worst;
}

Real threshold_rate(const Rational& weight, const Rational& run, const Probability& target) {
  const Real share = weight >= run ? Real(1) : to_real(weight / run);
  return -exp_minus_1(target.ln_complement_real() * share);
}

}  // namespace muster::stats
