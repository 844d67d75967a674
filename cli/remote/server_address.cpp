#include "cli/remote/server_address.hpp"

#include <algorithm>

namespace muster::cli {
namespace {

/// A name such as 127.0.0.1.example is somebody else's.
bool is_this_machine(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  const bool in_numbers =
      std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return in_numbers && host.starts_with("127.");
}

}  // namespace

bool is_server_address(std::string_view text) {
  return text.starts_with("https://") || text.starts_with("http://");
}

Result<http::Url> server_address(std::string_view text) {
  auto url = http::Url::parse(text);
  if (!url) return failure(std::move(url.error()).during("--registry"));
  if (url->tls || is_this_machine(url->host)) return url;
  return failure(Errc::invalid_input,
                 "--registry: got " + url->origin() +
                     ", want https: in the clear anybody on the way could read and change what is "
                     "said; http is for this machine alone");
}

}  // namespace muster::cli
