#include "cli/serve/metrics.hpp"

#include <charconv>

namespace muster::serve {

void Metrics::count(const Counted& request) {
  const std::scoped_lock lock(mutex_);
  ++requests_[{request.route, request.method}][request.status];
  Times& times = times_[request.route];
  std::size_t bucket = 0;
  while (bucket < bounds.size() && request.seconds > bounds.at(bucket)) ++bucket;
  ++times.buckets.at(bucket);
  times.sum += request.seconds;
  ++times.count;
}

namespace {

/// The shortest text that reads back as the number.
std::string number_text(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

std::string sample(const std::string& name, const std::string& labels, const std::string& value) {
  return name + "{" + labels + "} " + value + "\n";
}

}  // namespace

std::string metric_line(const std::string& name, const char* type, std::uint64_t value) {
  return "# TYPE " + name + " " + type + "\n" + name + " " + std::to_string(value) + "\n";
}

std::string Metrics::text() const {
  const std::scoped_lock lock(mutex_);
  std::string text = "# TYPE muster_requests_total counter\n";
  for (const auto& [key, statuses] : requests_) {
    for (const auto& [status, count] : statuses) {
      text += sample("muster_requests_total",
                     "route=\"" + key.first + "\",method=\"" + key.second + "\",status=\"" +
                         std::to_string(status) + "\"",
                     std::to_string(count));
    }
  }
  text += "# TYPE muster_request_seconds histogram\n";
  for (const auto& [route, times] : times_) {
    const std::string label = "route=\"" + route + "\"";
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i <= bounds.size(); ++i) {
      so_far += times.buckets.at(i);
      const std::string bound = i < bounds.size() ? number_text(bounds.at(i)) : "+Inf";
      text += sample("muster_request_seconds_bucket", label + ",le=\"" + bound + "\"",
                     std::to_string(so_far));
    }
    text += sample("muster_request_seconds_sum", label, number_text(times.sum));
    text += sample("muster_request_seconds_count", label, std::to_string(times.count));
  }
  return text;
}

}  // namespace muster::serve
