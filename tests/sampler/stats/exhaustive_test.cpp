// Every lot of up to 60 chips, every run, every sample, against exact quotients. Slow.

#include <cmath>
#include <vector>

#include "sampler/stats/tail.hpp"
#include "sampler/stats/thinned.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::stats;
using namespace muster::test;

namespace {

constexpr std::uint64_t largest = 60;

// C(n, k) by Pascal's rule, independent of the product under test.
std::vector<std::vector<BigInt>> pascal() {
  std::vector<std::vector<BigInt>> rows(largest + 1);
  for (std::uint64_t n = 0; n <= largest; ++n) {
    rows[n].assign(largest + 1, 0);
    rows[n][0] = 1;
    for (std::uint64_t k = 1; k <= n; ++k) rows[n][k] = rows[n - 1][k - 1] + rows[n - 1][k];
  }
  return rows;
}

}  // namespace

TEST_CASE("the chance to miss equals the quotient of binomials, in every small lot") {
  const auto choose = pascal();
  double worst = 0;
  for (std::uint64_t size = 1; size <= largest; ++size) {
    for (std::uint64_t k = 0; k <= size; ++k) {
      for (std::uint64_t n = 0; n <= size; ++n) {
        const Rational exact(choose[size - k][n], choose[size][n]);
        REQUIRE(miss_exact({size, k}, n) == exact);
        if (exact == 0 || exact == 1) {
          REQUIRE(std::exp(ln_miss({size, k}, n)) == (exact == 0 ? 0.0 : 1.0));
          continue;
        }
        const double ln_exact = std::log(exact.convert_to<double>());
        const double scale = std::max(std::abs(ln_exact), 1e-3);
        worst = std::max(worst, std::abs(ln_miss({size, k}, n) - ln_exact) / scale);
      }
    }
  }
  CHECK(worst < 1e-12);
}

TEST_CASE("the smallest sample is the first that exact quotients allow, in every small lot") {
  const auto choose = pascal();
  for (const char* text : {"0.5", "0.9", "0.95", "0.75", "0.999", "1/3"}) {
    const Probability target = must(Probability::parse(text));
    const Rational allowed = 1 - target.exact()->value();
    for (std::uint64_t size = 1; size <= largest; ++size) {
      for (std::uint64_t k = 1; k <= size; ++k) {
        std::uint64_t first = 0;
        while (Rational(choose[size - k][first], choose[size][first]) > allowed) ++first;
        REQUIRE(min_sample({size, k}, target) == first);
      }
    }
  }
}

TEST_CASE("thinned detection equals the sum over the hits, in small lots") {
  const auto choose = pascal();
  const Probability half = must(Probability::parse("0.3"));
  const Rational q(7, 10);
  for (std::uint64_t size = 1; size <= 24; ++size) {
    for (std::uint64_t k = 1; k <= size; ++k) {
      for (std::uint64_t n = 1; n <= size; ++n) {
        Rational exact = 0;
        Rational power = 1;
        for (std::uint64_t x = 0; x <= std::min(k, n); ++x) {
          if (n - x <= size - k) {
            exact += power * Rational(choose[k][x] * choose[size - k][n - x], choose[size][n]);
          }
          power *= q;
        }
        REQUIRE(miss_exact({size, k}, n, half) == exact);
        const double ln_exact = std::log(exact.convert_to<double>());
        REQUIRE(std::abs(ln_miss({size, k}, n, half) - ln_exact) < 1e-13 * (1 - ln_exact));
      }
    }
  }
}

TEST_CASE("tails equal the sums of their terms, in small lots") {
  const auto choose = pascal();
  for (std::uint64_t size = 1; size <= 16; ++size) {
    for (std::uint64_t k = 0; k <= size; ++k) {
      for (std::uint64_t n = 0; n <= size; ++n) {
        Rational sum = 0;
        for (std::uint64_t x = 0; x <= n; ++x) {
          if (x <= k && n - x <= size - k) {
            sum += Rational(choose[k][x] * choose[size - k][n - x], choose[size][n]);
          }
          REQUIRE(at_most_exact({size, k}, n, x) == sum);
          REQUIRE(abs(at_most({size, k}, n, x) - to_real(sum)) < Real("1e-40"));
          REQUIRE(abs(at_least({size, k}, n, x + 1) - to_real(1 - sum)) < Real("1e-40"));
        }
      }
    }
  }
}
