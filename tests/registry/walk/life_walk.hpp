#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/registry/support/judge_world.hpp"
#include "tests/registry/support/step_violations.hpp"
#include "tests/registry/support/world.hpp"

namespace muster::test {

/// A walk through the kinds of a chip's life: many chips, holders, lots, cases, keys, delegates and
/// corrections. A step is a number, and what it does follows from it and from the state alone, so
/// that a walk can be replayed with steps left out.
class LifeWalk final {
 public:
  LifeWalk();

  /// Says something that may be right. Returns the rule that refuses, or nothing.
  std::string step(std::uint64_t number);

  [[nodiscard]] const registry::State& state() const { return judge_.state(); }
  /// The invariant that the last statement broke between the state before and the one after it.
  [[nodiscard]] const std::string& broken() const { return broken_; }
  /// Whether all of it, said once more from entry 0 on, leads to the same tables: 18 and 20.
  [[nodiscard]] bool is_repeatable() { return judge_.is_repeatable(); }
  /// The kind of the last step.
  [[nodiscard]] const std::string& kind() const { return said_.draft.kind; }

 private:
  struct Said {
    std::string org;
    registry::Draft draft;
    std::vector<std::string> others{};
  };

  static constexpr registry::RowN pool = 48;  // chips that moves are about: the newest
  inline static const std::vector<std::string> orgs{"maker",     "dealer",    "broker",
                                                    "northwind", "southwind", "gov"};
  inline static const std::vector<std::string> carriers{"truck", "van"};
  static std::string hex64(std::uint64_t number);

  // Each makes one kind of move.
  void make();
  void lots();
  void test();
  void put();
  void take();
  void nest();
  void install();
  void release();
  void under_way();
  void border();
  void seizure();
  void cases();
  void missing();
  void end();
  void title();
  void correct();
  void replace(registry::Index32 target);
  void keys();
  void standing();
  void policy();

  // What a move is about.
  std::size_t below(std::size_t bound) { return random_() % bound; }
  bool one_in(std::size_t bound) { return below(bound) == 0; }
  const std::string& pick(const std::vector<std::string>& list) { return list[below(list.size())]; }
  std::string fresh(const std::string& stem);
  registry::RowN any_chip();
  /// One that fits, if one of some does; else any.
  registry::RowN any_chip(bool (*fits)(const registry::ChipState&));
  std::vector<ChipId> alike(registry::RowN chip);
  std::string custodian(registry::RowN chip) const;
  [[nodiscard]] bool could_stand_beside(registry::RowN other, registry::RowN chip) const;
  std::string holder_of(registry::RowN chip);
  registry::RowN open_shipment();
  std::vector<ChipId> chips_of(registry::RowN shipment);
  std::string key_of(const std::string& org);
  void say(const std::string& org, registry::Draft draft, std::vector<std::string> others = {});
  [[nodiscard]] const registry::Tables& tables() const { return state().tables(); }

  World world_;
  JudgeWorld judge_;
  std::mt19937_64 random_;
  Said said_;
  std::string broken_;
  std::map<std::string, std::string> key_names_;  // by id
};

}  // namespace muster::test
