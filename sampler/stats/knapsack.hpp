#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace muster::stats {

/// One kind of thing to put into the knapsack: up to `most` pieces of `weight` each, `loss(count)`
/// for `count` of them. Infinity is a loss like any other.
struct KnapsackItem {
  std::uint64_t weight;
  std::uint64_t most;
  std::function<double(std::uint64_t)> loss;
};

/// The least loss with which the items so far reach each weight from 0 to a limit, or more.
class Knapsack final {
 public:
  explicit Knapsack(std::uint64_t limit);

  /// Allows one more kind. Cost: limit^2 / weight.
  void add(const KnapsackItem& item);

  /// The least loss of reaching `weight`; nothing if the items cannot.
  [[nodiscard]] std::optional<double> loss(std::uint64_t weight) const;

  /// How many of each kind reach the limit at the least loss.
  /// Requires: loss(limit).
  [[nodiscard]] std::vector<std::uint64_t> counts() const;

 private:
  struct Cell {
    double loss = 0;
    bool reached = false;
    std::uint64_t count = 0;  ///< Pieces of the last kind added.
  };
  std::vector<std::vector<Cell>> rows_;
  std::vector<std::uint64_t> weights_;
};

}  // namespace muster::stats
