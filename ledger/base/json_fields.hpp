#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "ledger/base/hash.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster {

/// Takes the fields of one JSON object, each at most once, with errors that name the field:
/// `plan.population: got a string, want an integer`. `finish` refuses what nobody took.
///
/// Borrows the object: it must outlive the reader.
class FieldReader final {
 public:
  /// Errors: `invalid_input` if `object` is not an object. `where` names it in messages.
  static Result<FieldReader> open(const Json& object, std::string where);

  [[nodiscard]] bool has(std::string_view key) const;

  Result<std::string> text(std::string_view key);
  /// Text, or nothing when the field is absent or null.
  Result<std::optional<std::string>> optional_text(std::string_view key);
  /// An integer in [least, most].
  Result<std::int64_t> integer(std::string_view key, std::int64_t least = 0,
                               std::int64_t most = max_json_integer);
  Result<bool> boolean(std::string_view key);
  Result<Hash> hash(std::string_view key);
  Result<std::optional<Hash>> optional_hash(std::string_view key);
  Result<Timestamp> time(std::string_view key);
  /// A field of text with `parse`, for example `fields.parsed<ChipId>("chip")`.
  template <class T>
  Result<T> parsed(std::string_view key) {
    MUSTER_TRY_ASSIGN(const std::string value, text(key));
    auto parsed_value = T::parse(value);
    if (!parsed_value) return failure(std::move(parsed_value.error()).during(path(key)));
    return parsed_value;
  }
  /// The object, array or any value itself.
  Result<const Json*> object(std::string_view key);
  Result<const Json*> array(std::string_view key);
  Result<const Json*> any(std::string_view key);

  /// Errors: `invalid_input` naming the first field that nobody took.
  [[nodiscard]] Result<void> finish() const;

  /// "where.key", as messages name it.
  [[nodiscard]] std::string path(std::string_view key) const;

 private:
  FieldReader(const Json& object, std::string where) : object_(&object), where_(std::move(where)) {}

  const Json* object_;
  std::string where_;
  std::set<std::string, std::less<>> taken_;
};

/// What `value` is, for messages: "a string", "an integer", "nothing" …
[[nodiscard]] std::string json_kind(const Json& value);

}  // namespace muster
