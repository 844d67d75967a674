#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "ledger/base/json.hpp"

namespace muster::exchange {

/// A document of EPCIS 1.0 to 2.0 in XML as JSON-LD of EPCIS 2.0.
struct XmlAsJson {
  Json value = Json::object();
  std::map<std::string, std::uint64_t> lines{};  ///< JSON Pointer to line, of events and fields.

  /// "line 12: " for a pointer into `value`: the line of the innermost field that is known.
  [[nodiscard]] std::string line_of(const std::string& pointer) const;
};

/// Whether `text` begins as XML does, and no JSON.
[[nodiscard]] bool looks_like_xml(std::string_view text);

/// Converts an EPCISDocument, an EPCISQueryDocument or QueryResults. Extensions keep their names
/// and namespaces; the header is left out. The result still has to be judged by
/// `document_faults`.
/// Errors: `invalid_input`, beginning with the line.
Result<XmlAsJson> json_of_xml(std::string_view text);

}  // namespace muster::exchange
