#include "ledger/crypto/ecdsa.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <array>
#include <string>

#include "ledger/base/check.hpp"
#include "ledger/crypto/openssl_handles.hpp"
#include "ledger/crypto/public_key.hpp"
#include "ledger/crypto/wipe.hpp"

namespace muster::crypto {
namespace {

using detail::DigestContextHandle;
using detail::GroupHandle;
using detail::KeyContextHandle;
using detail::KeyHandle;
using detail::NumberHandle;
using detail::PointHandle;
using detail::SignatureHandle;

using BuilderHandle = std::unique_ptr<OSSL_PARAM_BLD, detail::Freed<OSSL_PARAM_BLD_free>>;
using ParametersHandle = std::unique_ptr<OSSL_PARAM, detail::Freed<OSSL_PARAM_free>>;

int curve_nid(Curve curve) { return curve == Curve::p256 ? NID_X9_62_prime256v1 : NID_secp384r1; }
const char* group_name(Curve curve) { return curve == Curve::p256 ? "P-256" : "P-384"; }
const char* digest_name(Curve curve) { return curve == Curve::p256 ? "SHA256" : "SHA384"; }

int int_size(std::size_t size) { return static_cast<int>(size); }

NumberHandle number_of(ByteView bytes) {
  NumberHandle number(BN_bin2bn(bytes.data(), int_size(bytes.size()), nullptr));
  MUSTER_CHECK(number != nullptr);
  return number;
}

/// The library's key; nothing when the point is not one of the curve. `secret` may be null.
KeyHandle make_key(Curve curve, ByteView point, const BIGNUM* secret) {
  const BuilderHandle builder(OSSL_PARAM_BLD_new());
  MUSTER_CHECK(builder && OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME,
                                                          group_name(curve), 0) == 1);
  MUSTER_CHECK(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                                point.data(), point.size()) == 1);
  if (secret != nullptr) {
    MUSTER_CHECK(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret) == 1);
  }
  const ParametersHandle parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContextHandle context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  MUSTER_CHECK(parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1);
  const int half = secret == nullptr ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, half, parameters.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return KeyHandle(key);
}

/// The uncompressed form of an encoded point; empty when it is none of the curve.
Bytes uncompressed_of(Curve curve, ByteView encoded) {
  const GroupHandle group(EC_GROUP_new_by_curve_name(curve_nid(curve)));
  MUSTER_CHECK(group != nullptr);
  const PointHandle point(EC_POINT_new(group.get()));
  MUSTER_CHECK(point != nullptr);
  Bytes bytes(2 * coordinate_bytes(curve) + 1);
  const bool good =
      EC_POINT_oct2point(group.get(), point.get(), encoded.data(), encoded.size(), nullptr) == 1 &&
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes.data(),
                         bytes.size(), nullptr) == bytes.size();
  ERR_clear_error();
  return good ? bytes : Bytes{};
}

bool is_encoding(Curve curve, ByteView point) {
  if (point.empty()) return false;
  const std::size_t one = coordinate_bytes(curve);
  if (point[0] == 0x04) return point.size() == 2 * one + 1;
  return (point[0] == 0x02 || point[0] == 0x03) && point.size() == one + 1;
}

/// r and s of a signature in DER, each filled up to the curve's length.
Bytes raw_of_der(Curve curve, ByteView der) {
  const unsigned char* in = der.data();
  const SignatureHandle signature(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
  MUSTER_CHECK(signature != nullptr);
  const int half = int_size(coordinate_bytes(curve));
  Bytes raw(signature_bytes(curve));
  MUSTER_CHECK(BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), raw.data(), half) == half);
  MUSTER_CHECK(BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), raw.data() + half, half) == half);
  return raw;
}

/// The private number of a key, of the curve's length.
Bytes secret_number(const EVP_PKEY* key, Curve curve) {
  BIGNUM* number = nullptr;
  MUSTER_CHECK(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1);
  const NumberHandle owned(number);
  Bytes secret(coordinate_bytes(curve));
  const int size = int_size(secret.size());
  MUSTER_CHECK(BN_bn2binpad(number, secret.data(), size) == size);
  return secret;
}

}  // namespace

KeyReference::KeyReference(const KeyReference& other) : key_(other.key_) {
  MUSTER_CHECK(key_ == nullptr || EVP_PKEY_up_ref(key_) == 1);
}

KeyReference::~KeyReference() { EVP_PKEY_free(key_); }

Result<EcdsaPublicKey> EcdsaPublicKey::from_point(Curve curve, ByteView point) {
  const std::string name = group_name(curve);
  if (!is_encoding(curve, point)) {
    return failure(Errc::invalid_input, name + " key: got " + std::to_string(point.size()) +
                                            " bytes, want a compressed or uncompressed point");
  }
  Bytes bytes = uncompressed_of(curve, point);
  KeyHandle handle = bytes.empty() ? nullptr : make_key(curve, bytes, nullptr);
  if (!handle) return failure(Errc::invalid_input, name + " key: not a point of the curve");
  return EcdsaPublicKey(curve, std::move(bytes), KeyReference(handle.release()));
}

Bytes EcdsaPublicKey::compressed() const {
  const auto one = static_cast<std::ptrdiff_t>(coordinate_bytes(curve_));
  Bytes bytes(uncompressed_.begin(), uncompressed_.begin() + one + 1);
  bytes[0] = (uncompressed_.back() & 1U) != 0 ? 0x03 : 0x02;  // SEC 1 section 2.3.3: the sign of y
  return bytes;
}

Bytes der_of_raw_signature(Curve curve, ByteView raw) {
  const SignatureHandle signature(ECDSA_SIG_new());
  const std::size_t half = coordinate_bytes(curve);
  MUSTER_CHECK(signature && raw.size() == 2 * half);
  NumberHandle r = number_of(raw.first(half));
  NumberHandle s = number_of(raw.subspan(half));
  MUSTER_CHECK(ECDSA_SIG_set0(signature.get(), r.release(), s.release()) == 1);
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  MUSTER_CHECK(size > 0);
  Bytes der(static_cast<std::size_t>(size));
  unsigned char* out = der.data();
  MUSTER_CHECK(i2d_ECDSA_SIG(signature.get(), &out) == size);
  return der;
}

bool ecdsa_verifies(const EcdsaPublicKey& key, ByteView message, ByteView signature) {
  const Curve curve = key.curve();
  if (signature.size() != signature_bytes(curve)) return false;
  const DigestContextHandle context(EVP_MD_CTX_new());
  MUSTER_CHECK(context &&
               EVP_DigestVerifyInit_ex(context.get(), nullptr, digest_name(curve), nullptr, nullptr,
                                       key.handle_.get(), nullptr) == 1);
  const Bytes der = der_of_raw_signature(curve, signature);
  const int outcome =
      EVP_DigestVerify(context.get(), der.data(), der.size(), message.data(), message.size());
  ERR_clear_error();
  return outcome == 1;
}

Bytes curve_digest(Curve curve, ByteView message) {
  Bytes digest(coordinate_bytes(curve));
  std::size_t size = 0;
  MUSTER_CHECK(EVP_Q_digest(nullptr, digest_name(curve), nullptr, message.data(), message.size(),
                            digest.data(), &size) == 1 &&
               size == digest.size());
  return digest;
}

EcdsaSigner EcdsaSigner::generate(Curve curve) {
  const KeyHandle made(EVP_EC_gen(group_name(curve)));
  MUSTER_CHECK(made != nullptr);
  Bytes secret = secret_number(made.get(), curve);
  const Wiped wiped(secret);
  auto signer = from_secret(curve, secret);
  MUSTER_CHECK(signer.has_value());
  return std::move(*signer);
}

Result<EcdsaSigner> EcdsaSigner::from_secret(Curve curve, ByteView secret) {
  const GroupHandle group(EC_GROUP_new_by_curve_name(curve_nid(curve)));
  MUSTER_CHECK(group != nullptr);
  NumberHandle number = number_of(secret);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  if (secret.size() != coordinate_bytes(curve) || BN_is_zero(number.get()) == 1 ||
      BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0) {
    return failure(Errc::invalid_input, std::string(group_name(curve)) +
                                            " secret: want a number of the curve's length from 1 "
                                            "to the order of the group - 1");
  }
  const PointHandle point(EC_POINT_new(group.get()));
  Bytes bytes(2 * coordinate_bytes(curve) + 1);
  MUSTER_CHECK(point && EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr,
                                     nullptr) == 1);
  MUSTER_CHECK(EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                  bytes.data(), bytes.size(), nullptr) == bytes.size());
  MUSTER_TRY_ASSIGN(EcdsaPublicKey key, EcdsaPublicKey::from_point(curve, bytes));
  KeyHandle handle = make_key(curve, bytes, number.get());
  MUSTER_CHECK(handle != nullptr);
  return EcdsaSigner(std::move(key), KeyReference(handle.release()));
}

PublicKey EcdsaSigner::verifying_key() const { return key_; }

Result<Bytes> EcdsaSigner::signature_over(ByteView message) const {
  const Curve curve = key_.curve();
  const DigestContextHandle context(EVP_MD_CTX_new());
  MUSTER_CHECK(context && EVP_DigestSignInit_ex(context.get(), nullptr, digest_name(curve), nullptr,
                                                nullptr, both_halves_.get(), nullptr) == 1);
  std::size_t size = 0;
  MUSTER_CHECK(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1);
  Bytes der(size);
  MUSTER_CHECK(EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()) ==
               1);
  der.resize(size);
  return raw_of_der(curve, der);
}

Bytes EcdsaSigner::reveal_secret() const { return secret_number(both_halves_.get(), key_.curve()); }

}  // namespace muster::crypto
