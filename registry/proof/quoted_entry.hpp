#pragma once

#include <optional>

#include "ledger/entry.hpp"
#include "registry/event.hpp"
#include "registry/proof/verify.hpp"

namespace muster::registry {

/// An entry of a proof, read.
struct ReadEntry {
  ledger::Entry entry;
  Hash statement;
  std::optional<Event> event{};  ///< Nothing for a statement that this program cannot read.
};

/// Errors: `proof.entry`.
Result<ReadEntry> read_quoted(const Bytes& bytes);

/// Reads an entry and checks its way to the checkpoint.
/// Errors: also `proof.inclusion`; `proof.entry` for a statement that cannot be read.
Result<ReadEntry> read_proven(const ProvenEntry& proven, const ledger::Checkpoint& checkpoint);

/// How a statement names a chip, and what it expects of it.
struct NamedChip {
  Naming naming = Naming::listed;
  std::optional<Hash> expects{};  ///< Of the chip; nothing when it is not named, or not said.
};

/// Whether the statement moves the chip; nothing if it does not. By a holder or its effect it may.
/// Errors: `proof.item`.
Result<std::optional<NamedChip>> chip_in(const ReadEntry& read, const QuotedEntry& quoted,
                                         const ChipId& chip);

/// Kind and party are empty for a statement that cannot be read.
[[nodiscard]] ChipEvent chip_event(const ReadEntry& read, Naming naming);

}  // namespace muster::registry
