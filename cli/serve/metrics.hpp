#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace muster::serve {

/// What one request was, for counting.
struct Counted {
  std::string route;  ///< The template, so that there are few; "none" for no route.
  std::string method;
  unsigned status = 0;
  double seconds = 0;
};

/// Counts of requests, as Prometheus reads them. Thread-safe.
class Metrics final {
 public:
  void count(const Counted& request);
  /// The text format 0.0.4 of Prometheus: requests by route, method and status, and how long they
  /// took. Source: prometheus.io/docs/instrumenting/exposition_formats.
  [[nodiscard]] std::string text() const;

 private:
  /// Upper bounds of the histogram in seconds; the last bucket has all.
  static constexpr std::array<double, 9> bounds{0.001, 0.0025, 0.01, 0.025, 0.1,
                                                0.25,  1.0,    2.5,  10.0};
  struct Times {
    std::array<std::uint64_t, bounds.size() + 1> buckets{};
    double sum = 0;
    std::uint64_t count = 0;
  };
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::map<unsigned, std::uint64_t>> requests_;
  std::map<std::string, Times> times_;
};

/// One line of a gauge or counter with its type: "# TYPE name type\nname value\n".
[[nodiscard]] std::string metric_line(const std::string& name, const char* type,
                                      std::uint64_t value);

}  // namespace muster::serve
