#pragma once

#include <initializer_list>
#include <memory>

#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"

namespace muster::crypto {

/// Hashes in pieces. Copying clones the midstate, so a constant prefix is hashed once.
/// Source: FIPS 180-4.
class Sha256 final {
 public:
  Sha256();
  Sha256(const Sha256& other);
  Sha256& operator=(const Sha256& other);
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;
  ~Sha256();

  Sha256& update(ByteView bytes);
  Sha256& update(std::string_view text) { return update(as_bytes(text)); }

  /// The digest of all that was fed; the object begins anew.
  Hash finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The state after a constant prefix: cheap to copy, so that many messages share the prefix's cost.
class Sha256Midstate final {
 public:
  explicit Sha256Midstate(ByteView prefix);
  /// The digest of prefix || `rest`. Cost: no allocation.
  [[nodiscard]] Hash digest(std::initializer_list<ByteView> rest) const;

 private:
  static constexpr std::size_t state_bytes = 112;  // checked against the library's in the .cpp
  alignas(8) std::array<std::uint8_t, state_bytes> state_{};
};

/// The digest of the concatenation of `parts`.
/// Cost: no allocation after the first call in a thread.
[[nodiscard]] Hash sha256(std::initializer_list<ByteView> parts);
[[nodiscard]] inline Hash sha256(ByteView bytes) { return sha256({bytes}); }
[[nodiscard]] inline Hash sha256(std::string_view text) { return sha256({as_bytes(text)}); }

/// HMAC-SHA-256 under one key, its two key blocks hashed once. Source: RFC 2104; vectors RFC 4231.
class HmacSha256 final {
 public:
  explicit HmacSha256(ByteView key);
  /// The code of one message. Cost: two compressions for a message of up to 55 bytes.
  [[nodiscard]] Hash mac(ByteView message) const;

 private:
  Sha256Midstate inner_;
  Sha256Midstate outer_;
};

/// The code of one message under a key that is used once.
[[nodiscard]] Hash hmac_sha256(ByteView key, ByteView message);

}  // namespace muster::crypto
