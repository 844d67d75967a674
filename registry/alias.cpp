#include "registry/alias.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "registry/gs1/key_spelling.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t longest_alias = 500;  // what a text field holds
constexpr std::array<AliasScheme, 4> alias_schemes{AliasScheme::serial, AliasScheme::ecid,
                                                   AliasScheme::gs1, AliasScheme::mark};

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char in_lower_case(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Whether a canonical Digital Link URI names one thing, and not a class or a batch of them.
bool names_one_thing(std::string_view link) {
  constexpr std::string_view domain = "https://id.gs1.org/";
  link.remove_prefix(domain.size());
  if (link.starts_with("8004/")) return true;
  if (link.starts_with("01/")) return link.find("/21/") != std::string_view::npos;
  return link.starts_with("8010/") && link.find("/8011/") != std::string_view::npos;
}

}  // namespace

std::string_view name_of(AliasScheme scheme) {
  switch (scheme) {
    case AliasScheme::serial:
      return "serial";
    case AliasScheme::ecid:
      return "ecid";
    case AliasScheme::gs1:
      return "gs1";
    case AliasScheme::mark:
      return "mark";
  }
  return "";
}

AliasName alias_name(AliasScheme scheme, std::string_view text) {
  constexpr std::string_view label = "muster/alias/v1\n";
  const Hash hash =
      crypto::sha256({as_bytes(label), as_bytes(name_of(scheme)), as_bytes("\n"), as_bytes(text)});
  AliasName name;
  std::copy_n(hash.bytes.begin(), name.bytes.size(), name.bytes.begin());
  return name;
}

std::optional<std::string> alias_spelling(AliasScheme scheme, std::string_view text) {
  if (text.empty() || text.size() > longest_alias) return std::nullopt;
  if (scheme == AliasScheme::gs1) {
    auto link = gs1::key_spelling(text);
    if (!link || !names_one_thing(*link)) return std::nullopt;
    return link;
  }
  std::string spelling(text);
  if (scheme != AliasScheme::ecid) return spelling;
  if (!std::ranges::all_of(text, is_hex_digit)) return std::nullopt;
  std::ranges::transform(spelling, spelling.begin(), in_lower_case);
  return spelling;
}

std::vector<AliasReading> alias_readings(std::string_view text) {
  std::vector<AliasReading> readings;
  std::string_view named;  // the scheme that the text says itself
  for (const AliasScheme scheme : alias_schemes) {
    const std::string_view prefix = name_of(scheme);
    const bool says = scheme != AliasScheme::gs1 && text.size() > prefix.size() &&
                      text.starts_with(prefix) && text[prefix.size()] == ':';
    if (says) named = prefix;
  }
  if (!named.empty()) text.remove_prefix(named.size() + 1);
  for (const AliasScheme scheme : alias_schemes) {
    if (!named.empty() && named != name_of(scheme)) continue;
    if (auto spelling = alias_spelling(scheme, text)) {
      const AliasName name = alias_name(scheme, *spelling);
      readings.push_back({scheme, std::move(*spelling), name});
    }
  }
  return readings;
}

}  // namespace muster::registry
