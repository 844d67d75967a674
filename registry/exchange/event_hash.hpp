#pragma once

#include <set>
#include <string>
#include <string_view>

#include "ledger/base/json.hpp"
#include "registry/exchange/namespaces.hpp"

namespace muster::exchange {

/// What the document around an event says that its hash depends on.
struct HashContext {
  Namespaces namespaces{};
  /// Names, `{namespace}local`, that the document's `ignoreFields` takes out of every hash.
  std::set<std::string, std::less<>> ignored{};
  /// Whether values may be compact names of any prefix, as in JSON-LD; in XML only those of the
  /// GS1 vocabularies are.
  bool expands_all = true;
};

/// The pre-hash string of one event in JSON-LD form: its fields in a fixed order, with values in
/// one spelling, whatever the syntax, the order of lists and the names of prefixes. `recordTime`,
/// `eventID`, `errorDeclaration` and comments are left out.
///
/// Source: Core Business Vocabulary 2.0 section 8.9, as the test vectors of
/// RalphTro/epcis-event-hash-generator at 5d2f1c38 have it. See README.md for where both differ.
[[nodiscard]] std::string pre_hash(const Json& event, const HashContext& context);

/// The event id that follows from the content: `ni:///sha-256;<64 hex>?ver=CBV2.0`.
[[nodiscard]] std::string event_hash_uri(const Json& event, const HashContext& context);

/// Whether `uri` is such an id of any version.
[[nodiscard]] bool is_event_hash_uri(std::string_view uri);

}  // namespace muster::exchange
