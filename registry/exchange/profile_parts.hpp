#pragma once

#include "registry/exchange/profile_checks.hpp"

// Parts that several types of events have.

namespace muster::exchange {

void check_certification(Checker& checker, const Json& value, const Place& place);
void check_error_declaration(Checker& checker, const Json& value, const Place& place);
void check_persistent(Checker& checker, const Json& value, const Place& place);
void check_ilmd(Checker& checker, const Json& value, const Place& place);
void check_quantity(Checker& checker, const Json& value, const Place& place);
/// A read point or a business location.
void check_place(Checker& checker, const Json& value, const Place& place);
void check_transaction(Checker& checker, const Json& value, const Place& place);
void check_source(Checker& checker, const Json& value, const Place& place);
void check_destination(Checker& checker, const Json& value, const Place& place);
void check_sensor_element(Checker& checker, const Json& value, const Place& place);

}  // namespace muster::exchange
