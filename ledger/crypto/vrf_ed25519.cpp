#include "ledger/crypto/vrf_ed25519.hpp"

#include <sodium.h>

#include <algorithm>
#include <initializer_list>

#include "ledger/base/check.hpp"

namespace muster::crypto {
namespace {

using Point = std::array<std::uint8_t, 32>;
using Scalar = std::array<std::uint8_t, 32>;
using Digest = std::array<std::uint8_t, 64>;

constexpr std::size_t challenge_bytes = 16;
constexpr std::uint8_t suite = 0x03;
constexpr std::uint8_t for_curve = 0x01;
constexpr std::uint8_t for_challenge = 0x02;
constexpr std::uint8_t for_output = 0x03;
constexpr std::uint8_t trailer = 0x00;

void start_library() {
  static const int started = sodium_init();
  MUSTER_CHECK(started >= 0);
}

Digest sha512(std::initializer_list<ByteView> parts) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  for (const ByteView part : parts) crypto_hash_sha512_update(&state, part.data(), part.size());
  Digest digest{};
  crypto_hash_sha512_final(&state, digest.data());
  return digest;
}

ByteView view(const std::uint8_t& byte) { return {&byte, 1}; }

// y below p = 2^255 - 19: RFC 8032 section 5.1.3 refuses others, libsodium's addition does not.
bool is_canonical(const Point& point) {
  const bool high =
      (point[31] & 0x7f) == 0x7f && std::all_of(point.begin() + 1, point.end() - 1,
                                                [](std::uint8_t byte) { return byte == 0xff; });
  return !(high && point[0] >= 0xed);
}

std::optional<Point> sum(const Point& a, const Point& b) {
  Point result{};
  if (crypto_core_ed25519_add(result.data(), a.data(), b.data()) != 0) return std::nullopt;
  return result;
}

// Eight times the point, by three doublings; nothing if it is no point of the curve.
std::optional<Point> cleared(const Point& point) {
  if (!is_canonical(point)) return std::nullopt;
  std::optional<Point> result = point;
  for (int i = 0; i < 3 && result; ++i) result = sum(*result, *result);
  return result;
}

// Nothing where the library refuses: scalar or result zero, or a point outside the main subgroup.
std::optional<Point> product(const Scalar& scalar, const Point& point) {
  Point result{};
  if (crypto_scalarmult_ed25519_noclamp(result.data(), scalar.data(), point.data()) != 0) {
    return std::nullopt;
  }
  return result;
}

std::optional<Point> base_product(const Scalar& scalar) {
  Point result{};
  if (crypto_scalarmult_ed25519_base_noclamp(result.data(), scalar.data()) != 0) {
    return std::nullopt;
  }
  return result;
}

std::optional<Point> difference(const std::optional<Point>& a, const std::optional<Point>& b) {
  Point result{};
  if (!a || !b || crypto_core_ed25519_sub(result.data(), a->data(), b->data()) != 0) {
    return std::nullopt;
  }
  return result;
}

// Try and increment. Source: RFC 9381, section 5.4.1.1.
Point point_for(const Point& key, ByteView message) {
  constexpr Point identity = {1};
  for (unsigned counter = 0; counter < 256; ++counter) {
    const auto ctr = static_cast<std::uint8_t>(counter);
    const Digest digest =
        sha512({view(suite), view(for_curve), key, message, view(ctr), view(trailer)});
    Point candidate{};
    std::copy_n(digest.begin(), candidate.size(), candidate.begin());
    const auto point = cleared(candidate);
    if (point && *point != identity) return *point;
  }
  MUSTER_CHECK(false && "256 hashes of which none is a point");
  return identity;
}

Scalar challenge(std::initializer_list<ByteView> points) {
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  crypto_hash_sha512_update(&state, &suite, 1);
  crypto_hash_sha512_update(&state, &for_challenge, 1);
  for (const ByteView point : points) crypto_hash_sha512_update(&state, point.data(), point.size());
  crypto_hash_sha512_update(&state, &trailer, 1);
  Digest digest{};
  crypto_hash_sha512_final(&state, digest.data());
  Scalar scalar{};
  std::copy_n(digest.begin(), challenge_bytes, scalar.begin());
  return scalar;
}

struct Decoded {
  Point gamma;
  Scalar challenge;
  Scalar response;
};

bool below_group_order(const Scalar& scalar) {
  // The reduction of a scalar equals it exactly when it is below the order.
  Digest wide{};
  std::copy(scalar.begin(), scalar.end(), wide.begin());
  Scalar reduced{};
  crypto_core_ed25519_scalar_reduce(reduced.data(), wide.data());
  return reduced == scalar;
}

std::optional<Decoded> decode(ByteView proof) {
  if (proof.size() != std::tuple_size_v<VrfEd25519Proof>) return std::nullopt;
  Decoded decoded{};
  std::copy_n(proof.begin(), 32, decoded.gamma.begin());
  std::copy_n(proof.begin() + 32, challenge_bytes, decoded.challenge.begin());
  std::copy_n(proof.begin() + 48, 32, decoded.response.begin());
  if (crypto_core_ed25519_is_valid_point(decoded.gamma.data()) != 1) return std::nullopt;
  if (!below_group_order(decoded.response)) return std::nullopt;
  return decoded;
}

VrfEd25519Output output_of(const Point& gamma) {
  const auto point = cleared(gamma);
  MUSTER_CHECK(point.has_value());
  return sha512({view(suite), view(for_output), *point, view(trailer)});
}

}  // namespace

Result<VrfEd25519PublicKey> VrfEd25519PublicKey::from_bytes(ByteView bytes) {
  start_library();
  Point point{};
  if (bytes.size() != point.size()) {
    return failure(Errc::invalid_input,
                   "VRF public key: got " + std::to_string(bytes.size()) + " bytes, want 32");
  }
  std::copy(bytes.begin(), bytes.end(), point.begin());
  if (crypto_core_ed25519_is_valid_point(point.data()) != 1) {
    return failure(Errc::invalid_input,
                   "VRF public key: not a canonical point of the prime-order group");
  }
  return VrfEd25519PublicKey(point);
}

std::optional<VrfEd25519Output> VrfEd25519PublicKey::verify(ByteView message,
                                                            ByteView proof) const {
  start_library();
  const auto decoded = decode(proof);
  if (!decoded) return std::nullopt;
  const auto& [gamma, c, s] = *decoded;
  const Point h = point_for(bytes_, message);
  const auto u = difference(base_product(s), product(c, bytes_));
  const auto v = difference(product(s, h), product(c, gamma));
  if (!u || !v || challenge({bytes_, h, gamma, *u, *v}) != c) return std::nullopt;
  return output_of(gamma);
}

VrfEd25519Key::VrfEd25519Key(const std::array<std::uint8_t, 32>& seed) {
  start_library();
  Digest expanded = sha512({seed});
  std::copy_n(expanded.begin(), 32, scalar_.begin());
  std::copy_n(expanded.begin() + 32, 32, nonce_key_.begin());
  sodium_memzero(expanded.data(), expanded.size());
  // Clamped as RFC 8032 section 5.1.5 says.
  scalar_[0] &= 0xf8;
  scalar_[31] = static_cast<std::uint8_t>((scalar_[31] & 0x7f) | 0x40);
  public_ = base_product(scalar_).value();
}

VrfEd25519Key::~VrfEd25519Key() {
  sodium_memzero(scalar_.data(), scalar_.size());
  sodium_memzero(nonce_key_.data(), nonce_key_.size());
}

VrfEd25519PublicKey VrfEd25519Key::public_key() const { return VrfEd25519PublicKey(public_); }

VrfEd25519Proof VrfEd25519Key::prove(ByteView message) const {
  const Point h = point_for(public_, message);
  const Point gamma = product(scalar_, h).value();
  // The nonce depends on the secret and on h alone. Source: RFC 9381, section 5.4.2.2.
  Digest wide = sha512({nonce_key_, h});
  Scalar nonce{};
  crypto_core_ed25519_scalar_reduce(nonce.data(), wide.data());
  const Point u = base_product(nonce).value();
  const Point v = product(nonce, h).value();
  const Scalar c = challenge({public_, h, gamma, u, v});
  Scalar response{};
  crypto_core_ed25519_scalar_mul(response.data(), c.data(), scalar_.data());
  crypto_core_ed25519_scalar_add(response.data(), response.data(), nonce.data());
  sodium_memzero(wide.data(), wide.size());
  sodium_memzero(nonce.data(), nonce.size());
  VrfEd25519Proof proof{};
  std::copy(gamma.begin(), gamma.end(), proof.begin());
  std::copy_n(c.begin(), challenge_bytes, proof.begin() + 32);
  std::copy(response.begin(), response.end(), proof.begin() + 48);
  return proof;
}

std::optional<VrfEd25519Output> vrf_ed25519_output(ByteView proof) {
  start_library();
  const auto decoded = decode(proof);
  if (!decoded) return std::nullopt;
  return output_of(decoded->gamma);
}

}  // namespace muster::crypto
