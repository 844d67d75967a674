#pragma once

#include <string>

#include "tests/registry/support/world.hpp"

namespace muster::test {

/// All of a registry, as text.
std::string whole_dump(registry::Registry& registry);

/// A day of business that touches every table of custody.
void do_business(World& world);

/// More of it: titles, cases, leases, names, repairs, and statements that are taken back.
void do_rarer_business(World& world);

}  // namespace muster::test
