// Provers of a pool as strata: a run that is split over them is met like any other.

#include <algorithm>
#include <map>

#include "sampler/evaluate/evaluation.hpp"
#include "sampler/plan/design_bound.hpp"
#include "sampler/plan/design_draw.hpp"
#include "sampler/plan/draw_check.hpp"
#include "sampler/plan/extension.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "tests/sampler/plan/draw_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

Design by_prover() {
  return {
      .kind = DesignKind::stratified, .quotas = QuotaRule::proportional, .strata = Strata::provers};
}

/// A pool of Provers a, b, c … with so many chips each.
PlanRequest pool(const std::vector<std::uint64_t>& sizes, std::uint64_t violating,
                 const std::string& target) {
  std::uint64_t chips = 0;
  for (const std::uint64_t size : sizes) chips += size;
  PlanRequest request = plain_request(chips, violating);
  const FrozenFrame like = request.frames.front();
  request.frames.clear();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    request.frames.push_back(like);
    request.frames.back().prover = must(PartyId::parse(std::string(1, static_cast<char>('a' + i))));
    request.frames.back().frame_count = sizes[i];
  }
  request.target = probability(target);
  request.design = by_prover();
  return request;
}

/// The chance to miss a run placed so, as an exact quotient.
stats::Rational missed(const Plan& plan, const std::vector<std::uint64_t>& placed) {
  stats::Rational product = 1;
  for (std::size_t i = 0; i < placed.size(); ++i) {
    const ProverDraw& draw = plan.layout->provers[i];
    product *= stats::miss_exact({draw.chips, placed[i]}, draw.inspected);
  }
  return product;
}

/// The largest chance to miss over every way to place `left` chips from stratum `at` on.
stats::Rational worst_missed(const Plan& plan, std::vector<std::uint64_t>& placed, std::size_t at,
                             std::uint64_t left) {
  const auto& provers = plan.layout->provers;
  if (at + 1 == provers.size()) {
    if (left > provers[at].chips) return 0;
    placed[at] = left;
    return missed(plan, placed);
  }
  stats::Rational worst = 0;
  for (std::uint64_t here = 0; here <= std::min(left, provers[at].chips); ++here) {
    placed[at] = here;
    worst = std::max(worst, worst_missed(plan, placed, at + 1, left - here));
  }
  return worst;
}

std::string refused(const PlanRequest& request) { return must_fail(make_plan(request)); }

/// A pool of two Provers whose frames share sites, with its draw.
struct PooledWorld {
  std::vector<Frame> frames = {plain_frame("alpha", 300, 4), plain_frame("beta", 100, 2)};
  Plan plan;
  Drawing drawing;

  PooledWorld()
      : plan(must(make_plan(asked()))),
        drawing(must(draw_sample(plan, frames, ceremony_value_of("dice"), vrf_key()))) {}

  [[nodiscard]] PlanRequest asked() const {
    PlanRequest request = request_for(frames, 20);
    request.design = by_prover();
    return request;
  }
};

}  // namespace

TEST_CASE("each Prover of a pool gives by the one k of the pool, whatever it holds itself") {
  const Plan plan = must(make_plan(pool({60, 40}, 6, "0.9")));
  REQUIRE(plan.layout->provers.size() == 2);
  // 60 (1 - 0.1^(1/6)) = 19.12 and 40 (…) = 12.74, rounded up.
  CHECK(plan.layout->provers[0].inspected == 20);
  CHECK(plan.layout->provers[1].inspected == 13);
  CHECK(plan.sample_size == 33);
  CHECK(plan.layout->no_fewer_than == 32);
  CHECK(draw_rule(plan) == "muster/draw-by-prover/v1");
  // A Prover with fewer chips than a run needs gives its share all the same.
  const Plan small = must(make_plan(pool({60, 12}, 15, "0.9")));
  CHECK(small.layout->provers[1].inspected == 2);
  CHECK_FALSE(small.layout->provers[1].alone);
  CHECK(small.layout->provers[0].alone);
}

TEST_CASE("no split over a pool is met with less than promised, and one is met with just that") {
  for (const auto& sizes : std::vector<std::vector<std::uint64_t>>{
           {60, 40}, {40, 30, 20}, {50, 50}, {60, 12}, {9, 7, 5, 3}, {1, 1, 30}}) {
    for (const std::uint64_t violating : {std::uint64_t{3}, std::uint64_t{6}, std::uint64_t{10}}) {
      const Plan plan = must(make_plan(pool(sizes, violating, "0.9")));
      std::vector<std::uint64_t> placed(sizes.size());
      const stats::Rational worst = worst_missed(plan, placed, 0, violating);
      CHECK(worst <= stats::Rational(1, 10));
      const stats::Real promised = 1 - stats::to_real(worst);
      CHECK(abs(plan.drawn_probability - promised) < stats::Real("1e-50"));
      std::vector<std::uint64_t> said;
      for (const ProverDraw& draw : plan.layout->provers) said.push_back(draw.worst);
      CHECK(missed(plan, said) == worst);
    }
  }
}

TEST_CASE("plans for each Prover by itself let a run pass that is split between them") {
  const Plan plan = must(make_plan(pool({5'000, 4'000, 90}, 100, "0.95")));
  REQUIRE(plan.layout->own_plans);
  const OwnPlans& own = *plan.layout->own_plans;
  CHECK(own.chips == *stats::min_sample({5'000, 100}, probability("0.95")) +
                         *stats::min_sample({4'000, 100}, probability("0.95")));
  // The third has no room for the run and so no plan: ninety chips there are never met.
  CHECK(own.split < stats::Real("0.3"));
  CHECK(plan.drawn_probability >= stats::Real("0.95"));
  CHECK(plan.sample_size < own.chips + 10);  // what closes the hole is six chips more
}

TEST_CASE("a pooled plan reads back, and others say nothing of strata") {
  const Plan plan = must(make_plan(pool({60, 40}, 6, "0.9")));
  const std::string text = canonical_json(plan_json(plan));
  CHECK(canonical_json(plan_json(must(parse_plan(text)))) == text);
  const Json json = plan_json(plan);
  CHECK(json.at("design").at("provers")[0].at("chips") == 20);
  CHECK(json.at("request").at("design").at("strata") == "provers");
  PlanRequest by_site = pool({60, 40}, 6, "0.9");
  by_site.design = Design{.kind = DesignKind::stratified};
  const Json other = plan_json(must(make_plan(by_site)));
  CHECK_FALSE(other.at("request").at("design").contains("strata"));
  CHECK_FALSE(other.at("design").contains("provers"));
}

TEST_CASE("strata that make no sense are refused") {
  CHECK(refused(pool({100}, 6, "0.9")).find("want a pool of two Provers") != std::string::npos);
  PlanRequest request = pool({60, 40}, 6, "0.9");
  request.design->quotas = QuotaRule::optimal;
  CHECK(refused(request).find("design: strata") == 0);
  request = pool({60, 40}, 6, "0.9");
  request.design->kind = DesignKind::weighted;
  request.design->quotas = QuotaRule::optimal;
  CHECK(refused(request).find("design: strata") == 0);
}

TEST_CASE("a draw by Prover has each one's number over all sites, and holds before a stranger") {
  const PooledWorld world;
  std::map<std::string, std::uint64_t> lines;
  for (const SiteOpening& opening : world.drawing.openings) {
    CHECK(std::is_sorted(
        opening.lines.begin(), opening.lines.end(),
        [](const OpenedLine& a, const OpenedLine& b) { return a.ticket < b.ticket; }));
    for (const OpenedLine& line : opening.lines) ++lines[line.prover.text()];
  }
  for (const ProverDraw& draw : world.plan.layout->provers) {
    CHECK(lines[draw.prover.text()] == draw.inspected);
  }
  CHECK(world.drawing.seal.cut_off == Hash{});
  const DrawEvidence evidence = evidence_of(world.frames, world.drawing);
  CHECK(all_ok(draw_checks(world.plan, evidence)));

  DrawEvidence fewer = evidence;
  fewer.openings.front().lines.pop_back();
  CHECK(any_failed(draw_checks(world.plan, fewer)));
  DrawEvidence other = evidence;
  other.openings.front().lines.front().line.chip = "C000000299";
  CHECK(any_failed(draw_checks(world.plan, other)));
  // One site of a Prover cannot be judged without the others: said, and not passed over.
  DrawEvidence closed = evidence;
  closed.openings.pop_back();
  CHECK_FALSE(any_failed(draw_checks(world.plan, closed)));
  CHECK_FALSE(all_ok(draw_checks(world.plan, closed)));
}

TEST_CASE("one opened site of a draw by Prover shows by itself lines that are not the first ones") {
  const PooledWorld world;
  DrawEvidence alone = evidence_of(world.frames, world.drawing);
  const auto most = std::max_element(
      alone.openings.begin(), alone.openings.end(),
      [](const auto& a, const auto& b) { return a.lines.size() < b.lines.size(); });
  alone.openings = {*most};
  CHECK_FALSE(any_failed(draw_checks(world.plan, alone)));

  // A Verifier who spares a chip: another of the same Prover stands in its place, by its own
  // ticket, and the seal binds that.
  SiteOpening& site = alone.openings.front();
  const auto value = ceremony_value_of("dice");
  const Bytes message =
      vrf_message({"draw", draw_hash(world.plan), site.site, value.round, value.randomness});
  const Bytes beta = *vrf_key().public_key().output(message, site.proof);
  const draw::Seed seed =
      draw::site_seed({draw_hash(world.plan), site.site, value.round, value.randomness, beta});
  const OpenedLine spared = site.lines.front();
  const auto& frame = world.frames[spared.prover == world.frames[0].prover ? 0 : 1];
  const auto other = std::find_if(frame.lines.begin(), frame.lines.end(), [&](const auto& line) {
    return line.site == site.site &&
           std::none_of(site.lines.begin(), site.lines.end(),
                        [&](const OpenedLine& one) { return one.line.chip == line.chip; });
  });
  REQUIRE(other != frame.lines.end());
  const auto salt = draw::frame_salt(frame.key, other->chip);
  site.lines.front() = {spared.prover, *other, salt,
                        draw::ticket(seed, draw::frame_leaf(*other, salt))};
  std::sort(site.lines.begin(), site.lines.end(),
            [](const OpenedLine& a, const OpenedLine& b) { return a.ticket < b.ticket; });
  std::vector<Hash> sealed;
  for (const OpenedLine& line : site.lines) {
    sealed.push_back(sealed_line(seed, draw::frame_leaf(line.line, line.salt)));
  }
  for (SealedSite& bound : alone.seal->sites) {
    if (bound.site == site.site) bound.root = leaves_root(sealed);
  }
  std::string said;
  for (const NamedCheck& check : draw_checks(world.plan, alone)) {
    if (check.status == CheckStatus::failed) said += check.check + ": " + check.detail;
  }
  CHECK(said.find("lines are exactly those that the tickets decide") == 0);
  CHECK(said.find("want " + spared.line.chip) != std::string::npos);
}

TEST_CASE("clean lines of a pooled sample bound the violating chips at the worst split") {
  const Plan plan = must(make_plan(pool({60, 40}, 6, "0.9")));
  CHECK(violating_at_most(plan, 33, 0) == 5);
  CHECK_FALSE(violating_at_most(plan, 33, 1));
}

TEST_CASE(
    "a longer draw of strata keeps every line of the shorter one, and coins are not extended") {
  const PooledWorld world;
  for (const Strata strata : {Strata::sites, Strata::provers}) {
    PlanRequest request = world.asked();
    request.design->strata = strata;
    request.target = probability("0.5");
    const Plan base = must(make_plan(request));
    request.extends = ExtendedPlan{request.id, plan_hash(base), base.sample_size};
    request.id = must(PlanId::parse("P18"));
    request.target = probability("0.9");
    const Plan longer = must(make_plan(request));
    CHECK(not_nested_because(base, longer).empty());
    CHECK_FALSE(not_nested_because(longer, base).empty());
    const auto dice = ceremony_value_of("dice");
    const Drawing first = must(draw_sample(base, world.frames, dice, vrf_key()));
    const Drawing all = must(draw_sample(longer, world.frames, dice, vrf_key()));
    for (std::size_t i = 0; i < first.openings.size(); ++i) {
      for (const OpenedLine& line : first.openings[i].lines) {
        const auto& more = all.openings[i].lines;
        CHECK(std::any_of(more.begin(), more.end(), [&](const OpenedLine& one) {
          return one.ticket == line.ticket && one.line.chip == line.line.chip;
        }));
      }
    }
    CHECK(all_ok(draw_checks(longer, evidence_of(world.frames, all))));
  }
  PlanRequest coins = world.asked();
  coins.design = Design{.kind = DesignKind::colocated};
  coins.extends = ExtendedPlan{coins.id, hash_of("draw"), 1};
  CHECK(refused(coins).find("coin") != std::string::npos);
}
