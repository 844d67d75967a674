#include "sampler/stats/bounds.hpp"

#include "sampler/stats/posterior.hpp"
#include "sampler/stats/replacement.hpp"
#include "sampler/stats/tail.hpp"
#include "tests/sampler/stats/numbers.hpp"

using namespace muster;
using namespace muster::stats;
using namespace muster::test;

TEST_CASE("upper bounds of a published audit example") {
  // Touw and Hoogduin (2011): 102 of 1,200 items at 90 %.
  CHECK(upper_bound({1200, 102, 0}, p("0.9")) == 25);
  CHECK(upper_bound({1200, 102, 1}, p("0.9")) == 43);
  CHECK(upper_bound({1200, 102, 2}, p("0.9")) == 59);
  CHECK(upper_bound({1200, 102, 3}, p("0.9")) == 75);
}

TEST_CASE("a clean sample of the planned size rules out the planned run") {
  const auto n = min_sample({1000000, 4000}, p("0.95")).value();

  CHECK(upper_bound({1000000, n, 0}, p("0.95")).value() == 3995);
  CHECK(lower_bound({1000000, n, 0}, p("0.95")) == 0);
}

TEST_CASE("a census leaves no doubt, and no sample leaves all") {
  CHECK(upper_bound({50, 50, 3}, p("0.95")) == 3);
  CHECK(lower_bound({50, 50, 3}, p("0.95")) == 3);
  CHECK(upper_bound({50, 0, 0}, p("0.95")) == 50);
  CHECK(upper_bound({50, 10, 10}, p("0.95")) == 50);
}

TEST_CASE("a number of equal probability is excluded, above and below") {
  // 25 of 50 clean: P(0 | K = 1) = 1/2 exactly.
  CHECK(upper_bound({50, 25, 0}, p("0.5")) == 0);
  CHECK(upper_bound({50, 25, 0}, p("0.5000001")) == 1);
  // P(X >= 1 | K = 1) = 1/2 exactly.
  CHECK(lower_bound({50, 25, 1}, p("0.5")) == 2);
  CHECK(lower_bound({50, 25, 1}, p("0.5000001")) == 1);
}

TEST_CASE("bounds are those of a search through every number of violating chips") {
  for (std::uint64_t hits = 0; hits <= 6; ++hits) {
    const Found found{90, 30, hits};
    std::uint64_t highest = 0;
    std::uint64_t lowest = 90;
    for (std::uint64_t k = hits; k <= 60 + hits; ++k) {
      if (at_most_exact({90, k}, 30, hits) > Rational(1, 10)) highest = k;
      const Rational below = hits == 0 ? Rational(0) : at_most_exact({90, k}, 30, hits - 1);
      if (1 - below > Rational(1, 10)) lowest = std::min(lowest, k);
    }
    CHECK(upper_bound(found, p("0.9")) == highest);
    CHECK(lower_bound(found, p("0.9")) == lowest);
  }
}

TEST_CASE("samples that accept hits are larger, and unreachable where all may be accepted") {
  CHECK(min_sample_accepting({1200, 60}, 2, p("0.9")) == 102);
  CHECK(min_sample_accepting({100, 10}, 2, p("0.9")) == 44);
  CHECK(min_sample_accepting({1000000, 4000}, 0, p("0.95")) == 748);
  CHECK(min_sample_accepting({100, 10}, 10, p("0.9")) == std::nullopt);
  CHECK(min_sample_accepting({100, 10}, 2, p("1")) == 93);
  CHECK(min_sample_accepting({100, 10}, 2, p("0")) == 0);
}

TEST_CASE("draws with replacement need more, ties included") {
  CHECK(min_sample_with_replacement({1000, 10}, p("0.95")) == 299);
  CHECK(min_sample_with_replacement({2, 1}, p("0.75")) == 2);
  CHECK(min_sample_with_replacement({2, 1}, p("0.7500000000000001")) == 3);
  CHECK(min_sample_with_replacement({5, 5}, p("1")) == 1);
  CHECK(min_sample_with_replacement({5, 4}, p("1")) == std::nullopt);
  CHECK(min_sample_with_replacement({5, 0}, p("0.5")) == std::nullopt);
  CHECK(min_sample_with_replacement({5, 4}, p("0")) == 0);
  CHECK(min_sample_with_replacement({std::uint64_t{1} << 40, 1}, p("0.9")) == 2531719083690);
}

TEST_CASE("the safeguards formulas are never below the exact size") {
  for (const char* target : {"0.5", "0.9", "0.95"}) {
    for (const std::uint64_t size : {10U, 57U, 100U, 2000U}) {
      for (std::uint64_t k = 1; k <= size; k += 1 + size / 25) {
        const auto sizes = iaea_sizes({size, k}, p(target)).value();
        CHECK(sizes.corrected >= min_sample({size, k}, p(target)).value());
        CHECK(sizes.simple >= sizes.corrected);
      }
    }
  }
  CHECK(iaea_sizes({100, 5}, p("0.95"))->simple == 46);
  CHECK(iaea_sizes({100, 5}, p("0.95"))->corrected == 45);
  CHECK(iaea_sizes({100, 0}, p("0.95")) == std::nullopt);
  // 100 (1 - sqrt(1/4)) is 50, not 51.
  CHECK(iaea_sizes({100, 2}, p("0.75"))->simple == 50);
}

TEST_CASE("posterior bounds, by waiting times and by summation") {
  const auto one = Decimal::from_integer(1);
  const CredibleBound whole = credible_upper({1000000, 748, 0}, {one, one}, p("0.95"));
  CHECK(whole.upper == 3990);
  CHECK(digits(whole.probability) == "0.95003137675927120077");
  const CredibleBound half = credible_upper(
      {1000, 100, 0}, {must(Decimal::parse("0.5")), must(Decimal::parse("0.5"))}, p("0.95"));
  CHECK(half.upper == 18);
  // Just off the whole numbers the sum takes over and must say nearly the same.
  const auto nearly = must(Decimal::parse("1.000000000000000000001"));
  for (const std::uint64_t hits : {0U, 2U, 30U, 100U}) {
    const CredibleBound a = credible_upper({1000, 100, hits}, {one, one}, p("0.95"));
    const CredibleBound b = credible_upper({1000, 100, hits}, {nearly, nearly}, p("0.95"));
    CHECK(a.upper == b.upper);
    CHECK(abs(a.probability - b.probability) < Real("1e-17"));
  }
  CHECK(credible_upper({50, 50, 3}, {one, one}, p("0.95")).upper == 3);
  CHECK(credible_upper({50, 10, 3}, {one, one}, p("1")).upper == 43);
}
