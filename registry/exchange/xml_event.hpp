#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "ledger/base/json.hpp"
#include "registry/exchange/xml_names.hpp"

namespace muster::exchange {

/// Turns one event of EPCIS 1.x or 2.0 in XML into what JSON-LD has for it. Borrows both.
class XmlEvent final {
 public:
  /// `lines` gets the line of each field, by JSON Pointer.
  XmlEvent(XmlPrefixes& prefixes, std::map<std::string, std::uint64_t>& lines)
      : prefixes_(prefixes), lines_(lines) {}

  /// `pointer` is where the event will stand in the document.
  /// Errors: `invalid_input`, beginning with the line: an element or attribute that EPCIS has not
  /// in this place, or text where elements have to be. All else is for `document_faults`.
  Result<Json> convert(const XmlElement& element, const std::string& pointer);

  /// The members of `object` that others' namespaces add, as extensions have them.
  Json extension(const XmlElement& element);

 private:
  using Taker = Result<bool> (XmlEvent::*)(const XmlElement& element, Json& object);

  Result<void> take_members(const XmlElement& element, Json& object, Taker taker);
  Result<bool> take_event_member(const XmlElement& element, Json& event);
  Result<bool> take_place_member(const XmlElement& element, Json& place);
  Result<bool> take_error_member(const XmlElement& element, Json& declaration);
  Result<bool> take_persistent_member(const XmlElement& element, Json& persistent);
  Result<bool> take_sensor_member(const XmlElement& element, Json& sensor);
  Result<bool> take_none(const XmlElement& element, Json& object);
  Result<Json> object_of(const XmlElement& element, Taker taker);
  Result<Json> text_of_simple(const XmlElement& element) const;
  Result<Json> list_of(const XmlElement& element, std::string_view item);
  Result<Json> list_item(const XmlElement& element);
  Result<Json> quantity(const XmlElement& element);
  Result<Json> typed(const XmlElement& element);
  Result<Json> sensor_attributes(const XmlElement& element);
  Result<void> take_attributes(const XmlElement& element, Json& object);
  void add(Json& object, const std::string& name, Json value);

  XmlPrefixes& prefixes_;
  std::map<std::string, std::uint64_t>& lines_;
};

}  // namespace muster::exchange
