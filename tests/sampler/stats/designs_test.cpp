// What designs of several sites and classes stand on: worst spreads, balanced quotas, worst sets.

#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

#include "ledger/crypto/seeded_random.hpp"
#include "sampler/stats/colocated.hpp"
#include "sampler/stats/placement.hpp"
#include "sampler/stats/site_quotas.hpp"
#include "sampler/stats/thinned.hpp"
#include "sampler/stats/weighted.hpp"
#include "tests/sampler/stats/numbers.hpp"

using namespace muster;
using namespace muster::stats;
using namespace muster::test;

namespace {

using Counts = std::vector<std::uint64_t>;

std::uint64_t total(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::vector<SiteSample> samples(const Counts& sizes, const Counts& quotas) {
  std::vector<SiteSample> sites;
  for (std::size_t i = 0; i < sizes.size(); ++i) sites.push_back({sizes[i], quotas[i]});
  return sites;
}

std::optional<Counts> balanced(const Counts& sizes, std::uint64_t chips, const char* target) {
  const Probability sure = p("1");
  const Probability wanted = p(target);
  const std::vector<SitePrice> prices(sizes.size(), {0, 1});
  return balanced_quotas(sizes, prices, {chips, sure, wanted});
}

// The least loss of all sets, by trying every one.
Real tried_out(const std::vector<ThresholdClass>& classes, const Rational& needed) {
  Real least = std::numeric_limits<Real>::infinity();
  const std::function<void(std::size_t, Rational, Real)> descend =
      [&](std::size_t index, const Rational& weight, const Real& loss) {
        if (index == classes.size()) {
          if (weight >= needed && loss < least) least = loss;
          return;
        }
        for (std::uint64_t count = 0; count <= classes[index].count; ++count) {
          const Real more = count == 0 ? Real(0) : Real(classes[index].loss * count);
          descend(index + 1, weight + classes[index].weight * count, loss + more);
        }
      };
  descend(0, 0, 0);
  return least;
}

}  // namespace

TEST_CASE("the worst spread over many sites is the greedy one, whatever the sizes") {
  crypto::SeededRandom random("spreads");
  for (int i = 0; i < 200; ++i) {
    std::vector<Stratum> strata;
    Counts sizes;
    Counts quotas;
    const std::uint64_t count = 1 + random.below(12);
    for (std::uint64_t j = 0; j < count; ++j) {
      sizes.push_back(1 + random.below(i % 3 == 0 ? 8 : 3000));
      quotas.push_back(random.below(i % 2 == 0 ? sizes.back() + 1 : 1 + sizes.back() / 50));
      strata.push_back({sizes.back(), 1});
    }
    const std::uint64_t chips = random.below(total(sizes) + 1);
    const auto sites = samples(sizes, quotas);
    const Probability sure = p("1");

    const auto spread = worst_spread(sites, chips, sure).value();

    CHECK(total(spread) == chips);
    const Real greedy = worst_placement(strata, quotas, chips)->miss;
    CHECK(abs(spread_miss(sites, spread, sure) - greedy) <= greedy * Real("1e-30"));
  }
  CHECK_FALSE(worst_spread(samples({3, 4}, {1, 1}), 8, p("1")));
}

TEST_CASE("with imperfect recognition the spread's chance is never below the true one") {
  crypto::SeededRandom random("bounds of spreads");
  const Probability d = p("0.6");
  for (int i = 0; i < 40; ++i) {
    const Counts sizes = {1 + random.below(30), 1 + random.below(30)};
    const Counts quotas = {random.below(sizes[0] + 1), random.below(sizes[1] + 1)};
    const std::uint64_t chips = random.below(total(sizes) + 1);
    const auto sites = samples(sizes, quotas);
    const Real bound = spread_miss(sites, worst_spread(sites, chips, d).value(), d);
    for (std::uint64_t first = 0; first <= std::min(chips, sizes[0]); ++first) {
      if (chips - first > sizes[1]) continue;
      const Real both =
          miss({sizes[0], first}, quotas[0], d) * miss({sizes[1], chips - first}, quotas[1], d);
      REQUIRE(both <= bound + Real("1e-30"));
    }
  }
}

TEST_CASE("balanced quotas reach the target, none can be lowered, and they are near the smallest") {
  crypto::SeededRandom random("balanced quotas");
  std::uint64_t more = 0;
  for (int i = 0; i < 60; ++i) {
    const Counts sizes = {2 + random.below(40), 2 + random.below(40), 2 + random.below(20)};
    const std::uint64_t chips = 1 + random.below(total(sizes) / 2);
    const char* text = i % 2 == 0 ? "0.9" : "0.5";
    const Probability target = p(text);
    const Probability sure = p("1");

    const Counts quotas = balanced(sizes, chips, text).value();

    CHECK(reaches(samples(sizes, quotas), {chips, sure, target}));
    for (std::size_t j = 0; j < sizes.size(); ++j) {
      Counts fewer = quotas;
      if (fewer[j]-- == 0) continue;
      CHECK_FALSE(reaches(samples(sizes, fewer), {chips, sure, target}));
    }
    CHECK(total(quotas) >= min_sample({total(sizes), chips}, target).value());
    const std::vector<Stratum> strata = {{sizes[0]}, {sizes[1]}, {sizes[2]}};
    const std::uint64_t smallest = total(smallest_quotas(strata, chips, target).value());
    CHECK(total(quotas) >= smallest);
    more += total(quotas) - smallest;
  }
  MESSAGE("chips above the smallest, over 60 cases: " << more);
  CHECK(more <= 30);
}

TEST_CASE("visits that cost leave small sites out, as far as a run needs more chips") {
  const Counts sizes = {45, 30, 6};
  const Probability sure = p("1");
  const Probability target = p("0.95");
  CHECK(total(balanced(sizes, 8, "0.95").value()) == 25);

  const std::vector<SitePrice> dear = {{1, 1}, {1, 1}, {1000, 1}};
  const Counts skipping = balanced_quotas(sizes, dear, {8, sure, target}).value();
  CHECK(skipping[2] == 0);
  CHECK(total(skipping) == 59);  // by trying all: a sample of both together takes 58
  // Six chips cannot do it without the others, but a run of six can stand there alone.
  CHECK(balanced_quotas(sizes, dear, {6, sure, target}).value()[2] > 0);
}

TEST_CASE("a thousand sites take no more than their shares rounded up") {
  crypto::SeededRandom random("a thousand sites");
  Counts sizes;
  std::vector<Stratum> strata;
  for (int i = 0; i < 200; ++i) {
    sizes.push_back(50 + random.below(20'000));
    strata.push_back({sizes.back(), 1});
  }
  const Counts quotas = balanced(sizes, 4000, "0.95").value();
  CHECK(total(quotas) < total(rate_quotas(strata, 4000, p("0.95"))));
}

TEST_CASE("the worst set of a threshold draw is the worst of all") {
  crypto::SeededRandom random("sets tried out");
  for (int i = 0; i < 80; ++i) {
    std::vector<ThresholdClass> classes;
    Rational all = 0;
    for (int j = 0; j < 3; ++j) {
      const Rational weight(1 + random.below(9), 1 + random.below(3));
      const Real loss = i % 7 == 0 && j == 0 ? std::numeric_limits<Real>::infinity()
                                             : Real(Real(1 + random.below(1000)) / 777);
      classes.push_back({1 + random.below(6), weight, loss});
      all += classes.back().weight * classes.back().count;
    }
    const Rational needed = all * Rational(1 + random.below(99), 100);

    const auto worst = worst_set(classes, needed).value();

    CHECK(worst.exact);
    const Real exact = tried_out(classes, needed);
    if (isfinite(exact)) {
      CHECK(abs(worst.loss - exact) < Real("1e-20"));
    } else {
      CHECK_FALSE(isfinite(worst.loss));
    }
    CHECK_FALSE(worst_set(classes, all + 1));
  }
}

TEST_CASE("weights of no common measure are bounded from the safe side") {
  const std::vector<ThresholdClass> classes = {{60, Rational(1000003, 7), Real(1)},
                                               {20, Rational(3000017, 11), Real(3)}};
  const Rational needed(9999991, 13);
  const auto bound = worst_set(classes, needed).value();
  CHECK_FALSE(bound.exact);
  CHECK(bound.loss <= tried_out(classes, needed));
  CHECK(bound.loss > tried_out(classes, needed) - 3);
}

TEST_CASE("a threshold draw by rate meets every set that weighs the run, and needs fewer chips") {
  // 60 chips of weight 1, 20 of weight 3, a run of 12: the unweighted sample takes 42.
  const Probability target = p("0.95");
  const Real light = threshold_rate(1, 12, target);
  const Real heavy = threshold_rate(3, 12, target);
  const auto loss = [](const Real& rate) { return Real(-ln_1_plus(-rate)); };
  const auto worst =
      worst_set(std::vector<ThresholdClass>{{60, 1, loss(light)}, {20, 3, loss(heavy)}}, 12)
          .value();
  CHECK(exp(-worst.loss) <= Real("0.05") + Real("1e-40"));
  CHECK(60 * light + 20 * heavy < 25);
  CHECK(abs(threshold_rate(30, 12, target) - Real("0.95")) < Real("1e-80"));
}

TEST_CASE("a co-located run whose chips may go unrecognised costs more, or cannot be caught") {
  const auto cost = [](const char* text) { return must(Decimal::parse(text)); };
  const ColocatedSite site{{60, 6}, cost("100"), cost("1")};
  const auto sure = colocated_plan(site, p("0.9")).value();
  const auto half = colocated_plan(site, p("1/2"), p("0.9")).value();
  CHECK(half.expected_cost > sure.expected_cost);
  CHECK(half.share <= 1);
  const Real caught = 1 - miss(site.lot, half.samples.back(), p("1/2"));
  CHECK(abs(half.share * caught - Real("0.9")) < Real("1e-30"));
  CHECK_FALSE(colocated_plan(site, p("1/2"), p("0.99")));
}
