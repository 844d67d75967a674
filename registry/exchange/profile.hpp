#pragma once

#include <string>
#include <vector>

#include "ledger/base/json.hpp"

namespace muster::exchange {

/// One way in which a document is no EPCIS 2.0 document.
struct DocumentFault {
  std::string pointer;  ///< JSON Pointer to the field; empty for the whole document.
  std::string message;  ///< Lower case, no full stop: "got \"x\", want a URI".

  friend bool operator==(const DocumentFault&, const DocumentFault&) = default;
};

/// Judges a JSON-LD document, query document or single event by EPCIS 2.0 and its vocabularies.
/// Up to `most` faults; none if it is valid. Requires: most > 0.
///
/// Takes and refuses exactly what the JSON Schema of EPCIS 2.0 does with formats asserted: the
/// tests compare both. Cost: one pass, and a sort of each list of ids.
/// Source: EPCIS 2.0 (GS1, 2022) sections 7 and 10; Core Business Vocabulary 2.0 section 7.
[[nodiscard]] std::vector<DocumentFault> document_faults(const Json& document,
                                                         std::size_t most = 1);

}  // namespace muster::exchange
