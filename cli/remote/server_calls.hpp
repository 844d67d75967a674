#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/http/message.hpp"
#include "cli/http/tls.hpp"
#include "cli/http/url.hpp"
#include "cli/remote/remote_options.hpp"
#include "ledger/base/error.hpp"

namespace muster::cli {

/// One request to a served registry.
struct ServerRequest {
  std::string method = "GET";
  std::string target{};  ///< From the registry's address on, with its query.
  std::string body{};
  std::string content_type = "application/json";
  std::vector<http::Header> headers{};
  std::size_t most_bytes = std::size_t{1} << 24U;  ///< Of the answer.
};

/// Calls to one served registry, as whoever the credentials are. What is answered is believed by
/// nobody yet. May be called by several threads.
class ServerCalls final {
 public:
  /// Errors: those of the credentials' files.
  static Result<ServerCalls> open(http::Url url, const RemoteOptions& options);

  [[nodiscard]] std::string address() const { return url_.origin() + url_.path; }

  /// The answer, whatever its status. A call that fails on the way is made again, twice: all that
  /// is asked of the service may be. A server that wants to be asked later is, for a minute.
  /// Errors: `unavailable`.
  Result<http::Response> call(const ServerRequest& request) const;
  /// The body of a success. Errors: also `server_error`.
  Result<std::string> body(const ServerRequest& request) const;
  /// The bodies of several, asked for at once. Errors: the first.
  Result<std::vector<std::string>> bodies(const std::vector<ServerRequest>& requests) const;

 private:
  ServerCalls(http::Url url, std::string token) : url_(std::move(url)), token_(std::move(token)) {}

  http::Url url_;
  std::string token_;
  std::unique_ptr<http::TlsContext> tls_{};
};

/// A path segment or a query's value, percent-encoded. Source: RFC 3986, section 2.3.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace muster::cli
