#include "registry/schema.hpp"

#include "registry/event.hpp"

namespace muster::registry {
namespace {

constexpr const char* name_pattern = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";
constexpr const char* hash_pattern = "^[0-9a-f]{64}$";
constexpr const char* public_key_pattern =
    "^([0-9a-f]{64}|p256:0[23][0-9a-f]{64}|p384:0[23][0-9a-f]{96})$";
constexpr const char* chip_pattern = "^[0-7][0-9A-HJKMNP-TV-Z]{25}[0-9A-Z]$";
constexpr const char* country_pattern = "^[A-Z]{2}$";
constexpr const char* time_pattern =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$";

Json pattern(const char* text) { return {{"type", "string"}, {"pattern", text}}; }

Json integer(std::int64_t least) {
  return {{"type", "integer"}, {"minimum", least}, {"maximum", max_json_integer}};
}

Json list(Json items, std::size_t least, std::size_t most) {
  return {{"type", "array"},
          {"items", std::move(items)},
          {"minItems", least},
          {"maxItems", most},
          {"uniqueItems", true}};
}

Json record(std::span<const Field> fields);

Json text_schema(const Field& field) {
  Json schema{{"type", "string"}, {"minLength", 1}, {"maxLength", 500}};
  if (field.choices.empty()) return schema;
  Json choices = Json::array();
  for (const auto choice : choices_of(field)) choices.push_back(std::string(choice));
  return {{"enum", choices}};
}

Json role_list() {
  Json names = Json::array();
  for (const Role role : all_roles()) names.push_back(std::string(name_of(role)));
  return {{"enum", names}};
}

Json field_schema(const Field& field) {
  switch (field.type) {
    case FieldType::text:
      return text_schema(field);
    case FieldType::name:
      return pattern(name_pattern);
    case FieldType::names:
      return list(pattern(name_pattern), 0, 64);
    case FieldType::country:
      return pattern(country_pattern);
    case FieldType::countries:
      return list(pattern(country_pattern), 0, 256);
    case FieldType::integer:
      return integer(0);
    case FieldType::positive:
      return integer(1);
    case FieldType::decimal:
      return pattern("^[0-9]+(\\.[0-9]+)?(e-?[0-9]{1,4})?$");
    case FieldType::boolean:
      return {{"type", "boolean"}};
    case FieldType::hash:
      return pattern(hash_pattern);
    case FieldType::hashes:
      return list(pattern(hash_pattern), 0, 64);
    case FieldType::public_key:
      return pattern(public_key_pattern);
    case FieldType::hex:
      return pattern("^([0-9a-f]{2}){1,512}$");
    case FieldType::time:
      return pattern(time_pattern);
    case FieldType::window:
      return {{"type", "object"},
              {"properties", {{"from", pattern(time_pattern)}, {"to", pattern(time_pattern)}}},
              {"required", {"from", "to"}},
              {"additionalProperties", false}};
    case FieldType::chip:
      return pattern(chip_pattern);
    case FieldType::chips:
      return list(pattern(chip_pattern), 1, 64);
    case FieldType::lines:
      return list(pattern(chip_pattern), 0, 1024);
    case FieldType::texts:
      return list(text_schema(field), 0, 64);
    case FieldType::roles:
      return list(role_list(), 1, all_roles().size());
    case FieldType::manifest:
      return record(manifest_fields());
    case FieldType::record:
      return record(field.inner);
    case FieldType::records:
      return {{"type", "array"}, {"items", record(field.inner)}, {"maxItems", 1024}};
    case FieldType::object:
      return {{"type", "object"}};
    case FieldType::expects:
      return {{"type", "array"},
              {"items", {{"oneOf", {pattern(hash_pattern), {{"type", "null"}}}}}},
              {"maxItems", max_inline_chips}};
  }
  return Json::object();
}

Json record(std::span<const Field> fields) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Field& field : fields) {
    properties[std::string(field.name)] = field_schema(field);
    if (field.required) required.push_back(std::string(field.name));
  }
  return {{"type", "object"},
          {"properties", properties},
          {"required", required},
          {"additionalProperties", false}};
}

Json one_subject(const char* form, Json value) {
  return {{"type", "object"},
          {"properties", {{form, std::move(value)}}},
          {"required", {form}},
          {"additionalProperties", false}};
}

Json subjects_schema(TakesSubjects takes) {
  const Json chips = one_subject("chips", field_schema({"chips", FieldType::chips}));
  const Json manifest = one_subject("manifest", record(manifest_fields()));
  Json container = one_subject("container", pattern(name_pattern));
  Json none{{"type", "object"}, {"maxProperties", 0}};
  switch (takes) {
    case TakesSubjects::none:
      return none;
    case TakesSubjects::new_chips:
    case TakesSubjects::loose_chips:
      return {{"oneOf", {chips, manifest}}};
    case TakesSubjects::chips:
      return {{"oneOf", {chips, manifest, container}}};
    case TakesSubjects::container:
      return container;
    case TakesSubjects::optional_chips:
      return {{"oneOf", {none, chips, manifest}}};
    case TakesSubjects::optional_manifest:
      return {{"oneOf", {none, manifest}}};
  }
  return none;
}

std::string names_of(std::span<const Field> fields) {
  std::string text;
  for (const Field& field : fields) {
    if (!text.empty()) text += ", ";
    text += field.name;
    if (!field.required) text += "?";
  }
  return text.empty() ? "-" : text;
}

std::string_view subjects_text(TakesSubjects takes) {
  switch (takes) {
    case TakesSubjects::none:
      return "-";
    case TakesSubjects::new_chips:
      return "new chips";
    case TakesSubjects::chips:
      return "chips or container";
    case TakesSubjects::loose_chips:
      return "chips";
    case TakesSubjects::container:
      return "container";
    case TakesSubjects::optional_chips:
      return "chips?";
    case TakesSubjects::optional_manifest:
      return "manifest?";
  }
  return "-";
}

}  // namespace

Json json_schema(const Kind& kind) {
  Json schema = record(header_fields());
  std::vector<Field> body(kind.body.begin(), kind.body.end());
  if (!kind.columns.empty()) {
    body.push_back({"items", FieldType::records, false, {}, kind.columns});
  }
  schema["properties"]["body"] = record(body);
  schema["properties"]["kind"] = {{"const", std::string(kind.name)}};
  schema["properties"]["v"] = {{"const", event_version}};
  schema["properties"]["subjects"] = subjects_schema(kind.subjects);
  if (kind.site) schema["required"].push_back("site");
  schema["$schema"] = "https://json-schema.org/draft/2020-12/schema";
  schema["title"] = std::string(kind.name);
  schema["description"] = std::string(kind.change) + "; " + std::string(kind.guard) +
                          (kind.weighty ? "; signed by as many keys as the party's threshold" : "");
  if (!kind.columns.empty()) schema["$defs"]["item"] = record(kind.columns);
  return schema;
}

std::string readme_row(const Kind& kind) {
  std::string body = names_of(kind.body);
  if (!kind.columns.empty()) body += "; per chip " + names_of(kind.columns);
  std::string row = "| " + std::string(kind.code) + " | `" + std::string(kind.name) + "` | ";
  row += std::string(kind.signers) + (kind.weighty ? "; **weighty**" : "") + " | " +
         std::string(subjects_text(kind.subjects)) + " | ";
  row += body + " | " + std::string(kind.change) + " | " + std::string(kind.guard) + " |\n";
  return row;
}

std::string readme_table() {
  std::string text =
      "| | kind | signed by | subjects | body | before -> after | must hold |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Kind* kind : kinds()) text += readme_row(*kind);
  return text;
}

}  // namespace muster::registry
