#include "registry/exchange/event_hash.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/exchange/hash_value.hpp"

namespace muster::exchange {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 8> metadata_fields{"time",
                                                          "startTime",
                                                          "endTime",
                                                          "deviceID",
                                                          "deviceMetadata",
                                                          "rawData",
                                                          "dataProcessingMethod",
                                                          "bizRules"};
constexpr std::array<std::string_view, 23> report_fields{"type",
                                                         "exception",
                                                         "deviceID",
                                                         "deviceMetadata",
                                                         "rawData",
                                                         "dataProcessingMethod",
                                                         "time",
                                                         "microorganism",
                                                         "chemicalSubstance",
                                                         "value",
                                                         "component",
                                                         "stringValue",
                                                         "booleanValue",
                                                         "hexBinaryValue",
                                                         "uriValue",
                                                         "minValue",
                                                         "maxValue",
                                                         "meanValue",
                                                         "sDev",
                                                         "percRank",
                                                         "percValue",
                                                         "uom",
                                                         "coordinateReferenceSystem"};
constexpr std::array<std::string_view, 3> quantity_fields{"epcClass", "quantity", "uom"};
/// Never hashed: what is recorded about the event, and remarks.
constexpr std::array<std::string_view, 7> left_out{
    "@context", "comment", "errorDeclaration", "eventID", "rdfs:comment", "recordTime", "type"};
constexpr std::array<std::string_view, 3> remarks{"@context", "comment", "rdfs:comment"};

bool is_one_of(Names names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string sorted(std::vector<std::string> parts) {
  std::ranges::sort(parts);
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

/// The pieces of one event. What the fixed order does not name comes last, sorted.
class PreHash final {
 public:
  PreHash(const Json& event, const HashContext& context) : event_(event), context_(context) {}

  std::string run() {
    out_ = "eventType=" + value(event_.at("type"));
    time("eventTime");
    simple("eventTimeZoneOffset");
    certificates();
    epcs("epcList");
    simple("parentID");
    epcs("inputEPCList");
    epcs("childEPCs");
    for (const auto* name : {"quantityList", "childQuantityList", "inputQuantityList"})
      quantities(name);
    epcs("outputEPCList");
    quantities("outputQuantityList");
    simple("action");
    simple("transformationID");
    term("bizStep", "BizStep-");
    term("disposition", "Disp-");
    persistent();
    place("readPoint");
    place("bizLocation");
    sensors();
    typed_list("bizTransactionList", "bizTransaction", "BTT-");
    typed_list("sourceList", "source", "SDT-");
    typed_list("destinationList", "destination", "SDT-");
    ilmd();
    extensions_of(event_, taken_, rest_);
    return out_ + sorted(std::move(rest_));
  }

 private:
  [[nodiscard]] std::string value(const Json& json) const { return hash_value(json, context_); }
  [[nodiscard]] std::string web_term(const Json& json, std::string_view prefix) const {
    return hash_term(json, std::string(cbv_namespace) + std::string(prefix), context_);
  }

  /// A field of the event, which is then no extension; null if it is absent.
  const Json* take(const char* name) {
    taken_.emplace_back(name);
    const auto found = event_.find(name);
    return found == event_.end() ? nullptr : &*found;
  }
  void add(std::string_view name, const std::string& text) {
    if (!text.empty()) out_ += std::string(name) + "=" + text;
  }
  void simple(const char* name) {
    if (const Json* field = take(name)) add(name, value(*field));
  }
  void time(const char* name) {
    if (const Json* field = take(name)) add(name, hash_time(*field, context_));
  }
  void term(const char* name, std::string_view prefix) {
    if (const Json* field = take(name)) add(name, web_term(*field, prefix));
  }

  void certificates() {
    const Json* field = take("certificationInfo");
    if (field == nullptr) return;
    std::vector<std::string> parts;
    for (const Json& one : field->is_array() ? *field : Json::array({*field})) {
      const std::string text = value(one);
      if (!text.empty()) parts.push_back("certificationInfo=" + text);
    }
    out_ += sorted(std::move(parts));
  }

  void epcs(const char* name) {
    const Json* list = take(name);
    if (list == nullptr || !list->is_array() || list->empty()) return;
    std::vector<std::string> parts;
    parts.reserve(list->size());
    for (const Json& epc : *list) parts.push_back("epc=" + value(epc));
    out_ += name + sorted(std::move(parts));
  }

  void quantities(const char* name) {
    const Json* list = take(name);
    if (list == nullptr || !list->is_array() || list->empty()) return;
    std::vector<std::string> parts;
    for (const Json& element : *list) {
      parts.push_back("quantityElement" + ordered(element, quantity_fields) +
                      extensions(element, quantity_fields));
    }
    out_ += name + sorted(std::move(parts));
  }

  /// Fields of an object in the given order, the empty ones left out.
  [[nodiscard]] std::string ordered(const Json& object, Names names) const {
    std::string text;
    if (!object.is_object()) return text;
    for (const std::string_view name : names) {
      const auto found = object.find(name);
      if (found == object.end()) continue;
      const std::string content = field_text(name, *found);
      if (!content.empty()) text += std::string(name) + "=" + content;
    }
    return text;
  }

  [[nodiscard]] std::string field_text(std::string_view name, const Json& json) const {
    if (name.find("ime") != std::string_view::npos) return hash_time(json, context_);
    if (name == "type" || name == "exception") return hash_term(json, gs1_namespace, context_);
    if (name == "component") return web_term(json, "Comp-");
    return value(json);
  }

  void persistent() {
    const Json* field = take("persistentDisposition");
    if (field == nullptr || !field->is_object()) return;
    std::string text;
    for (const auto* name : {"set", "unset"}) {
      std::vector<std::string> parts;
      if (!field->contains(name)) continue;
      for (const Json& one : field->at(name)) {
        parts.push_back(std::string(name) + "=" + web_term(one, "Disp-"));
      }
      text += sorted(std::move(parts));
    }
    if (!text.empty()) out_ += "persistentDisposition" + text;
  }

  void place(const char* name) {
    constexpr std::array<std::string_view, 1> fields{"id"};
    const Json* field = take(name);
    if (field == nullptr || !field->is_object()) return;
    const std::string text = ordered(*field, fields) + extensions(*field, fields);
    if (!text.empty()) out_ += name + text;
  }

  void sensors() {
    constexpr std::array<std::string_view, 2> fields{"sensorMetadata", "sensorReport"};
    const Json* list = take("sensorElementList");
    if (list == nullptr || !list->is_array() || list->empty()) return;
    std::vector<std::string> elements;
    std::vector<std::string> rules;
    for (const Json& element : *list) {
      if (!element.is_object()) continue;
      elements.push_back("sensorElement" + metadata(element) + reports(element) +
                         extensions(element, fields));
      std::string rest = report_rules(element);
      if (!rest.empty()) rules.push_back("sensorElement" + std::move(rest));
    }
    out_ += "sensorElementList" + sorted(std::move(elements));
    if (!rules.empty()) rest_.push_back("sensorElementList" + sorted(std::move(rules)));
  }

  [[nodiscard]] std::string metadata(const Json& element) const {
    const auto found = element.find("sensorMetadata");
    if (found == element.end()) return {};
    const std::string text = ordered(*found, metadata_fields) + extensions(*found, metadata_fields);
    return text.empty() ? text : "sensorMetadata" + text;
  }

  [[nodiscard]] std::string reports(const Json& element) const {
    std::vector<std::string> parts;
    const auto found = element.find("sensorReport");
    if (found == element.end() || !found->is_array()) return {};
    std::vector<std::string_view> known(report_fields.begin(), report_fields.end());
    known.emplace_back("bizRules");
    for (const Json& report : *found) {
      const std::string text = ordered(report, report_fields) + extensions(report, known);
      if (!text.empty()) parts.push_back("sensorReport" + text);
    }
    return sorted(std::move(parts));
  }

  /// `bizRules` of a report has no place in the fixed order: it stands among what comes last.
  [[nodiscard]] std::string report_rules(const Json& element) const {
    std::vector<std::string> parts;
    const auto found = element.find("sensorReport");
    if (found == element.end() || !found->is_array()) return {};
    for (const Json& report : *found) {
      if (!report.is_object() || !report.contains("bizRules")) continue;
      parts.push_back("sensorReportbizRules=" + value(report.at("bizRules")));
    }
    return sorted(std::move(parts));
  }

  void typed_list(const char* name, const char* item, std::string_view prefix) {
    const Json* list = take(name);
    if (list == nullptr || !list->is_array() || list->empty()) return;
    std::vector<std::string> parts;
    for (const Json& element : *list) {
      if (!element.is_object()) continue;
      std::string text;
      const auto type = element.find("type");
      if (type != element.end()) text = "type=" + web_term(*type, prefix);
      const auto id = element.find(item);
      if (id != element.end()) text += std::string(item) + "=" + value(*id);
      parts.push_back(std::move(text));
    }
    rest_.push_back(name + sorted(std::move(parts)));
  }

  void ilmd() {
    const Json* field = take("ilmd");
    if (field != nullptr && field->is_object()) rest_.push_back("ilmd" + extensions(*field, {}));
  }

  [[nodiscard]] std::string extensions(const Json& object, Names known) const {
    std::vector<std::string> parts;
    if (object.is_object()) extensions_of(object, known, parts);
    return sorted(std::move(parts));
  }

  void extensions_of(const Json& object, Names known, std::vector<std::string>& parts) const {
    for (const auto& [key, content] : object.items()) {
      const bool whole_event = &object == &event_;
      if (is_one_of(known, key) || is_one_of(whole_event ? Names(left_out) : Names(remarks), key))
        continue;
      const std::string name = context_.namespaces.braced(key);
      if (whole_event && context_.ignored.contains(name)) continue;
      extension(name, content, parts);
    }
  }

  void extension(const std::string& name, const Json& content,
                 std::vector<std::string>& parts) const {
    if (content.is_array()) {
      for (const Json& one : content) extension(name, one, parts);
    } else if (content.is_object()) {
      constexpr std::array<std::string_view, 1> text_key{"#text"};  // an XML element's own text
      const auto text = content.find("#text");
      const std::string own = text == content.end() ? std::string() : value(*text);
      parts.push_back(name + (own.empty() ? own : "=" + own) + extensions(content, text_key));
    } else {
      const std::string text = value(content);
      parts.push_back(text.empty() ? name : name + "=" + text);
    }
  }

  const Json& event_;
  const HashContext& context_;
  std::string out_;
  std::vector<std::string_view> taken_;
  std::vector<std::string> rest_;
};

}  // namespace

std::string pre_hash(const Json& event, const HashContext& context) {
  const auto own = event.find("@context");
  if (own == event.end()) return PreHash(event, context).run();
  HashContext inner = context;
  inner.namespaces.add(*own);
  return PreHash(event, inner).run();
}

std::string event_hash_uri(const Json& event, const HashContext& context) {
  const Hash hash = crypto::sha256(as_bytes(pre_hash(event, context)));
  return "ni:///sha-256;" + hash.to_hex() + "?ver=CBV2.0";
}

bool is_event_hash_uri(std::string_view uri) {
  constexpr std::string_view start = "ni:///sha-256;";
  constexpr std::size_t digits = 64;
  return uri.starts_with(start) && uri.size() > start.size() + digits &&
         Hash::from_hex(uri.substr(start.size(), digits)).has_value() &&
         uri.substr(start.size() + digits).starts_with("?ver=CBV");
}

}  // namespace muster::exchange
