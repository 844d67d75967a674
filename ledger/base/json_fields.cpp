#include "ledger/base/json_fields.hpp"

namespace muster {

std::string json_kind(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "a boolean";
  if (value.is_number_integer()) return "an integer";
  if (value.is_number()) return "a fraction";
  if (value.is_string()) return "a string";
  if (value.is_array()) return "an array";
  return "an object";
}

namespace {

tl::unexpected<Error> wrong_kind(const std::string& path, const Json& value, const char* wanted) {
  return failure(Errc::invalid_input, path + ": got " + json_kind(value) + ", want " + wanted);
}

}  // namespace

Result<FieldReader> FieldReader::open(const Json& object, std::string where) {
  if (!object.is_object()) return wrong_kind(where, object, "an object");
  return FieldReader(object, std::move(where));
}

std::string FieldReader::path(std::string_view key) const {
  return where_.empty() ? std::string(key) : where_ + "." + std::string(key);
}

bool FieldReader::has(std::string_view key) const {
  const auto found = object_->find(key);
  return found != object_->end() && !found->is_null();
}

Result<const Json*> FieldReader::any(std::string_view key) {
  taken_.emplace(key);
  const auto found = object_->find(key);
  if (found == object_->end()) {
    return failure(Errc::invalid_input, path(key) + ": missing");
  }
  return &*found;
}

Result<std::string> FieldReader::text(std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* value, any(key));
  if (!value->is_string()) return wrong_kind(path(key), *value, "a string");
  return value->get<std::string>();
}

Result<std::optional<std::string>> FieldReader::optional_text(std::string_view key) {
  taken_.emplace(key);
  if (!has(key)) return std::optional<std::string>();
  MUSTER_TRY_ASSIGN(std::string value, text(key));
  return std::optional<std::string>(std::move(value));
}

Result<std::int64_t> FieldReader::integer(std::string_view key, std::int64_t least,
                                          std::int64_t most) {
  MUSTER_TRY_ASSIGN(const Json* value, any(key));
  if (!value->is_number_integer()) return wrong_kind(path(key), *value, "an integer");
  const bool huge = value->is_number_unsigned() &&
                    value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  const auto number = huge ? INT64_MAX : value->get<std::int64_t>();
  if (huge || number < least || number > most) {
    return failure(Errc::invalid_input, path(key) + ": got " + value->dump() + ", want " +
                                            std::to_string(least) + " to " + std::to_string(most));
  }
  return number;
}

Result<bool> FieldReader::boolean(std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* value, any(key));
  if (!value->is_boolean()) return wrong_kind(path(key), *value, "true or false");
  return value->get<bool>();
}

Result<Hash> FieldReader::hash(std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::string value, text(key));
  auto parsed_value = Hash::from_hex(value);
  if (!parsed_value) return failure(std::move(parsed_value.error()).during(path(key)));
  return parsed_value;
}

Result<std::optional<Hash>> FieldReader::optional_hash(std::string_view key) {
  taken_.emplace(key);
  if (!has(key)) return std::optional<Hash>();
  MUSTER_TRY_ASSIGN(const Hash value, hash(key));
  return std::optional<Hash>(value);
}

Result<Timestamp> FieldReader::time(std::string_view key) { return parsed<Timestamp>(key); }

Result<const Json*> FieldReader::object(std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* value, any(key));
  if (!value->is_object()) return wrong_kind(path(key), *value, "an object");
  return value;
}

Result<const Json*> FieldReader::array(std::string_view key) {
  MUSTER_TRY_ASSIGN(const Json* value, any(key));
  if (!value->is_array()) return wrong_kind(path(key), *value, "an array");
  return value;
}

Result<void> FieldReader::finish() const {
  for (const auto& [key, value] : object_->items()) {
    if (!taken_.contains(key)) {
      return failure(Errc::invalid_input, path(key) + ": unknown field");
    }
  }
  return {};
}

}  // namespace muster
