#include "ledger/crypto/key_id.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"

namespace muster::crypto {

Result<KeyId> KeyId::parse(std::string_view text) {
  const auto is_lower_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (text.size() != 32 || !std::ranges::all_of(text, is_lower_hex)) {
    return failure(Errc::invalid_input, "key id: got \"" + std::string(text.substr(0, 40)) +
                                            "\", want 32 lower-case hex digits");
  }
  return KeyId(std::string(text));
}

KeyId KeyId::of(const PublicKey& key) {
  const std::string head = "muster/key/v1\n" + std::string(key.algorithm()) + "\n";
  const Hash hash = sha256({as_bytes(head), key.bytes()});
  return KeyId(hash.to_hex().substr(0, 32));
}

}  // namespace muster::crypto
