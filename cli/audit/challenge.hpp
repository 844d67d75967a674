#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/chip_id.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli {

/// What an inspector asks of one drawn chip: a line of the file that goes to the site.
struct Challenge {
  std::string plan;
  std::string site;
  Hash opening;        ///< Statement hash of the site's draw.open.
  std::uint64_t line;  ///< Place in that opening.
  ChipId chip;
  Hash nonce;
};

/// SHA-256 over "muster/nonce/v1", the line (8 bytes, big-endian), the opening and the gate value,
/// each behind its length as a 4-byte big-endian number. The gate value is read at the gate, so
/// that nobody can have prepared an answer.
[[nodiscard]] Hash challenge_nonce(std::uint64_t line, const Hash& opening, const Hash& gate);

/// One canonical JSON object a line.
[[nodiscard]] std::string challenge_lines(const std::vector<Challenge>& challenges);

/// Reads what `challenge_lines` wrote. Errors: `invalid_input`, naming `name` and the line.
Result<std::vector<Challenge>> parse_challenges(std::string_view text, const std::string& name);

}  // namespace muster::cli
