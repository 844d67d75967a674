#include "sampler/stats/thinned_tail.hpp"

#include <doctest/doctest.h>

#include "sampler/stats/holm.hpp"
#include "sampler/stats/tail.hpp"
#include "sampler/stats/thinned.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::stats;
using namespace muster::test;

namespace {

Probability chance(const std::string& text) { return must(Probability::parse(text)); }

/// P(recognised <= hits) by the definition: over all numbers drawn, over all numbers recognised.
Real by_definition(const Lot& lot, std::uint64_t inspected, std::uint64_t hits, const Real& d) {
  Real sum = 0;
  for (std::uint64_t x = 0; x <= std::min(lot.violating, inspected); ++x) {
    for (std::uint64_t r = 0; r <= std::min(x, hits); ++r) {
      sum += exactly(lot, inspected, x) * exp(ln_binomial(x, r)) * pow(d, Real(r)) *
             pow(1 - d, Real(x - r));
    }
  }
  return sum;
}

bool close(const Real& a, const Real& b) { return abs(a - b) <= Real("1e-28") * (1 + abs(b)); }

}  // namespace

TEST_CASE("the chance of few recognised chips is the sum over all that may be drawn") {
  const Probability d = chance("0.3");
  for (const std::uint64_t violating : {0U, 1U, 7U, 20U, 25U}) {
    for (const std::uint64_t hits : {0U, 1U, 3U}) {
      const Lot lot{25, violating};
      INFO(violating, " ", hits);
      CHECK(close(recognised_at_most(lot, 9, hits, d), by_definition(lot, 9, hits, Real("0.3"))));
    }
  }
  CHECK(close(recognised_at_most({1'000'000, 4'000}, 748, 0, d), miss({1'000'000, 4'000}, 748, d)));
  CHECK(recognised_at_most({100, 10}, 20, 1, chance("1")) == at_most({100, 10}, 20, 1));
  CHECK(recognised_at_most({100, 10}, 20, 0, chance("0")) == 1);
}

TEST_CASE("the bound with imperfect detection is the last number that the confidence allows") {
  for (const std::string text : {"0.5", "0.9"}) {
    for (const std::uint64_t hits : {0U, 2U}) {
      const Probability d = chance(text);
      const Found found{400, 90, hits};
      const std::uint64_t bound = *upper_bound(found, d, chance("0.95"));
      CHECK(recognised_at_most({400, bound}, 90, hits, d) > Real("0.05"));
      CHECK(recognised_at_most({400, bound + 1}, 90, hits, d) <= Real("0.05"));
      CHECK(bound > *upper_bound(found, chance("0.95")));
    }
  }
  // A census of chips whose logs show nothing bounds nothing.
  CHECK(*upper_bound({50, 50, 0}, chance("0.01"), chance("0.95")) == 50);
  CHECK_FALSE(upper_bound({50, 50, 0}, chance("0.5"), chance("0")).has_value());
}

TEST_CASE("binomial tails from both ends make one") {
  Real below = 0;
  for (std::uint64_t x = 0; x < 4; ++x) {
    below += exp(ln_binomial(30, x)) * pow(Real("0.2"), Real(x)) * pow(Real("0.8"), Real(30 - x));
  }
  CHECK(close(binomial_at_least(30, 4, Real("0.2")), 1 - below));
  CHECK(binomial_at_least(30, 0, Real("0.2")) == 1);
  CHECK(binomial_at_least(30, 1, Real(0)) == 0);
  CHECK(close(binomial_at_least(3, 3, Real("0.5")), Real("0.125")));
}

TEST_CASE("Holm's adjustment, by a worked example and in any order") {
  // 0.01, 0.04, 0.03, 0.005: 4 x 0.005, 3 x 0.01, 2 x 0.03, then 0.06 again for 0.04.
  const std::vector<Real> adjusted =
      holm_adjusted({Real("0.01"), Real("0.04"), Real("0.03"), Real("0.005")});
  CHECK(close(adjusted[0], Real("0.03")));
  CHECK(close(adjusted[1], Real("0.06")));
  CHECK(close(adjusted[2], Real("0.06")));
  CHECK(close(adjusted[3], Real("0.02")));
  CHECK(holm_adjusted({Real("0.9"), Real("0.8")})[0] == 1);
  CHECK(holm_adjusted({}).empty());
}
