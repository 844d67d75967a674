// Draws from what earlier draws left of a frame.

#include <algorithm>
#include <cmath>

#include "ledger/base/file.hpp"
#include "sampler/draw/selection.hpp"
#include "sampler/plan/design_bound.hpp"
#include "sampler/plan/draw_json.hpp"
#include "sampler/plan/seen_before.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "tests/sampler/plan/draw_fixture.hpp"
#include "tests/support/source_root.hpp"
#include "tests/support/sweep.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

std::vector<std::string> chips_of(const Drawing& drawing) {
  std::vector<std::string> chips;
  for (const SiteOpening& opening : drawing.openings) {
    for (const OpenedLine& line : opening.lines) chips.push_back(line.line.chip);
  }
  std::sort(chips.begin(), chips.end());
  return chips;
}

/// A first draw of a frame of 300 chips of which a run needs 20, and what goes on after it.
struct RestWorld {
  std::vector<Frame> frames = {plain_frame("alpha", 300, 4)};
  Plan first = must(make_plan(request_for(frames, 20)));
  Drawing drawing = must(draw_sample(first, frames, ceremony_value_of("dice"), vrf_key()));
  std::vector<std::string> seen = chips_of(drawing);

  [[nodiscard]] PlanRequest request() const {
    PlanRequest request = first.request;
    request.id = must(PlanId::parse("P18"));
    auto counts = must(seen_counts(frames, seen));
    request.seen =
        SeenBefore{first.request.id,        plan_hash(first),          seen.size(), seen_root(seen),
                   std::move(counts.sites), std::move(counts.classes), 0,           true};
    return request;
  }
  [[nodiscard]] Result<Drawing> draw(const Plan& plan) const {
    return draw_sample(plan, frames, ceremony_value_of("later dice"), vrf_key(), seen);
  }
  [[nodiscard]] DrawEvidence evidence(const Drawing& rest) const {
    DrawEvidence evidence = evidence_of(frames, rest);
    evidence.beacon = ceremony_value_of("later dice");
    evidence.seen = seen;
    return evidence;
  }
};

std::vector<std::string> failed_checks(const Plan& plan, const DrawEvidence& evidence) {
  std::vector<std::string> names;
  for (const NamedCheck& check : draw_checks(plan, evidence)) {
    if (check.status != CheckStatus::ok) names.push_back(check.check);
  }
  return names;
}

const std::string seen_question = "chips left out are those that the plan names";

stats::Rational missed(std::uint64_t chips, std::uint64_t violating, std::uint64_t drawn) {
  return stats::miss_exact({chips, violating}, drawn);
}

}  // namespace

TEST_CASE("a draw from the rest draws no chip that was seen, and holds before a stranger") {
  const RestWorld world;
  const Plan plan = must(make_plan(world.request()));
  const Drawing rest = must(world.draw(plan));
  const auto chips = chips_of(rest);
  CHECK(chips.size() == plan.sample_size);
  for (const std::string& chip : chips) {
    CHECK_FALSE(std::binary_search(world.seen.begin(), world.seen.end(), chip));
  }
  CHECK(rest.openings.size() == 4);
  CHECK(failed_checks(plan, world.evidence(rest)).empty());
  CHECK(plan_json(plan).at("version") == "muster/plan/v3");
  CHECK(plan_json(plan).at("draw") == "muster/draw-of-rest/v1");
}

TEST_CASE("the size of a draw from the rest is that of a frame without the chips seen") {
  const RestWorld world;
  const std::uint64_t left = 300 - world.seen.size();
  const Plan plan = must(make_plan(world.request()));
  CHECK(plan.threshold.chips == left);
  CHECK(plan.threshold.effective_chips == 20);
  CHECK(plan.sample_size == stats::min_sample({left, 20}, plan.request.target));

  PlanRequest request = world.request();
  request.seen->not_consistent = 3;
  const Plan hits = must(make_plan(request));
  CHECK(hits.threshold.effective_chips == 17);
  CHECK(hits.sample_size == stats::min_sample({left, 17}, plan.request.target));
  CHECK(hits.sample_size > plan.sample_size);
  CHECK_FALSE(hits.all_draws);
  // What was seen and not found consistent is part of the bound on the frame.
  CHECK(violating_at_most(hits, hits.sample_size, 0) ==
        *violating_at_most(plan, hits.sample_size, 0) + 3);

  request.seen->not_consistent = 20;
  CHECK(make_plan(request).error().rule == "plan.no_guarantee");
}

TEST_CASE("all draws together promise what one sample of their sum does") {
  const RestWorld world;
  PlanRequest request = world.request();
  const Plan alone = must(make_plan(request));
  REQUIRE(alone.all_draws);
  CHECK(alone.all_draws->population == 300);
  CHECK(alone.all_draws->lines == world.seen.size() + alone.sample_size);
  CHECK(alone.all_draws->drawn_probability == stats::detection({300, 20}, alone.all_draws->lines));

  request.target = probability("0.99");
  request.seen->target_of = TargetOf::all_draws;
  const Plan together = must(make_plan(request));
  const auto whole = stats::min_sample({300, 20}, request.target);
  REQUIRE(whole);
  CHECK(together.sample_size == *whole - world.seen.size());
  CHECK(together.drawn_probability < together.all_draws->drawn_probability);

  request.target = world.first.request.target;
  CHECK(make_plan(request).error().rule == "plan.not_longer");
  request.target = probability("0.99");
  request.seen->not_consistent = 1;
  CHECK(make_plan(request).error().rule == "plan.not_one_sample");
  request.seen->not_consistent = 0;
  request.seen->one_sample = false;
  CHECK(make_plan(request).error().rule == "plan.not_one_sample");
}

TEST_CASE("a sample and a sample of the rest are one sample of the sum, in exact quotients") {
  for (std::uint64_t chips = 1; chips <= 16; ++chips) {
    for (std::uint64_t violating = 1; violating <= chips; ++violating) {
      for (std::uint64_t first = 0; first + violating <= chips; ++first) {
        for (std::uint64_t second = 0; first + second <= chips; ++second) {
          const stats::Rational both =
              missed(chips, violating, first) * missed(chips - first, violating, second);
          REQUIRE(both == missed(chips, violating, first + second));
        }
      }
    }
  }
}

TEST_CASE("by real tickets every pair of chips is missed by both draws as often as by one") {
  const std::vector<Frame> frames = {plain_frame("alpha", 12, 3)};
  std::vector<std::vector<Hash>> leaves = {frame_leaves(frames[0])};
  const auto all = lines_by_site(frames, leaves);
  constexpr std::uint64_t plays = 8'000 / sweep_stride;
  std::uint64_t missed_pairs[12][12] = {};
  for (std::uint64_t play = 0; play < plays; ++play) {
    bool drawn[12] = {};
    std::vector<std::string> seen;
    // Three of the twelve, and then two of the other nine.
    for (const std::size_t wanted : {3U, 2U}) {
      auto sites = all;
      leave_out(sites, frames, seen);
      std::vector<draw::SiteLeaves> pools;
      for (const SiteLines& site : sites) {
        pools.push_back(
            {draw::Seed{hash_of(site.site + std::to_string(play * 10 + wanted))}, site.leaves});
      }
      const auto selected = must(draw::draw_smallest(pools, wanted));
      for (const draw::DrawnLine& line : selected.lines) {
        const std::size_t place = sites[line.site].places[line.line].line;
        REQUIRE_FALSE(drawn[place]);
        drawn[place] = true;
        seen.push_back(frames[0].lines[place].chip);
      }
      std::sort(seen.begin(), seen.end());
    }
    for (std::size_t a = 0; a < 12; ++a) {
      for (std::size_t b = 0; b < a; ++b) missed_pairs[a][b] += !drawn[a] && !drawn[b] ? 1 : 0;
    }
  }
  const double want = stats::miss({12, 2}, 5).convert_to<double>();
  const double sigma = std::sqrt(want * (1 - want) / plays);
  for (std::size_t a = 0; a < 12; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      const double got = static_cast<double>(missed_pairs[a][b]) / plays;
      CHECK(std::abs(got - want) < 5 * sigma);
    }
  }
}

TEST_CASE("where logs hold snapshots by chance, every chip seen may have been of the run") {
  RestWorld world;
  PlanRequest request = world.request();
  request.snapshots = SnapshotSchedule{number("0.1"), number("720"), number("400"),
                                       number("30"),  number("7"),   number("1")};
  CHECK(make_plan(request).error().rule == "plan.no_guarantee");  // 300 chips, and 20 suffice
  const auto extra = world.seen.size();
  request.run = {number(std::to_string((20 + extra) * 86'400)),
                 number(std::to_string((20 + extra) * 86'400)), number("1")};
  const Plan plan = must(make_plan(request));
  CHECK(plan.threshold.effective_chips == 20);
  // Together nothing is taken off: what was drawn and held no snapshot is in the chance d.
  CHECK(plan.all_draws->effective_chips == 20 + extra);
}

TEST_CASE("chips off the register stay as fast as a class that was seen to its last chip") {
  RestWorld world;
  PlanRequest request = world.request();
  auto fast = chip_class_at("fast", 5, 2);
  fast.frame_class = "fast";
  fast.frame_weight = "5";
  request.classes[0].count -= 2;
  request.classes.push_back(fast);
  request.seen->classes[0].lines -= 2;
  request.seen->classes.push_back({"fast", "5", 2});
  request.unseen.offbook = 2;
  CHECK(must(make_plan(request)).threshold.effective_chips == 10);  // 20 less 2 of 5
}

TEST_CASE("a number of lines as asked is drawn if the target takes no more") {
  const RestWorld world;
  PlanRequest request = world.request();
  const std::uint64_t least = must(make_plan(request)).sample_size;
  request.seen->lines = least + 5;
  CHECK(must(make_plan(request)).sample_size == least + 5);
  request.seen->lines = least - 1;
  CHECK(make_plan(request).error().rule == "plan.too_few_lines");
  request.seen->lines = 301;
  CHECK(make_plan(request).error().rule == "plan.too_few_lines");
  request.seen->target_of = TargetOf::all_draws;
  CHECK_FALSE(make_plan(request));
}

TEST_CASE("other chips than those seen are neither left out of a draw nor verified") {
  RestWorld world;
  const Plan plan = must(make_plan(world.request()));
  const Drawing rest = must(world.draw(plan));
  CHECK(draw_sample(plan, world.frames, ceremony_value_of("x"), vrf_key()).error().rule ==
        "draw.seen");
  CHECK(draw_sample(world.first, world.frames, ceremony_value_of("x"), vrf_key(), world.seen)
            .error()
            .rule == "draw.seen");
  const auto drawn = chips_of(rest);
  const auto checked = [&](std::vector<std::string> seen) {
    std::sort(seen.begin(), seen.end());
    DrawEvidence evidence = world.evidence(rest);
    evidence.seen = std::move(seen);
    return failed_checks(plan, evidence);
  };
  auto more = world.seen;
  more.push_back(drawn.front());
  auto other = world.seen;
  other.front() = drawn.front();
  auto fewer = world.seen;
  fewer.pop_back();
  for (const auto& seen : {more, other, fewer, std::vector<std::string>{}}) {
    CHECK(checked(seen).back() == seen_question);
  }
  CHECK(checked(world.seen).empty());
}

TEST_CASE("a plan of the rest is read as written, and what does not follow is refused") {
  const RestWorld world;
  const Plan plan = must(make_plan(world.request()));
  const Json good = plan_json(plan);
  CHECK(plan_json(must(parse_plan(canonical_json(good)))) == good);
  const auto refused = [&](const std::string& pointer, const Json& value) {
    Json bad = good;
    bad[Json::json_pointer(pointer)] = value;
    return must_fail(parse_plan(canonical_json(bad)));
  };
  const auto says = [&](const std::string& pointer, const Json& value, const std::string& text) {
    INFO(pointer);
    CHECK(refused(pointer, value).find(text) != std::string::npos);
  };
  const std::string seen = "/request/seen_before/";
  says(seen + "not_consistent", 1, "does not follow from the plan's request");
  says(seen + "not_consistent", -1, "request.seen_before.not_consistent");
  says(seen + "chips", 0, "want chips");
  says(seen + "sites/0/lines", 1, "do not have the same number of lines");
  says(seen + "sites/0/site", "nowhere", "that the request does not have");
  says(seen + "classes/0/lines", 301, "got 301 lines, of 300");
  says(seen + "target_of", "all", "want \"draw\" or \"all draws\"");
  says(seen + "plan", "P18", "names the plan itself");
  says(seen + "more", 1, "more");
  says("/all_draws/lines", 1, "plan.all_draws.lines");
  says("/version", "muster/plan/v1", "muster/plan/v3");
  Json whole = good;
  whole["request"].erase("seen_before");
  CHECK_FALSE(parse_plan(canonical_json(whole)));
}

TEST_CASE("what is left out of a frame of which nothing is left is refused") {
  RestWorld world;
  for (const auto& line : world.frames[0].lines) world.seen.push_back(line.chip);
  std::sort(world.seen.begin(), world.seen.end());
  world.seen.erase(std::unique(world.seen.begin(), world.seen.end()), world.seen.end());
  CHECK(make_plan(world.request()).error().rule == "plan.nothing_left");
}

TEST_CASE("the root over chips seen is SHA-256 over a name and the chip, in a tree of RFC 6962") {
  CHECK(seen_leaf("C1") == crypto::sha256("muster/seen/v1C1"));
  CHECK(seen_root({"C1"}) == leaves_root({crypto::sha256("muster/seen/v1C1")}));
}

TEST_CASE("samples of the rest, as Python draws them") {
  const Json all = must(parse_foreign_json(
      must(read_text_file(std::string(source_root) + "/tests/vectors/sampler/draw_rules.json"))));
  for (const Json& given : all.at("of_rest")) {
    Frame frame{must(PartyId::parse("alpha")), Bytes(32), {}};
    std::vector<SiteLines> sites;
    std::vector<draw::Seed> seeds;
    for (const Json& site : given.at("sites")) {
      const std::string number = std::to_string(sites.size());
      sites.push_back({number, {}, {}});
      seeds.push_back({must(Hash::from_hex(site.at("seed").get<std::string>()))});
      for (std::size_t i = 0; i < site.at("lines").get<std::size_t>(); ++i) {
        const std::string digits = std::to_string(i);
        sites.back().places.push_back({0, frame.lines.size()});
        sites.back().leaves.push_back(hash_of("leaf " + number + " " + digits));
        frame.lines.push_back(
            {"CHIP-" + number + "-" + std::string(3 - digits.size(), '0') + digits, number, "",
             ""});
      }
    }
    const auto whole = sites;
    const auto seen = given.at("seen").get<std::vector<std::string>>();
    CHECK(seen_root(seen).to_hex() == given.at("seen_root"));
    leave_out(sites, {frame}, seen);
    std::vector<draw::SiteLeaves> pools;
    for (std::size_t j = 0; j < sites.size(); ++j) pools.push_back({seeds[j], sites[j].leaves});
    const auto sample = must(draw::draw_smallest(pools, given.at("wanted").get<std::size_t>()));
    CHECK(sample.cut_off.to_hex() == given.at("cut_off"));
    REQUIRE(sample.lines.size() == given.at("drawn").size());
    for (std::size_t i = 0; i < sample.lines.size(); ++i) {
      const Json& want = given.at("drawn").at(i);
      const draw::DrawnLine& got = sample.lines[i];
      CHECK(got.site == want.at("site"));
      CHECK(sites[got.site].leaves[got.line] ==
            whole[got.site].leaves[want.at("line").get<std::size_t>()]);
      CHECK(got.ticket.to_hex() == want.at("ticket"));
    }
  }
}
