#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"

namespace muster::exchange {

inline constexpr std::size_t max_xml_bytes = std::size_t{1} << 26U;
inline constexpr std::size_t max_xml_elements = 2'000'000;
inline constexpr std::size_t max_xml_depth = 64;

/// A name and its namespace; "" is no namespace. `prefix` is what the document writes.
struct XmlName {
  std::string space{};
  std::string local{};
  std::string prefix{};
};

struct XmlAttribute {
  XmlName name{};
  std::string value{};
};

/// An element with its attributes, its child elements and its own text; comments and processing
/// instructions are left out.
struct XmlElement {
  XmlName name{};
  std::vector<XmlAttribute> attributes{};
  std::vector<XmlElement> children{};
  std::string text{};  ///< All pieces of it, without white space at both ends.
  std::uint64_t line = 0;
};

/// Parses a well-formed document with namespaces. A document type declaration is refused: so there
/// are no entities but the five of XML, nothing is expanded, and nothing else is read.
/// Errors: `invalid_input`, beginning with the line.
Result<XmlElement> parse_xml(std::string_view text);

}  // namespace muster::exchange
