#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

#include "cli/print/terminal.hpp"

namespace muster::print {

/// What a progress line says.
struct ProgressState {
  std::string activity;  ///< "recording events"
  std::string unit;      ///< "events"
  std::uint64_t done = 0;
  std::uint64_t total = 0;  ///< 0 when it is not known.
  std::int64_t elapsed_ms = 0;
};

/// `recording events  1,200,000 of 4,000,000 events  30 %  52,000/s  0:54 left`, without what is
/// not known yet, in at most `width` columns.
[[nodiscard]] std::string progress_line(const ProgressState& state, std::size_t width);

/// Shows on a terminal how far long work has come; silent elsewhere, in its first 200 ms, and more
/// often than ten times a second. The line is wiped when the object ends.
class Progress final {
 public:
  using Now = std::function<std::chrono::steady_clock::time_point()>;

  static constexpr std::int64_t silent_ms = 200;
  static constexpr std::int64_t between_ms = 100;

  /// Borrows `out`, which is where notes go (standard error). `total` 0 means not known.
  Progress(std::ostream& out, const Style& style, ProgressState start,
           Now now = std::chrono::steady_clock::now);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// Says that `done` units are finished. Cost: a clock reading.
  void update(std::uint64_t done);

 private:
  void wipe();

  std::ostream& out_;
  Style style_;
  ProgressState state_;
  Now now_;
  std::chrono::steady_clock::time_point begun_;
  std::int64_t shown_at_ms_ = -1;
};

}  // namespace muster::print
