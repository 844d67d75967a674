#include "registry/gs1/key_spelling.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "registry/gs1/digital_link.hpp"
#include "registry/json_schema/ascii.hpp"

namespace muster::gs1 {
namespace {

using json_schema::hex_value;
using json_schema::is_alnum;
using json_schema::is_digit;
using json_schema::is_hex;

constexpr char group_separator = '\x1D';
constexpr std::size_t longest_symbol = 3'000;  // More than any symbol of GS1 holds.

/// An application identifier and its value.
struct Element {
  std::string_view ai;
  std::string_view value;
};

using Elements = std::optional<std::vector<Element>>;

bool is_number(std::string_view text) { return std::ranges::all_of(text, is_digit); }

void encode(char c, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  if (is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
    out.push_back(c);
    return;
  }
  out.push_back('%');
  out.push_back(digits[static_cast<unsigned char>(c) >> 4U]);
  out.push_back(digits[static_cast<unsigned char>(c) & 15U]);
}

/// What stands behind the domain, each character in its one spelling.
std::string normal(std::string_view path) {
  std::string out;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/') {
      out.push_back('/');
    } else if (path[i] == '%' && i + 2 < path.size() && is_hex(path[i + 1]) &&
               is_hex(path[i + 2])) {
      encode(static_cast<char>(hex_value(path[i + 1]) * 16 + hex_value(path[i + 2])), out);
      i += 2;
    } else {
      encode(path[i], out);
    }
  }
  return out;
}

/// Whether the key of `path` ends with the digit that its others make, if it is a GTIN or an SSCC.
bool is_checked(std::string_view path) {
  const bool gtin = path.starts_with("01/");
  if (!gtin && !path.starts_with("00/")) return true;
  const std::string_view key = path.substr(3, gtin ? 14 : 18);
  return check_digit(key.substr(0, key.size() - 1)) == key.back();
}

/// How many digits an application identifier has that begins with these two.
std::size_t ai_size(std::string_view two) {
  for (const std::string_view three : {"23", "24", "25", "40", "41", "42", "71"}) {
    if (two == three) return 3;
  }
  constexpr std::array<std::string_view, 13> four{"31", "32", "33", "34", "35", "36", "39",
                                                  "43", "70", "72", "80", "81", "82"};
  return std::ranges::find(four, two) == four.end() ? 2 : 4;
}

/// How long an element of predefined length is, with its identifier; 0 of any other.
std::size_t element_size(std::string_view two) {
  if (two == "00") return 20;
  if (two == "01" || two == "02" || two == "03") return 16;
  if (two == "04") return 18;
  if (two >= "11" && two <= "19") return 8;
  if (two == "20") return 4;
  if (two >= "31" && two <= "36") return 10;
  return two == "41" ? 16 : 0;
}

/// "(01)04012345111118(21)9876"
Elements printed_elements(std::string_view text) {
  const auto ai_at = [&](std::size_t at) -> std::size_t {  // where it ends, or 0
    const auto end = text.find(')', at);
    if (text[at] != '(' || end == std::string_view::npos || end < at + 3 || end > at + 5) return 0;
    return is_number(text.substr(at + 1, end - at - 1)) ? end : 0;
  };
  std::vector<Element> list;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = ai_at(at);
    if (end == 0) return std::nullopt;
    std::size_t next = end + 1;
    while (next < text.size() && ai_at(next) == 0) ++next;
    list.push_back({text.substr(at + 1, end - at - 1), text.substr(end + 1, next - end - 1)});
    at = next;
  }
  return list;
}

/// What a scanner sends behind the symbology identifier.
Elements sent_elements(std::string_view text) {
  std::vector<Element> list;
  while (!text.empty()) {
    const std::string_view two = text.substr(0, 2);
    const std::size_t ai = ai_size(two);
    if (text.size() <= ai || !is_number(text.substr(0, ai))) return std::nullopt;
    const std::size_t fixed = element_size(two);
    const std::size_t size = fixed != 0 ? fixed : std::min(text.find(group_separator), text.size());
    if (size <= ai || size > text.size()) return std::nullopt;
    list.push_back({text.substr(0, ai), text.substr(ai, size - ai)});
    text.remove_prefix(size);
    if (text.starts_with(group_separator)) text.remove_prefix(1);
  }
  return list;
}

std::string percent_encoded(std::string_view value) {
  std::string out;
  for (const char c : value) encode(c, out);
  return out;
}

/// As a Digital Link: the first element that is a key, and those that qualify it.
std::optional<std::string> link_of(const std::vector<Element>& elements) {
  struct Primary {
    std::string_view ai;
    std::string_view qualifiers{};
  };
  constexpr std::array<Primary, 14> primaries{{{"00"},
                                               {"01", " 10 21 22 235 "},
                                               {"253"},
                                               {"255"},
                                               {"401"},
                                               {"402"},
                                               {"414", " 254 "},
                                               {"417"},
                                               {"8003"},
                                               {"8004"},
                                               {"8006", " 10 21 22 "},
                                               {"8010", " 8011 "},
                                               {"8017"},
                                               {"8018"}}};
  for (const Element& first : elements) {
    const auto key = std::ranges::find(primaries, first.ai, &Primary::ai);
    if (key == primaries.end()) continue;
    std::string link = "https://id.gs1.org/" + std::string(key->ai) + "/";
    link += percent_encoded(first.value);
    for (const Element& other : elements) {
      const std::string name = " " + std::string(other.ai) + " ";
      if (key->qualifiers.find(name) == std::string_view::npos) continue;
      link += "/" + std::string(other.ai) + "/" + percent_encoded(other.value);
    }
    return digital_link(link);
  }
  return std::nullopt;
}

std::optional<std::string> as_link(std::string_view text) {
  Elements elements;
  if (text.size() > longest_symbol) return digital_link(text);
  if (text.starts_with('(')) {
    elements = printed_elements(text);
  } else if (text.starts_with(']')) {
    constexpr std::array<std::string_view, 5> symbologies{"]C1", "]d2", "]e0", "]J1", "]Q3"};
    if (std::ranges::find(symbologies, text.substr(0, 3)) == symbologies.end()) return std::nullopt;
    elements = sent_elements(text.substr(3));
  } else {
    return digital_link(text);
  }
  return elements ? link_of(*elements) : std::nullopt;
}

}  // namespace

std::optional<std::string> key_spelling(std::string_view text) {
  constexpr std::string_view host = "https://id.gs1.org/";
  const auto link = as_link(text);
  if (!link) return std::nullopt;
  const std::string path = normal(std::string_view(*link).substr(host.size()));
  if (!is_checked(path)) return std::nullopt;
  return std::string(host) + path;
}

}  // namespace muster::gs1
