#include "ledger/crypto/public_key.hpp"

#include <algorithm>

#include "ledger/base/hex.hpp"

namespace muster::crypto {
namespace {

constexpr std::string_view p256_name = "p256";
constexpr std::string_view p384_name = "p384";

std::string_view name_of(Curve curve) { return curve == Curve::p256 ? p256_name : p384_name; }

tl::unexpected<Error> no_key(std::string_view text) {
  return failure(Errc::invalid_input,
                 "public key: got \"" + std::string(text.substr(0, 80)) +
                     "\", want 64 lower-case hex digits (Ed25519), or p256: or p384: and the hex "
                     "digits of a compressed point");
}

bool is_lower_hex(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Result<PublicKey> parse_point(Curve curve, std::string_view whole, std::string_view digits) {
  if (digits.size() != 2 * (coordinate_bytes(curve) + 1) || !is_lower_hex(digits)) {
    return no_key(whole);
  }
  MUSTER_TRY_ASSIGN(const Bytes point, bytes_from_hex(digits));
  MUSTER_TRY_ASSIGN(EcdsaPublicKey key, EcdsaPublicKey::from_point(curve, point));
  return PublicKey(std::move(key));
}

}  // namespace

Result<PublicKey> PublicKey::parse(std::string_view text) {
  for (const Curve curve : {Curve::p256, Curve::p384}) {
    const std::string_view name = name_of(curve);
    if (text.starts_with(name) && text.substr(name.size()).starts_with(":")) {
      return parse_point(curve, text, text.substr(name.size() + 1));
    }
  }
  if (text.size() != 64 || !is_lower_hex(text)) return no_key(text);
  MUSTER_TRY_ASSIGN(const Bytes bytes, bytes_from_hex(text));
  MUSTER_TRY_ASSIGN(const Ed25519PublicKey key, Ed25519PublicKey::from_bytes(bytes));
  return PublicKey(key);
}

Result<PublicKey> PublicKey::from_bytes(ByteView bytes) {
  for (const Curve curve : {Curve::p256, Curve::p384}) {
    if (bytes.size() != coordinate_bytes(curve) + 1) continue;
    MUSTER_TRY_ASSIGN(EcdsaPublicKey key, EcdsaPublicKey::from_point(curve, bytes));
    return PublicKey(std::move(key));
  }
  if (bytes.size() != 32) {
    return failure(Errc::invalid_input, "public key: got " + std::to_string(bytes.size()) +
                                            " bytes, want 32 (Ed25519), 33 (P-256) or 49 (P-384)");
  }
  MUSTER_TRY_ASSIGN(const Ed25519PublicKey key, Ed25519PublicKey::from_bytes(bytes));
  return PublicKey(key);
}

std::string PublicKey::text() const {
  if (ed25519() != nullptr) return to_hex(ed25519()->bytes());
  return std::string(algorithm()) + ":" + to_hex(bytes());
}

std::string_view PublicKey::algorithm() const {
  if (ed25519() != nullptr) return "ed25519";
  return name_of(std::get<EcdsaPublicKey>(key_).curve());
}

Bytes PublicKey::bytes() const {
  if (ed25519() != nullptr) return to_bytes(ed25519()->bytes());
  return std::get<EcdsaPublicKey>(key_).compressed();
}

bool PublicKey::verifies(ByteView message, ByteView signature) const {
  if (ed25519() != nullptr) return ed25519_verifies(*ed25519(), message, signature);
  return ecdsa_verifies(std::get<EcdsaPublicKey>(key_), message, signature);
}

}  // namespace muster::crypto
