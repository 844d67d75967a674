#pragma once

#include "registry/proof/quoted_entry.hpp"

namespace muster::registry {

/// Follows the events of one chip from its committed state onwards. Borrows the facts, whose
/// `tail` and `undecided` it fills.
class ChipChain final {
 public:
  explicit ChipChain(ChipFacts& facts)
      : facts_(&facts), before_(facts.record.last), next_(facts.commit.index.value + 1) {}

  /// The next entry that moved the chip, as the server tells.
  /// Errors: `proof.tail`, `proof.chain`, `proof.item`.
  Result<void> add_named(const ReadEntry& read, const QuotedEntry& quoted);

  /// The next entry of the log, whatever it is about.
  /// Errors: `proof.entry`, `proof.chain`, `proof.item`.
  Result<void> add_any(const ReadEntry& read, const QuotedEntry& quoted);

  /// What is still in doubt stays undecided.
  void finish();

 private:
  Result<void> add_event(const ReadEntry& read, const NamedChip& named);
  Result<void> follow(const ReadEntry& read, const Hash& expects);
  Result<void> add_holder_event(const ReadEntry& read);

  /// An entry that may have moved the chip, kept until a later one says whether it did.
  struct Doubt {
    ChipEvent event;
    std::string why;
  };

  ChipFacts* facts_;
  Hash before_;  // the chip's last statement so far
  std::uint64_t next_;
  std::vector<Doubt> doubts_{};  // since then
};

}  // namespace muster::registry
