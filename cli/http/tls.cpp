#include "cli/http/tls_impl.hpp"
#include "ledger/base/file.hpp"

namespace muster::http {
namespace {

/// Authorities between a certificate and one that is trusted.
constexpr int most_between = 3;

Error unusable(const std::filesystem::path& path, const std::string& want,
               const error_code& problem) {
  return {Errc::invalid_input, path.string() + ": want " + want + ", in PEM: " + problem.message()};
}

/// Gives `use` the text of the file at `path`.
template <typename Use>
Result<void> with_file(const std::filesystem::path& path, const std::string& want, Use use) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  error_code problem;
  use(net::buffer(text), problem);
  if (problem) return failure(unusable(path, want, problem));
  return {};
}

Result<void> show_certificate(ssl::context& context, const TlsFiles& files) {
  MUSTER_TRY(with_file(files.certificate, "a certificate and those that vouch for it",
                       [&](const auto& text, error_code& problem) {
                         context.use_certificate_chain(text, problem);
                       }));
  return with_file(files.key, "the secret key of " + files.certificate.string(),
                   [&](const auto& text, error_code& problem) {
                     context.use_private_key(text, ssl::context::pem, problem);
                   });
}

Result<void> trust(ssl::context& context, const std::filesystem::path& path) {
  return with_file(path, "certificates of authorities", [&](const auto& text, error_code& problem) {
    context.add_certificate_authority(text, problem);
  });
}

Result<void> heed_revocations(ssl::context& context, const std::filesystem::path& path) {
  MUSTER_TRY(read_text_file(path));  // which says what is wrong with a file that is not there
  X509_STORE* const store = SSL_CTX_get_cert_store(context.native_handle());
  X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
  const bool loaded =
      lookup != nullptr && X509_load_crl_file(lookup, path.c_str(), X509_FILETYPE_PEM) > 0;
  if (!loaded) {
    return failure(Errc::invalid_input, path.string() + ": want revocation lists, in PEM");
  }
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
  return {};
}

/// What holds for both sides.
Result<void> set_up(ssl::context& context, const TlsFiles& files) {
  context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                      ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 |
                      ssl::context::no_tlsv1_2);
  SSL_CTX_set_session_cache_mode(context.native_handle(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.native_handle(), 0);
  SSL_CTX_set_verify_depth(context.native_handle(), most_between);
  if (!files.certificate.empty()) MUSTER_TRY(show_certificate(context, files));
  if (!files.authorities.empty()) MUSTER_TRY(trust(context, files.authorities));
  if (!files.revoked.empty()) MUSTER_TRY(heed_revocations(context, files.revoked));
  return {};
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TlsContext::TlsContext(TlsContext&& other) noexcept = default;
TlsContext& TlsContext::operator=(TlsContext&& other) noexcept = default;
TlsContext::~TlsContext() = default;

Result<TlsContext> TlsContext::for_server(const TlsFiles& files, ClientCertificates clients) {
  if (files.certificate.empty() || files.key.empty()) {
    return failure(Errc::invalid_input, "TLS: a server needs a certificate and its key");
  }
  const bool required = clients == ClientCertificates::required;
  if (required && files.authorities.empty()) {
    return failure(Errc::invalid_input,
                   "TLS: client certificates are required, and no authorities are named for them");
  }
  auto impl = std::make_unique<Impl>(ssl::context::tls_server);
  MUSTER_TRY(set_up(impl->context, files));
  if (!files.authorities.empty()) {
    impl->context.set_verify_mode(ssl::verify_peer |
                                  (required ? ssl::verify_fail_if_no_peer_cert : 0));
  }
  return TlsContext(std::move(impl));
}

Result<TlsContext> TlsContext::for_client(const TlsFiles& files) {
  if (files.certificate.empty() != files.key.empty()) {
    return failure(Errc::invalid_input,
                   "TLS: a certificate needs its key, and a key its certificate");
  }
  auto impl = std::make_unique<Impl>(ssl::context::tls_client);
  MUSTER_TRY(set_up(impl->context, files));
  if (files.authorities.empty()) {
    error_code problem;
    impl->context.set_default_verify_paths(problem);
    if (problem) {
      return failure(Errc::unavailable, "TLS: authorities of this machine: " + problem.message());
    }
  }
  impl->context.set_verify_mode(ssl::verify_peer);
  return TlsContext(std::move(impl));
}

}  // namespace muster::http
