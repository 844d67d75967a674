#pragma once

#include <string>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/timestamp.hpp"
#include "ledger/crypto/openssl_handles.hpp"

// Shared by the files of this folder that wrap X.509; nobody else includes it.
namespace muster::crypto::detail {

/// An object identifier from its dotted form. Requires: a valid identifier.
[[nodiscard]] ObjectHandle object_from_dots(const std::string& oid);
[[nodiscard]] std::string dots_of(const ASN1_OBJECT* object);

[[nodiscard]] std::string name_text(const X509_NAME* name);

/// Errors: `invalid_input`.
Result<Timestamp> timestamp_of(const ASN1_TIME* time, const std::string& what);

}  // namespace muster::crypto::detail
