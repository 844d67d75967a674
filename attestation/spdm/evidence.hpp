#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::attestation::spdm {

/// The most reports that one file may hold, and the largest file.
inline constexpr std::size_t max_reports = 4096;
inline constexpr std::size_t max_evidence_file_bytes = std::size_t{1} << 30U;

/// What a file says about one device, before anything of it is believed.
struct Evidence {
  std::string architecture;  ///< "HOPPER", as the file claims; empty when it does not.
  Bytes report;              ///< Request and response, one behind the other.
  std::string chain_pem;     ///< The device's certificates, leaf first.
  std::string nonce_hex;     ///< The nonce that the file claims was asked with; empty if none.
  /// What of the above could not be read, each naming its field. A hostile file ends here, not in
  /// an error.
  std::vector<std::string> problems;
};

/// Reads a file of evidence: either the JSON that NVIDIA's tools write (one object, or an array of
/// objects with `arch`, `certificate`, `evidence`, `nonce`), or a report as hex digits, whose
/// certificates then come from `chain_pem`. At least one item.
/// Errors: `invalid_input` when the text is of neither kind.
Result<std::vector<Evidence>> read_evidence(std::string_view text, std::string_view chain_pem = {});

}  // namespace muster::attestation::spdm
