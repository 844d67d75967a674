#include "registry/json_schema/address.hpp"

#include <algorithm>

#include "registry/json_schema/ascii.hpp"

namespace muster::json_schema {
namespace {

/// Cuts off and returns what stands before the next `separator`, or all that is left.
std::string_view next_part(std::string_view& text, char separator, bool& more) {
  const auto end = text.find(separator);
  more = end != std::string_view::npos;
  const std::string_view part = text.substr(0, end);
  text = more ? text.substr(end + 1) : std::string_view();
  return part;
}

bool is_octet(std::string_view text) {
  if (text.empty() || text.size() > 3 || !std::ranges::all_of(text, is_digit)) return false;
  if (text.size() > 1 && text.front() == '0') return false;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value <= 255;
}

bool is_group(std::string_view text) {
  return !text.empty() && text.size() <= 4 && std::ranges::all_of(text, is_hex);
}

/// The number of 16-bit groups in `text`, or -1. `last`: an IPv4 address may stand at the end.
int groups_in(std::string_view text, bool last) {
  if (text.empty()) return 0;
  int count = 0;
  for (bool more = true; more;) {
    const std::string_view part = next_part(text, ':', more);
    if (!more && last && is_ipv4(part)) return count + 2;
    if (!is_group(part)) return -1;
    ++count;
  }
  return count;
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '-'; });
}

bool is_atom(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
  });
}

bool is_quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' || text[i] < 0x20 || text[i] > 0x7E) return false;
    if (text[i] == '\\' && ++i == text.size()) return false;
  }
  return true;
}

}  // namespace

bool is_ipv4(std::string_view text) {
  int count = 0;
  for (bool more = true; more; ++count) {
    if (!is_octet(next_part(text, '.', more))) return false;
  }
  return count == 4;
}

bool is_ipv6(std::string_view text) {
  const auto gap = text.find("::");
  if (gap == std::string_view::npos) return groups_in(text, true) == 8;
  const int before = groups_in(text.substr(0, gap), false);
  const int after = groups_in(text.substr(gap + 2), true);
  return before >= 0 && after >= 0 && before + after < 8;
}

bool is_hostname(std::string_view text) {
  if (text.empty() || text.size() > 255) return false;
  for (bool more = true; more;) {
    if (!is_label(next_part(text, '.', more))) return false;
  }
  return true;
}

bool is_email(std::string_view text) {
  const auto at = text.rfind('@');
  if (at == std::string_view::npos || at > 64) return false;
  const std::string_view domain = text.substr(at + 1);
  if (domain.starts_with('[') && domain.ends_with(']')) {
    const std::string_view inside = domain.substr(1, domain.size() - 2);
    const bool v6 = inside.starts_with("IPv6:") && is_ipv6(inside.substr(5));
    if (!v6 && !is_ipv4(inside)) return false;
  } else if (!is_hostname(domain)) {
    return false;
  }
  std::string_view local = text.substr(0, at);
  if (is_quoted(local)) return true;
  for (bool more = true; more;) {
    if (!is_atom(next_part(local, '.', more))) return false;
  }
  return true;
}

}  // namespace muster::json_schema
