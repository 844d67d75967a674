#include "cli/body_options.hpp"

#include <algorithm>

#include "cli/field_value.hpp"
#include "cli/identifier_check.hpp"

namespace muster::cli {
namespace {

using registry::Field;

std::string option_name(std::string_view field) {
  std::string name = "--" + std::string(field);
  std::ranges::replace(name, '_', '-');
  return name;
}

}  // namespace

void BodyOptions::add_to(CLI::App& verb, std::span<const Field> fields) {
  fields_ = fields;
  for (const Field& field : fields) {
    std::string& slot = values_[std::string(field.name)];
    // A container is called --in where it is what a statement is about: either is good here.
    const bool also_in = field.name == "container" && verb.get_option_no_throw("--in") == nullptr;
    const std::string name = option_name(field.name) + (also_in ? ",--in" : "");
    CLI::Option* option = verb.add_option(name, slot, field_help(field));
    if (field.required) option->required();
  }
}

Result<Json> BodyOptions::body() const {
  Json body = Json::object();
  for (const Field& field : fields_) {
    const std::string& text = values_.find(field.name)->second;
    if (text.empty()) continue;
    const auto checked = check_identifier(field.name, text);
    auto value = checked ? field_value(field, text) : Result<Json>(failure(checked.error()));
    if (!value) return failure(std::move(value.error()).during(option_name(field.name)));
    body[std::string(field.name)] = *value;
  }
  return body;
}

}  // namespace muster::cli
