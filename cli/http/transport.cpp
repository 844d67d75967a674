#include "cli/http/transport.hpp"

#include "ledger/base/hash.hpp"

namespace muster::http {
namespace {

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

bool is_address(const std::string& name) {
  error_code problem;
  net::ip::make_address(name, problem);
  return !problem;
}

}  // namespace

std::string Transport::peer_certificate() {
  if (!tls_) return {};
  const std::unique_ptr<X509, FreeCertificate> certificate(
      SSL_get1_peer_certificate(tls_->native_handle()));
  if (!certificate) return {};
  Hash digest;
  unsigned size = 0;
  const int done = X509_digest(certificate.get(), EVP_sha256(), digest.bytes.data(), &size);
  return done == 1 && size == Hash::size_bytes ? digest.to_hex() : std::string();
}

bool Transport::peer_ran_out() {
  if (!tls_) return false;
  const std::unique_ptr<X509, FreeCertificate> certificate(
      SSL_get1_peer_certificate(tls_->native_handle()));
  return certificate && X509_cmp_current_time(X509_get0_notAfter(certificate.get())) < 0;
}

void Transport::expect_name(const std::string& name) {
  // An address in numbers is no name to ask for (RFC 6066, section 3).
  if (!is_address(name)) {
    std::string sent = name;  // the macro of OpenSSL for this has a cast in it
    SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             sent.data());
  }
  tls_->set_verify_callback(ssl::host_name_verification(name));
}

}  // namespace muster::http
