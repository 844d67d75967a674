#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>

namespace muster::bench {

/// Core time and the most memory that this process (or its children) took so far.
struct Usage {
  double core_s = 0;
  long peak_kib = 0;
};

inline Usage usage_of(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return {seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss};
}

inline double wall_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline double load_now() {
  double load = 0;
  return getloadavg(&load, 1) == 1 ? load : -1;
}

/// Memory that this process has now, in MiB.
inline double resident_mib() {
  std::ifstream in("/proc/self/statm");
  double all = 0;
  double resident = 0;
  in >> all >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

/// Of that, what is the process's own and no page of a file.
inline double anonymous_mib() {
  std::ifstream in("/proc/self/status");
  std::string word;
  double kib = 0;
  while (in >> word) {
    if (word == "RssAnon:") in >> kib;
  }
  return kib / 1024;
}

/// Sums the time of what is done between `begin` and `end`.
class SpentTime final {
 public:
  void begin() {
    core_begin_ = usage_of(RUSAGE_SELF).core_s;
    wall_begin_ = wall_now();
  }
  void end() {
    core_ += usage_of(RUSAGE_SELF).core_s - core_begin_;
    wall_ += wall_now() - wall_begin_;
  }
  [[nodiscard]] double core_s() const { return core_; }
  [[nodiscard]] double wall_s() const { return wall_; }

 private:
  double core_begin_ = 0;
  double wall_begin_ = 0;
  double core_ = 0;
  double wall_ = 0;
};

}  // namespace muster::bench
