#include "cli/print/progress.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

#include "cli/print/fit.hpp"
#include "cli/print/number.hpp"

namespace muster::print {
namespace {

std::string clock_text(std::int64_t seconds) {
  const auto two = [](std::int64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  if (seconds < 3600) return std::to_string(seconds / 60) + ":" + two(seconds % 60);
  return std::to_string(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
}

double rate_per_second(const ProgressState& state) {
  if (state.elapsed_ms <= 0) return 0;
  return static_cast<double>(state.done) * 1000.0 / static_cast<double>(state.elapsed_ms);
}

std::string share_and_time_left(const ProgressState& state, double rate) {
  std::string text;
  if (state.total == 0) return text;
  const auto whole = static_cast<double>(state.total);
  const double share = std::min(1.0, static_cast<double>(state.done) / whole);
  text += "  " + std::to_string(static_cast<int>(share * 100.0)) + " %";
  if (rate <= 0) return text;
  text += "  " + compact(rate, rate < 1000 ? 2 : 3) + "/s";
  const auto left = std::llround(whole * (1.0 - share) / rate);
  return text + "  " + clock_text(left) + " left";
}

}  // namespace

std::string progress_line(const ProgressState& state, std::size_t width) {
  std::string text = state.activity + "  " + grouped(state.done);
  if (state.total > 0) text += " of " + grouped(state.total);
  if (!state.unit.empty()) text += " " + state.unit;
  const double rate = rate_per_second(state);
  if (state.total == 0 && rate > 0) text += "  " + compact(rate, rate < 1000 ? 2 : 3) + "/s";
  text += share_and_time_left(state, rate);
  return elided(visible(text), width);
}

Progress::Progress(std::ostream& out, const Style& style, ProgressState start, Now now)
    : out_(out), style_(style), state_(std::move(start)), now_(std::move(now)), begun_(now_()) {}

Progress::~Progress() { wipe(); }

void Progress::update(std::uint64_t done) {
  if (!style_.live) return;
  state_.done = done;
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now_() - begun_);
  state_.elapsed_ms = elapsed.count();
  if (state_.elapsed_ms < silent_ms) return;
  if (shown_at_ms_ >= 0 && state_.elapsed_ms - shown_at_ms_ < between_ms) return;
  shown_at_ms_ = state_.elapsed_ms;
  // One column stays free: a full last column makes some terminals wrap.
  out_ << "\r\x1b[K" << progress_line(state_, style_.width - 1) << std::flush;
}

void Progress::wipe() {
  if (shown_at_ms_ >= 0) out_ << "\r\x1b[K" << std::flush;
  shown_at_ms_ = -1;
}

}  // namespace muster::print
