#include "cli/signature_sample.hpp"

#include <algorithm>

#include "sampler/stats/hypergeometric.hpp"
#include "sampler/stats/search.hpp"

namespace muster::cli {

SignatureSample::SignatureSample(const SampleWish& wish, std::uint64_t size)
    : first_(std::min(wish.first, size)),
      size_(size),
      population_(size - first_),
      drawn_(std::min(population_, wish.draw.value_or(population_))),
      left_(drawn_),
      random_(wish.seed) {}

bool SignatureSample::takes(ledger::LogIndex index) {
  if (index.value < first_) return false;
  if (index.value >= size_) return true;
  if (drawn_ == population_) return true;
  const bool taken = random_.below(size_ - index.value) < left_;
  if (taken) --left_;
  return taken;
}

std::vector<SampleChance> sample_chances(std::uint64_t population, std::uint64_t drawn) {
  std::vector<SampleChance> chances;
  for (std::uint64_t bad = 1; bad <= population && bad <= 1'000'000; bad *= 10) {
    chances.push_back({bad, stats::digits(stats::detection({population, bad}, drawn), 4)});
  }
  return chances;
}

std::optional<std::uint64_t> sample_finds(std::uint64_t population, std::uint64_t drawn) {
  const auto target = stats::Probability::parse("0.95");
  const auto is_enough = [&](std::uint64_t bad) {
    return stats::reaches({population, bad}, drawn, *target);
  };
  if (drawn == 0 || population == 0 || !target || !is_enough(population)) return std::nullopt;
  const double guess = 3.0 * static_cast<double>(population) / static_cast<double>(drawn);
  return stats::first_true({0, population}, guess, is_enough);
}

}  // namespace muster::cli
