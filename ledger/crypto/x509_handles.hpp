#pragma once

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "ledger/base/bytes.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/timestamp.hpp"

// Shared by the files of this folder that wrap X.509; nobody else includes it.
namespace muster::crypto::detail {

template <auto free_function>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using CertificateHandle = std::unique_ptr<X509, Freed<X509_free>>;
using ListHandle = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;

/// An object identifier from its dotted form. Requires: a valid identifier.
using ObjectHandle = std::unique_ptr<ASN1_OBJECT, Freed<ASN1_OBJECT_free>>;
[[nodiscard]] ObjectHandle object_from_dots(const std::string& oid);
[[nodiscard]] std::string dots_of(const ASN1_OBJECT* object);

[[nodiscard]] std::string name_text(const X509_NAME* name);

/// Errors: `invalid_input`.
Result<Timestamp> timestamp_of(const ASN1_TIME* time, const std::string& what);

}  // namespace muster::crypto::detail
