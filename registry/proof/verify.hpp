#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/policy.hpp"
#include "registry/proof/state_proof.hpp"

namespace muster::registry {

/// How an entry is about the chip.
enum class Naming : std::uint8_t {
  listed,     ///< The statement has the chip's id.
  manifest,   ///< The manifest that it refers to has it.
  container,  ///< It moves a holder; that the chip stood in it is not in the statement.
  effect,     ///< It moves chips that it does not name (`Kind::reaches`).
};

/// "by its id", "by its manifest", "by a holder", "by its effect", for people.
[[nodiscard]] std::string_view name_of(Naming value);

/// An entry that moved the chip.
struct ChipEvent {
  ledger::LogIndex index;
  Timestamp accepted_at;
  Hash statement;
  std::string kind;
  std::string org;
  Naming naming = Naming::listed;
  bool follows = false;  ///< It says, by `expects`, that it follows the event before it.

  friend bool operator==(const ChipEvent&, const ChipEvent&) = default;
};

/// An entry of which the file does not show whether it moved the chip.
struct UndecidedEntry {
  ledger::LogIndex index;
  std::string why;

  friend bool operator==(const UndecidedEntry&, const UndecidedEntry&) = default;
};

/// The commitment that a proof stands on.
struct CommitFacts {
  ledger::LogIndex index;
  Timestamp accepted_at;
  Hash statement;
  std::string org;
  std::uint64_t chips = 0;
  Hash root;
  std::uint64_t parties = 0;
  Hash custodians;
};

/// What a good proof of a chip's state shows. That the committed state follows from the entries
/// before it is the server's word, which anybody can check who has the whole log (audit.hpp).
struct ChipFacts {
  ledger::Checkpoint checkpoint;
  CommitFacts commit;
  std::uint64_t number = 0;
  StateRecord record;
  ChipEvent last;
  std::vector<ChipEvent> tail{};  ///< After the commitment, in the order of the log.
  bool whole = false;             ///< Every entry up to the checkpoint was looked at.
  std::vector<UndecidedEntry> undecided{};

  /// No entry up to the checkpoint moved the chip, but those of `tail`.
  [[nodiscard]] bool tail_is_complete() const { return whole && undecided.empty(); }
};

/// What a good proof of a roster shows.
struct RosterFacts {
  ledger::Checkpoint checkpoint;
  CommitFacts commit;
  CustodianRecord custodian;
  bool list = false;                 ///< The whole list was compared with root, count and sum.
  std::optional<RosterItem> chip{};  ///< It is in the roster.
};

/// Judges a proof by the log's key alone.
/// Errors: `refused` with a rule: `checkpoint.*` as in `ledger::verify_log_checkpoint`;
/// `proof.entry` (an entry that cannot be read), `proof.inclusion` (is not in the log),
/// `proof.commit` (is no state.commit of this log), `proof.state` (the record is not what was
/// committed), `proof.item` (a manifest item is not shown to be in or out of its manifest),
/// `proof.last`, `proof.tail` (an entry in a place where it cannot stand), `proof.chain` (an event
/// follows another than the one before it).
Result<ChipFacts> verify_chip_proof(const ChipProof& proof, const ledger::VerifierKey& key);

/// Errors: as above, and `proof.custodian` (the summary is not what was committed), `proof.roster`
/// (the list, or the chip, is not of this summary).
Result<RosterFacts> verify_roster_proof(const RosterProof& proof, const ledger::VerifierKey& key);

}  // namespace muster::registry
