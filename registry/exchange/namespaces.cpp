#include "registry/exchange/namespaces.hpp"

#include <algorithm>

namespace muster::exchange {

bool has_long_namespace(const Json& context) {
  if (context.is_structured()) return std::ranges::any_of(context, has_long_namespace);
  return context.is_string() && context.get_ref<const std::string&>().size() > max_namespace_bytes;
}

Namespaces::Namespaces()
    : uris_{{"cbv", std::string(cbv_namespace)},
            {"cbvmda", "urn:epcglobal:cbv:mda:"},
            {"dcterms", "http://purl.org/dc/terms/"},
            {"epcis", "https://ref.gs1.org/epcis/"},
            {"gs1", std::string(gs1_namespace)},
            {"owl", "http://www.w3.org/2002/07/owl#"},
            {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
            {"xsd", "http://www.w3.org/2001/XMLSchema#"}} {}

void Namespaces::add(const Json& context) {
  if (context.is_array()) {
    for (const Json& part : context) add(part);
  }
  if (!context.is_object()) return;
  for (const auto& [prefix, uri] : context.items()) {
    if (uri.is_string()) add(prefix, uri.get_ref<const std::string&>());
  }
}

void Namespaces::add(const std::string& prefix, const std::string& uri) {
  uris_.insert_or_assign(prefix, uri);
}

const std::string* Namespaces::find(std::string_view prefix) const {
  const auto found = uris_.find(prefix);
  return found == uris_.end() ? nullptr : &found->second;
}

std::string Namespaces::braced(std::string_view name) const {
  const auto colon = name.find(':');
  if (colon == std::string_view::npos) return std::string(name);
  const std::string* uri = find(name.substr(0, colon));
  if (uri == nullptr) return std::string(name);
  return "{" + *uri + "}" + std::string(name.substr(colon + 1));
}

std::string Namespaces::expanded(std::string_view name, bool standard_only) const {
  const auto colon = name.find(':');
  if (colon == std::string_view::npos) return std::string(name);
  const std::string* uri = find(name.substr(0, colon));
  if (uri == nullptr) return std::string(name);
  const bool standard =
      uri->starts_with("https://ref.gs1.org/") || uri->starts_with("https://gs1.org/voc/");
  if (standard_only && !standard) return std::string(name);
  return *uri + std::string(name.substr(colon + 1));
}

}  // namespace muster::exchange
