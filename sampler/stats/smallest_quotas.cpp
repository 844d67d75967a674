// The search for quotas of the smallest total: depth first over the strata, each quota from its
// lower bound up, cut off where the run escapes already or the total cannot be beaten any more.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sampler/stats/knapsack.hpp"
#include "sampler/stats/placement.hpp"
#include "sampler/stats/search.hpp"

namespace muster::stats {
namespace {

class QuotaSearch {
 public:
  QuotaSearch(std::span<const Stratum> strata, std::uint64_t run_weight, const Probability& target)
      : strata_(strata), run_weight_(run_weight), target_(target) {
    for (const Stratum& stratum : strata) lower_.push_back(alone(stratum));
    best_ = rate_quotas(strata, run_weight, target);
    quotas_.resize(strata.size());
    least_total_ = pooled_size();
  }

  std::vector<std::uint64_t> best() {
    descend(0, Knapsack(run_weight_));
    return best_;
  }

 private:
  static std::uint64_t total(std::span<const std::uint64_t> quotas) {
    return std::accumulate(quotas.begin(), quotas.end(), std::uint64_t{0});
  }

  // The run may be placed in this stratum alone.
  [[nodiscard]] std::uint64_t alone(const Stratum& stratum) const {
    const std::uint64_t chips = (run_weight_ + stratum.weight - 1) / stratum.weight;
    if (chips > stratum.size) return 0;
    return min_sample(Lot{stratum.size, chips}, target_).value_or(0);
  }

  // With equal weights no quotas beat a sample of the whole frame.
  [[nodiscard]] std::uint64_t pooled_size() const {
    const std::uint64_t weight = strata_.front().weight;
    std::uint64_t size = 0;
    for (const Stratum& stratum : strata_) {
      if (stratum.weight != weight) return 0;
      size += stratum.size;
    }
    return min_sample(Lot{size, (run_weight_ + weight - 1) / weight}, target_).value_or(0);
  }

  // Whether the strata chosen so far are safe by themselves, to the precision of doubles.
  [[nodiscard]] bool safe_so_far(const Knapsack& knapsack) const {
    const auto loss = knapsack.loss(run_weight_);
    return !loss || *loss >= -target_.ln_complement() * (1 - 1e-10);
  }

  // Exact where it is close.
  [[nodiscard]] bool safe(const Knapsack& knapsack) const {
    const auto loss = knapsack.loss(run_weight_);
    if (!loss) return true;
    const double wanted = -target_.ln_complement();
    if (std::isinf(*loss)) return true;
    if (std::abs(*loss - wanted) > 1e-10 * wanted) return *loss > wanted;
    const std::vector<std::uint64_t> violating = knapsack.counts();
    return target_.allows(placement_miss(strata_, quotas_, violating), [&] {
      Rational product = 1;
      for (std::size_t i = 0; i < strata_.size(); ++i) {
        product *= miss_exact(Lot{strata_[i].size, violating[i]}, quotas_[i]);
      }
      return product;
    });
  }

  [[nodiscard]] Knapsack with(const Knapsack& knapsack, std::size_t index) const {
    Knapsack more = knapsack;
    const std::uint64_t size = strata_[index].size;
    more.add({strata_[index].weight, size, [size, quota = quotas_[index]](std::uint64_t count) {
                return -ln_miss(Lot{size, count}, quota);
              }});
    return more;
  }

  // Whether the strata from `index` on might still make all safe for less than the best total. With
  // equal weights no quotas among them beat a sample of them all together.
  [[nodiscard]] bool can_be_beaten(const Knapsack& chosen, std::size_t index) const {
    if (least_total_ == 0) return true;
    const std::uint64_t weight = strata_.front().weight;
    const std::uint64_t spent = total(std::span(quotas_).first(index));
    std::uint64_t size = 0;
    for (const Stratum& stratum : strata_.subspan(index)) size += stratum.size;
    const std::uint64_t budget = std::min(size, total(best_) - 1 - spent);
    const std::uint64_t chips = (run_weight_ + weight - 1) / weight;
    for (std::uint64_t rest = 0; rest <= std::min(chips, size); ++rest) {
      const std::uint64_t weighs = rest * weight;
      const auto loss = chosen.loss(run_weight_ - std::min(run_weight_, weighs));
      const double pooled = -ln_miss(Lot{size, rest}, budget);
      if (loss && *loss + pooled < -target_.ln_complement() * (1 - 1e-10)) return false;
    }
    return true;
  }

  [[nodiscard]] std::uint64_t least_of_rest(std::size_t index) const {
    return std::accumulate(lower_.begin() + static_cast<std::ptrdiff_t>(index), lower_.end(),
                           std::uint64_t{0});
  }

  // The quotas before `index` are chosen.
  void descend(std::size_t index, const Knapsack& knapsack) {
    const std::uint64_t spent = total(std::span(quotas_).first(index));
    if (index + 1 == strata_.size()) {
      finish(index, knapsack, spent);
      return;
    }
    for (std::uint64_t quota = lower_[index]; quota <= strata_[index].size; ++quota) {
      const bool beaten = spent + quota + least_of_rest(index + 1) >= total(best_);
      if (beaten || total(best_) <= least_total_) return;
      quotas_[index] = quota;
      const Knapsack more = with(knapsack, index);
      if (safe_so_far(more) && can_be_beaten(more, index + 1)) descend(index + 1, more);
    }
  }

  // The last quota is the smallest that makes all safe, if the total is then a new best.
  void finish(std::size_t index, const Knapsack& knapsack, std::uint64_t spent) {
    const std::uint64_t limit = std::min(strata_[index].size + 1, total(best_) - spent);
    const auto good = [&](std::uint64_t quota) {
      quotas_[index] = quota;
      return safe(with(knapsack, index));
    };
    if (limit == 0) return;
    if (lower_[index] == 0 && good(0)) {
      best_ = quotas_;
      return;
    }
    if (limit - 1 < std::max<std::uint64_t>(lower_[index], 1) || !good(limit - 1)) return;
    const std::uint64_t below = lower_[index] == 0 ? 0 : lower_[index] - 1;
    const std::uint64_t found =
        first_true(Bracket{below, limit - 1}, static_cast<double>(lower_[index]), good);
    quotas_[index] = found;
    best_ = quotas_;
  }

  std::span<const Stratum> strata_;
  std::uint64_t run_weight_;
  const Probability& target_;
  std::vector<std::uint64_t> lower_;
  std::vector<std::uint64_t> quotas_;
  std::vector<std::uint64_t> best_;
  std::uint64_t least_total_ = 0;
};

}  // namespace

std::optional<std::vector<std::uint64_t>> smallest_quotas(std::span<const Stratum> strata,
                                                          std::uint64_t run_weight,
                                                          const Probability& target) {
  BigInt total = 0;
  for (const Stratum& stratum : strata) total += BigInt(stratum.size) * stratum.weight;
  if (target.is_zero()) return std::vector<std::uint64_t>(strata.size());
  if (run_weight == 0 || total < run_weight) return std::nullopt;
  return QuotaSearch(strata, run_weight, target).best();
}

}  // namespace muster::stats
