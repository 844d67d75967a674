#pragma once

#include "registry/exchange/profile_checks.hpp"

namespace muster::exchange {

/// Any event: one of the five types of EPCIS 2.0, or one of somebody's own that is named by a URI.
void check_event(Checker& checker, const Json& value, const Place& place);

}  // namespace muster::exchange
