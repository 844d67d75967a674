#include "registry/json_schema/pointer.hpp"

#include <charconv>

#include "registry/json_schema/ascii.hpp"

namespace muster::json_schema {

std::optional<std::vector<std::string>> pointer_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  if (!text.empty() && text.front() != '/') return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      tokens.emplace_back();
    } else if (text[i] != '~') {
      tokens.back().push_back(text[i]);
    } else {
      if (++i == text.size() || (text[i] != '0' && text[i] != '1')) return std::nullopt;
      tokens.back().push_back(text[i] == '0' ? '~' : '/');
    }
  }
  return tokens;
}

std::string pointer_token(std::string_view key) {
  std::string token;
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token.push_back(c);
    }
  }
  return token;
}

bool is_relative_pointer(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && is_digit(text[digits])) ++digits;
  if (digits == 0 || (digits > 1 && text.front() == '0')) return false;
  const std::string_view rest = text.substr(digits);
  return rest == "#" || pointer_tokens(rest).has_value();
}

const Json* step_into(const Json& value, const std::string& token) {
  if (value.is_object()) {
    const auto found = value.find(token);
    return found == value.end() ? nullptr : &*found;
  }
  if (!value.is_array() || token.empty() || (token.size() > 1 && token.front() == '0')) {
    return nullptr;
  }
  std::size_t index = 0;
  const auto [end, problem] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool whole = problem == std::errc{} && end == token.data() + token.size();
  return whole && index < value.size() ? &value[index] : nullptr;
}

}  // namespace muster::json_schema
