#include "sampler/stats/decimal.hpp"

#include "sampler/stats/probability.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::stats;
using namespace muster::test;
using muster::test::must_fail;

namespace {

std::string echo(const char* text) { return must(Decimal::parse(text)).text(); }

}  // namespace

TEST_CASE("a decimal is the number that was written, not the nearest double") {
  CHECK(must(Decimal::parse("0.95")).value() == Rational(95, 100));
  CHECK(must(Decimal::parse("0.1")).value() != Rational(0.1));
  CHECK(must(Decimal::parse("1/720")).value() == Rational(1, 720));
  CHECK(must(Decimal::parse("8.64e19")).value() == Rational(BigInt("86400000000000000000")));
}

TEST_CASE("the shortest text of a number is read back as the same number") {
  CHECK(echo("0.950") == "0.95");
  CHECK(echo("1E+26") == "1e26");
  CHECK(echo("100000000000000000000") == "100000000000000000000");
  CHECK(echo("0.000001") == "0.000001");
  CHECK(echo("0.00000012") == "1.2e-7");
  CHECK(echo("-12.50") == "-12.5");
  CHECK(echo("2/720") == "1/360");
  CHECK(echo("007") == "7");
  CHECK(echo("-0") == "0");
  for (const char* text : {"0.95", "1e26", "1.27e26", "-3", "1/3", "123456.789", "5e-9"}) {
    CHECK(echo(text) == text);
  }
}

TEST_CASE("text that is no number is refused") {
  for (const char* text :
       {"",   "-",   ".",   ".5",  "5.",   "1e",    "1e+", "0x10",   "1,5",      " 1",
        "1 ", "nan", "inf", "1/0", "1/-2", "1/2.5", "+1",  "1e1001", "1e-99999", "--1"}) {
    CHECK(must_fail(Decimal::parse(text)).starts_with("number: got \""));
  }
  CHECK_FALSE(Decimal::parse(std::string(201, '1')));
}

TEST_CASE("quotients are rounded up and down exactly, where doubles are not") {
  // 1e26 / 989.4e12 / 86400 / 30: the least chips of a run of 30 days.
  const Decimal chips = must(Decimal::parse("1e26")) / must(Decimal::parse("989.4e12")) /
                        must(Decimal::parse("2592000"));

  CHECK(ceil_integer(chips.value()) == 38994);
  CHECK(floor_integer(chips.value()) == 38993);
  CHECK(ceil_integer(Rational(6, 3)) == 2);
  CHECK(ceil_integer(Rational(-5, 2)) == -2);
  CHECK(floor_integer(Rational(-5, 2)) == -3);
}

TEST_CASE("a count is whole, not negative, and below 2^64") {
  CHECK(must(count_from(must(Decimal::parse("1e6")), "n")) == 1000000);
  CHECK(must(count_from(must(Decimal::parse("18446744073709551615")), "n")) == ~std::uint64_t{0});
  CHECK(must_fail(count_from(must(Decimal::parse("2.5")), "n")) ==
        "n: got 2.5, want a whole number from 0 to 2^64 - 1");
  CHECK_FALSE(count_from(must(Decimal::parse("-1")), "n"));
  CHECK_FALSE(count_from(must(Decimal::parse("18446744073709551616")), "n"));
}

TEST_CASE("numbers are printed with 20 significant digits") {
  CHECK(digits(Rational(95, 100)) == "0.95000000000000000000");
  CHECK(digits(Rational(1, 10000000)) == "1.0000000000000000000e-7");
  CHECK(digits(Rational(1, 1000000)) == "0.0000010000000000000000000");
  CHECK(digits(Rational(805)) == "805.00000000000000000");
  CHECK(digits(Rational(2, 3)) == "0.66666666666666666667");
  CHECK(digits(Rational(-2, 3), 3) == "-0.667");
  CHECK(digits(Rational(0)) == "0.0");
  CHECK(digits(Real("1e25")) == "1.0000000000000000000e25");
}

TEST_CASE("a probability is read as a decimal, a quotient or per cent") {
  CHECK(must(Probability::parse("95%")).exact()->text() == "0.95");
  CHECK(must(Probability::parse("19/20")).exact()->text() == "0.95");
  CHECK(must(Probability::parse("1")).is_one());
  CHECK(must_fail(Probability::parse("1.01")) == "probability: got 1.01, want 0 to 1");
  CHECK_FALSE(Probability::parse("-0.1"));
  CHECK_FALSE(Probability::parse("%"));
}

TEST_CASE("factorials and gammas agree with known digits") {
  // 400 lies at the border of the two ways; both sides of it satisfy n! = n (n-1)!.
  for (const std::uint64_t n : {2ULL, 100ULL, 399ULL, 400ULL, 401ULL, 1000000ULL}) {
    CHECK(abs(ln_factorial(n) - ln_factorial(n - 1) - log(Real(n))) < Real("1e-85"));
  }
  CHECK(digits(ln_factorial(1000000), 30) == "12815518.3846581696242510758930");
  CHECK(digits(ln_gamma(Real(1) / 2), 30) == "0.572364942924700087071713675677");
  CHECK(digits(ln_1_plus(Real("1e-50"))) == "1.0000000000000000000e-50");
  CHECK(digits(exp_minus_1(Real("-1e-50"))) == "-1.0000000000000000000e-50");
}
