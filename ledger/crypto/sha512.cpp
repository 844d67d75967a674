#include "ledger/crypto/sha512.hpp"

#include <sodium.h>

namespace muster::crypto {

Sha512Digest sha512(std::initializer_list<ByteView> parts) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  for (const ByteView part : parts) crypto_hash_sha512_update(&state, part.data(), part.size());
  Sha512Digest digest{};
  crypto_hash_sha512_final(&state, digest.data());
  return digest;
}

}  // namespace muster::crypto
