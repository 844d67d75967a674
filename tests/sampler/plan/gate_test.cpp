// Draws at the gates: each site by a value that is published after the arrival there.

#include <algorithm>
#include <functional>

#include "sampler/beacon/drand_round.hpp"
#include "sampler/plan/draw_json.hpp"
#include "tests/sampler/plan/draw_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

Timestamp minute(std::uint64_t number) {
  return Timestamp{static_cast<std::int64_t>(number) * 60'000};
}

/// A plan of three sites, and what each was drawn by: a value of the tenth, eleventh and twelfth
/// minute, half a minute after the arrival.
struct GateWorld {
  std::vector<Frame> frames = {plain_frame("alpha", 300, 3)};
  Plan plan = must(make_plan(request()));
  DrawEvidence evidence = all_opened();

  [[nodiscard]] PlanRequest request() const {
    PlanRequest request = request_for(frames, 20);
    request.design = Design{.kind = DesignKind::stratified, .quotas = QuotaRule::proportional};
    request.beacon.kind = "gate";
    request.beacon.sources = {{"nist-v2", std::string(128, 'a'), 0}};
    return request;
  }
  [[nodiscard]] static BeaconValue value(const std::string& site) {
    BeaconValue value = ceremony_value_of("gate of " + site);
    value.kind = "gate";
    return value;
  }
  [[nodiscard]] DrawEvidence all_opened() const {
    DrawEvidence made{frames, {"gate", 0, {0}, true, "each its own"}, gate_seal(plan), {}};
    made.plan_accepted_at = minute(1);
    for (std::uint64_t i = 0; i < 3; ++i) {
      const std::string site = "s" + std::to_string(i);
      const Drawing drawing = must(draw_sample(plan, frames, value(site), vrf_key()));
      made.openings.push_back(drawing.openings[i]);
      made.gates.push_back(
          {site, Timestamp{minute(10 + i).ms - 30'000}, value(site), minute(10 + i)});
    }
    return made;
  }
  [[nodiscard]] std::vector<std::string> not_ok(const DrawEvidence& shown) const {
    std::vector<std::string> names;
    for (const NamedCheck& check : draw_checks(plan, shown)) {
      if (check.status == CheckStatus::ok) continue;
      names.push_back((check.status == CheckStatus::failed ? "failed: " : "unverified: ") +
                      check.check);
    }
    return names;
  }
};

using Names = std::vector<std::string>;
const std::string late = "failed: beacon value is later than the plan";

}  // namespace

TEST_CASE("each site is drawn by a value of its own, in the numbers that were sealed before") {
  const GateWorld world;
  CHECK(world.not_ok(world.evidence) == Names{});
  CHECK(plan_json(world.plan).at("version") == "muster/plan/v3");
  CHECK(plan_json(world.plan).at("draw") == "muster/draw-at-gate/v1");
  CHECK(plan_json(must(parse_plan(canonical_json(plan_json(world.plan))))) ==
        plan_json(world.plan));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(world.evidence.openings[i].lines.size() == world.evidence.seal->sites[i].lines);
  }
  // The seal tells numbers, and is the same whatever is drawn afterwards.
  CHECK(world.evidence.seal->lines == world.plan.sample_size);
  CHECK(world.evidence.seal->sites[0].root == world.evidence.seal->sites[2].root);
}

TEST_CASE("a value that was there at the arrival, or whose time nothing shows, is told") {
  const GateWorld world;
  DrawEvidence evidence = world.evidence;
  evidence.gates[1].time = evidence.gates[1].arrived_at;
  CHECK(world.not_ok(evidence) == Names{late});
  evidence = world.evidence;
  evidence.gates[1].arrived_at.reset();
  CHECK(world.not_ok(evidence) == Names{late});
  evidence = world.evidence;
  evidence.gates[2].arrived_at = minute(0);
  CHECK(world.not_ok(evidence) == Names{late});
  evidence = world.evidence;
  evidence.gates[0].time.reset();
  CHECK(world.not_ok(evidence) == Names{"unverified: beacon value is later than the plan"});
}

TEST_CASE("lines by another site's value, and values that nobody verified, are told") {
  const GateWorld world;
  DrawEvidence evidence = world.evidence;
  std::swap(evidence.gates[0].beacon, evidence.gates[1].beacon);
  CHECK(world.not_ok(evidence).front() ==
        "failed: every site is opened with a proof of the plan's key");
  evidence = world.evidence;
  evidence.gates[0].beacon.verified = false;
  evidence.gates[0].beacon.unchecked = true;
  CHECK(world.not_ok(evidence) == Names{"unverified: beacon value is the one that the plan names"});
  evidence = world.evidence;
  evidence.openings[2].lines.pop_back();
  CHECK(world.not_ok(evidence) == Names{"failed: lines are exactly those that the tickets decide"});
  evidence = world.evidence;
  evidence.openings.pop_back();
  evidence.gates.pop_back();
  CHECK_FALSE(any_failed(draw_checks(world.plan, evidence)));
}

TEST_CASE("a seal that binds more or less than the plan's numbers is no seal of a draw at gates") {
  const GateWorld world;
  for (const auto& change : std::vector<std::function<void(Seal&)>>{
           [](Seal& seal) { --seal.sites[0].lines; }, [](Seal& seal) { seal.sites.pop_back(); },
           [](Seal& seal) { seal.sites[1].root = hash_of("lines"); },
           [](Seal& seal) { seal.randomness = {1}; }}) {
    DrawEvidence evidence = world.evidence;
    change(*evidence.seal);
    const auto names = world.not_ok(evidence);
    CHECK(std::find(names.begin(), names.end(),
                    "failed: seal binds every site before the first visit") != names.end());
  }
}

TEST_CASE("a draw at the gates wants fixed numbers at each site, and sources with a timetable") {
  const GateWorld world;
  const auto refused = [&](auto change) {
    PlanRequest request = world.request();
    change(request);
    return must_fail(make_plan(std::move(request)));
  };
  CHECK(refused([](PlanRequest& r) { r.design.reset(); }).find("stratified") != std::string::npos);
  CHECK(refused([](PlanRequest& r) { r.design->kind = DesignKind::weighted; }).find("stratified") !=
        std::string::npos);
  CHECK(refused([](PlanRequest& r) { r.beacon.sources[0].round = 7; }).find("round 0") !=
        std::string::npos);
  CHECK(refused([](PlanRequest& r) { r.beacon.sources.clear(); }).find("sources") !=
        std::string::npos);
  CHECK(refused([](PlanRequest& r) {
          r.beacon.sources = {{"ceremony", "", 0}};
        }).find("nist-v2") != std::string::npos);
  CHECK(refused([](PlanRequest& r) {
          r.beacon.sources.push_back(r.beacon.sources[0]);
        }).find("each once") != std::string::npos);
  CHECK(refused([](PlanRequest& r) { r.beacon.sources[0].key = "ab"; }).find("128") !=
        std::string::npos);
  PlanRequest drand = world.request();
  drand.beacon.sources = {{"drand-quicknet", std::string(quicknet_chain_hash), 0}};
  CHECK(make_plan(drand).error().rule == "plan.beacon_unverifiable");
}
