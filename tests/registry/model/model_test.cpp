// The one-chip model and the rules are one: in every state that a chip can reach, every move of the
// model is accepted and leads where the model says, and every other move is refused. Taking back
// (L1, L2), disputes (J7) and scope (K3) apart, and what `is_said_elsewhere` names.

#include <deque>
#include <map>

#include "tests/registry/model/chip_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test::model;

namespace {

/// Codes of the model that are said in the same words: which of them it is depends on the state.
std::string words_of(const std::string& code) {
  if (code == "B7re") return "B7p";
  return code == "E3b" ? "E3" : code;
}

/// How each state is reached, shortest way first.
struct Ways {
  std::map<ChipModel, std::vector<Move>> to;
  std::size_t steps = 0;
};

Ways all_ways() {
  Ways ways;
  std::deque<ChipModel> open{ChipModel{}};
  ways.to[ChipModel{}] = {};
  while (!open.empty()) {
    const ChipModel now = open.front();
    open.pop_front();
    for (const Step& step : steps_from(now)) {
      ++ways.steps;
      if (ways.to.contains(step.after)) continue;
      std::vector<Move> way = ways.to[now];
      way.push_back(step.move);
      ways.to[step.after] = std::move(way);
      open.push_back(step.after);
    }
  }
  return ways;
}

/// Every move that a negative test tries.
std::vector<Move> all_moves() {
  std::vector<Move> moves;
  for (const char* code : {"B1", "B5", "B7p", "B7f", "C1",  "C2", "C4",  "C5",  "E2", "E3", "E5",
                           "E6", "F1", "F3",  "F3x", "F4",  "F5", "F5r", "F5k", "F6", "G1", "G2",
                           "J1", "J2", "J2r", "J2a", "J2b", "J3", "J4",  "J5",  "K1", "K2"}) {
    moves.push_back({code});
  }
  for (const Org party : traders) {
    moves.push_back({"E1", party});
    moves.push_back({"H1", party});
  }
  return moves;
}

std::string text_of(const Move& move) {
  return move.code + (move.party == Org::nobody ? "" : " " + name_of(move.party));
}

/// What the rules allow beside the model: a loose chip is installed as well, and an authority opens
/// at a chokepoint what is its own, too.
bool is_said_elsewhere(const Move& move, const ChipModel& chip) {
  const bool installs = move.code == "G1" && chip.place == Place::loose;
  const bool opens = move.code == "C5" && chip.place == Place::packed &&
                     chip.custodian == Org::government && chip.where == Where::choke;
  return installs || opens;
}

/// Tries every move from one state, which the world is in.
void check_state(ChipWorld& world, const ChipModel& chip, const std::vector<Move>& moves) {
  std::map<Move, ChipModel> allowed;
  for (const Step& step : steps_from(chip)) {
    const bool taken_back = step.move.code == "L1";
    allowed.emplace(Move{taken_back ? "L1" : words_of(step.move.code), step.move.party},
                    step.after);
  }
  const auto mark = world.mark();
  for (const auto& [move, after] : allowed) {
    const std::string refused = world.apply(move);
    if (!refused.empty()) {
      FAIL_CHECK(text_of(chip) << ": " << text_of(move) << " is refused: " << refused);
    } else if (world.chip() != after) {
      FAIL_CHECK(text_of(chip) << ": " << text_of(move) << " leads to " << text_of(world.chip())
                               << ", want " << text_of(after));
    }
    world.back_to(mark);
  }
  for (const Move& move : moves) {
    if (is_said_elsewhere(move, chip) || allowed.contains(move)) continue;
    if (world.apply(move).empty()) {
      FAIL_CHECK(text_of(chip) << ": " << text_of(move) << " is accepted");
    }
    world.back_to(mark);
  }
}

}  // namespace

TEST_CASE("the model has the states and steps that its source has") {
  const Ways ways = all_ways();
  CHECK(ways.to.size() == 4'525);
  CHECK(ways.steps == 21'687);
}

TEST_CASE("the rules accept every step of the model, and nothing else, in every state") {
  const Ways ways = all_ways();
  const std::vector<Move> moves = all_moves();
  ChipWorld world;
  const auto start = world.mark();
  for (const auto& [chip, way] : ways.to) {
    world.back_to(start);
    for (const Move& move : way) {
      const std::string refused = world.apply(move);
      if (!refused.empty())
        FAIL(text_of(chip) << ": on the way, " << text_of(move) << ": " << refused);
    }
    if (world.chip() != chip) {
      FAIL_CHECK("want " << text_of(chip) << ", got " << text_of(world.chip()));
      continue;
    }
    check_state(world, chip, moves);
  }
}
