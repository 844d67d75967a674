#include "ledger/crypto/ecdsa_p384.hpp"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "ledger/base/check.hpp"

namespace muster::crypto {
namespace {

template <auto free_function>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;

/// The library's key, or nothing when the point is not one of the curve.
Key key_from_point(ByteView point) {
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  MUSTER_CHECK(context && EVP_PKEY_fromdata_init(context.get()) == 1);
  std::array<char, 10> group{"secp384r1"};
  Bytes copy = to_bytes(point);
  std::array<OSSL_PARAM, 3> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, copy.data(), copy.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.data()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return Key(key);
}

/// The DER form that the library wants of a raw signature.
Bytes der_of(ByteView raw) {
  const Signature signature(ECDSA_SIG_new());
  Number r(BN_bin2bn(raw.data(), 48, nullptr));
  Number s(BN_bin2bn(raw.data() + 48, 48, nullptr));
  MUSTER_CHECK(signature && r && s);
  MUSTER_CHECK(ECDSA_SIG_set0(signature.get(), r.release(), s.release()) == 1);
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  MUSTER_CHECK(size > 0);
  Bytes der(static_cast<std::size_t>(size));
  unsigned char* out = der.data();
  MUSTER_CHECK(i2d_ECDSA_SIG(signature.get(), &out) == size);
  return der;
}

}  // namespace

Result<P384PublicKey> P384PublicKey::from_point(ByteView point) {
  if (point.size() != size_bytes || point[0] != 0x04) {
    return failure(Errc::invalid_input, "P-384 key: got " + std::to_string(point.size()) +
                                            " bytes, want 97 that begin with 04");
  }
  if (!key_from_point(point)) {
    return failure(Errc::invalid_input, "P-384 key: not a point of the curve");
  }
  std::array<std::uint8_t, size_bytes> bytes{};
  std::ranges::copy(point, bytes.begin());
  return P384PublicKey(bytes);
}

bool p384_sha384_verifies(const P384PublicKey& key, ByteView message, ByteView signature) {
  if (signature.size() != p384_signature_bytes) return false;
  const Key handle = key_from_point(key.bytes());
  const DigestContext context(EVP_MD_CTX_new());
  MUSTER_CHECK(handle && context);
  MUSTER_CHECK(EVP_DigestVerifyInit_ex(context.get(), nullptr, "SHA384", nullptr, nullptr,
                                       handle.get(), nullptr) == 1);
  const Bytes der = der_of(signature);
  const int outcome =
      EVP_DigestVerify(context.get(), der.data(), der.size(), message.data(), message.size());
  ERR_clear_error();
  return outcome == 1;
}

}  // namespace muster::crypto
