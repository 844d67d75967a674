#include "cli/http/framing.hpp"

#include <algorithm>

namespace muster::http {
namespace {

using beast::http::field;

bool is_text_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == 0x09 || (byte >= 0x20 && byte != 0x7F);
}

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// Source: RFC 9112, section 3.2: origin-form, absolute-form, and asterisk-form of OPTIONS. What
/// CONNECT has is for proxies.
bool is_target(const beast::http::request_header<>& header) {
  const std::string_view target = text_of(header.target());
  if (header.method() == beast::http::verb::connect) return false;
  if (target == "*") return header.method() == beast::http::verb::options;
  return path_of_target(target).starts_with('/');
}

}  // namespace

std::optional<std::string> framing_problem(const beast::http::request_header<>& header) {
  if (!is_target(header)) return "target: want a path from / on";
  const auto hosts = header.count(field::host);
  if (hosts > 1) return "Host: stands there more than once";
  if (hosts == 0 && header.version() >= 11) return "Host: is missing";
  const auto lengths = header.count(field::content_length);
  const auto codings = header.count(field::transfer_encoding);
  if (lengths > 1) return "Content-Length: stands there more than once";
  if (codings > 1) return "Transfer-Encoding: stands there more than once";
  if (lengths == 1 && !is_number(text_of(header[field::content_length]))) {
    return "Content-Length: want one number";
  }
  if (lengths > 0 && codings > 0) return "Content-Length and Transfer-Encoding: want one of them";
  if (codings > 0 && header.version() < 11) return "Transfer-Encoding: is not of HTTP/1.0";
  if (codings > 0 && !beast::iequals(header[field::transfer_encoding], "chunked")) {
    return "Transfer-Encoding: want chunked alone";
  }
  for (const auto& one : header) {
    if (!std::ranges::all_of(text_of(one.value()), is_text_byte)) {
      return std::string(text_of(one.name_string())) + ": has a control character";
    }
  }
  return std::nullopt;
}

std::string_view path_of_target(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const auto slash = target.find('/', scheme.size());
    return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  return target;
}

}  // namespace muster::http
