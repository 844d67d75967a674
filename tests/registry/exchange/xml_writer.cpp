#include "tests/registry/exchange/xml_writer.hpp"

#include <map>

#include "registry/exchange/namespaces.hpp"
#include "registry/exchange/vocabulary.hpp"

namespace muster::test {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string text_of(const Json& value) {
  return escaped(value.is_string() ? value.get<std::string>() : value.dump());
}

std::string element(const std::string& name, const std::string& content,
                    const std::string& attributes = "") {
  return "<" + name + attributes + ">" + content + "</" + name + ">";
}

bool is_remark(const std::string& key) {
  return key == "@context" || key == "comment" || key == "rdfs:comment";
}

/// A word of the vocabulary as XML has it: as a URN.
std::string word(const Json& value, exchange::Vocabulary vocabulary, const std::string& space) {
  const std::string text = value.get<std::string>();
  return escaped(exchange::is_term(vocabulary, text) ? space + text : text);
}

class XmlWriter final {
 public:
  std::string document(const Json& json) {
    const bool query = json.value("type", "") == "EPCISQueryDocument";
    if (json.contains("@context")) declare(json["@context"]);
    std::string body;
    if (query) {
      const Json& results = json["epcisBody"]["queryResults"];
      body = element("queryName", results.value("queryName", "q")) +
             element("resultsBody", events(results["resultsBody"]["eventList"]));
      body = element("epcisq:QueryResults", body);
    } else {
      body = events(json["epcisBody"]["eventList"]);
    }
    const std::string head =
        ignored(json) + (query ? ignored(json["epcisBody"]["queryResults"]) : "");
    std::string root = query ? "epcisq:EPCISQueryDocument" : "epcis:EPCISDocument";
    std::string attributes = query ? " xmlns:epcisq=\"urn:epcglobal:epcis-query:xsd:2\""
                                   : " xmlns:epcis=\"urn:epcglobal:epcis:xsd:2\"";
    attributes += R"( schemaVersion="2.0" creationDate=")" +
                  json.value("creationDate", "2026-01-01T00:00:00Z") + "\"";
    for (const char* prefix : {"cbvmda", "gs1"}) {  // which the context of EPCIS declares
      spaces_.emplace(prefix, *exchange::Namespaces().find(prefix));
    }
    for (const auto& [prefix, space] : spaces_) {
      attributes += " xmlns:" + prefix + "=\"" + escaped(space) + "\"";
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" +
           element(root, head + element("EPCISBody", body), attributes) + "\n";
  }

 private:
  void declare(const Json& context) {
    if (context.is_array()) {
      for (const Json& one : context) declare(one);
    } else if (context.is_object()) {
      for (const auto& [prefix, space] : context.items()) {
        if (space.is_string() && !prefix.starts_with('@')) spaces_.emplace(prefix, space);
      }
    }
  }

  static std::string ignored(const Json& object) {
    std::string out;
    for (const auto& [key, names] : object.items()) {
      if (!key.ends_with(":ignoreFields")) continue;
      std::string content;
      for (const Json& name : names) content += element(name.get<std::string>(), "");
      out += element(key, content);
    }
    return out;
  }

  std::string events(const Json& list) {
    std::string out;
    for (const Json& event : list) {
      if (event.contains("@context")) declare(event["@context"]);
      out += element(event["type"].get<std::string>(), members(event)) + "\n";
    }
    return element("EventList", out);
  }

  static std::string extension(const std::string& name, const Json& value) {
    if (value.is_array()) {
      std::string out;
      for (const Json& one : value) out += extension(name, one);
      return out;
    }
    if (!value.is_object()) return element(name, text_of(value));
    std::string content;
    for (const auto& [key, child] : value.items()) {
      if (key == "#text") {
        content += text_of(child);
      } else if (!is_remark(key)) {
        content += extension(key, child);
      }
    }
    return element(name, content);
  }

  static std::string sensor(const std::string& name, const Json& value) {
    std::string attributes;
    for (const auto& [key, content] : value.items()) {
      if (is_remark(key)) continue;
      std::string text = text_of(content);
      if (key == "type") {
        text = word(content, exchange::Vocabulary::measurement_type, "https://gs1.org/voc/");
      }
      attributes += " " + key + "=\"" + text + "\"";
    }
    return "<" + name + attributes + "/>";
  }

  std::string typed(const std::string& name, const Json& value) {
    std::string attributes;
    if (value.contains("type")) {
      const bool transaction = name == "bizTransaction";
      attributes = " type=\"" +
                   (transaction ? word(value["type"], exchange::Vocabulary::transaction_type,
                                       "urn:epcglobal:cbv:btt:")
                                : word(value["type"], exchange::Vocabulary::source_type,
                                       "urn:epcglobal:cbv:sdt:")) +
                   "\"";
    }
    return element(name, text_of(value[name]), attributes);
  }

  std::string listed(const std::string& key, const Json& list) {
    static const std::map<std::string, std::string> items{{"bizTransactionList", "bizTransaction"},
                                                          {"sourceList", "source"},
                                                          {"destinationList", "destination"}};
    std::string out;
    const auto item = items.find(key);
    for (const Json& one : list) {
      if (item != items.end()) {
        out += typed(item->second, one);
      } else if (one.is_object()) {
        out +=
            element(key == "sensorElementList" ? "sensorElement" : "quantityElement", members(one));
      } else {
        out += element(key == "correctiveEventIDs" ? "correctiveEventID" : "epc", text_of(one));
      }
    }
    return element(key, out);
  }

  std::string member(const std::string& key, const Json& value) {
    using exchange::Vocabulary;
    if (key.find(':') != std::string::npos) return extension(key, value);
    if (key == "bizStep") {
      return element(key, word(value, Vocabulary::biz_step, "urn:epcglobal:cbv:bizstep:"));
    }
    if (key == "disposition" || key == "set" || key == "unset") {
      std::string out;
      for (const Json& one : value.is_array() ? value : Json::array({value})) {
        out += element(key, word(one, Vocabulary::disposition, "urn:epcglobal:cbv:disp:"));
      }
      return out;
    }
    if (key == "reason") {
      return element(key, word(value, Vocabulary::error_reason, "urn:epcglobal:cbv:er:"));
    }
    if (key == "sensorMetadata") return sensor(key, value);
    if (key == "sensorReport" || key == "certificationInfo") {
      std::string out;
      for (const Json& one : value.is_array() ? value : Json::array({value})) {
        out += key == "sensorReport" ? sensor(key, one) : element(key, text_of(one));
      }
      return out;
    }
    if (value.is_array()) return listed(key, value);
    if (value.is_object()) return element(key, members(value));
    return element(key, text_of(value));
  }

  std::string members(const Json& object) {
    std::string out;
    for (const auto& [key, value] : object.items()) {
      if (!is_remark(key) && key != "type") out += member(key, value);
    }
    return out;
  }

  std::map<std::string, std::string> spaces_;
};

}  // namespace

std::string xml_of(const Json& document) { return XmlWriter().document(document); }

}  // namespace muster::test
