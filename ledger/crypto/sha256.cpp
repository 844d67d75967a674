#include "ledger/crypto/sha256.hpp"

// The SHA256_CTX calls are old but plain: a state that is copied with memcpy clones a midstate
// without allocation, which the EVP calls of OpenSSL 3.0 cannot.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <cstring>

#include "ledger/base/check.hpp"

namespace muster::crypto {
namespace {

// Fetched once: an EVP call without it looks the algorithm up again, 2.9 times slower at 96 bytes.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  MUSTER_CHECK(fetched != nullptr);
  return fetched;
}

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context started_context() {
  Context context(EVP_MD_CTX_new());
  MUSTER_CHECK(context && EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1);
  return context;
}

Hash finished(EVP_MD_CTX* context) {
  Hash hash;
  unsigned length = 0;
  MUSTER_CHECK(EVP_DigestFinal_ex(context, hash.bytes.data(), &length) == 1);
  MUSTER_CHECK(length == Hash::size_bytes);
  MUSTER_CHECK(EVP_DigestInit_ex2(context, nullptr, nullptr) == 1);
  return hash;
}

}  // namespace

struct Sha256::State {
  Context context = started_context();
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::Sha256(const Sha256& other) : Sha256() { *this = other; }
Sha256::Sha256(Sha256&& other) noexcept = default;
Sha256& Sha256::operator=(Sha256&& other) noexcept = default;
Sha256::~Sha256() = default;

Sha256& Sha256::operator=(const Sha256& other) {
  if (this != &other) {
    const int copied = EVP_MD_CTX_copy_ex(state_->context.get(), other.state_->context.get());
    MUSTER_CHECK(copied == 1);
  }
  return *this;
}

Sha256& Sha256::update(ByteView bytes) {
  MUSTER_CHECK(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()) == 1);
  return *this;
}

Hash Sha256::finish() { return finished(state_->context.get()); }

Hash sha256(std::initializer_list<ByteView> parts) {
  thread_local const Context context = started_context();
  for (const ByteView part : parts) {
    MUSTER_CHECK(EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1);
  }
  return finished(context.get());
}

Sha256Midstate::Sha256Midstate(ByteView prefix) {
  static_assert(sizeof(SHA256_CTX) == state_bytes);
  SHA256_CTX context;
  MUSTER_CHECK(SHA256_Init(&context) == 1);
  MUSTER_CHECK(SHA256_Update(&context, prefix.data(), prefix.size()) == 1);
  std::memcpy(state_.data(), &context, state_bytes);
}

Hash Sha256Midstate::digest(std::initializer_list<ByteView> rest) const {
  SHA256_CTX context;
  std::memcpy(&context, state_.data(), state_bytes);
  for (const ByteView part : rest) {
    MUSTER_CHECK(SHA256_Update(&context, part.data(), part.size()) == 1);
  }
  Hash hash;
  MUSTER_CHECK(SHA256_Final(hash.bytes.data(), &context) == 1);
  return hash;
}

namespace {

constexpr std::size_t block_bytes = 64;

std::array<std::uint8_t, block_bytes> padded_key(ByteView key, std::uint8_t pad) {
  const Hash shortened = key.size() > block_bytes ? sha256(key) : Hash{};
  const ByteView used = key.size() > block_bytes ? shortened.view() : key;
  std::array<std::uint8_t, block_bytes> block{};
  for (std::size_t i = 0; i < block_bytes; ++i) {
    const std::uint8_t byte = i < used.size() ? used[i] : std::uint8_t{0};
    block[i] = static_cast<std::uint8_t>(byte ^ pad);
  }
  return block;
}

}  // namespace

HmacSha256::HmacSha256(ByteView key)
    : inner_(padded_key(key, 0x36)), outer_(padded_key(key, 0x5C)) {}

Hash HmacSha256::mac(ByteView message) const {
  const Hash first = inner_.digest({message});
  return outer_.digest({first.view()});
}

Hash hmac_sha256(ByteView key, ByteView message) { return HmacSha256(key).mac(message); }

}  // namespace muster::crypto
