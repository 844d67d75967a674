#include "cli/http/message.hpp"

#include <algorithm>

namespace muster::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lower, lower);
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  const auto found = std::ranges::find_if(
      headers, [name](const Header& header) { return same_name(header.name, name); });
  return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

Response plain(unsigned status, std::string_view text) {
  return Response{.status = status, .body = std::string(text) + "\n"};
}

}  // namespace muster::http
