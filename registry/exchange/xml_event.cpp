#include "registry/exchange/xml_event.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace muster::exchange {
namespace {

tl::unexpected<Error> xml_fault(const XmlElement& element, const std::string& message) {
  return failure(Errc::invalid_input, "line " + std::to_string(element.line) + ": " +
                                          element.name.local + ": " + message);
}

constexpr std::array<std::string_view, 10> simple_members{
    {"eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "action", "parentID",
     "transformationID", "certificationInfo", "bizStep", "disposition"}};

/// Lists and what each of their elements is called.
struct XmlList {
  std::string_view name;
  std::string_view item;
};
constexpr std::array<XmlList, 12> lists{{{"epcList", "epc"},
                                         {"childEPCs", "epc"},
                                         {"inputEPCList", "epc"},
                                         {"outputEPCList", "epc"},
                                         {"quantityList", "quantityElement"},
                                         {"childQuantityList", "quantityElement"},
                                         {"inputQuantityList", "quantityElement"},
                                         {"outputQuantityList", "quantityElement"},
                                         {"bizTransactionList", "bizTransaction"},
                                         {"sourceList", "source"},
                                         {"destinationList", "destination"},
                                         {"sensorElementList", "sensorElement"}}};

constexpr std::array<std::string_view, 7> number_attributes{
    {"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"}};

/// The number that an xs:decimal or xs:double says; the text itself if it is none, for the rules.
Json number_of(const std::string& text) {
  const char* first = text.data();
  const char* last = first + text.size();
  if (text.starts_with('+')) ++first;
  std::int64_t whole = 0;
  if (const auto [end, problem] = std::from_chars(first, last, whole);
      problem == std::errc{} && end == last) {
    return whole;
  }
  double number = 0;
  const auto [end, problem] = std::from_chars(first, last, number);
  if (problem == std::errc{} && end == last && std::isfinite(number)) return number;
  return text;
}

Json boolean_of(const std::string& text) {
  if (text == "true" || text == "1") return true;
  if (text == "false" || text == "0") return false;
  return text;
}

bool is_wrapper(const XmlElement& element) {
  return element.name.space.empty() &&
         (element.name.local == "extension" || element.name.local == "baseExtension");
}

}  // namespace

void XmlEvent::add(Json& object, const std::string& name, Json value) {
  const auto found = object.find(name);
  if (found == object.end()) {
    object[name] = std::move(value);
    return;
  }
  if (!found->is_array()) *found = Json::array({std::move(*found)});
  found->push_back(std::move(value));
}

Json XmlEvent::extension(const XmlElement& element) {
  if (element.children.empty() && element.attributes.empty()) return element.text;
  Json object = Json::object();
  for (const XmlAttribute& attribute : element.attributes) {
    add(object, prefixes_.compact(attribute.name), attribute.value);
  }
  for (const XmlElement& child : element.children) {
    add(object, prefixes_.compact(child.name), extension(child));
  }
  if (!element.text.empty()) add(object, "#text", element.text);
  return object;
}

/// Attributes of others on an object; EPCIS has none of its own there.
Result<void> XmlEvent::take_attributes(const XmlElement& element, Json& object) {
  for (const XmlAttribute& attribute : element.attributes) {
    if (is_schema_space(attribute.name.space)) continue;
    if (attribute.name.space.empty()) {
      return xml_fault(element, "has no attribute " + attribute.name.local + " in EPCIS");
    }
    add(object, prefixes_.compact(attribute.name), attribute.value);
  }
  return {};
}

/// Children of `element` become members of `object`: those of EPCIS by `taker`, those of other
/// namespaces as extensions. The wrappers of EPCIS 1.x fall away.
Result<void> XmlEvent::take_members(const XmlElement& element, Json& object, Taker taker) {
  if (!element.text.empty()) return xml_fault(element, "has text beside its elements");
  MUSTER_TRY(take_attributes(element, object));
  for (const XmlElement& child : element.children) {
    if (is_epcis_space(child.name.space)) {
      return xml_fault(child, "stands in the namespace of EPCIS; fields of EPCIS stand in none");
    }
    if (!child.name.space.empty()) {
      add(object, prefixes_.compact(child.name), extension(child));
      continue;
    }
    if (is_wrapper(child)) {
      MUSTER_TRY(take_members(child, object, taker));
      continue;
    }
    MUSTER_TRY_ASSIGN(const bool taken, (this->*taker)(child, object));
    if (!taken) return xml_fault(child, "is no field of " + element.name.local);
  }
  return {};
}

Result<Json> XmlEvent::object_of(const XmlElement& element, Taker taker) {
  Json object = Json::object();
  MUSTER_TRY(take_members(element, object, taker));
  return object;
}

Result<Json> XmlEvent::text_of_simple(const XmlElement& element) const {
  if (!element.children.empty()) return xml_fault(element, "has elements, want text");
  for (const XmlAttribute& attribute : element.attributes) {
    if (!is_schema_space(attribute.name.space)) {
      return xml_fault(element, "has an attribute " + attribute.name.local + ", want text alone");
    }
  }
  return Json(bare_word(element.name.local, element.text));
}

Result<Json> XmlEvent::quantity(const XmlElement& element) {
  Json object = Json::object();
  for (const XmlElement& child : element.children) {
    if (!child.name.space.empty()) return xml_fault(child, "is no field of a quantity in EPCIS");
    MUSTER_TRY_ASSIGN(Json text, text_of_simple(child));
    const std::string& name = child.name.local;
    if (object.contains(name)) return xml_fault(child, "stands twice");
    object[name] = name == "quantity" ? number_of(text.get<std::string>()) : std::move(text);
  }
  return object;
}

/// A business transaction, a source or a destination: its id, and its type as an attribute.
Result<Json> XmlEvent::typed(const XmlElement& element) {
  const std::string& name = element.name.local;
  if (!element.children.empty()) return xml_fault(element, "has elements, want text");
  Json object{{name, element.text}};
  for (const XmlAttribute& attribute : element.attributes) {
    if (attribute.name.space.empty() && attribute.name.local == "type") {
      object["type"] = bare_word(name, attribute.value);
    } else if (!is_schema_space(attribute.name.space)) {
      return xml_fault(element, "has no attribute " + attribute.name.local + " in EPCIS");
    }
  }
  return object;
}

Result<Json> XmlEvent::sensor_attributes(const XmlElement& element) {
  if (!element.children.empty() || !element.text.empty()) {
    return xml_fault(element, "has content, want attributes alone");
  }
  Json object = Json::object();
  for (const XmlAttribute& attribute : element.attributes) {
    const std::string& name = attribute.name.local;
    if (is_schema_space(attribute.name.space)) continue;
    const bool is_own = attribute.name.space.empty();
    const bool is_number =
        is_own && std::ranges::find(number_attributes, name) != number_attributes.end();
    Json value = bare_word(is_own ? name : "", attribute.value);
    if (is_number) value = number_of(attribute.value);
    if (is_own && name == "booleanValue") value = boolean_of(attribute.value);
    add(object, prefixes_.compact(attribute.name), std::move(value));
  }
  return object;
}

Result<Json> XmlEvent::list_item(const XmlElement& element) {
  const std::string& name = element.name.local;
  if (name == "epc") return text_of_simple(element);
  if (name == "quantityElement") return quantity(element);
  if (name == "sensorElement") return object_of(element, &XmlEvent::take_sensor_member);
  return typed(element);
}

Result<Json> XmlEvent::list_of(const XmlElement& element, std::string_view item) {
  if (!element.text.empty()) return xml_fault(element, "has text, want " + std::string(item));
  Json list = Json::array();
  for (const XmlElement& child : element.children) {
    if (!child.name.space.empty() || child.name.local != item) {
      return xml_fault(child, "stands in " + element.name.local + ", want " + std::string(item));
    }
    MUSTER_TRY_ASSIGN(Json value, list_item(child));
    list.push_back(std::move(value));
  }
  return list;
}

Result<bool> XmlEvent::take_none(const XmlElement& /*element*/, Json& /*object*/) { return false; }

Result<bool> XmlEvent::take_place_member(const XmlElement& element, Json& place) {
  if (element.name.local != "id") return false;
  MUSTER_TRY_ASSIGN(Json id, text_of_simple(element));
  add(place, "id", std::move(id));
  return true;
}

Result<bool> XmlEvent::take_error_member(const XmlElement& element, Json& declaration) {
  const std::string& name = element.name.local;
  if (name == "correctiveEventIDs") {
    Json list = Json::array();
    for (const XmlElement& child : element.children) {
      if (!child.name.space.empty() || child.name.local != "correctiveEventID") {
        return xml_fault(child, "is no correctiveEventID");
      }
      MUSTER_TRY_ASSIGN(Json id, text_of_simple(child));
      list.push_back(std::move(id));
    }
    declaration[name] = std::move(list);
    return true;
  }
  if (name != "declarationTime" && name != "reason") return false;
  MUSTER_TRY_ASSIGN(Json text, text_of_simple(element));
  add(declaration, name, std::move(text));
  return true;
}

Result<bool> XmlEvent::take_persistent_member(const XmlElement& element, Json& persistent) {
  const std::string& name = element.name.local;
  if (name != "set" && name != "unset") return false;
  MUSTER_TRY_ASSIGN(Json text, text_of_simple(element));
  if (!persistent.contains(name)) persistent[name] = Json::array();
  persistent[name].push_back(std::move(text));
  return true;
}

Result<bool> XmlEvent::take_sensor_member(const XmlElement& element, Json& sensor) {
  const std::string& name = element.name.local;
  if (name != "sensorMetadata" && name != "sensorReport") return false;
  MUSTER_TRY_ASSIGN(Json object, sensor_attributes(element));
  if (name == "sensorMetadata") {
    add(sensor, name, std::move(object));
    return true;
  }
  if (!sensor.contains(name)) sensor[name] = Json::array();
  sensor[name].push_back(std::move(object));
  return true;
}

Result<bool> XmlEvent::take_event_member(const XmlElement& element, Json& event) {
  const std::string& name = element.name.local;
  Result<Json> value = Json();
  const auto* const list = std::ranges::find(lists, name, &XmlList::name);
  if (std::ranges::find(simple_members, name) != simple_members.end()) {
    value = text_of_simple(element);
  } else if (list != lists.end()) {
    value = list_of(element, list->item);
  } else if (name == "readPoint" || name == "bizLocation") {
    value = object_of(element, &XmlEvent::take_place_member);
  } else if (name == "persistentDisposition") {
    value = object_of(element, &XmlEvent::take_persistent_member);
  } else if (name == "errorDeclaration") {
    value = object_of(element, &XmlEvent::take_error_member);
  } else if (name == "ilmd") {
    value = object_of(element, &XmlEvent::take_none);
  } else {
    return false;
  }
  if (!value) return failure(std::move(value.error()));
  if (name != "certificationInfo" && event.contains(name))
    return xml_fault(element, "stands twice");
  add(event, name, std::move(*value));
  return true;
}

Result<Json> XmlEvent::convert(const XmlElement& element, const std::string& pointer) {
  lines_[pointer] = element.line;
  for (const XmlElement& child : element.children) {
    lines_.emplace(pointer + "/" + child.name.local, child.line);
  }
  Json event = Json::object();
  MUSTER_TRY(take_members(element, event, &XmlEvent::take_event_member));
  event["type"] = element.name.local;
  return event;
}

}  // namespace muster::exchange
