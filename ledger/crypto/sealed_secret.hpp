#pragma once

#include <string_view>

#include "ledger/base/bytes.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/random.hpp"

namespace muster::crypto {

/// How hard it is to try a passphrase: passes over, and bytes of, memory of Argon2id.
/// Source: RFC 9106 section 4.
struct PassphraseCost {
  std::uint64_t passes = 3;
  std::uint64_t memory_bytes = std::uint64_t{256} << 20U;
};

/// `secret` encrypted under a passphrase: Argon2id gives the key, XChaCha20-Poly1305 encrypts and
/// authenticates, `bound` is authenticated with it. Canonical JSON {"box","cipher","memory",
/// "nonce","passes","salt"}. Source: RFC 9106; draft-irtf-cfrg-xchacha-03; both by libsodium.
/// Errors: `unavailable` when the memory cannot be had.
Result<Json> seal_secret(ByteView secret, std::string_view passphrase, std::string_view bound,
                         Random& random, const PassphraseCost& cost = {});

/// The secret in what `seal_secret` made. Costs above 64 passes or 4 GiB are refused: a file must
/// not be able to stall its reader.
/// Errors: `invalid_input` for another form, and with rule `key.wrong_passphrase` for a wrong
/// passphrase or changed bytes (which cannot be told apart); `unavailable`.
Result<Bytes> open_secret(const Json& sealed, std::string_view passphrase, std::string_view bound);

}  // namespace muster::crypto
