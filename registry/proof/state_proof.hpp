#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/merkle.hpp"
#include "registry/manifest.hpp"
#include "registry/state_record.hpp"
#include "registry/state_root.hpp"

namespace muster::registry {

/// Longest text of a proof that is looked at.
inline constexpr std::size_t max_state_proof_bytes = std::size_t{1} << 26U;

/// One item of the manifest that a statement refers to, and its way to the manifest's root.
struct ItemProof {
  std::uint64_t index = 0;  ///< Among the manifest's items.
  std::string item;         ///< Canonical JSON, as it stands in the manifest.
  ledger::Proof proof;
  std::array<std::uint8_t, salt_bytes> salt{};

  friend bool operator==(const ItemProof&, const ItemProof&) = default;
};

/// An entry of the log. Where its statement lists chips by a manifest, `items` says whether the
/// chip is among them: its own item; or the two between which it would stand, or the first or last
/// one alone.
struct QuotedEntry {
  Bytes entry;
  std::vector<ItemProof> items{};

  friend bool operator==(const QuotedEntry&, const QuotedEntry&) = default;
};

/// Like it, with its way to the root of the proof's checkpoint.
struct ProvenEntry {
  QuotedEntry quoted;
  ledger::Proof proof;

  friend bool operator==(const ProvenEntry&, const ProvenEntry&) = default;
};

/// Every entry after the commitment, up to the checkpoint.
struct WholeTail {
  std::vector<Hash> edge;  ///< The complete subtrees before them, the largest first.
  std::vector<QuotedEntry> entries;

  friend bool operator==(const WholeTail&, const WholeTail&) = default;
};

/// The entries after the commitment that moved the chip, as the server tells.
using NamedTail = std::vector<ProvenEntry>;

/// What a chip's state was at a commitment, and what came after it.
struct ChipProof {
  std::string checkpoint;    ///< A signed note, with the witnesses' cosignatures.
  ProvenEntry commit;        ///< The `state.commit`.
  std::uint64_t number = 0;  ///< The chip's place among the committed ones.
  StateRecord record;
  ledger::Proof proof;  ///< To the committed root.
  ProvenEntry last;     ///< The statement that made this state.
  std::variant<NamedTail, WholeTail> tail;

  friend bool operator==(const ChipProof&, const ChipProof&) = default;
};

/// One chip of a roster, and its way to the roster's root.
struct RosterItemProof {
  RosterItem item;
  std::uint64_t index = 0;
  ledger::Proof proof;

  friend bool operator==(const RosterItemProof&, const RosterItemProof&) = default;
};

/// What a custodian had at a commitment.
struct RosterProof {
  std::string checkpoint;
  ProvenEntry commit;
  CustodianRecord custodian;
  std::uint64_t index = 0;                         ///< Among the custodians.
  ledger::Proof proof;                             ///< To the committed root of the custodians.
  std::optional<std::vector<RosterItem>> chips{};  ///< All of them, by rising id.
  std::optional<RosterItemProof> chip{};

  friend bool operator==(const RosterProof&, const RosterProof&) = default;
};

using StateProof = std::variant<ChipProof, RosterProof>;

/// Whether a text begins as a proof of state does, so that it is worth reading as one.
[[nodiscard]] bool looks_like_state_proof(std::string_view text);

/// Canonical JSON; registry/README.md has the form.
[[nodiscard]] std::string encode_state_proof(const StateProof& proof);

/// Reads exactly what `encode_state_proof` writes, one line feed behind it allowed. Nothing is
/// verified yet.
/// Errors: `refused` with rule `proof.unreadable`, naming the field.
Result<StateProof> parse_state_proof(std::string_view text);

}  // namespace muster::registry
