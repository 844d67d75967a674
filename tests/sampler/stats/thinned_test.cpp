#include "sampler/stats/thinned.hpp"

#include <cmath>

#include "ledger/crypto/seeded_random.hpp"
#include "sampler/stats/snapshot.hpp"
#include "tests/sampler/stats/numbers.hpp"

using namespace muster;
using namespace muster::stats;
using doctest::Approx;
using namespace muster::test;

TEST_CASE("the smallest sample grows as recognition falls") {
  const Lot lot{1000000, 4000};

  CHECK(min_sample(lot, p("1"), p("0.95")) == 748);
  CHECK(min_sample(lot, p("0.9"), p("0.95")) == 831);
  CHECK(min_sample(lot, p("0.5"), p("0.95")) == 1496);
  CHECK(min_sample(lot, p("0.25"), p("0.95")) == 2994);
  CHECK(min_sample(lot, p("0.1"), p("0.95")) == 7486);
}

TEST_CASE("what a census cannot reach is reported, not sought") {
  // 1 - (1-d)^k of 4 chips at 0.5: 0.9375.
  CHECK(min_sample({20, 4}, p("0.5"), p("0.94")) == std::nullopt);
  CHECK(min_sample({20, 4}, p("0.5"), p("0.9375")) == 20);
  CHECK(min_sample({20, 4}, p("0"), p("0.1")) == std::nullopt);
  CHECK(min_sample({20, 4}, p("0.5"), p("1")) == std::nullopt);
  CHECK(min_sample({20, 0}, p("0.5"), p("0.1")) == std::nullopt);
  CHECK(min_sample({20, 4}, p("0"), p("0")) == 0);
  CHECK(digits(census_miss(4, p("0.5"))) == "0.062500000000000000000");
}

TEST_CASE("a tie is enough with imperfect recognition too") {
  // All chips violate: (1/2)^n.
  CHECK(min_sample({1000000, 1000000}, p("0.5"), p("0.75")) == 2);
  CHECK(min_sample({1000000, 1000000}, p("0.5"), p("0.9990234375")) == 10);
  // One chip: d n / N.
  CHECK(min_sample({1000, 1}, p("0.5"), p("0.45")) == 900);
}

TEST_CASE("perfect and absent recognition are the plain chance and certainty") {
  const Lot lot{1000, 10};

  CHECK(ln_miss(lot, 258, p("1")) == ln_miss(lot, 258));
  CHECK(miss(lot, 258, p("0")) == 1);
  CHECK(ln_miss(lot, 258, p("0")) == 0);
}

TEST_CASE("doubles and 100 digits agree over random lots") {
  crypto::SeededRandom random("thinned sums in doubles");
  for (int i = 0; i < 60; ++i) {
    const std::uint64_t size = 100 + random.below(std::uint64_t{1} << (8 + random.below(30)));
    const std::uint64_t violating = 1 + (random.below(size) >> random.below(12));
    const std::uint64_t inspected = 1 + (random.below(size) >> (2 + random.below(12)));
    const auto d = must(Probability::from(Decimal(Rational(1 + random.below(998), 1000))));
    const Lot lot{size, violating};

    const Real exact = log(miss(lot, inspected, d));

    const double error = std::abs(ln_miss(lot, inspected, d) - exact.convert_to<double>());
    CHECK(error < 1e-11 + 1e-13 * std::abs(exact.convert_to<double>()));
  }
}

TEST_CASE("thinning the run instead of the sample gives the same chance") {
  // Sum over D recognised chips: Bin(D; k, d) C(N-D, n) / C(N, n).
  const Lot lot{500, 25};
  const Rational d(3, 10);
  Rational sum = 0;
  Rational chance = 1;
  for (int i = 0; i < 25; ++i) chance *= 1 - d;
  for (std::uint64_t hits = 0; hits <= 25; ++hits) {
    sum += chance * miss_exact({500, hits}, 167);
    chance = chance * (25 - hits) / (hits + 1) * d / (1 - d);
  }

  CHECK(miss_exact(lot, 167, p("0.3")) == sum);
}

TEST_CASE("a snapshot process gives the chance that a chip raises a query") {
  SnapshotProcess process{number("1/24"), number("720"), number("1"), 1};

  CHECK(digits(snapshot_detection(process)) == "0.99999999999990642377");
  process.per_hour = number("0");
  CHECK(snapshot_detection(process) == 0);
  process.needed = 0;
  CHECK(snapshot_detection(process) == 1);
}

TEST_CASE("with one snapshot needed spreading a run helps the auditor, with more the Prover") {
  const SnapshotProcess one{number("1/24"), number("720"), number("1"), 1};
  SnapshotProcess five = one;
  five.needed = 5;
  const auto chips = [](const SnapshotProcess& process, const char* spread) {
    return expected_detectable(4000, process, number(spread)).convert_to<double>();
  };

  CHECK(chips(one, "1") == Approx(4000));
  CHECK(chips(one, "10") == Approx(38009).epsilon(1e-4));
  CHECK(chips(one, "100") == Approx(103673).epsilon(1e-5));
  CHECK(chips(five, "10") == Approx(7389).epsilon(1e-4));
  CHECK(chips(five, "100") == Approx(6.314).epsilon(1e-3));
}

TEST_CASE("both tails of the Poisson distribution add up") {
  const Real mean("7.5");
  Real below = 0;
  Real term = exp(-mean);
  for (unsigned x = 0; x < 20; ++x) {
    CHECK(abs(poisson_at_least(mean, x) + below - 1) < Real("1e-60"));
    below += term;
    term *= mean / (x + 1);
  }
}
