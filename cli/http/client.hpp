#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/http/message.hpp"
#include "cli/http/tls.hpp"
#include "cli/http/url.hpp"

namespace muster::http {

/// A request to be made.
struct Call {
  std::string method = "GET";
  Url url{};  ///< Its path is the target.
  std::string body{};
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<Header> headers{};  ///< Further ones, such as Authorization.
};

struct ClientOptions {
  int timeout_ms = 10'000;  ///< For a whole call: name, connection, request and response.
  std::size_t max_header_bytes = std::size_t{1} << 14U;
  std::size_t max_body_bytes = std::size_t{1} << 20U;
  /// Borrowed, for URLs of https; without, the authorities of the machine count and no certificate
  /// is shown.
  const TlsContext* tls = nullptr;
};

/// Makes all calls at once and waits for all: one result each, in order. Redirects are not
/// followed. Errors: `unavailable`, with the address and what failed; none of a status.
/// Limits: a name server that is silent can hold the program for longer than the time limit.
std::vector<Result<Response>> call_all(std::span<const Call> calls, const ClientOptions& options);

}  // namespace muster::http
