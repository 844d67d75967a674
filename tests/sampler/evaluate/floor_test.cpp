// From the floor to the book: positions of a site, what is drawn of them, and what answers show.

#include <algorithm>
#include <map>
#include <numeric>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/floor/floor_evaluation.hpp"
#include "sampler/floor/positions.hpp"
#include "sampler/plan/frame.hpp"
#include "sampler/stats/hypergeometric.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::sampler;
using namespace muster::test;

namespace {

SiteId ams1() { return must(SiteId::parse("ams1")); }

std::vector<std::string> numbered_positions(std::uint64_t count) {
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < count; ++i) names.push_back("r" + std::to_string(1'000 + i));
  return names;
}

FloorRequest asked(std::uint64_t positions, std::uint64_t unregistered,
                   const std::string& target = "0.95") {
  return {.id = must(PlanId::parse("F1")),
          .host = must(PartyId::parse("northwind")),
          .freeze_statement = crypto::sha256("freeze"),
          .site = ams1(),
          .positions = positions,
          .positions_root = leaves_root(position_leaves(ams1(), numbered_positions(positions))),
          .unregistered = unregistered,
          .target = must(Probability::parse(target)),
          .beacon = {"ceremony", 0, must(Timestamp::parse_day_or_instant("2027-01-10"))}};
}

BeaconValue value_of(const std::string& label) {
  return {"ceremony", 0, to_bytes(crypto::sha256(label).view()), true, "test"};
}

/// Of all samples of n of M positions, those that hold one of the first u, counted one by one.
stats::Rational counted_chance(std::uint64_t positions, std::uint64_t sample, std::uint64_t u) {
  std::uint64_t met = 0;
  std::uint64_t all = 0;
  for (std::uint64_t set = 0; set < (std::uint64_t{1} << positions); ++set) {
    if (static_cast<std::uint64_t>(__builtin_popcountll(set)) != sample) continue;
    ++all;
    if ((set & ((std::uint64_t{1} << u) - 1)) != 0) ++met;
  }
  return {stats::BigInt(met), stats::BigInt(all)};
}

template <class Value>
std::string problem(const Result<Value>& result) {
  REQUIRE_FALSE(result);
  return result.error().rule.empty() ? result.error().message : result.error().rule;
}

RegisterWord small_register(const std::string& name) {
  if (name.starts_with("here")) return {Standing::here, "chip-" + name, "registered here"};
  if (name == "alias of here1") return {Standing::here, "chip-here1", "registered here"};
  if (name == "other") return {Standing::elsewhere, "chip-other", "at site fra2"};
  if (name == "two") return {Standing::unclear, "", "names 2 chips"};
  return {Standing::unknown, "", "NOT REGISTERED"};
}

/// The evaluation of answers in CSV, `@1` standing for the position with the smallest ticket.
Result<FloorEvaluation> judged(const FloorPlan& plan, const FloorDraw& drawn, std::string csv) {
  for (std::size_t at = csv.find('@'); at != std::string::npos; at = csv.find('@')) {
    const auto rank = static_cast<std::size_t>(csv[at + 1] - '1');
    csv.replace(at, 2, drawn.positions[rank].position);
  }
  return floor_evaluation(plan, drawn, must(parse_floor_answers(csv, "answers.csv")),
                          [](const std::string& name) { return small_register(name); });
}

}  // namespace

TEST_CASE("positions are read from CSV and NDJSON, as one name or as rack and slot, and sorted") {
  const std::vector<std::string> want{"a/01", "a/02", "b/01"};
  CHECK(must(parse_positions("rack,slot\nb,01\na,02\na,01\n", "p.csv")) == want);
  CHECK(must(parse_positions("position\nb/01\na/02\na/01\n", "p.csv")) == want);
  CHECK(must(parse_positions("{\"rack\":\"a\",\"slot\":\"01\"}\n{\"position\":\"b/01\"}\n"
                             "{\"position\":\"a/02\"}",
                             "p.ndjson")) == want);
}

TEST_CASE("a list of positions that is wrong is refused with its file and line") {
  const auto refused = [](const std::string& text) {
    return problem(parse_positions(text, "p.csv"));
  };
  CHECK(refused("position\nx\ny\nx\n") == "p.csv line 4: position \"x\" stands in line 2 already");
  CHECK(refused("rack,slot\na,1\na,\n") == "p.csv line 3: want a position, or a rack and a slot");
  CHECK(refused("position,rack\nx,a\n") == "p.csv line 2: want a position, or a rack and a slot");
  CHECK(refused("rack,shelf\na,1\n") ==
        "p.csv line 1: column \"shelf\": want some of position, rack, slot");
  CHECK(refused("position,position\na,1\n") == "p.csv line 1: column \"position\" stands twice");
  CHECK(refused("position\n") == "p.csv line 1: no rows below the header");
  CHECK(refused("").find("p.csv line 1: empty file") == 0);
  CHECK(refused("position\n x\n").find("p.csv line 2: position: want 1 to 120 bytes") == 0);
  CHECK(refused("{\"position\":\"x\"}\n{\"position\":7}\n").find("p.csv line 2: ") == 0);
  CHECK(refused("{\"position\":\"x\"}\n{\"slots\":\"7\"}\n").find("p.csv line 2: ") == 0);
  // A slash in a rack makes the same name: said, and not taken for two places.
  CHECK(refused("rack,slot\na/b,c\na,b/c\n").find("line 3: position \"a/b/c\" stands") !=
        std::string::npos);
}

TEST_CASE("the sample is the smallest that draws one of u positions, counted over all samples") {
  for (std::uint64_t positions = 1; positions <= 11; ++positions) {
    for (std::uint64_t u = 1; u <= positions; ++u) {
      for (const char* target : {"0.5", "0.9", "0.95"}) {
        const FloorPlan plan = must(make_floor_plan(asked(positions, u, target)));
        const stats::Rational wanted = plan.request.target.exact()->value();
        CHECK(counted_chance(positions, plan.sample_size, u) >= wanted);
        CHECK(counted_chance(positions, plan.sample_size - 1, u) < wanted);
        const stats::Real exact = stats::to_real(counted_chance(positions, plan.sample_size, u));
        CHECK(abs(plan.drawn_probability - exact) < stats::Real("1e-50"));
      }
    }
  }
}

TEST_CASE("a plan of ten thousand positions: its size, its power, its bytes, and back") {
  const FloorPlan plan = must(make_floor_plan(asked(10'000, 100)));
  CHECK(plan.sample_size == 294);
  REQUIRE(plan.power.size() == 5);
  CHECK(plan.power[0].unregistered == 25);
  CHECK(plan.power[2].probability == plan.drawn_probability);
  for (const FloorPower& point : plan.power) {
    CHECK(point.probability == stats::detection({10'000, point.unregistered}, 294));
  }
  const std::string text = canonical_json(floor_plan_json(plan));
  const FloorPlan again = must(parse_floor_plan(text));
  CHECK(canonical_json(floor_plan_json(again)) == text);
  CHECK(floor_plan_hash(again) == crypto::sha256(text));
  // A later release must make the same bytes: plans stand in ledgers.
  CHECK(floor_plan_hash(plan).to_hex() ==
        "f2c200106b5c3d2e5dbdcab297f3892e0eb3a0a4ce730b23eec9b4f53451c68f");
}

TEST_CASE("a plan is refused when it asks what no draw can do, or does not follow from itself") {
  CHECK(problem(make_floor_plan(asked(10, 11))).find("want 1 to the 10 positions") !=
        std::string::npos);
  CHECK(problem(make_floor_plan(asked(10, 0))).find("unregistered: got 0") != std::string::npos);
  CHECK(problem(make_floor_plan(asked(10, 1, "1"))).find("target") != std::string::npos);
  FloorRequest odd = asked(10, 1);
  odd.not_covered = {"a\nb"};
  CHECK(problem(make_floor_plan(odd)).find("not_covered") != std::string::npos);
  odd = asked(10, 1);
  odd.beacon.kind = "dice";
  CHECK(problem(make_floor_plan(odd)).find("beacon") != std::string::npos);

  Json json = floor_plan_json(must(make_floor_plan(asked(100, 10))));
  json["sample_size"] = 1;
  CHECK(problem(parse_floor_plan(canonical_json(json))).find("sample_size: does not follow") !=
        std::string::npos);
  json["version"] = "muster/plan/v1";
  CHECK(problem(parse_floor_plan(canonical_json(json))).find("muster/floor-plan/v1") !=
        std::string::npos);
}

TEST_CASE("the draw is that of the smallest SHA-256 over seed and leaf, made again by hand") {
  const FloorPlan plan = must(make_floor_plan(asked(200, 20)));
  const auto positions = numbered_positions(200);
  const FloorDraw drawn = must(draw_positions(plan, positions, value_of("value")));
  REQUIRE(drawn.positions.size() == plan.sample_size);
  const Hash domain = crypto::sha256("muster/ticket/v1");
  std::map<std::string, std::string> by_ticket;
  for (const std::string& position : positions) {
    const std::string label = "muster/floor/position/v1";
    const std::array<std::uint8_t, 4> four{0, 0, 0, 4};
    const std::array<std::uint8_t, 4> five{0, 0, 0, 5};
    const Hash leaf = crypto::sha256(
        {as_bytes(label), ByteView(four), as_bytes("ams1"), ByteView(five), as_bytes(position)});
    by_ticket[crypto::sha256({drawn.seed.value.view(), domain.view(), leaf.view()}).to_hex()] =
        position;
  }
  auto next = by_ticket.begin();
  for (const DrawnPosition& line : drawn.positions) {
    CHECK(line.position == next->second);
    CHECK(line.ticket.to_hex() == next->first);
    ++next;
  }
  // Another value, another site or another plan draws others.
  CHECK(must(draw_positions(plan, positions, value_of("other"))).seed.value != drawn.seed.value);
}

TEST_CASE("other positions than the committed ones, or another value's kind, draw nothing") {
  const FloorPlan plan = must(make_floor_plan(asked(50, 5)));
  auto positions = numbered_positions(50);
  positions.back() = "r9999";
  CHECK(problem(draw_positions(plan, positions, value_of("v"))) == "floor.positions");
  CHECK(problem(draw_positions(plan, numbered_positions(49), value_of("v"))) == "floor.positions");
  BeaconValue beacons = value_of("v");
  beacons.kind = "beacons";
  CHECK(problem(draw_positions(plan, numbered_positions(50), beacons)) == "draw.beacon");
}

TEST_CASE("answers are read row by row, and a wrong one is refused with its line") {
  const auto answers = must(
      parse_floor_answers("position,found,name,seen,note\n"
                          "a,chip,S1,,\nb,empty,,,swept\na,chip,S2,bench,\nc,unreadable,,,locked\n",
                          "a.csv"));
  REQUIRE(answers.size() == 3);
  REQUIRE(answers[0].chips.size() == 2);
  CHECK(answers[0].chips[0].presence == Presence::label);
  CHECK(answers[0].chips[1].presence == Presence::bench);
  CHECK(answers[1].note == "swept");
  CHECK(answers[2].unreadable);
  const auto by_and_by = must(parse_floor_answers(
      "position,found,name,seen,note\na,,,,\nb,empty,,,\nc,,,,later\n", "a.csv"));
  REQUIRE(by_and_by.size() == 1);
  CHECK(by_and_by[0].position == "b");
  const auto refused = [](const std::string& rows) {
    return problem(parse_floor_answers("position,found,name,seen\n" + rows, "a.csv"));
  };
  CHECK(refused("a,full,,\n") ==
        "a.csv line 2: found: got \"full\", want chip, empty or unreadable");
  CHECK(refused("a,,S1,\n") == "a.csv line 2: found: got \"\", want chip, empty or unreadable");
  CHECK(refused("a,chip,,\n").find("a.csv line 2: name: want what the chip calls itself") == 0);
  CHECK(refused("a,chip,x,rumour\n").find("a.csv line 2: seen: got \"rumour\"") == 0);
  CHECK(refused("a,empty,x,\n").find("a.csv line 2: name and seen are for") == 0);
  CHECK(refused("a,empty,,\na,chip,x,\n")
            .find("a.csv line 3: position \"a\" was answered in line "
                  "2") == 0);
  CHECK(refused("a,chip,x,\na,empty,,\n").find("a.csv line 3: position \"a\" was answered") == 0);
  CHECK(refused("a,chip,x,\na,chip,x,\n") == "a.csv line 3: \"x\" stands twice at this position");
}

TEST_CASE("what stands at drawn positions is judged against the register, and said in a sentence") {
  const FloorPlan plan = must(make_floor_plan(asked(8, 4, "0.9")));
  const FloorDraw drawn = must(draw_positions(plan, numbered_positions(8), value_of("v")));
  REQUIRE(drawn.positions.size() == 3);
  const std::string head = "position,found,name\n";
  const auto clean = must(judged(plan, drawn, head + "@1,chip,here1\n@2,empty,\n@3,chip,here2\n"));
  CHECK(clean.verdict == AuditVerdict::no_sign_of);
  CHECK(clean.consistent == 3);
  CHECK(clean.empty == 1);
  CHECK(clean.by_label == 2);
  CHECK(clean.unregistered_at_most == 3);  // four are met with 0.9 or more
  const std::string said = floor_sentence(plan, clean);
  CHECK(said.find("NO SIGN of chips at site ams1 of northwind") == 0);
  CHECK(said.find("4 or more of the 8 positions") != std::string::npos);
  CHECK(said.find("probability 0.9285") != std::string::npos);  // 1 - 4/56
  CHECK(said.find("did not list") != std::string::npos);
  CHECK(said.find("moved away after the value") != std::string::npos);
  CHECK(said.find("that one position's name hides") != std::string::npos);
  CHECK(said.find("2 chips known by a label alone") != std::string::npos);

  for (const std::string name : {"other", "stranger"}) {
    const auto found =
        must(judged(plan, drawn, head + "@1,chip," + name + "\n@2,empty,\n@3,chip,here1\n"));
    CHECK(found.verdict == AuditVerdict::finding);
    CHECK(found.hits == 1);
    CHECK(floor_sentence(plan, found).find("FINDING: 1 of 3 drawn positions hold chips") == 0);
  }
  const auto one_bad =
      must(judged(plan, drawn, head + "@1,chip,here1\n@1,chip,stranger\n@2,empty,\n@3,empty,\n"));
  CHECK(one_bad.hits == 1);
}

TEST_CASE("positions that nobody looked at, or read, are open, and outrank hits") {
  const FloorPlan plan = must(make_floor_plan(asked(8, 4, "0.9")));
  const FloorDraw drawn = must(draw_positions(plan, numbered_positions(8), value_of("v")));
  const std::string head = "position,found,name\n";
  for (const std::string third : {"", "@3,unreadable,\n", "@3,chip,two\n"}) {
    const auto found =
        must(judged(plan, drawn, head + "@1,chip,stranger\n@2,chip,here1\n" + third));
    CHECK(found.verdict == AuditVerdict::not_concluded);
    CHECK(found.open == 1);
    CHECK(found.hits == 1);
    CHECK(floor_evaluation_json(plan, found).at("verdict") == "not-concluded");
  }
}

TEST_CASE("one chip cannot stand at two positions, whatever names it goes by") {
  const FloorPlan plan = must(make_floor_plan(asked(8, 4, "0.9")));
  const FloorDraw drawn = must(draw_positions(plan, numbered_positions(8), value_of("v")));
  const auto found = must(judged(plan, drawn,
                                 "position,found,name\n@1,chip,here1\n@2,chip,alias of here1\n"
                                 "@3,empty,\n"));
  CHECK(found.hits == 2);
  CHECK(found.judged[0].words[0].find("which was read at") != std::string::npos);
  const auto twice = must(judged(plan, drawn,
                                 "position,found,name\n@1,chip,here1\n@1,chip,alias of here1\n"
                                 "@2,empty,\n@3,empty,\n"));
  CHECK(twice.hits == 1);
  const auto stray =
      floor_evaluation(plan, drawn, must(parse_floor_answers("position,found\nq,empty\n", "a")),
                       [](const std::string& name) { return small_register(name); });
  CHECK(problem(stray).find("position \"q\" was not drawn") != std::string::npos);
}
