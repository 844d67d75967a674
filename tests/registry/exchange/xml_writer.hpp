#pragma once

#include <string>

#include "ledger/base/json.hpp"

namespace muster::test {

/// A JSON-LD document as XML of EPCIS 2.0, as others would write it: words of the CBV as URNs,
/// namespaces of its contexts declared at the root. Remarks and `@context` are left out.
std::string xml_of(const Json& document);

}  // namespace muster::test
