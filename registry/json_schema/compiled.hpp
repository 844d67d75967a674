#pragma once

#include <deque>
#include <string>
#include <unordered_map>

#include "registry/json_schema/json_schema.hpp"
#include "registry/json_schema/pattern.hpp"

// What the loader finds in documents and the evaluator reads: the schemas as they stand, and beside
// each what its references and patterns mean.

namespace muster::json_schema {

struct Compiled {
  std::deque<Json> documents{};  ///< In place for good: the maps below point into them.
  const Json* root = nullptr;
  std::unordered_map<const Json*, const Json*> targets{};  ///< Schema with `$ref` -> its target.
  /// By the string of a `pattern`, or by the schema that a pattern of `patternProperties` leads to.
  std::unordered_map<const Json*, Pattern> patterns{};
  std::unordered_map<const Json*, std::string> places{};  ///< Schema -> "uri#/pointer".
  Options options{};
};

/// Fills `into.root` and the maps from documents. `metaschema` judges them; null while it is itself
/// being loaded. Errors: as Schema::compile.
Result<void> load_schema(Document document, std::vector<Document> others,
                         const Compiled* metaschema, Compiled& into);

/// Up to `most` faults of `instance` by `schema`, one of those in `compiled`. Errors:
/// `unavailable`.
Result<std::vector<Fault>> evaluate(const Compiled& compiled, const Json& schema,
                                    const Json& instance, std::size_t most);

}  // namespace muster::json_schema
