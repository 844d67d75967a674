#include "registry/gs1/digital_link.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "registry/json_schema/ascii.hpp"

namespace muster::gs1 {
namespace {

using json_schema::is_alnum;
using json_schema::is_digit;
using json_schema::is_hex;

constexpr std::string_view domain = "https://id.gs1.org/";

bool all_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; true;) {
    const auto end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (end == std::string_view::npos) return parts;
    begin = end + 1;
  }
}

/// Characters of serials and references in EPC URIs, percent-encoded where they must be.
bool is_serial(std::string_view text, std::size_t most) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i, ++count) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) return false;
      i += 2;
    } else if (!is_alnum(text[i]) &&
               std::string_view("!'()*+,-./:;=_\"&<>?").find(text[i]) == std::string_view::npos) {
      return false;
    }
  }
  return count >= 1 && count <= most;
}

/// What EPC URIs leave as it is and Digital Links do not.
std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (std::string_view("!()*+,:").find(c) == std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    out.push_back('%');
    out.push_back(digits[static_cast<unsigned char>(c) >> 4U]);
    out.push_back(digits[static_cast<unsigned char>(c) & 15U]);
  }
  return out;
}

std::string with_check_digit(std::string digits) {
  digits.push_back(check_digit(digits));
  return digits;
}

/// An EPC URI, taken apart: `urn:epc:id:sgtin:4012345.011111.98.76` has the prefix 4012345, the
/// reference 011111 and the rest 98.76.
struct Epc {
  std::string_view family;  ///< id, class, idpat
  std::string_view scheme;
  std::string_view prefix;
  std::string_view reference;
  std::string_view rest{};
  bool has_rest = false;

  [[nodiscard]] bool is_pattern() const { return family == "idpat"; }
  /// Prefix and reference together have `count` digits.
  [[nodiscard]] bool has_digits(std::size_t count) const {
    return all_digits(reference) && prefix.size() + reference.size() == count;
  }
  [[nodiscard]] std::string digits() const { return std::string(prefix) + std::string(reference); }
  /// With the digit that stands before the company prefix in the key.
  [[nodiscard]] std::string indicator_first() const {
    return std::string(reference.substr(0, 1)) + std::string(prefix) +
           std::string(reference.substr(1));
  }
};

std::optional<Epc> parse_epc(std::string_view uri) {
  constexpr std::string_view start = "urn:epc:";
  if (!uri.starts_with(start)) return std::nullopt;
  uri.remove_prefix(start.size());
  const auto family_end = uri.find(':');
  const auto scheme_end = uri.find(':', family_end + 1);
  if (family_end == std::string_view::npos || scheme_end == std::string_view::npos)
    return std::nullopt;
  Epc epc{.family = uri.substr(0, family_end),
          .scheme = uri.substr(family_end + 1, scheme_end - family_end - 1),
          .prefix = {},
          .reference = {}};
  const std::string_view body = uri.substr(scheme_end + 1);
  const auto first = body.find('.');
  epc.prefix = body.substr(0, first);
  if (first == std::string_view::npos || !all_digits(epc.prefix) || epc.prefix.size() < 6 ||
      epc.prefix.size() > 12) {
    return std::nullopt;
  }
  epc.reference = body.substr(first + 1);
  if (const auto second = body.find('.', first + 1); second != std::string_view::npos) {
    epc.reference = body.substr(first + 1, second - first - 1);
    epc.rest = body.substr(second + 1);
    epc.has_rest = true;
  }
  return epc;
}

using Converted = std::optional<std::string>;

/// A GTIN with what stands behind it under the application identifier `qualifier`.
Converted from_gtin(const Epc& epc, std::string_view qualifier, std::size_t most) {
  if (!epc.has_digits(13)) return std::nullopt;
  const std::string key = "01/" + with_check_digit(epc.indicator_first());
  if (epc.is_pattern()) return epc.rest == "*" ? Converted(key) : std::nullopt;
  if (!is_serial(epc.rest, most)) return std::nullopt;
  return key + "/" + std::string(qualifier) + "/" + encoded(epc.rest);
}
Converted from_sgtin(const Epc& epc) { return from_gtin(epc, "21", 20); }
Converted from_lgtin(const Epc& epc) { return from_gtin(epc, "10", 20); }
Converted from_upui(const Epc& epc) { return from_gtin(epc, "235", 28); }

Converted from_sscc(const Epc& epc) {
  if (!epc.has_digits(17) || epc.has_rest) return std::nullopt;
  return "00/" + with_check_digit(epc.indicator_first());
}

Converted from_sgln(const Epc& epc) {
  if (!epc.has_digits(12) || !is_serial(epc.rest, 20)) return std::nullopt;
  const std::string key = "414/" + with_check_digit(epc.digits());
  return epc.rest == "0" ? key : key + "/254/" + encoded(epc.rest);
}

Converted from_pgln(const Epc& epc) {
  if (!epc.has_digits(12) || epc.has_rest) return std::nullopt;
  return "417/" + with_check_digit(epc.digits());
}

/// A key of 12 digits, its check digit, and a serial right behind it.
Converted from_serialised(const Epc& epc, std::string_view key, std::string_view first,
                          std::size_t most, bool digits_only) {
  if (!epc.has_digits(12)) return std::nullopt;
  std::string uri = std::string(key) + with_check_digit(std::string(first) + epc.digits());
  if (epc.is_pattern()) return epc.rest == "*" ? Converted(uri) : std::nullopt;
  if (!is_serial(epc.rest, most) || (digits_only && !all_digits(epc.rest))) return std::nullopt;
  return uri + encoded(epc.rest);
}
Converted from_grai(const Epc& epc) { return from_serialised(epc, "8003/", "0", 16, false); }
Converted from_gdti(const Epc& epc) { return from_serialised(epc, "253/", "", 20, false); }
Converted from_sgcn(const Epc& epc) { return from_serialised(epc, "255/", "", 12, true); }

/// A company prefix and a free reference.
Converted from_free(const Epc& epc, std::string_view key) {
  const std::string reference =
      std::string(epc.reference) + (epc.has_rest ? "." + std::string(epc.rest) : "");
  if (!is_serial(reference, 30 - epc.prefix.size())) return std::nullopt;
  return std::string(key) + std::string(epc.prefix) + encoded(reference);
}
Converted from_giai(const Epc& epc) { return from_free(epc, "8004/"); }
Converted from_ginc(const Epc& epc) { return from_free(epc, "401/"); }

Converted from_service(const Epc& epc, std::string_view key) {
  if (!epc.has_digits(17) || epc.has_rest) return std::nullopt;
  return std::string(key) + with_check_digit(epc.digits());
}
Converted from_gsrn(const Epc& epc) { return from_service(epc, "8018/"); }
Converted from_gsrnp(const Epc& epc) { return from_service(epc, "8017/"); }

Converted from_gsin(const Epc& epc) {
  if (!epc.has_digits(16) || epc.has_rest) return std::nullopt;
  return "402/" + with_check_digit(epc.digits());
}

Converted from_cpi(const Epc& epc) {
  if (!is_serial(epc.reference, 30 - epc.prefix.size())) return std::nullopt;
  const std::string key = "8010/" + std::string(epc.prefix) + encoded(epc.reference);
  if (epc.is_pattern()) return epc.rest == "*" ? Converted(key) : std::nullopt;
  if (epc.rest.empty() || epc.rest.size() > 12 || !all_digits(epc.rest)) return std::nullopt;
  return key + "/8011/" + std::string(epc.rest);
}

Converted from_itip(const Epc& epc) {
  // The rest is piece.total.serial, of two digits, two digits, and a serial.
  if (!epc.has_digits(13) || epc.rest.size() < 7 || epc.rest[2] != '.' || epc.rest[5] != '.') {
    return std::nullopt;
  }
  const std::string count = std::string(epc.rest.substr(0, 2)) + std::string(epc.rest.substr(3, 2));
  const std::string_view serial = epc.rest.substr(6);
  const std::string key = "8006/" + with_check_digit(epc.indicator_first()) + count;
  if (!all_digits(count)) return std::nullopt;
  if (epc.is_pattern()) return serial == "*" ? Converted(key) : std::nullopt;
  return is_serial(serial, 20) ? Converted(key + "/21/" + encoded(serial)) : std::nullopt;
}

struct Scheme {
  std::string_view name;
  std::string_view families;  ///< Those that know it, separated by a space.
  Converted (*convert)(const Epc& epc);
};

constexpr std::array<Scheme, 16> schemes{{{"cpi", "id idpat", from_cpi},
                                          {"gdti", "id idpat", from_gdti},
                                          {"giai", "id", from_giai},
                                          {"ginc", "id", from_ginc},
                                          {"grai", "id idpat", from_grai},
                                          {"gsin", "id", from_gsin},
                                          {"gsrn", "id", from_gsrn},
                                          {"gsrnp", "id", from_gsrnp},
                                          {"itip", "id idpat", from_itip},
                                          {"lgtin", "class", from_lgtin},
                                          {"pgln", "id", from_pgln},
                                          {"sgcn", "id idpat", from_sgcn},
                                          {"sgln", "id", from_sgln},
                                          {"sgtin", "id idpat", from_sgtin},
                                          {"sscc", "id", from_sscc},
                                          {"upui", "id idpat", from_upui}}};

Converted from_epc(std::string_view uri) {
  const auto epc = parse_epc(uri);
  if (!epc) return std::nullopt;
  const auto scheme = std::ranges::find(schemes, epc->scheme, &Scheme::name);
  if (scheme == schemes.end()) return std::nullopt;
  const auto families = split(scheme->families, ' ');
  if (std::ranges::find(families, epc->family) == families.end()) return std::nullopt;
  return scheme->convert(*epc);
}

/// A primary key of Digital Links: its identifier, its short name, the length of its value, how
/// many leading digits it has, and the qualifiers that may stay, finest first.
struct Key {
  std::string_view ai;
  std::string_view name;
  std::size_t least;
  std::size_t most;
  std::size_t digits;
  std::string_view qualifiers{};
};
constexpr std::array<Key, 14> keys{{{"00", "sscc", 18, 18, 18},
                                    {"01", "gtin", 8, 14, 14, "21 235 10"},
                                    {"253", "gdti", 13, 30, 13},
                                    {"255", "gcn", 13, 25, 25},
                                    {"401", "ginc", 4, 30, 4},
                                    {"402", "gsin", 17, 17, 17},
                                    {"414", "gln", 13, 13, 13, "254"},
                                    {"417", "party", 13, 13, 13},
                                    {"8003", "grai", 14, 30, 14},
                                    {"8004", "giai", 4, 30, 4},
                                    {"8006", "itip", 18, 18, 18, "21 10"},
                                    {"8010", "cpid", 4, 30, 4, "8011"},
                                    {"8017", "gsrnp", 18, 18, 18},
                                    {"8018", "gsrn", 18, 18, 18}}};

/// Short names of qualifiers; the consumer variant, 22, is known and always dropped.
std::string_view qualifier_ai(std::string_view name) {
  if (name == "ser") return "21";
  if (name == "lot") return "10";
  if (name == "cpv") return "22";
  return name;
}

std::optional<std::string> key_value(const Key& key, std::string_view value) {
  if (!is_serial(value, key.most) || value.size() < key.least) return std::nullopt;
  if (!all_digits(value.substr(0, std::min(key.digits, value.size())))) return std::nullopt;
  if (key.ai != "01") return std::string(value);
  const std::size_t size = value.size();
  if (size != 8 && size < 12) return std::nullopt;
  return std::string(14 - size, '0') + std::string(value);
}

/// The finest of the qualifiers that follow a key; nothing if one is not of that key.
std::optional<std::string> finest(const Key& key, const std::vector<std::string_view>& segments,
                                  std::size_t first) {
  const auto known = split(key.qualifiers, ' ');
  std::size_t best = known.size();
  std::string kept;
  for (std::size_t i = first; i + 1 < segments.size(); i += 2) {
    const std::string_view ai = qualifier_ai(segments[i]);
    if (ai == "22") continue;
    const auto found = std::ranges::find(known, ai);
    if (key.qualifiers.empty() || found == known.end()) return std::nullopt;
    if (!is_serial(segments[i + 1], 28)) return std::nullopt;
    const auto rank = static_cast<std::size_t>(found - known.begin());
    if (rank >= best) continue;
    best = rank;
    kept = "/" + std::string(ai) + "/" + std::string(segments[i + 1]);
  }
  return kept;
}

Converted from_link(std::string_view uri) {
  const auto slashes = uri.find("://");
  if (!uri.starts_with("http://") && !uri.starts_with("https://")) return std::nullopt;
  uri = uri.substr(0, uri.find_first_of("?#"));
  if (uri.ends_with('/')) uri.remove_suffix(1);
  if (uri.size() < slashes + 3) return std::nullopt;
  const auto segments = split(uri.substr(slashes + 3), '/');
  // The domain comes first, then any path, then the key, its value, and pairs of qualifiers.
  for (std::size_t i = segments.size(); i-- > 1;) {
    const auto key = std::ranges::find_if(
        keys, [&](const Key& one) { return one.ai == segments[i] || one.name == segments[i]; });
    if (key == keys.end() || i + 1 >= segments.size() || (segments.size() - i) % 2 != 0) continue;
    const auto value = key_value(*key, segments[i + 1]);
    const auto qualifier = finest(*key, segments, i + 2);
    if (value && qualifier) return std::string(key->ai) + "/" + *value + *qualifier;
  }
  return std::nullopt;
}

}  // namespace

char check_digit(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const int digit = digits[digits.size() - 1 - i] - '0';
    sum += i % 2 == 0 ? 3 * digit : digit;
  }
  return static_cast<char>('0' + (10 - sum % 10) % 10);
}

std::optional<std::string> digital_link(std::string_view uri) {
  const Converted link = uri.starts_with("urn:epc:") ? from_epc(uri) : from_link(uri);
  if (!link) return std::nullopt;
  return std::string(domain) + *link;
}

}  // namespace muster::gs1
