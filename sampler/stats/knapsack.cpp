#include "sampler/stats/knapsack.hpp"

#include <algorithm>

namespace muster::stats {
namespace {

// What is left to reach after `count` pieces.
std::uint64_t rest(std::uint64_t wanted, std::uint64_t count, std::uint64_t weight) {
  return wanted <= count * weight ? 0 : wanted - count * weight;
}

}  // namespace

Knapsack::Knapsack(std::uint64_t limit) {
  rows_.emplace_back(limit + 1);
  rows_.front().front().reached = true;
}

void Knapsack::add(const KnapsackItem& item) {
  const std::vector<Cell>& before = rows_.back();
  const std::uint64_t limit = before.size() - 1;
  const std::uint64_t most = std::min(item.most, (limit + item.weight - 1) / item.weight);
  std::vector<double> losses(most + 1);
  for (std::uint64_t count = 0; count <= most; ++count) losses[count] = item.loss(count);
  std::vector<Cell> row(limit + 1);
  for (std::uint64_t wanted = 0; wanted <= limit; ++wanted) {
    for (std::uint64_t count = 0; count <= most; ++count) {
      const Cell& from = before[rest(wanted, count, item.weight)];
      const double loss = from.loss + losses[count];
      if (from.reached && (!row[wanted].reached || loss < row[wanted].loss)) {
        row[wanted] = {loss, true, count};
      }
      if (count * item.weight >= wanted) break;
    }
  }
  rows_.push_back(std::move(row));
  weights_.push_back(item.weight);
}

std::optional<double> Knapsack::loss(std::uint64_t weight) const {
  const Cell& cell = rows_.back().at(weight);
  if (!cell.reached) return std::nullopt;
  return cell.loss;
}

std::vector<std::uint64_t> Knapsack::counts() const {
  std::vector<std::uint64_t> counts(weights_.size());
  std::uint64_t wanted = rows_.back().size() - 1;
  for (std::size_t i = weights_.size(); i > 0; --i) {
    counts[i - 1] = rows_[i].at(wanted).count;
    wanted = rest(wanted, counts[i - 1], weights_[i - 1]);
  }
  return counts;
}

}  // namespace muster::stats
