#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/json.hpp"

namespace muster::registry {

/// What a field of a body may hold. One list drives parsing, schemas and the README.
enum class FieldType : std::uint8_t {
  text,       ///< 1 to 500 bytes of UTF-8
  name,       ///< an identifier: 1 to 64 of A-Z a-z 0-9 . _ -
  names,      ///< up to 64 distinct identifiers
  country,    ///< two capital letters
  countries,  ///< up to 256 distinct countries
  integer,    ///< 0 to 2^53 - 1
  positive,   ///< 1 to 2^53 - 1
  decimal,    ///< an exact decimal in text: "4e25", "0.95"
  boolean,
  hash,        ///< 64 hex digits
  hashes,      ///< up to 64 of them
  public_key,  ///< as crypto::PublicKey spells it
  hex,         ///< an even number of hex digits, 2 to 1,024
  time,        ///< RFC 3339 with Z
  window,      ///< {"from":time,"to":time}, from before to
  chip,        ///< a chip id
  chips,       ///< 1 to 64 distinct chip ids
  lines,       ///< 0 to 1,024 chip ids
  texts,       ///< up to 64 texts
  roles,       ///< 1 to 13 distinct role names
  manifest,    ///< {"sha256","bytes","items","root","schema"}
  record,      ///< an object with the fields in `inner`
  records,     ///< up to 1,024 of them
  object,      ///< any object of canonical JSON
  expects,     ///< a list of hashes or null, parallel to the subjects
};

/// What it takes to change a field by a correction.
enum class Weight : std::uint8_t {
  effect,  ///< Nothing may build on the statement: its effect is taken back and another put in.
  fact,    ///< No axis moves; once another party has the chips, it signs too.
  remark,  ///< The author's word alone.
};

struct Field {
  std::string_view name;
  FieldType type;
  bool required = true;
  std::string_view choices{};      ///< For text: the allowed values, separated by '|'.
  std::span<const Field> inner{};  ///< For records: their fields.
  Weight weight = Weight::effect;
};

/// The type in words, as the README and messages print it.
[[nodiscard]] std::string text_of(const Field& field);

/// Errors: `invalid_input`, naming `path`, if `value` is not what `field` allows.
Result<void> check_field(const Field& field, const Json& value, const std::string& path);

/// Checks an object against its fields: each required one there, no others.
/// Errors: `invalid_input`, naming the field; its rule is `event.unknown_field` or `event.field`.
Result<void> check_fields(std::span<const Field> fields, const Json& object,
                          const std::string& path);

/// The names that `choices` lists.
[[nodiscard]] std::vector<std::string_view> choices_of(const Field& field);

/// The fields of a manifest reference, where one stands in a body.
[[nodiscard]] std::span<const Field> manifest_fields();

}  // namespace muster::registry
