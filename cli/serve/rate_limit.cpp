#include "cli/serve/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace muster::serve {

double RateLimit::filled(const Bucket& bucket, std::int64_t now_ms) const {
  const double seconds =
      static_cast<double>(std::max<std::int64_t>(0, now_ms - bucket.at_ms)) / 1e3;
  return std::min(static_cast<double>(terms_.burst),
                  bucket.filled + seconds * static_cast<double>(terms_.rate));
}

void RateLimit::forget_full(std::int64_t now_ms) {
  std::erase_if(buckets_, [&](const auto& one) {
    return filled(one.second, now_ms) >= static_cast<double>(terms_.burst);
  });
}

std::optional<std::uint64_t> RateLimit::take(const std::string& caller, std::uint64_t cost,
                                             std::int64_t now_ms) {
  const std::scoped_lock lock(mutex_);
  if (buckets_.size() >= most_callers && !buckets_.contains(caller)) forget_full(now_ms);
  // So many callers at once are not told apart any more.
  const std::string& name = buckets_.size() < most_callers || buckets_.contains(caller)
                                ? caller
                                : buckets_.begin()->first;
  const double burst = static_cast<double>(terms_.burst);
  Bucket& bucket = buckets_.try_emplace(name, Bucket{burst, now_ms}).first->second;
  bucket.filled = filled(bucket, now_ms);
  bucket.at_ms = std::max(bucket.at_ms, now_ms);
  const double wanted = std::min(static_cast<double>(cost), burst);
  if (bucket.filled >= wanted) {
    bucket.filled -= wanted;
    return std::nullopt;
  }
  const double wait = (wanted - bucket.filled) / static_cast<double>(terms_.rate);
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(wait)));
}

std::size_t RateLimit::callers() const {
  const std::scoped_lock lock(mutex_);
  return buckets_.size();
}

}  // namespace muster::serve
