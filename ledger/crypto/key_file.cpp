#include "ledger/crypto/key_file.hpp"

#include <algorithm>
#include <system_error>

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/key_id.hpp"
#include "ledger/crypto/private_file.hpp"
#include "ledger/crypto/wipe.hpp"

namespace muster::crypto {
namespace {

constexpr std::uint64_t max_key_file_bytes = 4096;

/// What a key file says, its secret still as it stands there.
struct KeyFile {
  std::string algorithm;
  PublicKey key;
  std::string secret_hex{};  ///< Empty in a sealed file.
  Json sealed{};
};

/// What the cipher authenticates beside the secret: the halves cannot be put together anew.
std::string bound_text(const PublicKey& key) {
  return "muster/key-file/v1\n" + std::string(key.algorithm()) + "\n" + key.text() + "\n";
}

Bytes secret_bytes(const SecretKey& key) {
  if (const auto* ed25519 = std::get_if<Ed25519Signer>(&key)) {
    return to_bytes(ed25519->reveal_secret_seed());
  }
  return std::get<EcdsaSigner>(key).reveal_secret();
}

Json public_part(const PublicKey& key) {
  return {{"algorithm", std::string(key.algorithm())},
          {"key_id", KeyId::of(key).text()},
          {"public", key.text()},
          {"v", 1}};
}

Result<KeyFile> parse_key(const std::string& text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "key"));
  MUSTER_TRY(fields.integer("v", 1, 1));
  MUSTER_TRY_ASSIGN(const std::string algorithm, fields.text("algorithm"));
  MUSTER_TRY_ASSIGN(const std::string key_id, fields.text("key_id"));
  MUSTER_TRY_ASSIGN(const std::string public_text, fields.text("public"));
  MUSTER_TRY_ASSIGN(const PublicKey key, PublicKey::parse(public_text));
  if (key.algorithm() != algorithm || KeyId::of(key).text() != key_id) {
    return failure(Errc::invalid_input,
                   "key: algorithm or key id are not those of the public half");
  }
  KeyFile file{algorithm, key};
  if (json.contains("sealed")) {
    file.sealed = json.at("sealed");
    MUSTER_TRY(fields.object("sealed"));
  } else {
    MUSTER_TRY_ASSIGN(file.secret_hex, fields.text("secret"));
  }
  MUSTER_TRY(fields.finish());
  return file;
}

Result<KeyFile> read_parsed(const std::filesystem::path& path) {
  MUSTER_TRY_ASSIGN(std::string text, read_text_file(path, max_key_file_bytes));
  const Wiped wiped(text);
  MUSTER_TRY(check_private(path));
  auto file = parse_key(text);
  if (!file) return failure(std::move(file.error()).during("reading key " + path.string()));
  return file;
}

Result<SecretKey> key_of(std::string_view algorithm, ByteView secret) {
  if (algorithm == "ed25519") {
    std::array<std::uint8_t, 32> seed{};
    if (secret.size() != seed.size()) {
      return failure(Errc::invalid_input,
                     "key.secret: got " + std::to_string(secret.size()) + " bytes, want 32");
    }
    std::ranges::copy(secret, seed.begin());
    return SecretKey(Ed25519Signer(seed));
  }
  const Curve curve = algorithm == "p256" ? Curve::p256 : Curve::p384;
  MUSTER_TRY_ASSIGN(EcdsaSigner signer, EcdsaSigner::from_secret(curve, secret));
  return SecretKey(std::move(signer));
}

Result<Bytes> secret_of(const KeyFile& file, const std::filesystem::path& path,
                        const PassphraseSource& ask) {
  if (file.sealed.is_null()) return bytes_from_hex(file.secret_hex);
  if (!ask) {
    return failure(Errc::invalid_input,
                   "the key is encrypted, and nobody can be asked for its "
                   "passphrase: set MUSTER_PASSPHRASE_FILE");
  }
  MUSTER_TRY_ASSIGN(std::string passphrase, ask(path));
  const Wiped wiped(passphrase);
  return open_secret(file.sealed, passphrase, bound_text(file.key));
}

Result<SecretKey> secret_key_of(const KeyFile& file, const std::filesystem::path& path,
                                const PassphraseSource& ask) {
  MUSTER_TRY_ASSIGN(Bytes secret, secret_of(file, path, ask));
  const Wiped wiped(secret);
  MUSTER_TRY_ASSIGN(SecretKey key, key_of(file.algorithm, secret));
  if (signer_of(key).verifying_key() != file.key) {
    return failure(Errc::invalid_input, "the public half does not belong to the secret half");
  }
  return key;
}

Result<void> create_private(const std::filesystem::path& path, const Json& json) {
  std::string text = canonical_json(json) + "\n";
  const Wiped wiped(text);
  return create_file(path, as_bytes(text), 0600);
}

}  // namespace

const Signer& signer_of(const SecretKey& key) {
  return std::visit([](const auto& signer) -> const Signer& { return signer; }, key);
}

Result<void> create_key_file(const std::filesystem::path& path, const SecretKey& key) {
  Json json = public_part(signer_of(key).verifying_key());
  Bytes secret = secret_bytes(key);
  const Wiped wiped(secret);
  json["secret"] = to_hex(secret);
  return create_private(path, json);
}

Result<void> create_sealed_key_file(const std::filesystem::path& path, const SecretKey& key,
                                    std::string_view passphrase, Random& random,
                                    const PassphraseCost& cost) {
  if (passphrase.empty()) {
    return failure(Errc::invalid_input,
                   "passphrase: it is empty; leave the encryption away "
                   "rather than pretend it");
  }
  const PublicKey half = signer_of(key).verifying_key();
  Json json = public_part(half);
  Bytes secret = secret_bytes(key);
  const Wiped wiped(secret);
  MUSTER_TRY_ASSIGN(json["sealed"],
                    seal_secret(secret, passphrase, bound_text(half), random, cost));
  return create_private(path, json);
}

Result<SecretKey> read_secret_key(const std::filesystem::path& path, const PassphraseSource& ask) {
  MUSTER_TRY_ASSIGN(KeyFile file, read_parsed(path));
  const Wiped wiped(file.secret_hex);
  auto key = secret_key_of(file, path, ask);
  if (!key) return failure(std::move(key.error()).during("reading key " + path.string()));
  return key;
}

Result<PublicKey> read_public_half(const std::filesystem::path& path) {
  MUSTER_TRY_ASSIGN(KeyFile file, read_parsed(path));
  const Wiped wiped(file.secret_hex);
  return file.key;
}

Result<Ed25519Signer> read_key_file(const std::filesystem::path& path,
                                    const PassphraseSource& ask) {
  MUSTER_TRY_ASSIGN(const SecretKey key, read_secret_key(path, ask));
  const auto* signer = std::get_if<Ed25519Signer>(&key);
  if (signer == nullptr) {
    return failure(Errc::invalid_input,
                   path.string() + ": got a key of " +
                       std::string(signer_of(key).verifying_key().algorithm()) +
                       ", want one of ed25519 for this");
  }
  return *signer;
}

}  // namespace muster::crypto
