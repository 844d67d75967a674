#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "ledger/crypto/key_file.hpp"

namespace muster::cli {

/// The passphrase or PIN for `what`: the first line of the file that MUSTER_PASSPHRASE_FILE names,
/// else typed at the terminal without echo.
/// Errors: `invalid_input` where there is neither, `not_found`, `unavailable`.
Result<std::string> ask_passphrase(const std::string& what);

/// Like `ask_passphrase`, for a key that is to be made: what is typed is typed twice.
/// Errors: also `invalid_input` when the two differ.
Result<std::string> ask_new_passphrase(const std::string& what);

/// The signer that `key` names: a key file, plain or encrypted, or a token's PKCS #11 URI.
/// Errors: those of `read_secret_key` and `TokenSigner::open`.
Result<std::unique_ptr<crypto::Signer>> open_signer(const std::string& key);

/// One for each name.
Result<std::vector<std::unique_ptr<crypto::Signer>>> open_signers(
    const std::vector<std::string>& keys);

/// The signers after the first: those that sign beside the author.
[[nodiscard]] std::vector<const crypto::Signer*> co_signers_of(
    const std::vector<std::unique_ptr<crypto::Signer>>& signers);

/// The secret key in a file, of any algorithm. Errors: those of `read_secret_key`.
Result<crypto::SecretKey> open_secret_key(const std::filesystem::path& file);

/// For what only an Ed25519 key in a file can do: checkpoints, ceremonies, VRF seeds.
Result<crypto::Ed25519Signer> open_ed25519(const std::filesystem::path& file);

}  // namespace muster::cli
