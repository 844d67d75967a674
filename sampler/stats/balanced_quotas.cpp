// Quotas of low price for any number of sites: shares rounded in three ways over sets of skipped
// small sites, then lowered one by one while the aim is still reached.

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sampler/stats/site_quotas.hpp"

namespace muster::stats {
namespace {

using Samples = std::vector<SiteSample>;

constexpr std::size_t few_sites = 12;

class QuotaBalance {
 public:
  QuotaBalance(std::span<const std::uint64_t> sizes, std::span<const SitePrice> prices,
               const QuotaAim& aim)
      : sizes_(sizes), prices_(prices), aim_(aim), order_(sizes.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return sizes[a] < sizes[b]; });
  }

  std::optional<Samples> best() {
    // No site may be left out when all of them are no more than enough.
    std::size_t most = 0;
    for (std::uint64_t sum = 0; most < order_.size(); ++most) {
      sum += sizes_[order_[most]];
      if (sum >= aim_.chips) break;
    }
    std::size_t chosen = 0;
    for (std::size_t skip = 0; skip <= most; skip += 1 + skip / 3) {
      if (try_skipping(skip)) chosen = skip;
    }
    for (std::size_t next = chosen + 1; next <= most && try_skipping(next); ++next) chosen = next;
    while (chosen > 0 && try_skipping(chosen - 1)) --chosen;
    if (!best_) return best_;
    lower_one_by_one();
    while (best_->size() <= few_sites && exchange()) lower_one_by_one();
    return best_;
  }

 private:
  [[nodiscard]] double price(const Samples& samples) const {
    double sum = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (samples[i].inspected == 0) continue;
      sum += prices_[i].visit + prices_[i].chip * static_cast<double>(samples[i].inspected);
    }
    return sum;
  }

  // Every site's size times `share`, less `rounding`, rounded up; nothing at the skipped sites.
  [[nodiscard]] Samples shares(double share, double rounding, std::size_t skip) const {
    Samples samples(sizes_.size());
    for (std::size_t i = 0; i < samples.size(); ++i) samples[i] = {sizes_[i], 0};
    for (std::size_t rank = skip; rank < order_.size(); ++rank) {
      const std::size_t site = order_[rank];
      const double wanted = std::ceil(static_cast<double>(sizes_[site]) * share - rounding);
      const auto whole = wanted <= 0 ? std::uint64_t{0} : static_cast<std::uint64_t>(wanted);
      samples[site].inspected = std::min(whole, sizes_[site]);
    }
    return samples;
  }

  bool try_skipping(std::size_t skip) {
    bool better = false;
    for (const double rounding : {0.0, 0.5, 0.999999}) {
      double low = 0;
      double high = 1 + 1e-9;
      if (!reaches(shares(high, 0, skip), aim_)) continue;
      for (int i = 0; i < 40; ++i) {
        const double middle = (low + high) / 2;
        (reaches(shares(middle, rounding, skip), aim_) ? high : low) = middle;
      }
      Samples found = shares(high, rounding, skip);
      if (!reaches(found, aim_)) found = shares(1 + 1e-9, 0, skip);
      take_back(found, shares(low, rounding, skip));
      if (best_ && price(found) >= best_price_) continue;
      best_price_ = price(found);
      best_ = std::move(found);
      better = true;
    }
    return better;
  }

  // Between two neighbouring shares many sites may jump at once: as few of them as are needed.
  void take_back(Samples& found, const Samples& below) const {
    std::vector<std::size_t> jumped;
    for (const std::size_t site : order_) {
      if (found[site].inspected > below[site].inspected) jumped.push_back(site);
    }
    const auto without = [&](std::size_t count) {
      Samples fewer = found;
      for (std::size_t i = 0; i < count; ++i) {
        fewer[jumped[i]].inspected = below[jumped[i]].inspected;
      }
      return fewer;
    };
    std::size_t good = 0;
    std::size_t bad = jumped.size() + 1;
    while (bad - good > 1) {
      const std::size_t middle = good + (bad - good) / 2;
      (reaches(without(middle), aim_) ? good : bad) = middle;
    }
    found = without(good);
  }

  void lower_one_by_one() {
    for (const std::size_t site : order_) {
      while ((*best_)[site].inspected > 0) {
        --(*best_)[site].inspected;
        if (reaches(*best_, aim_)) continue;
        ++(*best_)[site].inspected;
        break;
      }
    }
  }

  // One chip more at one visited site for two fewer at others.
  bool exchange() {
    Samples& quotas = *best_;
    for (std::size_t more = 0; more < quotas.size(); ++more) {
      if (quotas[more].inspected == 0 || quotas[more].inspected == quotas[more].size) continue;
      for (std::size_t first = 0; first < quotas.size(); ++first) {
        for (std::size_t second = first; second < quotas.size(); ++second) {
          if (first == more || second == more) continue;
          if (exchanged(more, first, second)) return true;
        }
      }
    }
    return false;
  }

  bool exchanged(std::size_t more, std::size_t first, std::size_t second) {
    Samples changed = *best_;
    ++changed[more].inspected;
    for (const std::size_t site : {first, second}) {
      if (changed[site].inspected == 0) return false;
      --changed[site].inspected;
    }
    if (price(changed) >= price(*best_) || !reaches(changed, aim_)) return false;
    best_ = std::move(changed);
    return true;
  }

  std::span<const std::uint64_t> sizes_;
  std::span<const SitePrice> prices_;
  const QuotaAim& aim_;
  std::vector<std::size_t> order_;  ///< Sites, the smallest first.
  std::optional<Samples> best_;
  double best_price_ = 0;
};

}  // namespace

std::optional<std::vector<std::uint64_t>> balanced_quotas(std::span<const std::uint64_t> sizes,
                                                          std::span<const SitePrice> prices,
                                                          const QuotaAim& aim) {
  const auto best = QuotaBalance(sizes, prices, aim).best();
  if (!best) return std::nullopt;
  std::vector<std::uint64_t> quotas;
  for (const SiteSample& site : *best) quotas.push_back(site.inspected);
  return quotas;
}

}  // namespace muster::stats
