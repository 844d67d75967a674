#pragma once

#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"

namespace muster::attestation::spdm {

/// The most blocks that one text may hold.
inline constexpr std::size_t max_pem_blocks = 32;

/// The contents of the blocks `label` ("CERTIFICATE", "X509 CRL") that `text` consists of, in
/// order. Strict, so that no byte goes unread: nothing between the blocks but empty lines, lines of
/// 64 characters but the last, canonical base64. LF or CR LF ends a line. Errors: `invalid_input`
/// naming the line. Source: RFC 7468 section 3, strict form.
Result<std::vector<Bytes>> parse_pem(std::string_view text, std::string_view label);

}  // namespace muster::attestation::spdm
