#include "registry/json_schema/uri.hpp"

#include <algorithm>

#include "registry/json_schema/address.hpp"
#include "registry/json_schema/ascii.hpp"

namespace muster::json_schema {
namespace {

constexpr std::string_view sub_delims = "!$&'()*+,;=";

/// Takes the characters of one part of a URI.
class UriCharacters final {
 public:
  UriCharacters(UriAlphabet alphabet, std::string_view extra)
      : alphabet_(alphabet), extra_(extra) {}

  [[nodiscard]] bool take(std::string_view text) const {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '%') {
        if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
        i += 2;
      } else if (!takes(text[i])) {
        return false;
      }
    }
    return true;
  }

 private:
  [[nodiscard]] bool takes(char c) const {
    if (static_cast<unsigned char>(c) >= 0x80) return alphabet_ == UriAlphabet::iri;
    const bool unreserved =
        is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos;
    return unreserved || sub_delims.find(c) != std::string_view::npos ||
           extra_.find(c) != std::string_view::npos;
  }

  UriAlphabet alphabet_;
  std::string_view extra_;
};

bool is_scheme(std::string_view text) {
  return !text.empty() && is_alpha(text.front()) && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || c == '+' || c == '-' || c == '.';
  });
}

/// userinfo@host:port; a host in brackets is an IPv6 address or a future form of one.
bool is_authority(std::string_view text, UriAlphabet alphabet) {
  const UriCharacters userinfo(alphabet, ":");
  if (const auto at = text.find('@'); at != std::string_view::npos) {
    if (!userinfo.take(text.substr(0, at))) return false;
    text.remove_prefix(at + 1);
  }
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return false;
    const std::string_view inside = text.substr(1, end - 1);
    const bool future = inside.starts_with('v') && userinfo.take(inside);
    if (!is_ipv6(inside) && !future) return false;
    port = text.substr(end + 1);
    if (!port.empty() && port.front() != ':') return false;
  } else {
    const auto colon = text.find(':');
    if (!UriCharacters(alphabet, "").take(text.substr(0, colon))) return false;
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  return port.empty() || std::ranges::all_of(port.substr(1), is_digit);
}

bool is_reference(const UriParts& parts, UriAlphabet alphabet) {
  if (parts.scheme && !is_scheme(*parts.scheme)) return false;
  if (parts.authority) {
    if (!is_authority(*parts.authority, alphabet)) return false;
    if (!parts.path.empty() && parts.path.front() != '/') return false;
  }
  if (!UriCharacters(alphabet, "/:@").take(parts.path)) return false;
  const UriCharacters rest(alphabet, "/:@?");
  return (!parts.query || rest.take(*parts.query)) &&
         (!parts.fragment || rest.take(*parts.fragment));
}

/// RFC 3986 section 5.2.4.
std::string without_dots(std::string_view in) {
  std::string out;
  const auto drop_last = [&out] {
    const auto slash = out.rfind('/');
    out.resize(slash == std::string::npos ? 0 : slash);
  };
  while (!in.empty()) {
    if (in.starts_with("../")) {
      in.remove_prefix(3);
    } else if (in.starts_with("./") || in.starts_with("/./")) {
      in.remove_prefix(2);
    } else if (in == "/.") {
      in = "/";
    } else if (in.starts_with("/../")) {
      in.remove_prefix(3);
      drop_last();
    } else if (in == "/..") {
      in = "/";
      drop_last();
    } else if (in == "." || in == "..") {
      in = {};
    } else {
      const auto next = in.find('/', 1);
      out += in.substr(0, next);
      in = next == std::string_view::npos ? std::string_view() : in.substr(next);
    }
  }
  return out;
}

std::string merged(const UriParts& base, std::string_view path) {
  if (base.authority && base.path.empty()) return "/" + std::string(path);
  const auto slash = base.path.rfind('/');
  return std::string(slash == std::string_view::npos ? "" : base.path.substr(0, slash + 1)) +
         std::string(path);
}

std::string joined(const UriParts& parts) {
  std::string text;
  if (parts.scheme) text += std::string(*parts.scheme) + ":";
  if (parts.authority) text += "//" + std::string(*parts.authority);
  text += parts.path;
  if (parts.query) text += "?" + std::string(*parts.query);
  if (parts.fragment) text += "#" + std::string(*parts.fragment);
  return text;
}

}  // namespace

UriParts split_uri(std::string_view text) {
  UriParts parts;
  if (const auto hash = text.find('#'); hash != std::string_view::npos) {
    parts.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const auto mark = text.find('?'); mark != std::string_view::npos) {
    parts.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  const auto end = text.find_first_of(":/");
  if (end != std::string_view::npos && end > 0 && text[end] == ':') {
    parts.scheme = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  if (text.starts_with("//")) {
    const auto slash = text.find('/', 2);
    parts.authority = text.substr(2, slash == std::string_view::npos ? slash : slash - 2);
    text = slash == std::string_view::npos ? std::string_view() : text.substr(slash);
  }
  parts.path = text;
  return parts;
}

std::string resolve_uri(std::string_view base, std::string_view reference) {
  const UriParts from = split_uri(base);
  UriParts to = split_uri(reference);
  std::string path(to.path);
  if (to.scheme || to.authority) {
    path = without_dots(path);
  } else if (path.empty()) {
    path = from.path;
    if (!to.query) to.query = from.query;
  } else {
    path = without_dots(path.front() == '/' ? path : merged(from, path));
  }
  if (!to.scheme) {
    if (!to.authority) to.authority = from.authority;
    to.scheme = from.scheme;
  }
  to.path = path;
  return joined(to);
}

bool is_uri(std::string_view text, UriAlphabet alphabet) {
  const UriParts parts = split_uri(text);
  return parts.scheme && is_reference(parts, alphabet);
}

bool is_uri_reference(std::string_view text, UriAlphabet alphabet) {
  const UriParts parts = split_uri(text);
  if (!is_reference(parts, alphabet)) return false;
  // A colon in the first segment would make it a scheme.
  const auto first = parts.path.substr(0, parts.path.find('/'));
  return parts.scheme || parts.authority || first.find(':') == std::string_view::npos;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return std::nullopt;
    out.push_back(static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])));
    i += 2;
  }
  return out;
}

}  // namespace muster::json_schema
