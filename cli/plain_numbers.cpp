#include "cli/plain_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace muster::cli {
namespace {

bool is_plain(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

template <class Integer>
bool fits(const std::string& text) {
  Integer value = 0;
  return std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc();
}

/// The complaint about `text`, empty when there is none: what CLI11 wants of a validator.
std::string complaint(const std::string& text, bool may_be_negative) {
  const bool minus = may_be_negative && text.starts_with('-');
  const bool plain = is_plain(std::string_view(text).substr(minus ? 1 : 0));
  const bool fine =
      plain && (may_be_negative ? fits<std::int64_t>(text) : fits<std::uint64_t>(text));
  if (fine) return {};
  return "got \"" + text.substr(0, 40) + "\", want a whole number in decimal digits" +
         (plain ? ", and not so large a one" : "");
}

}  // namespace

void take_plain_numbers_only(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) {
    const std::string type = option->get_type_name();
    if (type != "UINT" && type != "INT") continue;
    const bool may_be_negative = type == "INT";
    option->check(
        [may_be_negative](const std::string& text) { return complaint(text, may_be_negative); });
  }
  for (CLI::App* command : app.get_subcommands({})) take_plain_numbers_only(*command);
}

}  // namespace muster::cli
