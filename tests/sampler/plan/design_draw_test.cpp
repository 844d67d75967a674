// How designs are drawn, and that a stranger finds whatever is wrong with such a draw.

#include "sampler/plan/design_draw.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "sampler/evaluate/evaluation.hpp"
#include "sampler/plan/draw_check.hpp"
#include "sampler/plan/extension.hpp"
#include "sampler/stats/site_quotas.hpp"
#include "tests/sampler/plan/draw_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

/// The frame with chips that no other frame of a test has.
Frame with_own_chips(Frame frame) {
  for (auto& line : frame.lines) line.chip[0] = 'D';
  return frame;
}

/// A plan with its frames, its draw, and what a stranger gets of it.
struct DesignedWorld {
  std::vector<Frame> frames = {plain_frame("alpha", 300, 4),
                               with_own_chips(plain_frame("beta", 100, 2))};
  Plan plan;
  Drawing drawing;

  explicit DesignedWorld(const Design& design, std::uint64_t violating = 20)
      : plan(must(make_plan(with(design, violating)))),
        drawing(must(draw_sample(plan, frames, ceremony_value_of("dice"), vrf_key()))) {}

  [[nodiscard]] PlanRequest with(const Design& design, std::uint64_t violating) const {
    PlanRequest request = request_for(frames, violating);
    request.design = design;
    return request;
  }

  [[nodiscard]] DrawEvidence evidence() const { return evidence_of(frames, drawing); }
};

/// A weighted request over two frames in which every third chip does three times the work.
PlanRequest mixed_request(std::vector<Frame>& frames) {
  std::uint64_t fast = 0;
  std::uint64_t chips = 0;
  for (Frame& frame : frames) {
    for (std::size_t i = 0; i < frame.lines.size(); ++i, ++chips) {
      if (i % 3 != 0) continue;
      frame.lines[i].klass = "fast";
      frame.lines[i].weight = "3";
      ++fast;
    }
  }
  PlanRequest request = request_for(frames, 20);
  request.classes[0].count = chips - fast;
  request.classes.push_back(sampler::chip_class_at("fast", 3, fast));
  request.classes[1].frame_class = "fast";
  request.classes[1].frame_weight = "3";
  request.design = Design{.kind = DesignKind::weighted};
  return request;
}

/// The seed of a site in the draw of `plan`, by the formula of `draw/README.md`.
draw::Seed seed_of(const Plan& plan, const std::string& site, const BeaconValue& value) {
  const VrfSecretKey key = vrf_key();
  const Bytes message = vrf_message({"draw", draw_hash(plan), site, value.round, value.randomness});
  const Bytes beta = *key.public_key().output(message, key.prove(message));
  return draw::site_seed({draw_hash(plan), site, value.round, value.randomness, beta});
}

/// Every line of the frames whose ticket by `base`'s seeds is not above the limit that `plan` has
/// for its class, as "site/chip".
std::vector<std::string> below_limits(const Plan& base, const Plan& plan,
                                      const std::vector<Frame>& frames, const BeaconValue& value) {
  std::map<std::string, draw::Seed> seeds;
  for (const SiteCount& site : base.request.sites) {
    seeds.emplace(site.site.text(), seed_of(base, site.site.text(), value));
  }
  std::vector<std::string> names;
  for (const Frame& frame : frames) {
    for (const draw::FrameLine& line : frame.lines) {
      const auto found =
          std::find_if(plan.layout->classes.begin(), plan.layout->classes.end(),
                       [&](const ClassDraw& item) { return item.frame_class == line.klass; });
      const Hash leaf = draw::frame_leaf(line, draw::frame_salt(frame.key, line.chip));
      const draw::Ticket ticket = draw::ticket(seeds.at(line.site), leaf);
      std::uint64_t first = 0;
      for (std::size_t i = 0; i < 8; ++i) first = first << 8U | ticket.bytes[i];
      if (first <= found->ticket_limit) names.push_back(line.site + "/" + line.chip);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> drawn_names(const Drawing& drawing) {
  std::vector<std::string> names;
  for (const DrawnChip& chip : drawn_chips(drawing)) names.push_back(chip.site + "/" + chip.chip);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("an extension of a weighted draw is the one bigger draw, line for line") {
  std::vector<Frame> frames = {plain_frame("alpha", 60, 3), plain_frame("beta", 21, 2)};
  PlanRequest request = mixed_request(frames);
  const auto dice = ceremony_value_of("dice");
  request.target = probability("0.6");
  const Plan base = must(make_plan(request));
  const Drawing first = must(draw_sample(base, frames, dice, vrf_key()));
  CHECK(drawn_names(first) == below_limits(base, base, frames, dice));
  request.id = must(PlanId::parse("P18"));
  for (const char* target : {"0.8", "0.95", "0.999"}) {
    INFO(target);
    request.target = probability(target);
    request.extends.reset();
    const Plan bigger = must(make_plan(request));
    request.extends = ExtendedPlan{base.request.id, plan_hash(base), base.sample_size};
    const Plan longer = must(make_plan(request));
    // The limits are those of a plan with that target and no plan before it.
    REQUIRE(longer.layout->classes.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(longer.layout->classes[i].ticket_limit == bigger.layout->classes[i].ticket_limit);
      CHECK(longer.layout->classes[i].ticket_limit > base.layout->classes[i].ticket_limit);
    }
    CHECK(not_nested_because(base, longer).empty());
    CHECK_FALSE(not_nested_because(longer, base).empty());
    const Drawing all = must(draw_sample(longer, frames, dice, vrf_key()));
    const auto names = drawn_names(all);
    CHECK(names == below_limits(base, bigger, frames, dice));
    const auto before = drawn_names(first);
    CHECK(std::includes(names.begin(), names.end(), before.begin(), before.end()));
    CHECK(names.size() > before.size());
    CHECK(all_ok(draw_checks(longer, evidence_of(frames, all))));
    CHECK(must(parse_plan(canonical_json(plan_json(longer)))).request.extends->lines ==
          base.sample_size);
  }
}

TEST_CASE("draws by design hold before a stranger, and have the numbers that the plan says") {
  for (const DesignKind kind :
       {DesignKind::simple, DesignKind::stratified, DesignKind::weighted, DesignKind::colocated}) {
    const DesignedWorld world(Design{.kind = kind});
    INFO(design_name(kind));
    CHECK(all_ok(draw_checks(world.plan, world.evidence())));
    std::uint64_t lines = 0;
    for (std::size_t i = 0; i < world.drawing.openings.size(); ++i) {
      const std::uint64_t here = world.drawing.openings[i].lines.size();
      lines += here;
      if (kind == DesignKind::stratified) CHECK(here == world.plan.layout->sites[i].high);
    }
    CHECK(lines == world.drawing.seal.lines);
    if (has_fixed_size(world.plan)) CHECK(lines == world.plan.sample_size);
    CHECK(drawn_site_by_site(world.plan) == (world.drawing.seal.cut_off == Hash{}));
  }
}

TEST_CASE("a line dropped, added or exchanged in a draw by design is found") {
  for (const DesignKind kind :
       {DesignKind::stratified, DesignKind::weighted, DesignKind::colocated}) {
    const DesignedWorld world(Design{.kind = kind});
    const auto failed = [&](const std::function<void(DrawEvidence&, SiteOpening&)>& change) {
      DrawEvidence evidence = world.evidence();
      const auto filled =
          std::find_if(evidence.openings.begin(), evidence.openings.end(),
                       [](const SiteOpening& opening) { return opening.lines.size() > 1; });
      REQUIRE(filled != evidence.openings.end());
      change(evidence, *filled);
      return any_failed(draw_checks(world.plan, evidence));
    };
    CHECK(failed([](DrawEvidence&, SiteOpening& opening) { opening.lines.pop_back(); }));
    CHECK(failed([](DrawEvidence&, SiteOpening& opening) {
      opening.lines.push_back(opening.lines.front());
    }));
    CHECK(failed([](DrawEvidence&, SiteOpening& opening) {
      opening.lines.front().line.chip = "C000000299";
    }));
    CHECK(
        failed([](DrawEvidence& evidence, SiteOpening&) { evidence.seal->cut_off.bytes[0] = 1; }));
    CHECK(failed([](DrawEvidence& evidence, SiteOpening&) { ++evidence.seal->sites[0].lines; }));
  }
}

TEST_CASE("a run is met as often as the design promises, over many draws") {
  // The worst placement of 20 chips against the quotas, and any 20 against the threshold.
  for (const DesignKind kind : {DesignKind::stratified, DesignKind::weighted}) {
    const DesignedWorld world(Design{.kind = kind});
    std::vector<std::vector<Hash>> leaves;
    for (const Frame& frame : world.frames) leaves.push_back(frame_leaves(frame));
    const auto sites = lines_by_site(world.frames, leaves);
    std::vector<std::uint64_t> run(sites.size(), 5);
    if (kind == DesignKind::stratified) {
      std::vector<stats::SiteSample> samples;
      for (std::size_t i = 0; i < sites.size(); ++i) {
        samples.push_back({sites[i].leaves.size(), world.plan.layout->sites[i].high});
      }
      run = stats::worst_spread(samples, 20, probability("1")).value();
    }
    int met = 0;
    constexpr int plays = 1500;
    for (int play = 0; play < plays; ++play) {
      bool hit = false;
      for (std::size_t i = 0; i < sites.size() && !hit; ++i) {
        const draw::Seed seed{hash_of(std::to_string(play) + "/" + sites[i].site)};
        for (const auto& line : must(designed_lines(world.plan, world.frames, sites[i], i, seed))) {
          hit = hit || line.line < run[i];
        }
      }
      met += hit ? 1 : 0;
    }
    // Three standard deviations of 1,500 plays at 0.95 are 25.
    CHECK(met > 1425 - 26);
    CHECK(met < 1425 + 45);
  }
}

TEST_CASE("visits by chance come as often as the plan says") {
  const DesignedWorld world(
      Design{.kind = DesignKind::colocated, .costs = {number("100"), number("1"), {}}});
  const SiteDraw& draw = world.plan.layout->sites[0];
  REQUIRE(draw.low == 0);
  int visited = 0;
  for (int play = 0; play < 2000; ++play) {
    const draw::Seed seed{hash_of("visit " + std::to_string(play))};
    visited += draw::lines_wanted(seed, {draw.low, draw.high, draw.visit_limit}) > 0 ? 1 : 0;
  }
  const double expected = 2000 * draw.share.convert_to<double>();
  CHECK(std::abs(visited - expected) < 3.5 * std::sqrt(expected * (1 - expected / 2000)) + 1);
}

TEST_CASE("an audit of a design by chance judges the lines that were drawn") {
  const DesignedWorld world(Design{.kind = DesignKind::weighted});
  const auto drawn = drawn_chips(world.drawing);
  std::vector<LineResult> results;
  for (const DrawnChip& chip : drawn) {
    results.push_back(
        {chip.site, chip.chip, LineVerdict::consistent, std::nullopt, Presence::uplink_cut, true});
  }
  const Evaluation clean = must(evaluation(world.plan, drawn, results));
  CHECK(clean.verdict == AuditVerdict::no_sign_of);
  CHECK(clean.lines == drawn.size());
  CHECK_FALSE(clean.recognised_violating_at_most);
  results.pop_back();
  CHECK(must(evaluation(world.plan, drawn, results)).verdict == AuditVerdict::not_concluded);
}
