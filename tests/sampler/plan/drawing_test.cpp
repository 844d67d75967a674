#include "sampler/plan/drawing.hpp"

#include <algorithm>

#include "sampler/plan/draw_check.hpp"
#include "tests/sampler/plan/draw_fixture.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

/// Two Provers, four sites, a plan, its draw, and what a stranger gets of it.
struct World {
  std::vector<Frame> frames = {plain_frame("alpha", 300, 4), plain_frame("beta", 100, 2)};
  Plan plan = must(make_plan(request_for(frames, 20)));
  Drawing drawing = must(draw_sample(plan, frames, ceremony_value_of("dice"), vrf_key()));

  [[nodiscard]] DrawEvidence evidence() const { return evidence_of(frames, drawing); }
};

/// The names of the checks that are not ok.
std::vector<std::string> not_ok(const World& world, const DrawEvidence& evidence) {
  std::vector<std::string> names;
  for (const NamedCheck& check : draw_checks(world.plan, evidence)) {
    if (check.status != CheckStatus::ok) {
      names.push_back((check.status == CheckStatus::failed ? "failed: " : "unverified: ") +
                      check.check);
    }
  }
  return names;
}

SiteOpening& opening_with_lines(DrawEvidence& evidence) {
  return *std::find_if(evidence.openings.begin(), evidence.openings.end(),
                       [](const SiteOpening& opening) { return opening.lines.size() >= 2; });
}

using Names = std::vector<std::string>;
const std::string lines_failed = "failed: lines are exactly those that the tickets decide";
const std::string proofs_failed = "failed: every site is opened with a proof of the plan's key";
const std::string frames_failed = "failed: frames are the frozen ones";

}  // namespace

TEST_CASE("a draw has the plan's number of lines and holds before a stranger") {
  const World world;
  std::uint64_t lines = 0;
  for (const auto& opening : world.drawing.openings) lines += opening.lines.size();

  CHECK(lines == world.plan.sample_size);
  CHECK(world.drawing.openings.size() == 4);
  CHECK(not_ok(world, world.evidence()) == Names{});
  CHECK(checks_json(draw_checks(world.plan, world.evidence())).at("valid") == true);
}

TEST_CASE("the same inputs draw the same lines, another beacon value others") {
  const World world;
  const Drawing again =
      must(draw_sample(world.plan, world.frames, ceremony_value_of("dice"), vrf_key()));
  const Drawing other =
      must(draw_sample(world.plan, world.frames, ceremony_value_of("other dice"), vrf_key()));
  CHECK(again.seal.sites == world.drawing.seal.sites);
  CHECK_FALSE(other.seal.sites == world.drawing.seal.sites);
}

TEST_CASE("an opened line that is exchanged, dropped or added is found") {
  const World world;
  DrawEvidence evidence = world.evidence();
  opening_with_lines(evidence).lines[0].line.chip = "C000000299";
  CHECK(not_ok(world, evidence) == Names{lines_failed});

  evidence = world.evidence();
  opening_with_lines(evidence).lines.pop_back();
  CHECK(not_ok(world, evidence) == Names{lines_failed});

  evidence = world.evidence();
  auto& lines = opening_with_lines(evidence).lines;
  lines.push_back(lines[0]);
  CHECK(not_ok(world, evidence) == Names{lines_failed});

  evidence = world.evidence();
  opening_with_lines(evidence).lines[1].salt[3] ^= 1;
  CHECK(not_ok(world, evidence) == Names{lines_failed});
}

TEST_CASE("a cut-off moved either way is found") {
  const World world;
  DrawEvidence evidence = world.evidence();
  evidence.seal->cut_off.bytes[0] = 0xFF;
  CHECK(not_ok(world, evidence) == Names{lines_failed});
  evidence = world.evidence();
  evidence.seal->cut_off = Hash{};
  CHECK(not_ok(world, evidence) == Names{lines_failed});
}

TEST_CASE("a seal that was exchanged after the draw is found") {
  const World world;
  DrawEvidence evidence = world.evidence();
  evidence.seal->sites[1].root = hash_of("other lines");
  CHECK(not_ok(world, evidence) == Names{lines_failed});
  evidence = world.evidence();
  evidence.seal->plan = hash_of("other plan");
  CHECK(not_ok(world, evidence) == Names{"failed: seal binds every site before the first visit"});
}

TEST_CASE("a proof of another key, or for another site, is found") {
  const World world;
  DrawEvidence evidence = world.evidence();
  std::swap(evidence.openings[0].proof, evidence.openings[1].proof);
  CHECK(not_ok(world, evidence).front() == proofs_failed);

  const VrfSecretKey other = vrf_key(8);
  evidence = world.evidence();
  const auto value = ceremony_value_of("dice");
  evidence.openings[0].proof = other.prove(
      vrf_message({"draw", plan_hash(world.plan), evidence.openings[0].site, 0, value.randomness}));
  CHECK(not_ok(world, evidence).front() == proofs_failed);
}

TEST_CASE("another frame than the frozen one is found, and no draw is made from it") {
  World world;
  DrawEvidence evidence = world.evidence();
  evidence.frames[0].lines[7].chip = "C000000007x";
  const auto names = not_ok(world, evidence);
  CHECK(names.front() == frames_failed);

  auto frames = world.frames;
  frames[1].lines.pop_back();
  const auto refused = draw_sample(world.plan, frames, ceremony_value_of("dice"), vrf_key());
  REQUIRE_FALSE(refused);
  CHECK(refused.error().rule == "draw.frame");
}

TEST_CASE("a site that is not opened yet leaves the count unverified, nothing failed") {
  const World world;
  DrawEvidence evidence = world.evidence();
  evidence.openings.pop_back();
  const auto checks = draw_checks(world.plan, evidence);
  CHECK_FALSE(all_ok(checks));
  CHECK_FALSE(any_failed(checks));
}

TEST_CASE("a value that somebody reads out draws, and is labelled") {
  const World world;
  BeaconValue read_out = must(stated_value(std::string(64, '4'), "duty office", 0));
  const Drawing drawing = must(draw_sample(world.plan, world.frames, read_out, vrf_key()));
  DrawEvidence evidence = world.evidence();
  evidence.beacon = read_out;
  evidence.seal = drawing.seal;
  evidence.openings = drawing.openings;
  CHECK(not_ok(world, evidence) ==
        Names{"unverified: beacon value is the one that the plan names"});
}

TEST_CASE("a beacon value that existed before the plan is found") {
  const World world;
  DrawEvidence evidence = world.evidence();
  evidence.plan_accepted_at = evidence.beacon_time;
  CHECK(not_ok(world, evidence) == Names{"failed: beacon value is later than the plan"});
  evidence = world.evidence();
  evidence.beacon_time = must(Timestamp::parse_day_or_instant("2027-01-09"));
  evidence.plan_accepted_at = must(Timestamp::parse_day_or_instant("2027-01-08"));
  CHECK(not_ok(world, evidence) == Names{"failed: beacon value is later than the plan"});
}

namespace {

/// A ceremony in the ledger for the plan of `world`; begun on `day`.
LedgerCeremony ledger_ceremony(const World& world, const char* day) {
  const Hash id = plan_hash(world.plan);
  const auto at = [&](std::uint64_t index) {
    return LedgerPlace{index, must(Timestamp::parse_day_or_instant(day))};
  };
  const auto part = [&](const char* party, draw::CeremonyRole role, std::uint64_t committed) {
    const draw::CeremonyNonce nonce = hash_of(party).bytes;
    return LedgerPart{party, draw::ceremony_commit(role, id, nonce), at(committed), nonce,
                      at(committed + 3)};
  };
  return {.plan = id,
          .planned = at(5),
          .provers = {part("alpha", draw::CeremonyRole::prover, 6),
                      part("beta", draw::CeremonyRole::prover, 7)},
          .verifier = part("agency", draw::CeremonyRole::verifier, 8),
          .sealed = at(12)};
}

/// The evidence of a draw that the ledger's ceremony decided; no clock is asked.
DrawEvidence ledger_evidence(const World& world, LedgerCeremony ceremony) {
  const BeaconValue value = ledger_beacon(ceremony);
  const Drawing drawing = must(draw_sample(world.plan, world.frames, value, vrf_key()));
  return {world.frames, value,        drawing.seal,       drawing.openings,
          std::nullopt, std::nullopt, std::move(ceremony)};
}

}  // namespace

TEST_CASE("a ceremony in the ledger shows by its indexes that the value is later than the plan") {
  const World world;
  const auto checks = [&](const LedgerCeremony& ceremony) {
    return not_ok(world, ledger_evidence(world, ceremony));
  };
  const LedgerCeremony good = ledger_ceremony(world, "2027-01-10");
  const Names order_failed = {"failed: beacon value is later than the plan"};
  CHECK(checks(good) == Names{});

  LedgerCeremony late = good;
  std::swap(late.provers[0].revealed, late.verifier.committed);
  CHECK(checks(late) == order_failed);
  LedgerCeremony early = good;
  early.planned.index = 6;
  CHECK(checks(early) == order_failed);
  CHECK(checks(ledger_ceremony(world, "2027-01-09")) == order_failed);  // not_before is the 10th

  LedgerCeremony other = good;
  other.verifier.nonce = hash_of("other").bytes;
  CHECK(checks(other) == Names{"failed: beacon value is the one that the plan names"});
}

TEST_CASE("an extension is the one bigger draw: the same lines and the next ones") {
  const World world;
  PlanRequest request = world.plan.request;
  const PlanId first = request.id;
  request.id = must(PlanId::parse("P18"));
  request.target = probability("0.99");
  request.extends = ExtendedPlan{first, plan_hash(world.plan), world.plan.sample_size};
  const Plan longer = must(make_plan(request));
  REQUIRE(longer.sample_size > world.plan.sample_size);
  CHECK(must(parse_plan(canonical_json(plan_json(longer)))).request.extends->plan == first);
  const Drawing drawing =
      must(draw_sample(longer, world.frames, ceremony_value_of("dice"), vrf_key()));
  CHECK(drawing.seal.lines == longer.sample_size);
  CHECK(drawing.seal.cut_off > world.drawing.seal.cut_off);
  for (std::size_t site = 0; site < drawing.openings.size(); ++site) {
    const auto& few = world.drawing.openings[site];
    const auto& many = drawing.openings[site];
    CHECK(few.proof == many.proof);
    REQUIRE(few.lines.size() <= many.lines.size());
    for (std::size_t i = 0; i < few.lines.size(); ++i) {
      CHECK(few.lines[i].line.chip == many.lines[i].line.chip);
    }
  }
  World extended;
  extended.plan = longer;
  extended.drawing = drawing;
  CHECK(not_ok(extended, extended.evidence()) == Names{});

  request.target = world.plan.request.target;
  CHECK(make_plan(request).error().rule == "plan.not_longer");
}

TEST_CASE("another kind, round or key than the plan's refuses the draw") {
  const World world;
  BeaconValue value = ceremony_value_of("dice");
  value.kind = "nist-v2";
  CHECK(draw_sample(world.plan, world.frames, value, vrf_key()).error().rule == "draw.beacon");
  value = ceremony_value_of("dice");
  value.round = 9;
  CHECK(draw_sample(world.plan, world.frames, value, vrf_key()).error().rule == "draw.beacon");
  CHECK(draw_sample(world.plan, world.frames, ceremony_value_of("dice"), vrf_key(9)).error().rule ==
        "draw.key");
}

TEST_CASE("the root over leaves is that of RFC 6962") {
  const std::vector<Hash> leaves = {hash_of("a"), hash_of("b"), hash_of("c")};
  const auto node = [](const Hash& left, const Hash& right) {
    Bytes bytes = {0x01};
    append(bytes, left.view());
    append(bytes, right.view());
    return crypto::sha256(bytes);
  };
  CHECK(leaves_root({}).to_hex() ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(leaves_root({leaves[0]}) == leaves[0]);
  CHECK(leaves_root({leaves[0], leaves[1]}) == node(leaves[0], leaves[1]));
  CHECK(leaves_root(leaves) == node(node(leaves[0], leaves[1]), leaves[2]));
}
