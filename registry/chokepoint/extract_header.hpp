#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ledger/base/timestamp.hpp"
#include "ledger/merkle.hpp"
#include "ledger/note.hpp"

namespace muster::choke {

/// Which chips an extract has.
enum class Scope : std::uint8_t {
  border,  ///< Those on the hot list, and those of open releases.
  all,     ///< Every chip that was ever packaged.
};

/// What the log's operator signs of an extract: which register, as of when, and what is in it.
struct ExtractHeader {
  std::string origin{};     ///< The log, and the name of the key that signs.
  ledger::TreeHead head{};  ///< The entries that are in it.
  Timestamp made_at{};      ///< By the operator's clock.
  Scope scope = Scope::border;
  std::uint64_t rows = 0;
  std::uint64_t directory_bytes = 0;
  Hash directory{};  ///< SHA-256 of the directory, which has that of every block.

  friend bool operator==(const ExtractHeader&, const ExtractHeader&) = default;
};

/// The text that is signed: a heading, and one line of canonical JSON. It is no checkpoint, whose
/// second line is a number, and no other note of an operator.
[[nodiscard]] std::string extract_header_text(const ExtractHeader& header);

/// Reads exactly what `extract_header_text` writes. Errors: `invalid_input`.
Result<ExtractHeader> parse_extract_header_text(std::string_view text);

/// The header in `note` if one of `keys` signed it.
/// Errors: `invalid_input` for what is no such note; those of `check_note_signature`.
Result<ExtractHeader> verify_extract_header(std::string_view note,
                                            std::span<const ledger::VerifierKey> keys);

}  // namespace muster::choke
