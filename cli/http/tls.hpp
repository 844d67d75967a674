#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/base/error.hpp"

namespace muster::http {

/// Files in PEM by which one side of a connection is known, and knows the other. Those that a side
/// does not need are empty.
struct TlsFiles {
  std::filesystem::path certificate{};  ///< The own one first, then those between it and its root.
  std::filesystem::path key{};          ///< Its secret key, without a passphrase.
  std::filesystem::path authorities{};  ///< Whose word counts for the other side's certificate.
  std::filesystem::path revoked{};      ///< Revocation lists, one of each authority at least.
};

/// What a server does with clients that show no certificate.
enum class ClientCertificates { optional, required };

/// TLS 1.3 (RFC 8446), nothing older; every connection shakes hands anew, so that a certificate
/// that was revoked or ran out opens none. No early data, which could be replayed.
class TlsContext final {
 public:
  /// With `authorities`, a client may show a certificate, or must; without, none is asked for.
  /// Errors: `invalid_input`, with the file, for what is no certificate, no key, or no pair;
  /// `not_found` and `unavailable` for files that cannot be read.
  static Result<TlsContext> for_server(const TlsFiles& files,
                                       ClientCertificates clients = ClientCertificates::optional);
  /// A server must show a certificate for the name in its URL, by `authorities`, or by those of the
  /// machine where there are none. With `certificate`, a server that asks for one gets it.
  static Result<TlsContext> for_client(const TlsFiles& files);

  TlsContext(TlsContext&& other) noexcept;
  TlsContext& operator=(TlsContext&& other) noexcept;
  ~TlsContext();

  struct Impl;
  [[nodiscard]] Impl& impl() const { return *impl_; }  ///< For this library alone.

 private:
  explicit TlsContext(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::http
