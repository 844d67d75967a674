#include "ledger/crypto/delay_group.hpp"

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha512.hpp"

namespace muster::crypto::detail {
namespace {

constexpr std::size_t challenge_bytes = challenge_bits / 8;
constexpr std::size_t bias_bytes = 16;  // reducing 128 bits more leaves a bias below 2^-128

NumberHandle number_from(ByteView bytes) {
  NumberHandle made(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  MUSTER_CHECK(made != nullptr);
  return made;
}

Bytes u32be(std::uint32_t value) {
  Bytes bytes;
  append_u32be(bytes, value);
  return bytes;
}

}  // namespace

NumberHandle new_number() {
  NumberHandle made(BN_new());
  MUSTER_CHECK(made != nullptr);
  return made;
}

DelayGroup::DelayGroup(const DelayModulus& modulus)
    : modulus_(number_from(modulus.bytes())),
      half_(new_number()),
      scratch_(BN_CTX_new()),
      montgomery_(BN_MONT_CTX_new()),
      size_bytes_(modulus.size_bytes()),
      digest_(modulus.digest()) {
  MUSTER_CHECK(scratch_ && montgomery_);
  MUSTER_CHECK(BN_MONT_CTX_set(montgomery_.get(), modulus_.get(), scratch_.get()) == 1);
  MUSTER_CHECK(BN_rshift1(half_.get(), modulus_.get()) == 1);
}

NumberHandle DelayGroup::start(const Hash& input) const {
  Bytes wide;
  for (std::uint32_t counter = 0; wide.size() < size_bytes_ + bias_bytes; ++counter) {
    append(wide, sha512({as_bytes("muster/delay/input/v1\n"), digest_.view(), input.view(),
                         u32be(counter)}));
  }
  wide.resize(size_bytes_ + bias_bytes);
  NumberHandle element = number_from(wide);
  MUSTER_CHECK(BN_nnmod(element.get(), element.get(), modulus_.get(), scratch_.get()) == 1);
  MUSTER_CHECK(BN_to_montgomery(element.get(), element.get(), montgomery_.get(), scratch_.get()) ==
               1);
  return element;
}

NumberHandle DelayGroup::one() const {
  NumberHandle element = new_number();
  MUSTER_CHECK(BN_to_montgomery(element.get(), BN_value_one(), montgomery_.get(), scratch_.get()) ==
               1);
  return element;
}

NumberHandle DelayGroup::copy(const NumberHandle& element) const {
  NumberHandle made(BN_dup(element.get()));
  MUSTER_CHECK(made != nullptr);
  return made;
}

void DelayGroup::multiply(NumberHandle& element, const NumberHandle& factor) const {
  MUSTER_CHECK(BN_mod_mul_montgomery(element.get(), element.get(), factor.get(), montgomery_.get(),
                                     scratch_.get()) == 1);
}

NumberHandle DelayGroup::power_product(const NumberHandle& a, const BIGNUM* p,
                                       const NumberHandle& b, const BIGNUM* q) const {
  // OpenSSL takes the bases out of Montgomery form.
  const auto plain = [this](const NumberHandle& element) {
    NumberHandle made = new_number();
    MUSTER_CHECK(BN_from_montgomery(made.get(), element.get(), montgomery_.get(), scratch_.get()) ==
                 1);
    return made;
  };
  NumberHandle result = new_number();
  MUSTER_CHECK(BN_mod_exp2_mont(result.get(), plain(a).get(), p, plain(b).get(), q, modulus_.get(),
                                scratch_.get(), montgomery_.get()) == 1);
  MUSTER_CHECK(BN_to_montgomery(result.get(), result.get(), montgomery_.get(), scratch_.get()) ==
               1);
  return result;
}

Bytes DelayGroup::encoded(const NumberHandle& element) const {
  const NumberHandle plain = new_number();
  MUSTER_CHECK(BN_from_montgomery(plain.get(), element.get(), montgomery_.get(), scratch_.get()) ==
               1);
  if (BN_cmp(plain.get(), half_.get()) > 0) {
    MUSTER_CHECK(BN_sub(plain.get(), modulus_.get(), plain.get()) == 1);
  }
  Bytes bytes(size_bytes_);
  MUSTER_CHECK(BN_bn2binpad(plain.get(), bytes.data(), static_cast<int>(bytes.size())) ==
               static_cast<int>(bytes.size()));
  return bytes;
}

NumberHandle DelayGroup::decoded(ByteView bytes) const {
  if (bytes.size() != size_bytes_) return nullptr;
  NumberHandle element = number_from(bytes);
  if (BN_is_zero(element.get()) != 0 || BN_cmp(element.get(), half_.get()) > 0) return nullptr;
  MUSTER_CHECK(BN_to_montgomery(element.get(), element.get(), montgomery_.get(), scratch_.get()) ==
               1);
  return element;
}

NumberHandle challenge_prime(const DelayModulus& modulus, std::uint64_t squarings, ByteView start,
                             ByteView output) {
  const auto count = u64be(squarings);
  for (std::uint32_t i = 0;; ++i) {
    Sha512Digest digest = sha512({as_bytes("muster/delay/challenge/v1\n"), modulus.digest().view(),
                                  count, start, output, u32be(i)});
    digest[challenge_bytes - 1] |= 1U;
    NumberHandle candidate = number_from(ByteView(digest).first(challenge_bytes));
    const int is_prime = BN_check_prime(candidate.get(), nullptr, nullptr);
    MUSTER_CHECK(is_prime >= 0);
    if (is_prime == 1) return candidate;
  }
}

NumberHandle power_of_two(std::uint64_t exponent, const BIGNUM* prime, BN_CTX* scratch) {
  const NumberHandle two = new_number();
  MUSTER_CHECK(BN_set_word(two.get(), 2) == 1);
  NumberHandle result = new_number();
  const NumberHandle power = number_from(u64be(exponent));
  MUSTER_CHECK(BN_mod_exp(result.get(), two.get(), power.get(), prime, scratch) == 1);
  return result;
}

}  // namespace muster::crypto::detail
