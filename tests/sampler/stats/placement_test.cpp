#include "sampler/stats/placement.hpp"

#include <functional>
#include <numeric>

#include "ledger/crypto/seeded_random.hpp"
#include "sampler/stats/colocated.hpp"
#include "tests/sampler/stats/numbers.hpp"

using namespace muster;
using namespace muster::stats;
using namespace muster::test;

namespace {

using Counts = std::vector<std::uint64_t>;

// The likeliest miss of all placements, by trying every one.
Rational tried_out(const std::vector<Stratum>& strata, const Counts& quotas, std::uint64_t weight) {
  Rational worst = -1;
  const std::function<void(std::size_t, std::uint64_t, Rational)> descend =
      [&](std::size_t index, std::uint64_t placed, const Rational& missed) {
        if (index == strata.size()) {
          if (placed >= weight && missed > worst) worst = missed;
          return;
        }
        for (std::uint64_t k = 0; k <= strata[index].size; ++k) {
          descend(index + 1, placed + k * strata[index].weight,
                  missed * miss_exact({strata[index].size, k}, quotas[index]));
        }
      };
  descend(0, 0, 1);
  return worst;
}

}  // namespace

TEST_CASE("the worst placement is the worst of all, for equal and for unequal weights") {
  crypto::SeededRandom random("placements tried out");
  for (int i = 0; i < 60; ++i) {
    std::vector<Stratum> strata;
    Counts quotas;
    std::uint64_t all = 0;
    for (int j = 0; j < 3; ++j) {
      strata.push_back({1 + random.below(9), i % 2 == 0 ? 1 : 1 + random.below(5)});
      quotas.push_back(random.below(strata.back().size + 1));
      all += strata.back().size * strata.back().weight;
    }
    const std::uint64_t weight = 1 + random.below(all);

    const auto worst = worst_placement(strata, quotas, weight);

    REQUIRE(worst);
    const Real exact = to_real(tried_out(strata, quotas, weight));
    CHECK(abs(worst->miss - exact) <= exact * Real("1e-14"));
    std::uint64_t placed = 0;
    for (int j = 0; j < 3; ++j) {
      placed += worst->violating[static_cast<std::size_t>(j)] *
                strata[static_cast<std::size_t>(j)].weight;
    }
    CHECK(placed >= weight);
  }
}

TEST_CASE("a run that the strata cannot hold has no placement") {
  const std::vector<Stratum> strata = {{3, 2}, {4, 1}};
  const Counts quotas = {1, 1};

  CHECK(worst_placement(strata, quotas, 10));
  CHECK_FALSE(worst_placement(strata, quotas, 11));
  CHECK_FALSE(smallest_quotas(strata, 11, p("0.9")));
}

TEST_CASE("the smallest quotas reach the target, and no fewer do") {
  crypto::SeededRandom random("quotas tried out");
  for (int i = 0; i < 25; ++i) {
    const std::vector<Stratum> strata = {{1 + random.below(8), 1 + random.below(3)},
                                         {1 + random.below(8), 1 + random.below(3)}};
    const std::uint64_t all = strata[0].size * strata[0].weight + strata[1].size * strata[1].weight;
    const std::uint64_t weight = 1 + random.below(all);
    const Probability target = p(i % 3 == 0 ? "0.5" : "0.9");
    std::uint64_t fewest = ~std::uint64_t{0};
    for (std::uint64_t a = 0; a <= strata[0].size; ++a) {
      for (std::uint64_t b = 0; b <= strata[1].size; ++b) {
        const bool enough = tried_out(strata, {a, b}, weight) <= 1 - target.exact()->value();
        if (enough) fewest = std::min(fewest, a + b);
      }
    }

    const auto quotas = smallest_quotas(strata, weight, target);

    REQUIRE(quotas);
    CHECK(std::accumulate(quotas->begin(), quotas->end(), std::uint64_t{0}) == fewest);
    CHECK(tried_out(strata, *quotas, weight) <= 1 - target.exact()->value());
  }
}

TEST_CASE("smallest totals of worked examples, and quotas by rate") {
  const std::vector<Stratum> sites = {{45}, {30}, {6}};
  const auto total = [](const Counts& counts) {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
  };

  CHECK(total(smallest_quotas(sites, 8, p("0.95")).value()) == 25);
  CHECK(total(rate_quotas(sites, 8, p("0.95"))) == 27);
  const std::vector<Stratum> classes = {{60, 1}, {20, 3}};
  CHECK(total(smallest_quotas(classes, 12, p("0.95")).value()) == 24);
  CHECK(total(rate_quotas(classes, 12, p("0.95"))) == 25);
  const std::vector<Stratum> heavy = {{10, 50}};
  CHECK(rate_quotas(heavy, 12, p("0.95")) == Counts{10});
}

TEST_CASE("random visits leave a floor on which the Prover concentrates") {
  const std::vector<Visit> visits = {{40, 10, p("1/2")}, {60, 15, p("1/2")}};

  const auto worst = worst_placement(visits, 4);

  REQUIRE(worst);
  CHECK(digits(1 - worst->miss) == "0.34722692177550832077");
  CHECK_FALSE(worst_placement(visits, 101));
}

TEST_CASE("the cheapest way to catch a co-located run mixes at most two samples") {
  const auto cost = [](const char* text) { return must(Decimal::parse(text)); };
  const ColocatedSite site{{60, 6}, cost("100"), cost("1")};

  const auto plan = colocated_plan(site, p("0.95")).value();

  CHECK(digits(plan.expected_cost) == "122.54032819990064324");
  CHECK(plan.samples == Counts{0, 23});
  // Without a cost of going there the smallest samples are cheapest at first.
  const ColocatedSite free_visit{{60, 6}, cost("0"), cost("1")};
  CHECK(colocated_plan(free_visit, p("0.01"))->samples == Counts{0, 1});
  CHECK(colocated_plan(site, p("1"))->expected_cost == Real(155));
  CHECK_FALSE(colocated_plan({{60, 0}, cost("1"), cost("1")}, p("0.5")));
}
