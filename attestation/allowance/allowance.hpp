#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/chip_id.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/names.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::attestation {

/// What an issuer allows one chip to compute: a licence that works offline. Signed in an envelope;
/// the format is in README.md.
struct Allowance {
  ChipId chip;
  std::uint64_t number = 0;    ///< Rises with each allowance of a chip; the first is 1 or more.
  std::uint64_t previous = 0;  ///< Number of the one issued to the chip before; 0: none was.
  PartyId issuer;
  std::uint64_t megacycles = 0;  ///< Millions of clock cycles at work, above 0.
  Timestamp not_before;
  Timestamp not_after;  ///< From here on it is worth nothing, whatever is left.
  Hash policy{};        ///< SHA-256 of the terms that it was issued under.

  friend bool operator==(const Allowance&, const Allowance&) = default;
};

/// Numbers and megacycles of allowances are below this: they stand in device logs.
inline constexpr std::uint64_t max_allowance_number = (std::uint64_t{1} << 53U) - 1;

/// The canonical document `muster/allowance/v1`.
[[nodiscard]] std::string encode_allowance(const Allowance& allowance);

/// Errors: `invalid_input`, naming the field: not canonical, a number that is not above the one
/// before, an end that is not after the beginning.
Result<Allowance> parse_allowance(std::string_view text);

}  // namespace muster::attestation
