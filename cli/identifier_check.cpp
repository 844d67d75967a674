#include "cli/identifier_check.hpp"

#include <algorithm>
#include <string>

#include "registry/gs1/digital_link.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t lei_size = 20;
constexpr std::size_t gln_size = 13;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

tl::unexpected<Error> wrong(std::string_view text, const std::string& want) {
  return failure(Errc::invalid_input, "got \"" + std::string(text) + "\", want " + want);
}

/// The number that digits and letters (A is 10) spell, modulo 97.
unsigned modulo_97(std::string_view text) {
  unsigned rest = 0;
  for (const char c : text) {
    const auto value = static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'A' + 10);
    rest = (rest * (is_digit(c) ? 10U : 100U) + value) % 97U;
  }
  return rest;
}

}  // namespace

Result<void> check_lei(std::string_view text) {
  const bool fits = text.size() == lei_size &&
                    std::ranges::all_of(text, [](char c) { return is_digit(c) || is_capital(c); });
  if (!fits) return wrong(text, "an LEI: 20 digits and capital letters");
  if (modulo_97(text) == 1) return {};
  return wrong(text, "an LEI whose last two digits check the rest (ISO 17442): a typing error?");
}

Result<void> check_gln(std::string_view text) {
  const bool fits = text.size() == gln_size && std::ranges::all_of(text, is_digit);
  if (!fits) return wrong(text, "a GLN: 13 digits");
  const char digit = gs1::check_digit(text.substr(0, gln_size - 1));
  if (text.back() == digit) return {};
  return wrong(text, std::string("a GLN with check digit ") + digit + ": a typing error?");
}

Result<void> check_identifier(std::string_view field, std::string_view text) {
  if (field == "lei") return check_lei(text);
  if (field == "gln") return check_gln(text);
  return {};
}

}  // namespace muster::cli
