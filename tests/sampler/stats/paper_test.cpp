// Table 1 of Shavit (arXiv 2303.11341), cell by cell, and its footnote 5. The table follows from
// a longest run of 365 days, although its caption says 30; see sampler/stats/README.md.

#include "sampler/stats/paper.hpp"

#include "tests/sampler/stats/numbers.hpp"

using namespace muster;
using namespace muster::stats;
using namespace muster::test;
using muster::test::must_fail;

namespace {

PaperPlan plan(const char* flop, std::uint64_t chips) {
  return {number(flop),
          chips,
          number("8.64e19"),
          number("0.1"),
          number("30"),
          number("365"),
          must(Probability::parse("0.9"))};
}

// Three significant digits, as the paper prints.
std::uint64_t to_three_digits(std::uint64_t value) {
  std::uint64_t unit = 1;
  while (value / unit >= 1000) unit *= 10;
  return (value + unit / 2) / unit * unit;
}

struct Row {
  const char* run;
  const char* flop;
  std::array<std::uint64_t, 3> inspections;  // at 1e3, 1e5 and 1e7 chips; 0 is a dash
};

constexpr std::array<Row, 6> table_1 = {{
    {"GPT-3", "3.14e23", {243, 24300, 2430000}},
    {"Chinchilla", "5.76e23", {132, 13300, 1330000}},
    {"PaLM", "2.56e24", {29, 2980, 299000}},
    {"Chinchilla-280B", "9.9e24", {7, 771, 77200}},
    {"Chinchilla-1T", "1.27e26", {0, 60, 6020}},
    {"Chinchilla-10T", "1.3e28", {0, 0, 58}},
}};

}  // namespace

TEST_CASE("all 15 numbers and 3 dashes of Table 1 are reproduced") {
  const std::array<std::uint64_t, 3> populations = {1000, 100000, 10000000};
  int numbers = 0;
  int dashes = 0;
  for (const Row& row : table_1) {
    for (std::size_t i = 0; i < populations.size(); ++i) {
      CAPTURE(row.run);
      CAPTURE(populations[i]);
      const auto counts = paper_counts(plan(row.flop, populations[i]));
      if (row.inspections[i] == 0) {
        CHECK_FALSE(counts);
        ++dashes;
      } else {
        REQUIRE(counts);
        CHECK(to_three_digits(counts->whole_per_year) == row.inspections[i]);
        ++numbers;
      }
    }
  }
  CHECK(numbers == 15);
  CHECK(dashes == 3);
}

TEST_CASE("footnote 5: some 232,000 samples a year find a Chinchilla-280B among 10^7 chips") {
  // Chips of 3e15 FLOP/s; one inspector for 1,000 chips a year makes 232 inspectors.
  PaperPlan footnote = plan("9.9e24", 10000000);
  footnote.flop_per_chip_day = number("3e15") * number("86400");

  const auto counts = paper_counts(footnote);

  REQUIRE(counts);
  CHECK(to_three_digits(counts->whole_per_year) == 232000);
}

TEST_CASE("equation 1 with 20 digits") {
  const auto counts = paper_counts(plan("1.27e26", 100000));

  REQUIRE(counts);
  CHECK(digits(counts->per_period) == "4.8504380534633309185");
  CHECK(digits(counts->per_year) == "59.013662983803859508");
  CHECK(counts->whole_per_year == 60);
}

TEST_CASE("without replacement whole chips need up to 4 % fewer inspections, and never too few") {
  const auto exact = paper_exact(plan("5.76e23", 100000));
  const auto few = paper_exact(plan("9.9e24", 1000));

  REQUIRE(exact);
  CHECK(exact->violating == 19);
  CHECK(exact->per_period == 1043);
  CHECK(digits(exact->period_target) == "0.17242336792970369873");
  REQUIRE(few);
  CHECK(few->per_period == 1);
}

TEST_CASE("a population that needs all its chips is a dash, one that needs less is not") {
  // H = a T C exactly.
  PaperPlan all = plan("1", 1000);
  all.flop = all.flop_per_chip_day * all.run_days * Decimal::from_integer(1000);
  PaperPlan nearly = all;
  nearly.flop = all.flop - number("1");

  CHECK_FALSE(paper_counts(all));
  CHECK_FALSE(paper_exact(all));
  CHECK(paper_counts(nearly));
}

TEST_CASE("certainty, and chips without snapshots, are out of reach; no target needs nothing") {
  PaperPlan certain = plan("9.9e24", 100000);
  certain.target = must(Probability::parse("1"));
  PaperPlan blind = plan("9.9e24", 100000);
  blind.snapshots_per_day = number("0");
  PaperPlan idle = blind;
  idle.target = must(Probability::parse("0"));

  CHECK_FALSE(paper_counts(certain));
  CHECK_FALSE(paper_counts(blind));
  CHECK(paper_counts(idle)->whole_per_year == 0);
}

TEST_CASE("inputs that make no sense are named") {
  PaperPlan wrong = plan("0", 1000);
  CHECK(must_fail(check(wrong)) == "flop: got 0, want above 0");
  wrong = plan("1e24", 1000);
  wrong.run_days = number("20");
  CHECK(must_fail(check(wrong)) == "run: got 20 days, want at least the period of 30");
  wrong = plan("1e24", 0);
  CHECK(must_fail(check(wrong)) == "population: got 0, want above 0");
  wrong = plan("1e24", 5);
  wrong.snapshots_per_day = number("-1");
  CHECK_FALSE(check(wrong));
}
