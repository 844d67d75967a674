#pragma once

#include <utility>

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace muster::crypto {

/// A key that the library holds, which counts its owners: a copy is one more.
class KeyReference final {
 public:
  /// Takes over one ownership.
  explicit KeyReference(evp_pkey_st* owned) : key_(owned) {}
  KeyReference(const KeyReference& other);
  KeyReference(KeyReference&& other) noexcept : key_(std::exchange(other.key_, nullptr)) {}
  KeyReference& operator=(KeyReference other) noexcept {
    std::swap(key_, other.key_);
    return *this;
  }
  ~KeyReference();

  [[nodiscard]] evp_pkey_st* get() const { return key_; }

 private:
  evp_pkey_st* key_;
};

}  // namespace muster::crypto
