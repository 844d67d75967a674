#include "sampler/stats/hypergeometric.hpp"

#include <cmath>
#include <limits>

#include "ledger/crypto/seeded_random.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::stats;
using doctest::Approx;
using namespace muster::test;

namespace {

Probability target(const char* text) { return must(Probability::parse(text)); }

}  // namespace

TEST_CASE("the chance to miss, worked by hand") {
  // 8 clean of 10, 3 drawn: C(8,3) / C(10,3) = 56 / 120.
  const Lot lot{10, 2};

  CHECK(miss_exact(lot, 3) == Rational(56, 120));
  CHECK(std::exp(ln_miss(lot, 3)) == Approx(56.0 / 120).epsilon(1e-14));
  CHECK(digits(detection(lot, 3)) == "0.53333333333333333333");
}

TEST_CASE("a sample larger than the clean chips must hold a violating one") {
  CHECK(ln_miss({7, 4}, 4) == -std::numeric_limits<double>::infinity());
  CHECK(miss({7, 4}, 4) == 0);
  CHECK(detection({7, 4}, 4) == 1);
}

TEST_CASE("with every clean chip drawn, one combination misses") {
  // n + k = N: 1 / C(7,3).
  CHECK(miss_exact({7, 4}, 3) == Rational(1, 35));
  CHECK(ln_miss({70, 35}, 35) == Approx(-46.16669235840276).epsilon(1e-14));
}

TEST_CASE("no violating chip, and no sample, are always missed") {
  CHECK(ln_miss({10, 0}, 5) == 0);
  CHECK(ln_miss({10, 5}, 0) == 0);
  CHECK(ln_miss_real({100000, 0}, 5000) == 0);
  CHECK(miss({0, 0}, 0) == 1);
}

TEST_CASE("the closed form agrees with 100 digits over random sizes up to 2^62") {
  crypto::SeededRandom random("closed form against Stirling in 100 digits");
  double worst = 0;
  for (int i = 0; i < 1500; ++i) {
    const std::uint64_t size = 2 + (random.next_u64() >> (2 + random.below(60)));
    const std::uint64_t violating = 1 + (random.below(size - 1) >> random.below(20));
    if (violating >= size) continue;
    const std::uint64_t most = size - violating;
    std::uint64_t inspected = 1 + (random.below(most) >> random.below(20));
    // Every third sample stands close to the census, where the other branches are.
    if (i % 3 == 0) inspected = most - std::min(most - 1, random.below(40));
    const Lot lot{size, violating};

    const double exact = ln_miss_real(lot, inspected).convert_to<double>();

    worst = std::max(worst, std::abs(ln_miss(lot, inspected) / exact - 1));
  }
  CHECK(worst < 1e-13);
}

TEST_CASE("a chance below every double keeps its logarithm and its digits") {
  const Lot lot{10000000, 100000};

  CHECK(ln_miss(lot, 100000) == Approx(-1010.11813662).epsilon(1e-11));
  CHECK(digits(miss(lot, 100000), 6) == "2.04770e-439");
}

TEST_CASE("smallest samples of published and computed tables") {
  CHECK(min_sample({1000000, 4000}, target("0.95")) == 748);
  CHECK(min_sample({10000000, 1000}, target("0.95")) == 29912);
  CHECK(min_sample({10000000, 10}, target("0.999")) == 4988126);
  CHECK(min_sample({10000, 100}, target("99%")) == 448);
  CHECK(min_sample({120000, 2850}, target("0.95")) == 125);
  // DCAA EZ-Quant 2.0.6, discovery samples.
  CHECK(min_sample({5000, 100}, target("0.99")) == 223);
  CHECK(min_sample({500, 10}, target("0.99")) == 183);
}

TEST_CASE("the ends of the target: 0 asks for nothing, 1 for all clean chips and one more") {
  CHECK(min_sample({36, 4}, target("0")) == 0);
  CHECK(min_sample({36, 4}, target("1")) == 33);
  CHECK(min_sample({36, 0}, target("0")) == 0);
  CHECK(min_sample({36, 0}, target("0.5")) == std::nullopt);
  CHECK(min_sample({36, 36}, target("0.999999")) == 1);
  CHECK(min_sample({1, 1}, target("0.5")) == 1);
}

TEST_CASE("a tie is enough: detection that equals the target exactly") {
  // One violating chip among N: detection n/N. In doubles 0.9 and 1 - 0.1 differ.
  CHECK(min_sample({10, 1}, target("0.9")) == 9);
  CHECK(min_sample({100, 1}, target("0.9")) == 90);
  CHECK(min_sample({1000, 1}, target("0.999")) == 999);
  CHECK(min_sample({1000000, 1}, target("0.95")) == 950000);
  CHECK(min_sample({2, 1}, target("0.5")) == 1);
  CHECK(min_sample({3, 1}, target("1/3")) == 1);
}

TEST_CASE("ties and near ties at 2^40 and 2^61 chips") {
  const std::uint64_t large = std::uint64_t{1} << 40;
  const std::uint64_t huge = std::uint64_t{1} << 61;

  CHECK(min_sample({large, 1}, target("0.75")) == large / 4 * 3);
  CHECK(min_sample({huge, 1}, target("0.75")) == huge / 4 * 3);
  // One part in 2^61 above or below the tie.
  CHECK(min_sample({huge, 1}, target("0.7500000000000000001")) == huge / 4 * 3 + 1);
  CHECK(min_sample({huge, 1}, target("0.7499999999999999999")) == huge / 4 * 3);
}

TEST_CASE("the smallest sample reaches the target and the one before does not, at 2^33 chips") {
  for (const std::uint64_t violating : {3ULL, 1000ULL, 1000003ULL, 4000000000ULL}) {
    const Lot lot{std::uint64_t{1} << 33, violating};
    const auto n = min_sample(lot, target("0.95")).value();

    CHECK(1 - miss(lot, n) >= Real("0.95"));
    CHECK(1 - miss(lot, n - 1) < Real("0.95"));
  }
}

TEST_CASE("samples grow with the target and shrink with the violating chips") {
  std::uint64_t previous = 0;
  for (const char* text : {"0.1", "0.5", "0.9", "0.95", "0.99", "0.999", "0.999999999"}) {
    const auto n = min_sample({100000, 700}, target(text)).value();
    CHECK(n > previous);
    previous = n;
  }
  previous = 100001;
  for (const std::uint64_t violating : {1U, 2U, 5U, 40U, 700U, 90000U}) {
    const auto n = min_sample({100000, violating}, target("0.95")).value();
    CHECK(n < previous);
    previous = n;
  }
}
