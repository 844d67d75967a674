#include "ledger/base/names.hpp"

#include <algorithm>

namespace muster {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_name_character(char c) { return is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; }

}  // namespace

Result<void> check_name(std::string_view what, std::string_view text) {
  const bool good = !text.empty() && text.size() <= 64 && is_alphanumeric(text.front()) &&
                    std::ranges::all_of(text, is_name_character);
  if (good) return {};
  return failure(Errc::invalid_input,
                 std::string(what) + ": got \"" + std::string(text.substr(0, 70)) +
                     "\", want 1 to 64 of A-Z a-z 0-9 . _ - beginning with a letter or digit");
}

}  // namespace muster
