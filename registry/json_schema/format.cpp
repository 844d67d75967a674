#include "registry/json_schema/format.hpp"

#include <algorithm>
#include <array>

#include "registry/json_schema/address.hpp"
#include "registry/json_schema/instant.hpp"
#include "registry/json_schema/pattern.hpp"
#include "registry/json_schema/pointer.hpp"
#include "registry/json_schema/uri.hpp"

namespace muster::json_schema {
namespace {

/// Literals and expressions in braces that do not nest. Source: RFC 6570 section 2.
bool is_uri_template(std::string_view text) {
  bool inside = false;
  for (const char c : text) {
    if (c == '{' || c == '}') {
      if (inside == (c == '{')) return false;
      inside = c == '{';
    } else if (!inside && (static_cast<unsigned char>(c) <= 0x20 ||
                           std::string_view("\"'<>\\^`|").find(c) != std::string_view::npos)) {
      return false;
    }
  }
  return !inside;
}

using Judge = bool (*)(std::string_view);
struct Format {
  std::string_view name;
  Judge judge;
};

constexpr std::array<Format, 15> formats{{
    {"date", is_date},
    {"date-time", [](std::string_view text) { return parse_instant(text).has_value(); }},
    {"email", is_email},
    {"hostname", is_hostname},
    {"ipv4", is_ipv4},
    {"ipv6", is_ipv6},
    {"iri", [](std::string_view text) { return is_uri(text, UriAlphabet::iri); }},
    {"iri-reference",
     [](std::string_view text) { return is_uri_reference(text, UriAlphabet::iri); }},
    {"json-pointer", [](std::string_view text) { return pointer_tokens(text).has_value(); }},
    {"regex", [](std::string_view text) { return Pattern::compile(text).has_value(); }},
    {"relative-json-pointer", is_relative_pointer},
    {"time", is_time},
    {"uri", [](std::string_view text) { return is_uri(text); }},
    {"uri-reference", [](std::string_view text) { return is_uri_reference(text); }},
    {"uri-template", is_uri_template},
}};

const Format* find_format(std::string_view name) {
  const auto found = std::ranges::find(formats, name, &Format::name);
  return found == formats.end() ? nullptr : &*found;
}

}  // namespace

bool has_format(std::string_view name, std::string_view text) {
  const Format* format = find_format(name);
  return format == nullptr || format->judge(text);
}

bool knows_format(std::string_view name) { return find_format(name) != nullptr; }

}  // namespace muster::json_schema
