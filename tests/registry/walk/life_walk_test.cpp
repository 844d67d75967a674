// Random walks through the kinds of a chip's life and their corrections. After every step the
// invariants hold of what it touched, and of everything again and again. A walk that breaks one is
// made as short as it gets and printed.

#include "tests/registry/walk/life_walk.hpp"

#include <array>
#include <sstream>

#include "tests/registry/support/violations.hpp"
#include "tests/support/must.hpp"
#include "tests/support/shrink.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

using Steps = std::vector<std::uint64_t>;

/// How far a walk goes, and how often everything is looked at.
struct Pace {
  std::size_t events = 0;          ///< Recorded ones.
  std::size_t between_checks = 1;  ///< Events; in between, what the last one touched.
};

/// The first invariant that does not hold of what the last statement touched.
std::string violation_nearby(const State& state) {
  const RowN count = state.tables().chips.size();
  for (RowN n = count; n > 0; --n) {
    if (state.tables().chips[n - 1].last + 1 != state.size()) continue;
    if (std::string wrong = violation_of_chip(state, n - 1); !wrong.empty()) return wrong;
  }
  return {};
}

/// What goes wrong in a walk of these steps, and after how many; nothing if nothing does.
struct Fall {
  std::string what;
  std::size_t after = 0;
  std::size_t events = 0;
};

Fall fall_of(const Steps& steps, const Pace& pace) {
  LifeWalk walk;
  Fall fall;
  for (const std::uint64_t step : steps) {
    ++fall.after;
    if (!walk.step(step).empty()) continue;
    ++fall.events;
    fall.what = walk.broken();
    if (fall.what.empty()) {
      fall.what = fall.events % pace.between_checks == 0 ? violation_of(walk.state())
                                                         : violation_nearby(walk.state());
    }
    if (!fall.what.empty()) return fall;
    if (fall.events == pace.events) break;
  }
  fall.what = violation_of(walk.state());
  if (fall.what.empty() && !walk.is_repeatable()) fall.what = "18: judged again, it differs";
  return fall;
}

/// The kinds of a short walk, for a person to read.
std::string story_of(const Steps& steps) {
  LifeWalk walk;
  std::ostringstream text;
  for (const std::uint64_t number : steps) {
    const std::string rule = walk.step(number);
    text << "\n  step " << number << ": " << walk.kind() << (rule.empty() ? "" : " refused: ")
         << rule;
  }
  return text.str();
}

Steps numbers(std::uint64_t first, std::uint64_t count) {
  Steps steps(count);
  for (std::uint64_t i = 0; i < count; ++i) steps[i] = first + i;
  return steps;
}

/// Walks until so many events are recorded, and shows the shortest walk that breaks the same
/// invariant if one is broken. Returns how many were recorded.
std::size_t check_walk(std::uint64_t first, const Pace& pace) {
  Steps steps = numbers(first, 4 * pace.events);
  const Fall fall = fall_of(steps, pace);
  if (fall.what.empty()) return fall.events;
  steps.resize(fall.after);
  const std::string number = fall.what.substr(0, fall.what.find(':'));
  const Steps few = shrunk(steps, [&](const Steps& some) {
    return fall_of(some, {.events = pace.events}).what.starts_with(number + ":");
  });
  FAIL_CHECK("walk from " << first << ", after " << fall.after << " steps: " << fall.what
                          << story_of(few));
  return fall.events;
}

/// Kinds that a walk of some length meets again and again.
constexpr std::array frequent_kinds{"chip.package",
                                    "lot.create",
                                    "lot.split",
                                    "lot.merge",
                                    "lot.scrap",
                                    "lot.move",
                                    "chip.enrol",
                                    "chip.test",
                                    "chip.regrade",
                                    "asm.attach",
                                    "asm.detach",
                                    "asm.swap",
                                    "pack",
                                    "unpack",
                                    "release",
                                    "accept",
                                    "arrive",
                                    "refuse",
                                    "release.cancel",
                                    "leg.handover",
                                    "choke.checkin",
                                    "choke.hold",
                                    "choke.clear",
                                    "choke.seize",
                                    "title.transfer",
                                    "install",
                                    "uninstall",
                                    "discrepancy.open",
                                    "discrepancy.resolve",
                                    "tamper.report",
                                    "loss.declare",
                                    "recover",
                                    "retire",
                                    "destroy",
                                    "scope.exit",
                                    "scope.reenter",
                                    "correct.void",
                                    "correct.replace",
                                    "key.add",
                                    "key.rotate",
                                    "key.revoke",
                                    "delegate.grant",
                                    "policy.change"};

}  // namespace

TEST_CASE("after each of 100,000 events with corrections, every invariant holds of everything") {
  constexpr Pace pace{.events = 1'000};
  std::size_t events = 0;
  for (std::uint64_t walk = 0; walk < 100; ++walk) {
    events += check_walk(1 + walk * 1'000'000, pace);
  }
  CHECK(events == 100'000);
}

TEST_CASE("the invariants hold on long walks, where what is old meets what is new" *
          doctest::test_suite("slow") * doctest::skip()) {
  constexpr Pace pace{.events = 5'000, .between_checks = 100};
  std::size_t events = 0;
  for (std::uint64_t walk = 0; walk < 4; ++walk) {
    events += check_walk(1'000'000'000 + walk * 1'000'000, pace);
  }
  CHECK(events == 20'000);
}

TEST_CASE("a walk goes everywhere: most kinds happen often, and many rules refuse") {
  LifeWalk walk;
  std::map<std::string, int> recorded;
  std::map<std::string, int> refused;
  for (const std::uint64_t number : numbers(1, 36'000)) {
    const std::string rule = walk.step(number);
    if (rule.empty()) {
      ++recorded[walk.kind()];
    } else {
      ++refused[rule];
    }
  }

  for (const char* kind : frequent_kinds) {
    CHECK_MESSAGE(recorded[kind] >= 5, std::string(kind) << ": " << recorded[kind]);
  }
  CHECK(recorded["correct.void"] >= 100);
  CHECK(recorded["correct.replace"] >= 30);
  CHECK(recorded["quarantine.lift"] >= 5);
  CHECK(refused.size() >= 60);
}
