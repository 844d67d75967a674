#include "registry/exchange/identifiers.hpp"

#include "registry/json_schema/ascii.hpp"
#include "registry/json_schema/uri.hpp"

namespace muster::exchange {

std::string Identifiers::uri(std::string_view space, std::string_view id) const {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text = base_ + std::string(space) + "/";
  for (const char c : id) {
    if (json_schema::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      text.push_back(c);
      continue;
    }
    text.push_back('%');
    text.push_back(digits[static_cast<unsigned char>(c) >> 4U]);
    text.push_back(digits[static_cast<unsigned char>(c) & 15U]);
  }
  return text;
}

std::optional<NamedThing> Identifiers::parse(std::string_view uri) const {
  if (!uri.starts_with(base_)) return std::nullopt;
  uri.remove_prefix(base_.size());
  const auto slash = uri.find('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  const std::string_view rest = uri.substr(slash + 1);
  auto id = json_schema::percent_decoded(rest);
  if (!id || id->empty() || rest.find_first_of("/?#") != std::string_view::npos)
    return std::nullopt;
  return NamedThing{std::string(uri.substr(0, slash)), std::move(*id)};
}

}  // namespace muster::exchange
