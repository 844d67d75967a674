#include "registry/exchange/xml_document.hpp"

#include <algorithm>
#include <array>

#include "registry/exchange/namespaces.hpp"
#include "registry/exchange/xml_event.hpp"

namespace muster::exchange {
namespace {

constexpr std::array<std::string_view, 5> xml_versions{"1", "1.0", "1.1", "1.2", "2.0"};

tl::unexpected<Error> document_fault(const XmlElement& element, const std::string& message) {
  return failure(Errc::invalid_input, "line " + std::to_string(element.line) + ": " +
                                          element.name.local + ": " + message);
}

const XmlElement* child_of(const XmlElement& element, std::string_view name) {
  const auto found = std::ranges::find_if(element.children, [&](const XmlElement& child) {
    return child.name.space.empty() && child.name.local == name;
  });
  return found == element.children.end() ? nullptr : &*found;
}

std::string attribute_of(const XmlElement& element, std::string_view name) {
  for (const XmlAttribute& attribute : element.attributes) {
    if (attribute.name.space.empty() && attribute.name.local == name) return attribute.value;
  }
  return {};
}

/// One document on its way.
class XmlReading final {
 public:
  Result<XmlAsJson> run(const XmlElement& root) {
    const std::string& name = root.name.local;
    if (!is_epcis_space(root.name.space)) {
      return document_fault(root, "stands in no namespace of EPCIS");
    }
    Json& value = result_.value;
    if (name == "EPCISDocument") {
      MUSTER_TRY(take_head(root, "EPCISDocument"));
      MUSTER_TRY(take_capture(root));
    } else if (name == "EPCISQueryDocument" || name == "QueryResults") {
      MUSTER_TRY(take_head(root, "EPCISQueryDocument"));
      MUSTER_TRY(take_query(root));
    } else {
      return document_fault(root, "want EPCISDocument or EPCISQueryDocument");
    }
    for (const auto& [prefix, space] : prefixes_.declared()) context_[prefix] = space;
    value["@context"] = Json::array({std::string(epcis_context)});
    if (!context_.empty()) value["@context"].push_back(context_);
    return std::move(result_);
  }

 private:
  Result<void> take_head(const XmlElement& root, const char* type) {
    Json& value = result_.value;
    value["type"] = type;
    value["schemaVersion"] = "2.0";
    const std::string version = attribute_of(root, "schemaVersion");
    if (root.name.local != "QueryResults" &&
        std::ranges::find(xml_versions, version) == xml_versions.end()) {
      return document_fault(root, "schemaVersion: got \"" + version + "\", want 1.0 to 1.2 or 2.0");
    }
    const std::string created = attribute_of(root, "creationDate");
    if (!created.empty()) value["creationDate"] = created;
    take_extensions(root, value);
    return {};
  }

  /// What others say about the whole document.
  void take_extensions(const XmlElement& element, Json& object) {
    XmlEvent converter(prefixes_, result_.lines);
    for (const XmlElement& child : element.children) {
      if (child.name.space.empty() || is_epcis_space(child.name.space)) continue;
      const std::string name = prefixes_.compact(child.name);
      object[name] =
          child.name.local == "ignoreFields" ? names_in(child) : converter.extension(child);
    }
  }

  /// Empty elements that name the fields to ignore become a list of names.
  Json names_in(const XmlElement& element) {
    Json list = Json::array();
    for (const XmlElement& child : element.children) list.push_back(prefixes_.compact(child.name));
    return list;
  }

  Result<void> take_capture(const XmlElement& root) {
    const XmlElement* body = child_of(root, "EPCISBody");
    const XmlElement* list = body == nullptr ? nullptr : child_of(*body, "EventList");
    if (list == nullptr) return document_fault(root, "has no EPCISBody with an EventList");
    MUSTER_TRY_ASSIGN(result_.value["epcisBody"]["eventList"],
                      events_of(*list, "/epcisBody/eventList"));
    return {};
  }

  Result<void> take_query(const XmlElement& root) {
    const XmlElement* results = &root;
    if (const XmlElement* body = child_of(root, "EPCISBody")) {
      results = nullptr;
      for (const XmlElement& child : body->children) {
        if (child.name.local == "QueryResults") results = &child;
      }
    }
    const XmlElement* body = results == nullptr ? nullptr : child_of(*results, "resultsBody");
    const XmlElement* list = body == nullptr ? nullptr : child_of(*body, "EventList");
    if (list == nullptr) {
      return document_fault(root, "has no QueryResults with a resultsBody and an EventList");
    }
    Json query = Json::object();
    for (const char* name : {"queryName", "subscriptionID"}) {
      if (const XmlElement* child = child_of(*results, name)) query[name] = child->text;
    }
    if (results != &root) take_extensions(*results, query);
    MUSTER_TRY_ASSIGN(query["resultsBody"]["eventList"],
                      events_of(*list, "/epcisBody/queryResults/resultsBody/eventList"));
    result_.value["epcisBody"]["queryResults"] = std::move(query);
    return {};
  }

  Result<Json> events_of(const XmlElement& list, const std::string& pointer) {
    Json events = Json::array();
    MUSTER_TRY(add_events(list, pointer, events));
    return events;
  }

  /// EPCIS 1.x has the younger types of events in wrappers.
  Result<void> add_events(const XmlElement& list, const std::string& pointer, Json& events) {
    for (const XmlElement& element : list.children) {
      if (element.name.space.empty() && element.name.local == "extension") {
        MUSTER_TRY(add_events(element, pointer, events));
        continue;
      }
      if (!element.name.space.empty() || !element.name.local.ends_with("Event")) {
        return document_fault(element, "is no event of EPCIS");
      }
      if (element.name.local == "QuantityEvent") {
        return document_fault(element,
                              "was given up by EPCIS 1.2; want an ObjectEvent with a "
                              "quantityList");
      }
      XmlEvent converter(prefixes_, result_.lines);
      MUSTER_TRY_ASSIGN(Json event,
                        converter.convert(element, pointer + "/" + std::to_string(events.size())));
      events.push_back(std::move(event));
    }
    return {};
  }

  XmlAsJson result_;
  XmlPrefixes prefixes_;
  Json context_ = Json::object();
};

}  // namespace

std::string XmlAsJson::line_of(const std::string& pointer) const {
  std::string at = pointer;
  while (!at.empty()) {
    if (const auto found = lines.find(at); found != lines.end()) {
      return "line " + std::to_string(found->second) + ": ";
    }
    at.resize(at.rfind('/'));
  }
  return {};
}

bool looks_like_xml(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '<';
}

Result<XmlAsJson> json_of_xml(std::string_view text) {
  MUSTER_TRY_ASSIGN(const XmlElement root, parse_xml(text));
  return XmlReading().run(root);
}

}  // namespace muster::exchange
