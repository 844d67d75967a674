#pragma once

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

// Owners of OpenSSL's objects. Shared by the files of this folder; nobody else includes it.
namespace muster::crypto::detail {

template <auto free_function>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContextHandle = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContextHandle = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using SignatureHandle = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;
using NumberHandle = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;
using GroupHandle = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using PointHandle = std::unique_ptr<EC_POINT, Freed<EC_POINT_clear_free>>;
using CertificateHandle = std::unique_ptr<X509, Freed<X509_free>>;
using ListHandle = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;
using ObjectHandle = std::unique_ptr<ASN1_OBJECT, Freed<ASN1_OBJECT_free>>;

}  // namespace muster::crypto::detail
