#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "registry/exchange/event_hash.hpp"

namespace muster::exchange {

/// An event as somebody else wrote it, seen through one spelling: words of the CBV bare, our
/// extensions by their local names, whatever prefix the document gives them. Borrows
/// the event.
class EventView final {
 public:
  EventView(const Json& event, const HashContext& context);

  /// "ObjectEvent".
  [[nodiscard]] std::string type() const { return text("type"); }
  [[nodiscard]] std::string text(std::string_view field) const;
  /// Without the namespace of the CBV: "shipping".
  [[nodiscard]] std::string biz_step() const;
  [[nodiscard]] std::string disposition() const;
  /// The list called `field`; empty if there is none.
  [[nodiscard]] const Json& list(std::string_view field) const;

  /// One of our extensions, its keys by their local names; null if it is absent.
  [[nodiscard]] const Json* extension(std::string_view name) const;
  [[nodiscard]] std::string extension_text(std::string_view name) const;

  /// The ids of business transactions of a type of the mapping.
  [[nodiscard]] std::string transaction(std::string_view type) const;
  /// The types of its business transactions, as the mapping has them.
  [[nodiscard]] std::vector<std::string> transaction_types() const;
  /// The first source or destination of a type: "possessing_party", "owning_party", "location".
  [[nodiscard]] std::string source(std::string_view type) const;
  [[nodiscard]] std::string destination(std::string_view type) const;
  /// The id of `readPoint`, or else of `bizLocation`.
  [[nodiscard]] std::string place() const;
  [[nodiscard]] bool sets(std::string_view disposition) const;

  [[nodiscard]] const Json& json() const { return event_; }
  /// What the document and the event itself declare.
  [[nodiscard]] const HashContext& context() const { return context_; }

 private:
  [[nodiscard]] std::string term(const Json& value, std::string_view prefix) const;
  [[nodiscard]] std::string transaction_type(const Json& transaction) const;
  [[nodiscard]] std::string first_of(const char* list, const char* item,
                                     std::string_view type) const;
  [[nodiscard]] Json local(const Json& value) const;

  const Json& event_;
  HashContext context_;
  std::map<std::string, Json, std::less<>> extensions_;
};

}  // namespace muster::exchange
