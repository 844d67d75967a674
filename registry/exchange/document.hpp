#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json.hpp"
#include "registry/exchange/event_hash.hpp"

namespace muster::exchange {

/// Most bytes of a document that is read whole. A document of one event with 100,000 ids has about
/// six million.
inline constexpr std::size_t max_document_bytes = std::size_t{1} << 28U;

/// How a document was written.
enum class Syntax : std::uint8_t { json, xml };

/// A valid EPCIS document, taken apart into its events.
struct Document {
  Syntax syntax = Syntax::json;
  Json head = Json::object();  ///< All but the events: what stands where the list stood is null.
  std::vector<Json> events{};  ///< As they stand, in their order.
  std::string list{};          ///< JSON Pointer to the list; empty if the document is one event.
  HashContext hashing{};

  /// JSON Pointer to event `index` in the document.
  [[nodiscard]] std::string pointer_to(std::size_t index) const;
};

/// Reads a JSON-LD document, a query document or a single event of EPCIS 2.0.
/// Errors: `invalid_input`, rule `epcis.json` with the byte, or `epcis.document` with the JSON
/// Pointer of the first fault.
Result<Document> read_json_document(std::string_view text);

/// Reads the same in XML, of EPCIS 1.0 to 2.0, as if it were JSON-LD.
/// Errors: `invalid_input`, rule `epcis.xml`, beginning with the line, or `epcis.document` with the
/// line and the JSON Pointer of the first fault.
Result<Document> read_xml_document(std::string_view text);

/// The same from a value that is parsed. Errors: rule `epcis.document`.
Result<Document> take_document(Json value);

/// The document again: `head` with the events in their place.
[[nodiscard]] Json document_json(const Document& document);

}  // namespace muster::exchange
