#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace muster::http {

/// One header field. Names are compared without regard to case.
struct Header {
  std::string name;
  std::string value;
};

/// A request as a handler sees it: whole, within the server's limits.
struct Request {
  std::string method{};  ///< "GET", "POST", …
  std::string path{};    ///< The target up to its question mark, as it was sent.
  std::string query{};   ///< What follows the question mark; empty when there is none.
  std::vector<Header> headers{};
  std::string body{};
  std::string remote{};  ///< The client's address in numbers, without its port.
  /// SHA-256 of the certificate that the client proved to have, 64 lower-case hex digits; empty
  /// when it showed none, and always without TLS. Never taken from what the client sends.
  std::string peer_certificate{};

  /// The first value of a header field; empty when there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string body{};
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<Header> headers{};  ///< Further ones.
};

/// A short answer in words, for people and logs: `text` and a newline.
[[nodiscard]] Response plain(unsigned status, std::string_view text);

}  // namespace muster::http
