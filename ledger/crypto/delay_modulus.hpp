#pragma once

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"

namespace muster::crypto {

inline constexpr int min_delay_modulus_bits = 2048;
inline constexpr int max_delay_modulus_bits = 4096;

/// The modulus N of delay proofs: a product of large primes whose factors nobody should know. The
/// proofs compute with numbers modulo N, a number and its negative being one element. Whoever knows
/// the factors makes a proof of any delay in no time, and nothing in the number shows who does.
class DelayModulus final {
 public:
  /// Takes the big-endian bytes without leading zeros.
  /// Errors: `invalid_input`: not 2,048 to 4,096 bits, even, prime, or with a factor below 2^16.
  static Result<DelayModulus> from_bytes(ByteView big_endian);

  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  /// Bytes of an encoded element: as many as N has.
  [[nodiscard]] std::size_t size_bytes() const { return bytes_.size(); }
  /// SHA-256("muster/delay/modulus/v1\n" || bytes): what logs and proofs name it by.
  [[nodiscard]] const Hash& digest() const { return digest_; }

  friend bool operator==(const DelayModulus&, const DelayModulus&) = default;

 private:
  DelayModulus(Bytes bytes, const Hash& digest) : bytes_(std::move(bytes)), digest_(digest) {}
  Bytes bytes_;
  Hash digest_;
};

}  // namespace muster::crypto
