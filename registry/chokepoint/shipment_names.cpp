// The names of levels and decisions, as commands take and print them, and which rules will do.

#include "registry/chokepoint/shipment_check.hpp"

namespace muster::choke {

std::string_view name_of(Level level) {
  switch (level) {
    case Level::paper:
      return "paper";
    case Level::seal:
      return "seal";
    case Level::mark:
      return "mark";
    case Level::identity:
      return "identity";
  }
  return "";
}

std::string_view name_of(Decision decision) {
  switch (decision) {
    case Decision::clear:
      return "clear";
    case Decision::hold:
      return "hold";
    case Decision::open:
      return "open";
  }
  return "";
}

Result<void> check_rule(const OpeningRule& rule) {
  const auto zero = [](const char* what) {
    return failure(Errc::invalid_input, std::string("opening rule: ") + what +
                                            ": got 0, want more, or everything would be clear");
  };
  if (rule.target.is_zero()) return zero("target");
  if (rule.within.is_zero()) return zero("within");
  if (rule.bad == 0) return zero("bad");
  if (rule.bad_within == 0) return zero("bad_within");
  return {};
}

}  // namespace muster::choke
