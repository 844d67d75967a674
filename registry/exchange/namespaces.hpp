#pragma once

#include <map>
#include <string>
#include <string_view>

#include "ledger/base/json.hpp"

namespace muster::exchange {

/// The address of the JSON-LD context of EPCIS 2.0.
inline constexpr std::string_view epcis_context =
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";
inline constexpr std::string_view cbv_namespace = "https://ref.gs1.org/cbv/";
inline constexpr std::string_view gs1_namespace = "https://gs1.org/voc/";
/// Most bytes of a namespace in a document that is read: each name in it is spelled out with its
/// namespace, so that a long one makes much of little.
inline constexpr std::size_t max_namespace_bytes = 512;

/// Whether an `@context` declares a namespace of more than `max_namespace_bytes`.
[[nodiscard]] bool has_long_namespace(const Json& context);

/// What the prefixes of compact names stand for: those of the EPCIS context, and those that a
/// document declares. Remote contexts are never fetched: what only they define stays compact.
class Namespaces final {
 public:
  /// The prefixes of the EPCIS context.
  Namespaces();

  /// Adds what an `@context` declares: a text, an object, or a list of them. Later ones win.
  void add(const Json& context);
  void add(const std::string& prefix, const std::string& uri);

  /// The namespace of `prefix`, or null.
  [[nodiscard]] const std::string* find(std::string_view prefix) const;

  /// A name as pre-hash strings have it: `{https://ns.example.com/}local`, or as it stands.
  [[nodiscard]] std::string braced(std::string_view name) const;

  /// A compact name in full, or as it stands. With `standard_only`, only names of GS1 vocabularies.
  [[nodiscard]] std::string expanded(std::string_view name, bool standard_only = false) const;

 private:
  std::map<std::string, std::string, std::less<>> uris_;
};

}  // namespace muster::exchange
