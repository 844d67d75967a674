#include "ledger/crypto/pkcs11.hpp"

#include <algorithm>

#include "ledger/crypto/pkcs11_session.hpp"

namespace muster::crypto {
namespace {

// The curves' object identifiers in DER. Source: SEC 2 and RFC 8410.
constexpr std::string_view p256_oid("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 10);
constexpr std::string_view p384_oid("\x06\x05\x2b\x81\x04\x00\x22", 7);
constexpr std::string_view ed25519_oid("\x06\x03\x2b\x65\x70", 5);
constexpr std::string_view ed25519_name(
    "\x13\x0c"
    "edwards25519",
    14);

/// The point in CKA_EC_POINT: wrapped in a DER OCTET STRING, as the standard asks, or bare.
ByteView unwrapped(ByteView point) {
  const bool is_wrapped = point.size() > 2 && point[0] == 0x04 && point[1] == point.size() - 2;
  return is_wrapped ? point.subspan(2) : point;
}

Result<PublicKey> key_from(std::string_view curve, ByteView point) {
  if (curve == ed25519_oid || curve == ed25519_name) {
    MUSTER_TRY_ASSIGN(const auto key, Ed25519PublicKey::from_bytes(unwrapped(point)));
    return PublicKey(key);
  }
  if (curve != p256_oid && curve != p384_oid) {
    return failure(Errc::invalid_input,
                   "token: the key is on none of the curves Ed25519, P-256 "
                   "and P-384");
  }
  MUSTER_TRY_ASSIGN(auto key, EcdsaPublicKey::from_point(
                                  curve == p256_oid ? Curve::p256 : Curve::p384, unwrapped(point)));
  return PublicKey(std::move(key));
}

}  // namespace

bool is_token_uri(std::string_view text) { return text.starts_with("pkcs11:"); }

std::string without_pin(std::string_view text) {
  constexpr std::string_view pin = "pin-value=";
  std::string shown(text);
  const auto at = shown.find(pin);
  if (!is_token_uri(text) || at == std::string::npos) return shown;
  const auto begin = at + pin.size();
  return shown.replace(begin, std::min(shown.find('&', begin), shown.size()) - begin, "…");
}

TokenSigner::TokenSigner(std::unique_ptr<Session> session, unsigned long private_key, PublicKey key)
    : session_(std::move(session)), private_key_(private_key), key_(std::move(key)) {}

TokenSigner::~TokenSigner() = default;

Result<std::unique_ptr<TokenSigner>> TokenSigner::adopt(std::unique_ptr<Session> session) {
  MUSTER_TRY_ASSIGN(const auto secret, session->find_one(CKO_PRIVATE_KEY));
  MUSTER_TRY_ASSIGN(const auto open, session->public_half(secret));
  MUSTER_TRY_ASSIGN(const Bytes curve, session->attribute(open, CKA_EC_PARAMS));
  MUSTER_TRY_ASSIGN(const Bytes point, session->attribute(open, CKA_EC_POINT));
  MUSTER_TRY_ASSIGN(PublicKey key, key_from(as_text(curve), point));
  return std::unique_ptr<TokenSigner>(new TokenSigner(std::move(session), secret, std::move(key)));
}

Result<std::unique_ptr<TokenSigner>> TokenSigner::open(const std::string& uri,
                                                       const PinSource& ask) {
  MUSTER_TRY_ASSIGN(auto session, Session::open(uri, ask));
  return adopt(std::move(session));
}

Result<std::unique_ptr<TokenSigner>> TokenSigner::generate(const std::string& uri,
                                                           std::string_view algorithm,
                                                           const PinSource& ask) {
  const std::string_view oid = algorithm == "ed25519" ? ed25519_oid
                               : algorithm == "p256"  ? p256_oid
                               : algorithm == "p384"  ? p384_oid
                                                      : std::string_view();
  if (oid.empty()) {
    return failure(Errc::invalid_input,
                   "algorithm: got \"" + std::string(algorithm) + "\", want ed25519, p256 or p384");
  }
  MUSTER_TRY_ASSIGN(auto session, Session::open(uri, ask));
  if (session->find_one(CKO_PRIVATE_KEY).has_value()) {
    return failure(Errc::conflict, without_pin(uri) + ": the token has this key already");
  }
  const CK_MECHANISM_TYPE mechanism =
      algorithm == "ed25519" ? CKM_EC_EDWARDS_KEY_PAIR_GEN : CKM_EC_KEY_PAIR_GEN;
  auto made = session->generate(mechanism, oid);
  if (!made && algorithm == "ed25519") made = session->generate(mechanism, ed25519_name);
  if (!made) return failure(std::move(made.error()));
  return adopt(std::move(session));
}

PublicKey TokenSigner::verifying_key() const { return key_; }

Result<Bytes> TokenSigner::signature_over(ByteView message) const {
  if (key_.ed25519() != nullptr) return session_->sign(private_key_, CKM_EDDSA, message);
  const Curve curve = key_.algorithm() == "p256" ? Curve::p256 : Curve::p384;
  return session_->sign(private_key_, CKM_ECDSA, curve_digest(curve, message));
}

}  // namespace muster::crypto
