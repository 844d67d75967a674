#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "registry/exchange/xml_tree.hpp"

namespace muster::exchange {

/// The prefixes that one document's extensions get in JSON-LD: one for each namespace, that of the
/// document where it can be.
class XmlPrefixes final {
 public:
  XmlPrefixes();

  /// "example:myField"; the bare name of what stands in no namespace.
  std::string compact(const XmlName& name);
  /// Prefix to namespace, for an `@context`. Empty if no extension was named.
  [[nodiscard]] const std::map<std::string, std::string>& declared() const { return declared_; }

 private:
  std::string prefix_for(const XmlName& name);

  std::map<std::string, std::string> by_space_;
  std::map<std::string, std::string> declared_;
  std::size_t made_ = 0;  ///< Prefixes that were made up so far: `ns1` and on.
};

/// Whether `space` is of EPCIS itself: documents or query documents, of 1.x or 2.x.
[[nodiscard]] bool is_epcis_space(std::string_view space);

/// Whether an attribute is about the document as XML: of the namespace of XML Schema instances.
[[nodiscard]] bool is_schema_space(std::string_view space);

/// A bare word of the vocabulary for the URNs of CBV 1.x, such as "urn:epcglobal:cbv:disp:active",
/// and for names of the GS1 Web Vocabulary; else `text` as it is.
[[nodiscard]] std::string bare_word(std::string_view field, const std::string& text);

}  // namespace muster::exchange
