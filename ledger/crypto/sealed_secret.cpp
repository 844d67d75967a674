#include "ledger/crypto/sealed_secret.hpp"

#include <sodium.h>

#include <array>

#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::crypto {
namespace {

constexpr const char* cipher_name = "argon2id-xchacha20poly1305";
constexpr std::uint64_t most_passes = 64;
constexpr std::uint64_t most_memory = std::uint64_t{4} << 30U;
constexpr std::uint64_t least_memory = std::uint64_t{8} << 20U;

using Salt = std::array<std::uint8_t, crypto_pwhash_SALTBYTES>;
using Nonce = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>;

/// A key of the cipher that is wiped at the end.
class CipherKey final {
 public:
  CipherKey() = default;
  CipherKey(const CipherKey&) = delete;
  CipherKey& operator=(const CipherKey&) = delete;
  ~CipherKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

  Result<void> derive(std::string_view passphrase, const Salt& salt, const PassphraseCost& cost) {
    MUSTER_CHECK(sodium_init() >= 0);
    if (crypto_pwhash(bytes_.data(), bytes_.size(), passphrase.data(), passphrase.size(),
                      salt.data(), cost.passes, cost.memory_bytes,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
      return failure(Errc::unavailable, "passphrase: no " + std::to_string(cost.memory_bytes) +
                                            " bytes of memory to derive the key in");
    }
    return {};
  }
  [[nodiscard]] const std::uint8_t* data() const { return bytes_.data(); }

 private:
  std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_KEYBYTES> bytes_{};
};

Result<PassphraseCost> read_cost(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const auto passes, fields.integer("passes", 1, most_passes));
  MUSTER_TRY_ASSIGN(const auto memory, fields.integer("memory", least_memory, most_memory));
  return PassphraseCost{static_cast<std::uint64_t>(passes), static_cast<std::uint64_t>(memory)};
}

template <class Array>
Result<Array> read_hex(FieldReader& fields, std::string_view name) {
  MUSTER_TRY_ASSIGN(const std::string text, fields.text(name));
  Array bytes{};
  MUSTER_TRY(fill_from_hex(text, bytes));
  return bytes;
}

}  // namespace

Result<Json> seal_secret(ByteView secret, std::string_view passphrase, std::string_view bound,
                         Random& random, const PassphraseCost& cost) {
  Salt salt{};
  Nonce nonce{};
  random.fill(salt);
  random.fill(nonce);
  CipherKey key;
  MUSTER_TRY(key.derive(passphrase, salt, cost));
  Bytes box(secret.size() + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  const Bytes extra = to_bytes(bound);
  MUSTER_CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(box.data(), nullptr, secret.data(),
                                                          secret.size(), extra.data(), extra.size(),
                                                          nullptr, nonce.data(), key.data()) == 0);
  return Json{{"box", to_hex(box)},     {"cipher", cipher_name}, {"memory", cost.memory_bytes},
              {"nonce", to_hex(nonce)}, {"passes", cost.passes}, {"salt", to_hex(salt)}};
}

Result<Bytes> open_secret(const Json& sealed, std::string_view passphrase, std::string_view bound) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(sealed, "sealed"));
  MUSTER_TRY_ASSIGN(const std::string cipher, fields.text("cipher"));
  if (cipher != cipher_name) {
    return failure(Errc::invalid_input,
                   "sealed.cipher: got \"" + cipher + "\", want " + cipher_name);
  }
  MUSTER_TRY_ASSIGN(const PassphraseCost cost, read_cost(fields));
  MUSTER_TRY_ASSIGN(const Salt salt, read_hex<Salt>(fields, "salt"));
  MUSTER_TRY_ASSIGN(const Nonce nonce, read_hex<Nonce>(fields, "nonce"));
  MUSTER_TRY_ASSIGN(const std::string box_hex, fields.text("box"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY_ASSIGN(const Bytes box, bytes_from_hex(box_hex));
  if (box.size() < crypto_aead_xchacha20poly1305_ietf_ABYTES) {
    return failure(Errc::invalid_input,
                   "sealed.box: got " + std::to_string(box.size()) + " bytes, want at least 16");
  }
  CipherKey key;
  MUSTER_TRY(key.derive(passphrase, salt, cost));
  Bytes secret(box.size() - crypto_aead_xchacha20poly1305_ietf_ABYTES);
  const Bytes extra = to_bytes(bound);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret.data(), nullptr, nullptr, box.data(),
                                                 box.size(), extra.data(), extra.size(),
                                                 nonce.data(), key.data()) != 0) {
    return tl::unexpected<Error>(Error{
        Errc::invalid_input, "passphrase: wrong, or the file was changed", "key.wrong_passphrase"});
  }
  return secret;
}

}  // namespace muster::crypto
