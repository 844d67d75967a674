// What a Verifier asks for who may see no weights, and what it is told.

#include "attestation/replay/confidential.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "attestation/replay/segments.hpp"
#include "tests/attestation/replay/small_run.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;
using muster::attestation::test::small_run;
using muster::test::must;

namespace {

/// A run, a draw of three of its eight segments, and an honest answer to it.
struct RoomWorld {
  attestation::test::SmallRun run = small_run(ModelKind::mlp);
  ReplayDraw draw;
  SealedReplay sealed;

  RoomWorld() {
    Hash value;
    value.bytes.fill(7);
    draw = draw_replay(run.transcript.outline(), value, 3);
    REQUIRE(draw.commitment == crypto::sha256(encode_transcript(run.transcript)));
    draw.source = "beacon round 12";
    answer();
  }
  /// Answers the draw as it stands.
  void answer() {
    sealed = {};
    sealed.draw = crypto::sha256(encode_replay_draw(draw));
    sealed.commitment = draw.commitment;
    sealed.text_root = run.transcript.text_root;
    sealed.states_root = run.transcript.states_root;
    sealed.looked_at_all = true;
    for (const std::uint64_t segment : draw.segments) {
      sealed.segments.push_back({segment, ReplayGrade::exact, "0", "0", "0"});
    }
    sealed.at = "2026-11-29T12:00:00.000Z";
  }
  [[nodiscard]] std::string why_not() const {
    const auto checked = check_sealed_replay(sealed, draw, run.transcript.outline());
    return checked ? "" : checked.error().message;
  }
};

bool mentions(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("a draw of segments follows from value and commitment, and from nothing else") {
  const RoomWorld world;
  CHECK(world.draw.of == 8);
  CHECK(world.draw.segments.size() == 3);
  const std::string text = encode_replay_draw(world.draw);
  CHECK(must(parse_replay_draw(text)) == world.draw);

  ReplayDraw chosen = world.draw;
  chosen.segments = {0, 1, 2};
  if (chosen.segments == world.draw.segments) chosen.segments = {1, 2, 3};
  CHECK(mentions(parse_replay_draw(encode_replay_draw(chosen)).error().message, "draw.segments"));
  ReplayDraw other = world.draw;
  other.value.bytes[0] ^= 1U;
  CHECK(replay_draw_seed(other.commitment, other.value) !=
        replay_draw_seed(world.draw.commitment, world.draw.value));
  other = world.draw;
  other.largest = 6;
  CHECK(mentions(parse_replay_draw(encode_replay_draw(other)).error().message, "draw.largest"));
  CHECK(mentions(parse_replay_draw(encode_replay_draw(other)).error().message, "at most 8 in all"));
  other = world.draw;
  other.tolerance_l2 = "0.001";
  CHECK(mentions(parse_replay_draw(encode_replay_draw(other)).error().message, "tolerance"));
  other.tolerance_linf = "1e-6";
  CHECK(must(tolerance_of(must(parse_replay_draw(encode_replay_draw(other)))))->linf == 1e-6);
}

TEST_CASE("distances leave the room as powers of ten that they are not above") {
  CHECK(power_of_ten_above(0) == "0");
  CHECK(power_of_ten_above(0.00234) == "1e-2");
  CHECK(power_of_ten_above(1e-5) == "1e-5");
  CHECK(power_of_ten_above(1.0000001) == "1e1");
  CHECK(power_of_ten_above(INFINITY) == "inf");
  CHECK(power_of_ten_above(NAN) == "inf");
  for (int exponent = -300; exponent <= 300; exponent += 7) {
    const double value = std::pow(10.0, exponent) * 1.3;
    CHECK(std::stod(power_of_ten_above(value)) >= value);
    CHECK(std::stod(power_of_ten_above(value)) <= value * 10);
  }
}

TEST_CASE("a sealed replay is read as it was written, and answers one draw of one transcript") {
  RoomWorld world;
  world.sealed.faults.push_back({"run.impossible_update", 15});
  CHECK(must(parse_sealed_replay(encode_sealed_replay(world.sealed))) == world.sealed);
  CHECK_FALSE(world.sealed.is_clean());
  world.answer();
  CHECK(world.sealed.is_clean());
  CHECK(world.why_not().empty());

  world.sealed.segments[1].grade = ReplayGrade::mismatched;
  CHECK_FALSE(world.sealed.is_clean());
  CHECK(world.why_not().empty());
  world.sealed.segments.pop_back();
  CHECK(mentions(world.why_not(), "a segment that was drawn is not in it"));
  world.answer();
  world.sealed.states_root.bytes[0] ^= 1U;
  CHECK(mentions(world.why_not(), "other roots"));
  world.answer();
  world.draw.largest = 2;
  CHECK(mentions(world.why_not(), "of another draw"));
  world.answer();
  CHECK(mentions(world.why_not(), "not as many segments"));
  world.draw.largest = 0;
  world.draw.program = Hash{};
  world.answer();
  CHECK(mentions(world.why_not(), "another program"));
}

TEST_CASE("a sealed grade that the draw leaves no room for is not taken") {
  RoomWorld world;
  world.sealed.segments[1].grade = ReplayGrade::within;
  CHECK(mentions(world.why_not(), "the draw states none"));
  world.draw.tolerance_l2 = "0.001";
  world.draw.tolerance_linf = "0.001";
  world.answer();
  world.sealed.segments[1] = {world.draw.segments[1], ReplayGrade::within, "1e-4", "1e-4", "1e-8"};
  CHECK(world.why_not().empty());
  world.sealed.segments[1].grade = ReplayGrade::exact;
  CHECK(mentions(world.why_not(), "exact at a distance"));
}

TEST_CASE("a sealed replay tells no number of the run") {
  const auto run = small_run(ModelKind::mlp);
  TrainingState lie = run.checkpoints[4];
  lie.weights[0] += 0.012345F;
  const auto replay = compare_replay(run.checkpoints[3], lie, run.checkpoints[4]);
  const SealedSegment segment = sealed_segment(replay, 5);
  CHECK(segment == SealedSegment{3, ReplayGrade::mismatched, "1e-1", "1e-1", segment.cosine_below});
}

TEST_CASE("checks that nobody made are sealed by code, and of a built-in model there are none") {
  RoomWorld world;
  const std::string all_made = encode_sealed_replay(world.sealed);
  CHECK_FALSE(mentions(all_made, "not_judged"));
  world.sealed.not_judged = {"run.impossible_update", "memorisation"};
  std::string text = encode_sealed_replay(world.sealed);
  CHECK(must(parse_sealed_replay(text)) == world.sealed);
  CHECK(mentions(world.why_not(), "of a model that the trainer knows"));
  const auto why = [](const std::string& other) {
    const auto sealed = parse_sealed_replay(other);
    return sealed ? "" : sealed.error().message;
  };
  std::string other = text;
  other.replace(other.find("\"memorisation\""), 14, "\"Memorisation\"");
  CHECK(mentions(why(other), "sealed.not_judged: want 1 to 16 codes"));
  other = text;
  other.replace(other.find("[\"run.impossible_update\",\"memorisation\"]"), 40, "[]");
  CHECK(mentions(why(other), "sealed.not_judged"));

  RunOutline outline = world.run.transcript.outline();
  outline.is_external = true;
  const auto checked = check_sealed_replay(world.sealed, world.draw, outline);
  CHECK(mentions(checked.error().message, "only a program of others does again"));
  world.draw.program = Hash{};
  world.sealed.draw = crypto::sha256(encode_replay_draw(world.draw));
  world.sealed.program = world.draw.program;
  must(check_sealed_replay(world.sealed, world.draw, outline));
}

TEST_CASE("openings lead the ends of the segments drawn, and no others, to the committed root") {
  const RoomWorld world;
  const auto& run = world.run;
  const std::vector<std::uint64_t> segments{1, 2, 6};
  const std::string text = encode_openings(run.transcript.outline(), run.leaves, segments);
  CHECK(std::ranges::count(text, '\n') == 5);  // steps 5, 10, 15, 30, 35
  must(check_openings(text, run.transcript.outline(), segments));

  const auto why = [&](const std::string& file, const std::vector<std::uint64_t>& drawn) {
    const auto checked = check_openings(file, run.transcript.outline(), drawn);
    return checked ? std::string() : checked.error().message;
  };
  CHECK(mentions(why(text, {1, 2}), "more than the ends"));
  CHECK(mentions(why(text, {1, 2, 6, 7}), "line 6"));
  CHECK(mentions(why(text, {0, 2, 6}), "line 1: does not lead from step 0"));
  std::string changed = text;
  const std::size_t leaf = changed.find("\"leaves\":[\"") + 10;
  changed[leaf] = changed[leaf] == '0' ? '1' : '0';
  CHECK(mentions(why(changed, segments), "line 1"));
}
