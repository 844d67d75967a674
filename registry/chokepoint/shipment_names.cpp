// The names of levels and decisions, as commands take and print them.

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

}  // namespace muster::choke
