#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "ledger/crypto/ecdsa.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/crypto/sealed_secret.hpp"

namespace muster::crypto {

/// A secret key of any algorithm that a key file may hold.
using SecretKey = std::variant<Ed25519Signer, EcdsaSigner>;

/// The same as a signer.
[[nodiscard]] const Signer& signer_of(const SecretKey& key);

/// Asks for the passphrase of the key file that it is given. Never called for a plain file.
using PassphraseSource = std::function<Result<std::string>(const std::filesystem::path& path)>;

/// Writes `key` to a new file that only its owner may read (mode 0600): canonical JSON
/// {"algorithm","key_id","public","secret","v":1}, all in text and hex.
/// Errors: `conflict` if the file exists, `unavailable`.
Result<void> create_key_file(const std::filesystem::path& path, const SecretKey& key);

/// The same with {"sealed":…} instead of "secret": see `seal_secret`; algorithm and public half
/// are authenticated with it.
Result<void> create_sealed_key_file(const std::filesystem::path& path, const SecretKey& key,
                                    std::string_view passphrase, Random& random,
                                    const PassphraseCost& cost = {});

/// Reads a file that either of them wrote.
/// Errors: `invalid_input` when others may read the file, when it is no key file, when public and
/// secret half do not belong together, or when it is sealed and `ask` is empty; with rule
/// `key.wrong_passphrase`; those of `ask`.
Result<SecretKey> read_secret_key(const std::filesystem::path& path, const PassphraseSource& ask);

/// The public half, without asking for a passphrase. Errors: as of `read_secret_key`.
Result<PublicKey> read_public_half(const std::filesystem::path& path);

/// Like `read_secret_key`, for what only an Ed25519 key can do: checkpoints, VRF seeds.
/// Errors: also `invalid_input` for a key of another algorithm.
Result<Ed25519Signer> read_key_file(const std::filesystem::path& path,
                                    const PassphraseSource& ask = {});

}  // namespace muster::crypto
