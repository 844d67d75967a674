#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "sampler/beacon/beacon_value.hpp"
#include "sampler/draw/ceremony.hpp"

namespace muster::sampler {

/// A statement's place in a log, and when the log took it.
struct LedgerPlace {
  std::uint64_t index = 0;
  Timestamp accepted_at{};
};

/// What one party put into a ceremony, as the ledger has it. Nothing where it did not.
struct LedgerPart {
  std::string party{};
  Hash commit{};  ///< SHA-256 as `draw::ceremony_commit` makes it; zeros before `committed`.
  std::optional<LedgerPlace> committed{};
  draw::CeremonyNonce nonce{};  ///< Zeros before `revealed`.
  std::optional<LedgerPlace> revealed{};
};

/// A ceremony that stands in the ledger: all that a stranger needs to check it without trusting the
/// rules by which the ledger took it.
struct LedgerCeremony {
  Hash plan{};                        ///< Hash of the plan's document, as in every commitment.
  LedgerPlace planned{};              ///< Of plan.commit.
  std::vector<LedgerPart> provers{};  ///< One for each Prover of the plan, by rising party id.
  LedgerPart verifier{};
  std::optional<LedgerPlace> sealed{};  ///< Of draw.seal, if it is there.
  std::vector<std::string> faults{};    ///< What is wrong with the entries themselves.
};

/// Whether every party of the plan committed and revealed.
[[nodiscard]] bool is_complete(const LedgerCeremony& ceremony);

/// The party whose part stands first among those that are still to come: "northwind has not
/// committed". Empty when the ceremony is complete.
[[nodiscard]] std::string missing_part(const LedgerCeremony& ceremony);

/// What is wrong with the parts themselves: missing, not opened by their nonce, copied, or faults
/// of their entries. Empty if the value is the one that the parties made.
[[nodiscard]] std::vector<std::string> part_findings(const LedgerCeremony& ceremony);

/// What is wrong with the order of the entries: every commitment after the plan, every reveal after
/// every commitment, the seal after every reveal. Empty if nobody could know the value when the
/// plan was committed, nor choose a nonce after seeing another one.
[[nodiscard]] std::vector<std::string> order_findings(const LedgerCeremony& ceremony);

/// When the first commitment was accepted: no part of the value stood before. Nothing if none was.
[[nodiscard]] std::optional<Timestamp> begun_at(const LedgerCeremony& ceremony);

/// The value, of kind "ceremony" and round 0: verified if it has no `part_findings`; they are in
/// its source.
[[nodiscard]] BeaconValue ledger_beacon(const LedgerCeremony& ceremony);

}  // namespace muster::sampler
