#pragma once

#include "sampler/stats/probability.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

inline stats::Probability p(const char* text) { return must(stats::Probability::parse(text)); }

inline stats::Decimal number(const char* text) { return must(stats::Decimal::parse(text)); }

}  // namespace muster::test
