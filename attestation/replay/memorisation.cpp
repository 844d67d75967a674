#include "attestation/replay/memorisation.hpp"

#include <algorithm>
#include <cmath>

#include "ledger/base/check.hpp"

namespace muster::attestation {
namespace {

/// The mean by which the loss fell between two states, on batches of `count` steps from `first` on.
double fall(const Trainer& trainer, const TrainingState& begin, const TrainingState& end,
            std::uint64_t first, std::uint64_t count) {
  double sum = 0;
  for (std::uint64_t step = first; step < first + count; ++step) {
    sum += trainer.loss(begin, step) - trainer.loss(end, step);
  }
  return sum / static_cast<double>(count);
}

}  // namespace

MemorisationSign memorisation_of(const Trainer& trainer, const TrainingState& begin,
                                 const TrainingState& end, std::uint64_t batches) {
  MUSTER_CHECK(begin.step < end.step && batches > 0);
  const std::uint64_t count = std::min(batches, end.step - begin.step);
  // The last batches of the segment: those remembered best.
  return {begin.step, end.step, fall(trainer, begin, end, end.step - count, count),
          fall(trainer, begin, end, end.step, count)};
}

double memorisation_p_value(const std::vector<MemorisationSign>& signs) {
  const auto remembered = static_cast<std::size_t>(std::ranges::count_if(
      signs, [](const MemorisationSign& sign) { return sign.own > sign.later; }));
  const auto n = static_cast<double>(signs.size());
  double sum = 0;
  double ln_term = -n * std::log(2.0);  // ln of C(n, k) / 2^n
  for (std::size_t k = 0; k <= remembered; ++k) {
    sum += std::exp(ln_term);
    ln_term += std::log((n - static_cast<double>(k)) / static_cast<double>(k + 1));
  }
  return std::min(sum, 1.0);
}

}  // namespace muster::attestation
