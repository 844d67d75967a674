#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::attestation::spdm {

/// What the measurements of a good device may be. A measurement that is neither listed nor ignored
/// cannot be judged.
struct ReferenceValues {
  std::string source;                                    ///< Who says so, for reports.
  std::map<std::uint8_t, std::vector<Bytes>> allowed{};  ///< By index: any one of these.
  std::set<std::uint8_t> ignored{};  ///< Indices that differ from device to device.
};

/// Reads `{"source": "…", "measurements": {"1": ["<hex>", …]}, "ignored": [5, …]}`.
/// Errors: `invalid_input` naming the field.
Result<ReferenceValues> parse_reference(std::string_view text);

}  // namespace muster::attestation::spdm
