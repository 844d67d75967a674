#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/merkle.hpp"
#include "registry/holdings/holdings.hpp"
#include "sampler/draw/leaf.hpp"

namespace muster::registry {

/// Longest text of a blinded roster or of an opening that is looked at.
inline constexpr std::size_t max_blinded_bytes = std::size_t{1} << 28U;

/// A roster or a frame that shows how many chips fit and what they come to, and of each chip a leaf
/// that says nothing to whoever has not its opening.
struct BlindedRoster {
  std::string origin;  ///< Of the log.
  Index32 entries = 0;
  Selection selection;
  std::optional<Window> window{};  ///< Of a frame.
  HoldingTotals totals;
  std::vector<Hash> leaves{};  ///< By rising id of their chips.
  Hash root;                   ///< RFC 6962 over them.

  friend bool operator==(const BlindedRoster&, const BlindedRoster&) = default;
};

/// One line of a blinded roster, and its way to the root.
struct RosterOpening {
  Holding line;
  draw::Salt salt{};
  std::uint64_t index = 0;
  std::uint64_t count = 0;  ///< Lines of the roster.
  Hash root;
  ledger::Proof proof{};

  friend bool operator==(const RosterOpening&, const RosterOpening&) = default;
};

/// The salt of a line is `draw::frame_salt` of `key` and the chip's id: who has the key knows the
/// line of a chip, nobody else does, and an opening gives away its own alone.
///
/// SHA-256("muster/roster/leaf/v1\n" || salt || canonical JSON of chip, custodian, exit_read,
/// held_ms, owner, product, site, tenant and tpp).
[[nodiscard]] Hash blinded_leaf(const Holding& line, const draw::Salt& salt);

/// Requires: holdings by rising id; a key of 32 bytes.
[[nodiscard]] BlindedRoster blind(std::string origin, Index32 entries, const Selection& selection,
                                  const std::optional<Window>& window,
                                  std::span<const Holding> holdings, ByteView key);

/// The opening of `chip`. Requires: as `blind`.
/// Errors: `not_found` if the chip is not among them.
Result<RosterOpening> open_line(std::span<const Holding> holdings, const ChipId& chip,
                                ByteView key);

/// Whether an opening leads to its root, and that is `roster`'s.
/// Errors: `refused` with rule `roster.opening`, or `roster.other` if it is of another roster.
Result<void> check_opening(const RosterOpening& opening, const BlindedRoster& roster);

/// Canonical JSON; registry/README.md has the form.
[[nodiscard]] std::string encode_blinded(const BlindedRoster& roster);
[[nodiscard]] std::string encode_opening(const RosterOpening& opening);

/// Read exactly what is written above, one line feed behind it allowed. A roster whose leaves do
/// not lead to its root is none.
/// Errors: `refused` with rule `roster.unreadable`, naming the field; `roster.root`.
Result<BlindedRoster> parse_blinded(std::string_view text);
Result<RosterOpening> parse_opening(std::string_view text);

}  // namespace muster::registry
