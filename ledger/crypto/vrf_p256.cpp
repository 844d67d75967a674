#include "ledger/crypto/vrf_p256.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <memory>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::crypto {
namespace {

using Octets = std::array<std::uint8_t, 32>;      // a scalar, big-endian
using Compressed = std::array<std::uint8_t, 33>;  // a point

constexpr std::size_t challenge_bytes = 16;
constexpr std::uint8_t suite = 0x01;
constexpr std::uint8_t for_curve = 0x01;
constexpr std::uint8_t for_challenge = 0x02;
constexpr std::uint8_t for_output = 0x03;
constexpr std::uint8_t trailer = 0x00;

struct Free {
  void operator()(BIGNUM* number) const { BN_clear_free(number); }
  void operator()(BN_CTX* context) const { BN_CTX_free(context); }
  void operator()(EC_GROUP* group) const { EC_GROUP_free(group); }
  void operator()(EC_POINT* point) const { EC_POINT_clear_free(point); }
};
using Number = std::unique_ptr<BIGNUM, Free>;
using Point = std::unique_ptr<EC_POINT, Free>;

ByteView view(const std::uint8_t& byte) { return {&byte, 1}; }

// The group and scratch space of one computation. Failures inside are of memory only.
class Curve {
 public:
  Curve() : group_(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)), scratch_(BN_CTX_new()) {
    MUSTER_CHECK(group_ && scratch_);
  }

  [[nodiscard]] const BIGNUM* order() const { return EC_GROUP_get0_order(group_.get()); }

  [[nodiscard]] Number number(ByteView bytes) const {
    Number made(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    MUSTER_CHECK(made != nullptr);
    return made;
  }

  // A secret number, so that OpenSSL takes its constant-time ways with it.
  [[nodiscard]] Number secret(ByteView bytes) const {
    Number made = number(bytes);
    BN_set_flags(made.get(), BN_FLG_CONSTTIME);
    return made;
  }

  // Nothing if the bytes are no compressed point; infinity has no such encoding.
  [[nodiscard]] Point decoded(ByteView bytes) const {
    const bool compressed = bytes.size() == 33 && (bytes[0] == 2 || bytes[0] == 3);
    Point point(EC_POINT_new(group_.get()));
    MUSTER_CHECK(point != nullptr);
    if (!compressed || EC_POINT_oct2point(group_.get(), point.get(), bytes.data(), bytes.size(),
                                          scratch_.get()) != 1) {
      return nullptr;
    }
    return point;
  }

  // Nothing of infinity.
  [[nodiscard]] std::optional<Compressed> encoded(const Point& point) const {
    Compressed bytes{};
    const std::size_t size =
        EC_POINT_point2oct(group_.get(), point.get(), POINT_CONVERSION_COMPRESSED, bytes.data(),
                           bytes.size(), scratch_.get());
    if (size != bytes.size()) return std::nullopt;
    return bytes;
  }

  // base * G + factor * point; either part may be left out.
  [[nodiscard]] Point combination(const BIGNUM* base, const EC_POINT* point,
                                  const BIGNUM* factor) const {
    Point result(EC_POINT_new(group_.get()));
    MUSTER_CHECK(result && EC_POINT_mul(group_.get(), result.get(), base, point, factor,
                                        scratch_.get()) == 1);
    return result;
  }

  [[nodiscard]] Point difference(const Point& a, Point b) const {
    Point result(EC_POINT_new(group_.get()));
    MUSTER_CHECK(result && EC_POINT_invert(group_.get(), b.get(), scratch_.get()) == 1);
    MUSTER_CHECK(EC_POINT_add(group_.get(), result.get(), a.get(), b.get(), scratch_.get()) == 1);
    return result;
  }

  // (nonce + challenge * secret) mod order
  [[nodiscard]] Number response(const Number& nonce, const Number& challenge,
                                const Number& secret) const {
    Number result(BN_secure_new());
    MUSTER_CHECK(result && BN_mod_mul(result.get(), challenge.get(), secret.get(), order(),
                                      scratch_.get()) == 1);
    MUSTER_CHECK(BN_mod_add(result.get(), result.get(), nonce.get(), order(), scratch_.get()) == 1);
    return result;
  }

 private:
  std::unique_ptr<EC_GROUP, Free> group_;
  std::unique_ptr<BN_CTX, Free> scratch_;
};

Octets octets(const Number& number) {
  Octets bytes{};
  MUSTER_CHECK(BN_bn2binpad(number.get(), bytes.data(), static_cast<int>(bytes.size())) ==
               static_cast<int>(bytes.size()));
  return bytes;
}

bool in_scalar_range(const Curve& curve, const Number& number) {
  return BN_is_zero(number.get()) == 0 && BN_cmp(number.get(), curve.order()) < 0;
}

// Try and increment. Source: RFC 9381, section 5.4.1.1.
Point point_for(const Curve& curve, const Compressed& key, ByteView message) {
  for (unsigned counter = 0; counter < 256; ++counter) {
    const auto ctr = static_cast<std::uint8_t>(counter);
    const Hash hash =
        sha256({view(suite), view(for_curve), key, message, view(ctr), view(trailer)});
    Compressed candidate{2};
    std::copy(hash.bytes.begin(), hash.bytes.end(), candidate.begin() + 1);
    Point point = curve.decoded(candidate);
    if (point) return point;
  }
  MUSTER_CHECK(false && "256 hashes of which none is a point");
  return nullptr;
}

// The deterministic nonce for a message. Source: RFC 6979, section 3.2, with SHA-256.
Number nonce_for(const Curve& curve, const Octets& secret, ByteView message) {
  const Hash digest = sha256(message);
  Number reduced = curve.number(digest.view());
  if (BN_cmp(reduced.get(), curve.order()) >= 0) {
    MUSTER_CHECK(BN_sub(reduced.get(), reduced.get(), curve.order()) == 1);
  }
  const Octets entropy = octets(reduced);
  Hash value;
  Hash key;
  value.bytes.fill(0x01);
  key.bytes.fill(0x00);
  const auto stir = [&](std::uint8_t tag, bool with_input) {
    Bytes input = to_bytes(value.view());
    input.push_back(tag);
    if (with_input) {
      append(input, secret);
      append(input, entropy);
    }
    key = hmac_sha256(key.view(), input);
    value = hmac_sha256(key.view(), value.view());
    OPENSSL_cleanse(input.data(), input.size());
  };
  stir(0x00, true);
  stir(0x01, true);
  while (true) {
    value = hmac_sha256(key.view(), value.view());
    Number nonce = curve.secret(value.view());
    if (in_scalar_range(curve, nonce)) return nonce;
    stir(0x00, false);
  }
}

using Challenge = std::array<std::uint8_t, challenge_bytes>;

// Nothing if one of the points is infinity.
std::optional<Challenge> challenge(const Curve& curve, std::initializer_list<const Point*> points) {
  Bytes message = {suite, for_challenge};
  for (const Point* point : points) {
    const auto bytes = curve.encoded(*point);
    if (!bytes) return std::nullopt;
    append(message, *bytes);
  }
  message.push_back(trailer);
  const Hash hash = sha256(message);
  Challenge first{};
  std::copy_n(hash.bytes.begin(), first.size(), first.begin());
  return first;
}

struct Decoded {
  Point gamma;
  Challenge challenge;
  Number response;
};

std::optional<Decoded> decode(const Curve& curve, ByteView proof) {
  if (proof.size() != std::tuple_size_v<VrfP256Proof>) return std::nullopt;
  Decoded decoded{curve.decoded(proof.first(33)), {}, curve.number(proof.subspan(49))};
  std::copy_n(proof.begin() + 33, challenge_bytes, decoded.challenge.begin());
  if (!decoded.gamma || BN_cmp(decoded.response.get(), curve.order()) >= 0) return std::nullopt;
  return decoded;
}

VrfP256Output output_of(ByteView gamma) {
  return sha256({view(suite), view(for_output), gamma, view(trailer)}).bytes;
}

}  // namespace

Result<VrfP256PublicKey> VrfP256PublicKey::from_bytes(ByteView bytes) {
  if (!Curve().decoded(bytes)) {
    return failure(Errc::invalid_input, "VRF public key: not a compressed point of P-256");
  }
  Compressed copy{};
  std::copy(bytes.begin(), bytes.end(), copy.begin());
  return VrfP256PublicKey(copy);
}

std::optional<VrfP256Output> VrfP256PublicKey::verify(ByteView message, ByteView proof) const {
  const Curve curve;
  const auto decoded = decode(curve, proof);
  if (!decoded) return std::nullopt;
  const Point key = curve.decoded(bytes_);
  const Point h = point_for(curve, bytes_, message);
  const Number c = curve.number(decoded->challenge);
  const BIGNUM* s = decoded->response.get();
  const Point u = curve.difference(curve.combination(s, nullptr, nullptr),
                                   curve.combination(nullptr, key.get(), c.get()));
  const Point v = curve.difference(curve.combination(nullptr, h.get(), s),
                                   curve.combination(nullptr, decoded->gamma.get(), c.get()));
  if (challenge(curve, {&key, &h, &decoded->gamma, &u, &v}) != decoded->challenge) {
    return std::nullopt;
  }
  return output_of(proof.first(33));
}

Result<VrfP256Key> VrfP256Key::from_scalar(const std::array<std::uint8_t, 32>& scalar) {
  const Curve curve;
  const Number secret = curve.secret(scalar);
  if (!in_scalar_range(curve, secret)) {
    return failure(Errc::invalid_input,
                   "VRF secret key: want a scalar from 1 to the order of P-256");
  }
  VrfP256Key key;
  key.scalar_ = scalar;
  key.public_ = curve.encoded(curve.combination(secret.get(), nullptr, nullptr)).value();
  return key;
}

VrfP256Key::~VrfP256Key() { OPENSSL_cleanse(scalar_.data(), scalar_.size()); }

VrfP256PublicKey VrfP256Key::public_key() const { return VrfP256PublicKey(public_); }

VrfP256Proof VrfP256Key::prove(ByteView message) const {
  const Curve curve;
  const Number secret = curve.secret(scalar_);
  const Point key = curve.decoded(public_);
  const Point h = point_for(curve, public_, message);
  const Point gamma = curve.combination(nullptr, h.get(), secret.get());
  const Number nonce = nonce_for(curve, scalar_, curve.encoded(h).value());
  const Point u = curve.combination(nonce.get(), nullptr, nullptr);
  const Point v = curve.combination(nullptr, h.get(), nonce.get());
  const Challenge c = challenge(curve, {&key, &h, &gamma, &u, &v}).value();
  const Octets response = octets(curve.response(nonce, curve.number(c), secret));
  const Compressed point = curve.encoded(gamma).value();
  VrfP256Proof proof{};
  std::copy(point.begin(), point.end(), proof.begin());
  std::copy(c.begin(), c.end(), proof.begin() + 33);
  std::copy(response.begin(), response.end(), proof.begin() + 49);
  return proof;
}

std::optional<VrfP256Output> vrf_p256_output(ByteView proof) {
  if (!decode(Curve(), proof)) return std::nullopt;
  return output_of(proof.first(33));
}

}  // namespace muster::crypto
