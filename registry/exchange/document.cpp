#include "registry/exchange/document.hpp"

#include "registry/exchange/document_lines.hpp"
#include "registry/exchange/profile.hpp"
#include "registry/exchange/xml_document.hpp"

namespace muster::exchange {
namespace {

tl::unexpected<Error> invalid(std::string_view rule, std::string message) {
  return tl::unexpected<Error>(Error{Errc::invalid_input, std::move(message), std::string(rule)});
}

/// Names that `ignoreFields` of anybody's namespace lists in `object`.
void add_ignored(const Json& object, HashContext& hashing) {
  for (const auto& [key, names] : object.items()) {
    if (!key.ends_with(":ignoreFields") || !names.is_array()) continue;
    for (const Json& name : names) {
      if (name.is_string()) {
        hashing.ignored.insert(hashing.namespaces.braced(name.get_ref<const std::string&>()));
      }
    }
  }
}

Result<void> check_namespaces(const Json& object, const std::string& pointer) {
  const auto context = object.find("@context");
  if (context == object.end() || !has_long_namespace(*context)) return {};
  return invalid("epcis.document", pointer + "/@context: a namespace of more than " +
                                       std::to_string(max_namespace_bytes) + " bytes");
}

/// Moves the list of events out of the document.
void take_events(Document& document) {
  Json& head = document.head;
  const std::string type = head["type"].get<std::string>();
  Json* list = nullptr;
  if (type == "EPCISDocument") {
    document.list = "/epcisBody/eventList";
    list = &head["epcisBody"]["eventList"];
  } else if (type == "EPCISQueryDocument") {
    document.list = "/epcisBody/queryResults/resultsBody/eventList";
    add_ignored(head["epcisBody"]["queryResults"], document.hashing);
    list = &head["epcisBody"]["queryResults"]["resultsBody"]["eventList"];
  } else {
    document.events.push_back(std::move(head));
    head = nullptr;
    return;
  }
  for (Json& event : *list) document.events.push_back(std::move(event));
  *list = nullptr;
}

std::string told(const DocumentFault& fault) {
  return (fault.pointer.empty() ? "document" : fault.pointer) + ": " + fault.message;
}

/// Requires: a value without faults.
Result<Document> take_valid_document(Json value) {
  Document document;
  document.head = std::move(value);
  MUSTER_TRY(check_namespaces(document.head, ""));
  if (document.head.contains("@context"))
    document.hashing.namespaces.add(document.head["@context"]);
  add_ignored(document.head, document.hashing);
  take_events(document);
  for (std::size_t i = 0; i < document.events.size(); ++i) {
    MUSTER_TRY(check_namespaces(document.events[i], document.pointer_to(i)));
  }
  return document;
}

}  // namespace

std::string Document::pointer_to(std::size_t index) const {
  return list.empty() ? list : list + "/" + std::to_string(index);
}

Result<Document> read_json_document(std::string_view text) {
  if (text.size() > max_document_bytes) {
    return invalid("epcis.json", "document: longer than " + std::to_string(max_document_bytes) +
                                     " bytes; split it");
  }
  auto value = parse_foreign_json(text);
  if (!value) return invalid("epcis.json", value.error().message);
  const auto faults = document_faults(*value);
  if (faults.empty()) return take_valid_document(std::move(*value));
  const DocumentFault& fault = faults.front();
  const auto line = document_lines(text, {fault.pointer}).front();
  return invalid("epcis.document", "line " + std::to_string(line) + ": " + told(fault));
}

Result<Document> read_xml_document(std::string_view text) {
  auto converted = json_of_xml(text);
  if (!converted) return invalid("epcis.xml", converted.error().message);
  const auto faults = document_faults(converted->value);
  if (!faults.empty()) {
    const DocumentFault& fault = faults.front();
    return invalid("epcis.document", converted->line_of(fault.pointer) + told(fault));
  }
  MUSTER_TRY_ASSIGN(Document document, take_valid_document(std::move(converted->value)));
  document.syntax = Syntax::xml;
  document.hashing.expands_all = false;
  return document;
}

Result<Document> take_document(Json value) {
  const auto faults = document_faults(value);
  if (!faults.empty()) return invalid("epcis.document", told(faults.front()));
  return take_valid_document(std::move(value));
}

Json document_json(const Document& document) {
  if (document.list.empty()) return document.events.front();
  Json value = document.head;
  Json& list = value.at(Json::json_pointer(document.list));
  list = Json::array();
  for (const Json& event : document.events) list.push_back(event);
  return value;
}

}  // namespace muster::exchange
