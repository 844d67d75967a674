#pragma once

#include <string>
#include <string_view>

#include "registry/chokepoint/extract.hpp"
#include "registry/chokepoint/extract_rows.hpp"

namespace muster::choke {

/// What an extract says of a key, at a time.
enum class KeyStanding : std::uint8_t {
  valid,    ///< A party's, neither revoked nor over; or that of a chip that is not on the hot list.
  expired,  ///< A party's whose rotation is over.
  revoked,  ///< A party's that it, or the registrar, revoked.
  replaced,  ///< A chip's until a repair gave it another.
  hot,       ///< That of a chip on the hot list.
  unknown,   ///< None of these, as far as the extract goes.
  too_old,   ///< Valid or unknown when the extract was made, which is too long ago to say so now.
  clock,     ///< The extract is dated after the present time.
};

[[nodiscard]] std::string_view name_of(KeyStanding standing);

struct KeyAnswer {
  std::string key{};  ///< The id of a party's key, or the SHA-256 of a device key; else as asked.
  KeyStanding standing = KeyStanding::unknown;
  std::string holder{};    ///< The party or the chip, if there is one.
  std::string text{};      ///< In words, with dates.
  bool suspended = false;  ///< The party is.
};

/// How a party's key (its id or the key itself) or a device key (its SHA-256) stands at `now`.
/// Revoked, replaced, expired and hot it stays however old the extract is: what an old extract does
/// not know of is the opposite.
/// Errors: those of `Extract::find`.
Result<KeyAnswer> key_standing(Extract& extract, std::string_view key, Timestamp now);

}  // namespace muster::choke
