#pragma once

#include <filesystem>

#include "ledger/crypto/ed25519.hpp"

namespace muster::crypto {

/// Writes `signer`'s key to a new file that only its owner may read (mode 0600):
/// canonical JSON {"algorithm":"ed25519","key_id":…,"public":hex,"secret":hex,"v":1}.
/// Errors: `conflict` if the file exists, `unavailable`.
Result<void> create_key_file(const std::filesystem::path& path, const Ed25519Signer& signer);

/// Reads a file that `create_key_file` wrote.
/// Errors: `invalid_input` when others may read the file, when it is no key file, or when public
/// and secret half do not belong together.
Result<Ed25519Signer> read_key_file(const std::filesystem::path& path);

}  // namespace muster::crypto
