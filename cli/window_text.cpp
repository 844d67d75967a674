#include "cli/window_text.hpp"

namespace muster::cli {

Result<Window> parse_window(const std::string& text) {
  const auto dots = text.find("..");
  if (dots == std::string::npos) {
    return failure(Errc::invalid_input, "got \"" + text + "\", want FROM..TO");
  }
  MUSTER_TRY_ASSIGN(const Timestamp from, Timestamp::parse_day_or_instant(text.substr(0, dots)));
  MUSTER_TRY_ASSIGN(const Timestamp to, Timestamp::parse_day_or_instant(text.substr(dots + 2)));
  if (from < to) return Window{from, to};
  return failure(Errc::invalid_input, "got an end that is not after its beginning");
}

}  // namespace muster::cli
