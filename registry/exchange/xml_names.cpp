#include "registry/exchange/xml_names.hpp"

#include <algorithm>
#include <array>

#include "registry/exchange/namespaces.hpp"
#include "registry/exchange/vocabulary.hpp"

namespace muster::exchange {
namespace {

/// Where a field's words come from in XML.
struct XmlWords {
  std::string_view field;
  Vocabulary vocabulary;
  std::string_view urn;
};
constexpr std::array<XmlWords, 10> xml_words{
    {{"bizStep", Vocabulary::biz_step, "urn:epcglobal:cbv:bizstep:"},
     {"disposition", Vocabulary::disposition, "urn:epcglobal:cbv:disp:"},
     {"set", Vocabulary::disposition, "urn:epcglobal:cbv:disp:"},
     {"unset", Vocabulary::disposition, "urn:epcglobal:cbv:disp:"},
     {"bizTransaction", Vocabulary::transaction_type, "urn:epcglobal:cbv:btt:"},
     {"source", Vocabulary::source_type, "urn:epcglobal:cbv:sdt:"},
     {"destination", Vocabulary::source_type, "urn:epcglobal:cbv:sdt:"},
     {"reason", Vocabulary::error_reason, "urn:epcglobal:cbv:er:"},
     {"type", Vocabulary::measurement_type, gs1_namespace},
     {"exception", Vocabulary::alert_type, gs1_namespace}}};

/// Prefixes that would make URIs of values look like compact names.
constexpr std::array<std::string_view, 6> scheme_names{"http", "https", "ni", "tag", "uri", "urn"};

}  // namespace

XmlPrefixes::XmlPrefixes() = default;

std::string XmlPrefixes::prefix_for(const XmlName& name) {
  static const Namespaces standard;
  const auto is_free = [&](const std::string& prefix) {
    const std::string* known = standard.find(prefix);
    return (known == nullptr || *known == name.space) && !declared_.contains(prefix);
  };
  const bool is_scheme = std::ranges::find(scheme_names, name.prefix) != scheme_names.end();
  if (!name.prefix.empty() && !is_scheme && is_free(name.prefix)) return name.prefix;
  for (;;) {
    const std::string prefix = "ns" + std::to_string(++made_);
    if (is_free(prefix)) return prefix;
  }
}

std::string XmlPrefixes::compact(const XmlName& name) {
  if (name.space.empty()) return name.local;
  auto known = by_space_.find(name.space);
  if (known == by_space_.end()) {
    known = by_space_.emplace(name.space, prefix_for(name)).first;
    declared_.emplace(known->second, name.space);
  }
  return known->second + ":" + name.local;
}

bool is_epcis_space(std::string_view space) {
  return space.starts_with("urn:epcglobal:epcis:xsd:") ||
         space.starts_with("urn:epcglobal:epcis-query:xsd:");
}

bool is_schema_space(std::string_view space) {
  return space == "http://www.w3.org/2001/XMLSchema-instance";
}

std::string bare_word(std::string_view field, const std::string& text) {
  const auto* const words = std::ranges::find(xml_words, field, &XmlWords::field);
  if (words == xml_words.end()) return text;
  for (const std::string_view start : {words->urn, std::string_view("gs1:")}) {
    if (!text.starts_with(start)) continue;
    std::string word = text.substr(start.size());
    if (is_term(words->vocabulary, word)) return word;
  }
  return text;
}

}  // namespace muster::exchange
