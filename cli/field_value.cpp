#include "cli/field_value.hpp"

#include <algorithm>
#include <charconv>

#include "cli/window_text.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/timestamp.hpp"

namespace muster::cli {
namespace {

using registry::Field;
using registry::FieldType;

Result<Json> integer_value(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) {
    return failure(Errc::invalid_input, "got \"" + text + "\", want a whole number");
  }
  return Json(value);
}

Result<Json> boolean_value(const std::string& text) {
  if (text == "true" || text == "yes") return Json(true);
  if (text == "false" || text == "no") return Json(false);
  return failure(Errc::invalid_input, "got \"" + text + "\", want yes or no");
}

Result<Json> time_value(const std::string& text) {
  MUSTER_TRY_ASSIGN(const Timestamp time, Timestamp::parse_day_or_instant(text));
  return Json(time.to_string());
}

Result<Json> window_value(const std::string& text) {
  MUSTER_TRY_ASSIGN(const Window window, parse_window(text));
  return Json{{"from", window.from.to_string()}, {"to", window.to.to_string()}};
}

Json list_value(const std::string& text) {
  Json list = Json::array();
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    list.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return list;
}

Result<Json> json_value(const std::string& text) {
  if (!text.starts_with('@')) return parse_json(text);
  MUSTER_TRY_ASSIGN(const std::string content, read_text_file(text.substr(1)));
  return parse_json(content);
}

}  // namespace

Result<Json> field_value(const Field& field, const std::string& text) {
  switch (field.type) {
    case FieldType::integer:
    case FieldType::positive:
      return integer_value(text);
    case FieldType::boolean:
      return boolean_value(text);
    case FieldType::time:
      return time_value(text);
    case FieldType::window:
      return window_value(text);
    case FieldType::names:
    case FieldType::countries:
    case FieldType::hashes:
    case FieldType::chips:
    case FieldType::lines:
    case FieldType::texts:
    case FieldType::roles:
      return list_value(text);
    case FieldType::manifest:
    case FieldType::record:
    case FieldType::records:
    case FieldType::object:
    case FieldType::expects:
      return json_value(text);
    case FieldType::text:
    case FieldType::name:
    case FieldType::country:
    case FieldType::decimal:
    case FieldType::hash:
    case FieldType::public_key:
    case FieldType::hex:
    case FieldType::chip:
      break;
  }
  return Json(text);
}

std::string field_help(const Field& field) {
  const std::string wanted = registry::text_of(field);
  switch (field.type) {
    case FieldType::window:
      return "FROM..TO, days or instants";
    case FieldType::time:
      return wanted + ", or a day";
    case FieldType::boolean:
      return "yes or no";
    case FieldType::names:
    case FieldType::countries:
    case FieldType::hashes:
    case FieldType::chips:
    case FieldType::lines:
    case FieldType::texts:
    case FieldType::roles:
      return wanted + ", commas between";
    case FieldType::manifest:
    case FieldType::record:
    case FieldType::records:
    case FieldType::object:
    case FieldType::expects:
      return wanted + ": JSON, or @FILE with it";
    case FieldType::text:
    case FieldType::name:
    case FieldType::country:
    case FieldType::integer:
    case FieldType::positive:
    case FieldType::decimal:
    case FieldType::hash:
    case FieldType::public_key:
    case FieldType::hex:
    case FieldType::chip:
      break;
  }
  return wanted;
}

}  // namespace muster::cli
