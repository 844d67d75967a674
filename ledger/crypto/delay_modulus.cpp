#include "ledger/crypto/delay_modulus.hpp"

#include "ledger/base/check.hpp"
#include "ledger/crypto/openssl_handles.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::crypto {
namespace {

constexpr unsigned long small_factor_bound = 65'536;

tl::unexpected<Error> refused(const std::string& found) {
  return failure(Errc::invalid_input,
                 "delay modulus: got " + found +
                     ", want the big-endian product of two large primes, of 2,048 to 4,096 bits");
}

// The least factor below 2^16, or 0. Every divisor is tried: primes come first anyway.
unsigned long small_factor(const BIGNUM* number) {
  for (unsigned long divisor = 3; divisor < small_factor_bound; divisor += 2) {
    if (BN_mod_word(number, divisor) == 0) return divisor;
  }
  return 0;
}

}  // namespace

Result<DelayModulus> DelayModulus::from_bytes(ByteView big_endian) {
  constexpr std::size_t most_bytes = max_delay_modulus_bits / 8;
  if (big_endian.empty() || big_endian.size() > most_bytes) {
    return refused(std::to_string(big_endian.size()) + " bytes");
  }
  if (big_endian.front() == 0) return refused("a leading zero");
  const detail::NumberHandle number(
      BN_bin2bn(big_endian.data(), static_cast<int>(big_endian.size()), nullptr));
  MUSTER_CHECK(number != nullptr);
  const int bits = BN_num_bits(number.get());
  if (bits < min_delay_modulus_bits) return refused(std::to_string(bits) + " bits");
  if (BN_is_odd(number.get()) == 0) return refused("an even number");
  if (const auto factor = small_factor(number.get()); factor != 0) {
    return refused("a multiple of " + std::to_string(factor));
  }
  const int is_prime = BN_check_prime(number.get(), nullptr, nullptr);
  MUSTER_CHECK(is_prime >= 0);
  if (is_prime == 1) return refused("a prime, whose group has a known order");
  return DelayModulus(to_bytes(big_endian),
                      sha256({as_bytes("muster/delay/modulus/v1\n"), big_endian}));
}

}  // namespace muster::crypto
