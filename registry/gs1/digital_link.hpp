#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::gs1 {

/// The constrained, canonical GS1 Digital Link URI of a GS1 key: `https://id.gs1.org/01/…/21/…`.
/// Takes EPC URIs (`urn:epc:id:…`), class URIs (`urn:epc:class:lgtin:…`), pattern URIs
/// (`urn:epc:idpat:…`) and Digital Link URIs of any domain: the query goes, short names become
/// application identifiers, and of the qualifiers only the finest stays. Nothing for other texts.
/// Source: GS1 Tag Data Standard 2.0 sections 6 and 7; GS1 Digital Link URI Syntax 1.2 sections 4
/// and 4.11; Core Business Vocabulary 2.0 section 8.9.
[[nodiscard]] std::optional<std::string> digital_link(std::string_view uri);

/// The check digit that ends a GS1 key. Requires: digits only.
/// Source: GS1 General Specifications section 7.9.
[[nodiscard]] char check_digit(std::string_view digits);

}  // namespace muster::gs1
