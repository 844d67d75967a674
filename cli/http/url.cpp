#include "cli/http/url.hpp"

#include <algorithm>
#include <charconv>

namespace muster::http {
namespace {

tl::unexpected<Error> not_a_url(std::string_view text, const std::string& why) {
  return failure(Errc::invalid_input, "URL \"" + std::string(text) + "\": " + why);
}

bool is_url_byte(char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '<' && c != '>'; }

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  if (!std::ranges::all_of(text, is_url_byte)) return not_a_url(text, "got a character of no URL");
  std::string_view rest = text;
  Url url;
  url.tls = rest.starts_with("https://");
  if (!url.tls && !rest.starts_with("http://")) {
    return not_a_url(text, "want http://HOST[:PORT][/PATH], or https");
  }
  if (url.tls) url.port = 443;
  rest.remove_prefix(rest.find("//") + 2);
  const auto slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  url.path = rest.substr(slash);
  while (url.path.ends_with('/')) url.path.pop_back();
  if (url.path.find_first_of("?#") != std::string::npos) return not_a_url(text, "want no ? and #");
  const auto bracket = authority.rfind(']');
  const auto colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (has_port) {
    const auto digits = authority.substr(colon + 1);
    const auto [stop, problem] =
        std::from_chars(digits.data(), digits.data() + digits.size(), url.port);
    if (problem != std::errc() || stop != digits.data() + digits.size() || url.port == 0) {
      return not_a_url(text, "want a port of 1 to 65535");
    }
    authority = authority.substr(0, colon);
  }
  if (authority.starts_with('[') && authority.ends_with(']')) {
    authority = authority.substr(1, authority.size() - 2);
  }
  url.host = authority;
  const bool usable = !url.host.empty() && url.host.find_first_of("[]@?#") == std::string::npos;
  return usable ? Result<Url>(url) : not_a_url(text, "want a host");
}

std::string Url::authority() const {
  const bool brackets = host.find(':') != std::string::npos;
  return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string Url::origin() const { return (tls ? "https://" : "http://") + authority(); }

}  // namespace muster::http
