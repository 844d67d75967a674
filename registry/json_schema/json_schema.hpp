#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json.hpp"

namespace muster::json_schema {

/// One way in which an instance is not what a schema asks for.
struct Fault {
  std::string instance;  ///< JSON Pointer to the value at fault; empty for the whole document.
  std::string schema;  ///< The keyword that says so: `https://…/schema.json#/definitions/a/type`.
  std::string message;  ///< Lower case, no full stop: "got a string, want an integer".

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// A schema document and the URI that references find it under.
struct Document {
  std::string uri;
  Json schema;
};

struct Options {
  bool formats = true;  ///< `format` asserts, for the formats that format.hpp knows.
  /// Most evaluations of one schema object on one value; a schema whose alternatives multiply
  /// could else run for ever.
  std::size_t most_steps = 100'000'000;
};

/// A JSON Schema of draft-07, complete: every keyword, `$id` and `$ref` across documents, patterns
/// of ECMA-262. Never reads files or the network: what a reference names stands in the document,
/// among `others`, or is the draft-07 meta-schema itself.
///
/// Immutable; may be used by several threads.
/// Source: draft-handrews-json-schema-01, draft-handrews-json-schema-validation-01.
class Schema final {
 public:
  /// Errors: `invalid_input`, with the place in the schema: for what the meta-schema refuses, a
  /// reference that leads nowhere or only to itself, a pattern that is none.
  static Result<Schema> compile(Document document, std::vector<Document> others = {},
                                Options options = {});
  Schema(Schema&&) noexcept;
  Schema& operator=(Schema&&) noexcept;
  ~Schema();

  /// Up to `most` faults of `instance`; none if it is valid. Requires: most > 0.
  /// Errors: `unavailable` when the options' limits do not suffice to tell.
  [[nodiscard]] Result<std::vector<Fault>> faults(const Json& instance, std::size_t most = 1) const;

 private:
  struct Compiled;
  explicit Schema(std::unique_ptr<Compiled> compiled);
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace muster::json_schema
