#include "registry/field.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "ledger/base/chip_id.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/base/names.hpp"
#include "ledger/base/timestamp.hpp"
#include "registry/values.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t max_text = 500;
constexpr std::size_t max_hex = 1024;
constexpr std::size_t max_list = 64;
constexpr std::size_t max_countries = 256;
constexpr std::size_t max_records = 1024;

tl::unexpected<Error> bad(const std::string& message, std::string rule = "event.field") {
  return tl::unexpected<Error>(Error{Errc::invalid_input, message, std::move(rule)});
}

tl::unexpected<Error> wrong(const std::string& path, const Json& value, const std::string& want) {
  std::string shown = value.dump();
  if (shown.size() > 60) {
    shown.resize(57);
    shown += "...";
  }
  return bad(path + ": got " + shown + ", want " + want);
}

bool is_decimal(std::string_view text) {
  std::size_t at = 0;
  const auto skip_digits = [&] {
    const std::size_t first = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - first;
  };
  if (text.empty() || text.size() > 64 || skip_digits() == 0) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (skip_digits() == 0) return false;
  }
  if (at < text.size() && text[at] == 'e') {
    ++at;
    if (at < text.size() && text[at] == '-') ++at;
    const std::size_t digits = skip_digits();
    if (digits == 0 || digits > 4) return false;
  }
  return at == text.size();
}

bool is_country(const std::string& text) {
  return text.size() == 2 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// One spelling for each instant: with three fraction digits, as long as
/// "2026-11-23T12:00:00.000Z".
bool is_canonical_time(const std::string& text) {
  return text.size() == 24 && Timestamp::parse(text).has_value();
}

bool is_hex(const std::string& text) {
  return text.size() >= 2 && text.size() <= max_hex && text.size() % 2 == 0 &&
         std::ranges::all_of(
             text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// The spelling of crypto::PublicKey; whether it is a point of its curve is the rule's question.
bool is_public_key(const std::string& text) {
  if (text.starts_with("p256:")) return text.size() == 5 + 66 && is_hex(text.substr(5));
  if (text.starts_with("p384:")) return text.size() == 5 + 98 && is_hex(text.substr(5));
  return text.size() == 64 && is_hex(text);
}

bool text_fits(const Field& field, const std::string& text) {
  if (text.empty() || text.size() > max_text) return false;
  const auto choices = choices_of(field);
  return choices.empty() || std::ranges::find(choices, text) != choices.end();
}

/// Whether a text value is one of the scalar types that stand in text.
bool scalar_fits(const Field& field, const std::string& text) {
  switch (field.type) {
    case FieldType::text:
    case FieldType::texts:
      return text_fits(field, text);
    case FieldType::name:
    case FieldType::names:
      return check_name("name", text).has_value();
    case FieldType::country:
    case FieldType::countries:
      return is_country(text);
    case FieldType::decimal:
      return is_decimal(text);
    case FieldType::hash:
    case FieldType::hashes:
      return text.size() == 2 * Hash::size_bytes && is_hex(text);
    case FieldType::public_key:
      return is_public_key(text);
    case FieldType::hex:
      return is_hex(text);
    case FieldType::time:
      return is_canonical_time(text);
    case FieldType::chip:
    case FieldType::chips:
    case FieldType::lines:
      return ChipId::parse(text).has_value();
    case FieldType::roles:
      return role_of(text).has_value();
    case FieldType::integer:
    case FieldType::positive:
    case FieldType::boolean:
    case FieldType::window:
    case FieldType::manifest:
    case FieldType::record:
    case FieldType::records:
    case FieldType::object:
    case FieldType::expects:
      return false;
  }
  return false;
}

Result<void> check_list(const Field& field, const Json& value, const std::string& path) {
  const std::size_t most = field.type == FieldType::countries ? max_countries
                           : field.type == FieldType::lines   ? max_records
                                                              : max_list;
  const bool may_be_empty = field.type != FieldType::chips && field.type != FieldType::roles;
  if (!value.is_array() || value.size() > most || (value.empty() && !may_be_empty)) {
    return wrong(path, value, text_of(field));
  }
  std::set<std::string> seen;
  for (const Json& item : value) {
    if (!item.is_string() || !scalar_fits(field, item.get_ref<const std::string&>())) {
      return wrong(path, item, text_of(field));
    }
    // Most lists name one chip: there is nothing that it could repeat.
    if (value.size() == 1) break;
    if (!seen.insert(item.get<std::string>()).second) return wrong(path, item, "no repetition");
  }
  return {};
}

Result<void> check_integer(const Field& field, const Json& value, const std::string& path) {
  const std::int64_t least = field.type == FieldType::positive ? 1 : 0;
  if (value.is_number_integer() && value.get<std::int64_t>() >= least) return {};
  return wrong(path, value, text_of(field));
}

constexpr std::array<Field, 2> window_fields{{{"from", FieldType::time}, {"to", FieldType::time}}};

Result<void> check_window(const Json& value, const std::string& path) {
  MUSTER_TRY(check_fields(window_fields, value, path));
  const auto from = Timestamp::parse(value.at("from").get_ref<const std::string&>());
  const auto to = Timestamp::parse(value.at("to").get_ref<const std::string&>());
  if (from.value() < to.value()) return {};
  return wrong(path, value, "from before to");
}

Result<void> check_records(const Field& field, const Json& value, const std::string& path) {
  if (!value.is_array() || value.size() > max_records) return wrong(path, value, text_of(field));
  std::size_t index = 0;
  for (const Json& item : value) {
    MUSTER_TRY(check_fields(field.inner, item, path + "[" + std::to_string(index++) + "]"));
  }
  return {};
}

std::string role_words() {
  std::string text;
  for (const Role role : all_roles()) {
    text += (text.empty() ? "" : ", ") + std::string(name_of(role));
  }
  return text;
}

}  // namespace

std::span<const Field> manifest_fields() {
  static constexpr std::array<Field, 5> fields{{{"sha256", FieldType::hash},
                                                {"bytes", FieldType::positive},
                                                {"items", FieldType::positive},
                                                {"root", FieldType::hash},
                                                {"schema", FieldType::text}}};
  return fields;
}

std::vector<std::string_view> choices_of(const Field& field) {
  std::vector<std::string_view> list;
  std::string_view rest = field.choices;
  while (!rest.empty()) {
    const auto bar = rest.find('|');
    list.push_back(rest.substr(0, bar));
    rest = bar == std::string_view::npos ? std::string_view() : rest.substr(bar + 1);
  }
  return list;
}

Result<void> check_field(const Field& field, const Json& value, const std::string& path) {
  switch (field.type) {
    case FieldType::integer:
    case FieldType::positive:
      return check_integer(field, value, path);
    case FieldType::boolean:
      if (value.is_boolean()) return {};
      return wrong(path, value, "true or false");
    case FieldType::names:
    case FieldType::countries:
    case FieldType::hashes:
    case FieldType::chips:
    case FieldType::lines:
    case FieldType::texts:
    case FieldType::roles:
      return check_list(field, value, path);
    case FieldType::window:
      return check_window(value, path);
    case FieldType::manifest:
      return check_fields(manifest_fields(), value, path);
    case FieldType::record:
      return check_fields(field.inner, value, path);
    case FieldType::records:
      return check_records(field, value, path);
    case FieldType::object:
      if (value.is_object()) return {};
      return wrong(path, value, "an object");
    case FieldType::expects:
      if (value.is_array()) return {};
      return wrong(path, value, text_of(field));
    case FieldType::text:
    case FieldType::name:
    case FieldType::country:
    case FieldType::decimal:
    case FieldType::hash:
    case FieldType::public_key:
    case FieldType::hex:
    case FieldType::time:
    case FieldType::chip:
      break;
  }
  if (value.is_string() && scalar_fits(field, value.get_ref<const std::string&>())) return {};
  return wrong(path, value, text_of(field));
}

Result<void> check_fields(std::span<const Field> fields, const Json& object,
                          const std::string& path) {
  if (!object.is_object()) return wrong(path, object, "an object");
  auto missing = std::ranges::count_if(fields, &Field::required);
  for (const auto& [key, value] : object.items()) {
    const auto field = std::ranges::find(fields, key, &Field::name);
    if (field == fields.end())
      return bad(path + "." + key + ": unknown field", "event.unknown_field");
    // The path is put together only where an error shows it: every statement passes here.
    if (!check_field(*field, value, {})) return check_field(*field, value, path + "." + key);
    if (field->required) --missing;
  }
  if (missing == 0) return {};
  for (const Field& field : fields) {
    if (!field.required || object.contains(field.name)) continue;
    return bad(path + "." + std::string(field.name) + ": missing");
  }
  return {};
}

std::string text_of(const Field& field) {
  switch (field.type) {
    case FieldType::text: {
      if (field.choices.empty()) return "text of 1 to 500 bytes";
      std::string text = "one of";
      for (const auto choice : choices_of(field)) text += " \"" + std::string(choice) + "\"";
      return text;
    }
    case FieldType::name:
      return "a name (1 to 64 of A-Z a-z 0-9 . _ -)";
    case FieldType::names:
      return "up to 64 distinct names";
    case FieldType::country:
      return "a country by its ISO 3166-1 code of two capital letters, such as US";
    case FieldType::countries:
      return "up to 256 distinct countries, each by its ISO 3166-1 code of two capital letters, "
             "such as US";
    case FieldType::integer:
      return "an integer from 0 to 2^53 - 1";
    case FieldType::positive:
      return "an integer from 1 to 2^53 - 1";
    case FieldType::decimal:
      return "a decimal in text, such as \"4e25\" or \"0.95\"";
    case FieldType::boolean:
      return "true or false";
    case FieldType::hash:
      return "64 lower-case hex digits";
    case FieldType::hashes:
      return "up to 64 distinct hashes of 64 lower-case hex digits";
    case FieldType::public_key:
      return "64 lower-case hex digits (Ed25519), or p256: or p384: and a compressed point in hex";
    case FieldType::hex:
      return "lower-case hex digits, 2 to 1,024, an even number";
    case FieldType::time:
      return "a time such as 2026-11-23T12:00:00.000Z";
    case FieldType::window:
      return "{\"from\":time,\"to\":time}";
    case FieldType::chip:
      return "a chip id";
    case FieldType::chips:
      return "1 to 64 distinct chip ids";
    case FieldType::lines:
      return "up to 1,024 distinct chip ids";
    case FieldType::texts:
      return "up to 64 distinct texts";
    case FieldType::roles:
      return "1 to 13 distinct roles of " + role_words();
    case FieldType::manifest:
      return "a manifest reference";
    case FieldType::record:
      return "a record";
    case FieldType::records:
      return "up to 1,024 records";
    case FieldType::object:
      return "an object";
    case FieldType::expects:
      return "a list of hashes or null, parallel to the subjects";
  }
  return "a value";
}

}  // namespace muster::registry
