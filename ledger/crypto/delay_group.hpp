#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "ledger/crypto/delay_modulus.hpp"
#include "ledger/crypto/openssl_handles.hpp"

// Computing modulo the modulus of a delay proof, by OpenSSL. Shared by the files of this folder.
namespace muster::crypto::detail {

using ScratchHandle = std::unique_ptr<BN_CTX, Freed<BN_CTX_free>>;
using MontgomeryHandle = std::unique_ptr<BN_MONT_CTX, Freed<BN_MONT_CTX_free>>;

/// Number of bits of a challenge prime. The paper draws it from the first 2^(2k) primes for k bits
/// of security; there are about 2^256.5 below 2^264, which is k = 128.
inline constexpr int challenge_bits = 264;

[[nodiscard]] NumberHandle new_number();

/// The group of units modulo N, in which a number and its negative are one element. Elements are
/// kept in Montgomery form. Failures inside are of memory only.
class DelayGroup final {
 public:
  explicit DelayGroup(const DelayModulus& modulus);

  /// The element that a delay begins with: SHA-512 of "muster/delay/input/v1\n", the modulus'
  /// digest, `input` and a counter u32be, repeated to 16 bytes more than N has and reduced.
  [[nodiscard]] NumberHandle start(const Hash& input) const;
  [[nodiscard]] NumberHandle one() const;
  [[nodiscard]] NumberHandle copy(const NumberHandle& element) const;

  void square(NumberHandle& element) const { multiply(element, element); }
  void multiply(NumberHandle& element, const NumberHandle& factor) const;
  /// a^p b^q
  [[nodiscard]] NumberHandle power_product(const NumberHandle& a, const BIGNUM* p,
                                           const NumberHandle& b, const BIGNUM* q) const;

  /// The lesser of the element and its negative, big-endian, padded to the size of N.
  [[nodiscard]] Bytes encoded(const NumberHandle& element) const;
  /// Nothing unless the bytes are what `encoded` gives of some element: in [1, (N - 1)/2].
  [[nodiscard]] NumberHandle decoded(ByteView bytes) const;

  [[nodiscard]] BN_CTX* scratch() const { return scratch_.get(); }

 private:
  NumberHandle modulus_;
  NumberHandle half_;  // (N - 1)/2
  ScratchHandle scratch_;
  MontgomeryHandle montgomery_;
  std::size_t size_bytes_;
  Hash digest_;
};

/// The prime that a proof is challenged with: the first prime among the upper 264 bits, made odd,
/// of SHA-512("muster/delay/challenge/v1\n" || digest of N || u64be(squarings) || start || output
/// || u32be(i)), i = 0, 1, 2 ... Start and output as `encoded`.
/// Modulus and number of squarings are in it, so that no proof serves for others.
[[nodiscard]] NumberHandle challenge_prime(const DelayModulus& modulus, std::uint64_t squarings,
                                           ByteView start, ByteView output);

/// 2^exponent mod `prime`.
[[nodiscard]] NumberHandle power_of_two(std::uint64_t exponent, const BIGNUM* prime,
                                        BN_CTX* scratch);

}  // namespace muster::crypto::detail
