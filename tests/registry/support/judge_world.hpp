#pragma once

#include <string>
#include <vector>

#include "ledger/crypto/seeded_random.hpp"
#include "registry/statement.hpp"
#include "tests/registry/support/world.hpp"

namespace muster::test {

/// A state that is judged against and changed without a log or cryptography: what a key signed is
/// said, not computed. For walks of many steps, and for states that are gone back to.
class JudgeWorld final {
 public:
  /// Begins with what the log of `world` led to. Borrows it for its keys.
  explicit JudgeWorld(World& world);

  /// Judges and, if no rule refuses, applies what `org` says, signed with `keys`, by their names;
  /// its own name stands for its first key. Returns the rule that refuses, or nothing.
  std::string say(const std::string& org, registry::Draft draft,
                  const std::vector<std::string>& keys = {});

  [[nodiscard]] const registry::State& state() const { return state_; }
  /// Where the state is, and back to there.
  [[nodiscard]] registry::StateMark mark() { return state_.mark(); }
  void back_to(const registry::StateMark& mark) { state_.rollback(mark); }
  /// The payload of a statement that was applied, by its hash; null for others.
  [[nodiscard]] Json text_of(const Hash& statement) const;

  /// Whether what was applied, judged again from entry 0 on, leads to the same tables.
  /// Requires: nothing was gone back to.
  [[nodiscard]] bool is_repeatable();

  /// What the last refusal said.
  [[nodiscard]] const std::string& message() const { return message_; }

  Timestamp now;

 private:
  /// What was applied: text, keys, time.
  struct Applied {
    std::string payload;
    std::vector<registry::CheckedSignature> signatures;
    Timestamp at;
  };

  World& world_;
  registry::State state_;
  crypto::SeededRandom random_{"judge world"};
  std::map<Hash, std::string> texts_;
  std::vector<Applied> applied_;
  std::string message_;
};

}  // namespace muster::test
