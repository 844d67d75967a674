#include <algorithm>

#include "sampler/stats/acceptance.hpp"
#include "sampler/stats/rounds.hpp"
#include "sampler/stats/sequential.hpp"
#include "sampler/stats/tail.hpp"
#include "tests/sampler/stats/numbers.hpp"

using namespace muster;
using namespace muster::stats;
using namespace muster::test;

namespace {

const BetaPrior uniform{Decimal::from_integer(1), Decimal::from_integer(1)};

}  // namespace

TEST_CASE("the evidence of a clean sample is one over its chance") {
  CHECK(digits(clean_e_value({1000000, 4000}, 748).value()) == "20.067920918282377104");
  CHECK(clean_e_value({10, 0}, 10).value() == 1);
  CHECK_FALSE(clean_e_value({10, 3}, 8));
}

TEST_CASE("the prior-posterior ratio of the true number is 1 on average, or less") {
  // Less where some samples that the prior expects, each with chance 1/13, cannot happen.
  for (const std::uint64_t truth : {1U, 7U, 12U, 20U, 28U}) {
    Real mean = 0;
    for (std::uint64_t hits = 0; hits <= 12; ++hits) {
      const auto ratio = prior_posterior_ratio({40, 12, hits}, truth, uniform);
      if (ratio) mean += exactly({40, truth}, 12, hits) * *ratio;
    }
    const Real possible = Real(std::min<std::uint64_t>(truth, 12) + 1) / 13;
    CHECK(abs(mean - possible) < Real("1e-50"));
  }
}

TEST_CASE("the evidence of clean draws is 1 on average at the edge of the hypothesis") {
  // With exactly k violating chips a clean sample has chance 1/e, and a hit loses all.
  const Lot lot{300, 9};

  CHECK(abs(clean_e_value(lot, 77).value() * exactly(lot, 77, 0) - 1) < Real("1e-50"));
}

TEST_CASE("numbers that the sample rules out have no ratio") {
  CHECK_FALSE(prior_posterior_ratio({40, 12, 3}, 2, uniform));
  CHECK_FALSE(prior_posterior_ratio({40, 12, 3}, 32, uniform));
  CHECK(prior_posterior_ratio({40, 12, 3}, 31, uniform));
}

TEST_CASE("rounds drawn anew nearly equal one sample of the sum") {
  const Rounds four = rounds({1000000, 4000}, 187, 4);

  CHECK(digits(four.independent) == "0.95012719494501207842");
  CHECK(digits(four.with_memory) == "0.95016922759103684590");
  CHECK(rounds({10, 2}, 9, 3).with_memory == 1);
  CHECK(rounds({10, 2}, 9, 3).independent == 1);
  CHECK(rounds({10, 2}, 3, 0).independent == 0);
  CHECK_FALSE(rounds({10, 0}, 3, 5).mean_rounds);
}

TEST_CASE("m inspections in T periods are worth m/T, at most 1") {
  CHECK(sequential_inspection_value(52, 6) == Rational(3, 26));
  CHECK(sequential_inspection_value(4, 9) == 1);
  CHECK(sequential_inspection_value(4, 0) == 0);
  CHECK(digits(interim_inspection(Decimal::from_integer(1)).expected_delay) ==
        "0.36787944117144232160");
}

TEST_CASE("the quality at which a plan accepts, of ISO 2859 plans") {
  CHECK(digits(quality_at(50, 0, p("0.95")).value()) == "0.0010253398672320635923");
  CHECK(digits(quality_at(125, 3, p("0.1")).value()) == "0.052663189730876116575");
  // One chip, no hit accepted: 1 - Pa.
  CHECK(digits(quality_at(1, 0, p("0.75")).value()) == "0.25000000000000000000");
  CHECK(quality_at(5, 0, p("1")).value() == 0);
  CHECK(quality_at(5, 0, p("0")).value() == 1);
  CHECK_FALSE(quality_at(5, 5, p("0.5")));
}

TEST_CASE("levels of several Provers and the size behind two lists") {
  CHECK(digits(level_per_prover(40, p("0.01")).sidak) == "0.00025122683359019474995");
  CHECK(digits(level_per_prover(40, p("0.01")).bonferroni) == "0.00025000000000000000000");
  CHECK(chapman_estimate({25, 30, 0}) == 805);
  CHECK(chapman_variance({25, 30, 0}) == 302250);
  CHECK(chapman_variance({25, 30, 25}) == 0);
}
