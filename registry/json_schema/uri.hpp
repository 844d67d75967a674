#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::json_schema {

/// The parts of a URI reference, as they stand. A part that is absent differs from an empty one.
struct UriParts {
  std::optional<std::string_view> scheme{};
  std::optional<std::string_view> authority{};
  std::string_view path{};
  std::optional<std::string_view> query{};
  std::optional<std::string_view> fragment{};
};

/// Splits at the delimiters; takes any text. Borrows it. Source: RFC 3986 appendix B.
[[nodiscard]] UriParts split_uri(std::string_view text);

/// `reference` seen from `base`. Source: RFC 3986 sections 5.2 and 5.3.
[[nodiscard]] std::string resolve_uri(std::string_view base, std::string_view reference);

/// Which characters may stand in a URI beside ASCII.
enum class UriAlphabet {
  uri,  ///< RFC 3986
  iri,  ///< RFC 3987: everything above U+00A0 as well
};

/// Whether `text` is a URI: it has a scheme, its characters may stand where they stand, and every
/// percent sign has two hex digits. Source: RFC 3986 appendix A.
[[nodiscard]] bool is_uri(std::string_view text, UriAlphabet alphabet = UriAlphabet::uri);

/// The same, with or without a scheme.
[[nodiscard]] bool is_uri_reference(std::string_view text, UriAlphabet alphabet = UriAlphabet::uri);

/// `text` with its percent-encoded octets decoded; nothing when a percent sign lacks its digits.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace muster::json_schema
