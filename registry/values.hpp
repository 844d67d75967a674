#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"

namespace muster::registry {

/// The number of a row of one of the registry's tables, in order of registration.
using RowN = std::uint32_t;
inline constexpr RowN no_row = std::numeric_limits<RowN>::max();

/// A log index as the hot state keeps it: four thousand million statements.
using Index32 = std::uint32_t;
inline constexpr Index32 no_index = std::numeric_limits<Index32>::max();

/// Where a chip stands in its life. `voided`: it never was, its making was taken back; `out`: out
/// of scope by an authority's word, until it says otherwise.
enum class Life : std::uint8_t { made, passed, failed, retired, destroyed, voided, out };

/// How a chip came to be known. Only `maker` was followed from its making.
enum class Provenance : std::uint8_t { maker, chokepoint, declared };

/// What a chip stands in.
enum class Place : std::uint8_t { loose, in_container, in_assembly, installed };

/// Who has the chip in hand while it moves.
enum class Transport : std::uint8_t {
  at_site,
  with_carrier,
  at_receiver,
  at_chokepoint,
  returning,
};

/// What is known of the device's identity: nothing; a key by the maker's word; possession of that
/// key proven at some time; seen by an inspector.
enum class Assurance : std::uint8_t { none, bound, fresh, verified };

/// Flags that stack on a chip.
enum class Flag : std::uint16_t {
  quarantine = 1U << 0U,
  hold = 1U << 1U,
  lost = 1U << 2U,
  stolen = 1U << 3U,
  seized = 1U << 4U,
  missing = 1U << 5U,   ///< Not where a case says it should be; nobody declared it lost.
  tamper = 1U << 6U,    ///< By report, until an authority rules.
  diverted = 1U << 7U,  ///< By report, until an authority rules.
  rma = 1U << 8U,       ///< Under an open return for repair.
  overdue = 1U << 9U,   ///< Its release was not accepted in time.
};

/// What a person is shown: the first of these that fits.
enum class Display : std::uint8_t {
  voided,
  destroyed,
  out,
  seized,
  stolen,
  lost,
  missing,
  held_at_border,
  quarantine,
  in_transit,
  released,
  in_repair,
  installed,
  retired,
  in_stock,
  rejected,
  made,
};

/// What a party may do. A party has one or more.
enum class Role : std::uint32_t {
  registrar = 1U << 0U,
  authority = 1U << 1U,
  designer = 1U << 2U,
  fab = 1U << 3U,
  packager = 1U << 4U,
  test_house = 1U << 5U,
  distributor = 1U << 6U,
  prover = 1U << 7U,
  verifier = 1U << 8U,
  inspector = 1U << 9U,
  witness = 1U << 10U,
  destroyer = 1U << 11U,
  carrier = 1U << 12U,
};

using RoleSet = std::uint32_t;
inline constexpr RoleSet any_role = 0xFFFFFFFFU;

[[nodiscard]] constexpr RoleSet roles(std::initializer_list<Role> list) {
  RoleSet set = 0;
  for (const Role role : list) set |= static_cast<RoleSet>(role);
  return set;
}

/// Stable lower-case names, as they stand in JSON and in reports.
[[nodiscard]] std::string_view name_of(Life value);
[[nodiscard]] std::string_view name_of(Provenance value);
[[nodiscard]] std::string_view name_of(Place value);
[[nodiscard]] std::string_view name_of(Transport value);
[[nodiscard]] std::string_view name_of(Assurance value);
[[nodiscard]] std::string_view name_of(Display value);
[[nodiscard]] std::string_view name_of(Flag value);
[[nodiscard]] std::string_view name_of(Role value);

/// All flags in the order of their bits.
[[nodiscard]] std::span<const Flag> all_flags();
/// All roles in the order of their bits.
[[nodiscard]] std::span<const Role> all_roles();
[[nodiscard]] std::optional<Role> role_of(std::string_view name);

/// "packager or fab", for messages; "any" for `any_role`.
[[nodiscard]] std::string text_of_roles(RoleSet set);

}  // namespace muster::registry
