#pragma once

#include <map>
#include <string>

#include "registry/exchange/event_view.hpp"
#include "registry/exchange/import.hpp"
#include "registry/kind.hpp"

// From one event of a known kind to a draft. Internal to the import.

namespace muster::exchange {

/// What surrounds an event that is mapped. Borrows all of it.
struct DraftContext {
  const std::string& pointer;  ///< JSON Pointer to the event.
  Syntax syntax;               ///< Of its document.
  const registry::State& state;
  const Resolver& resolver;
  const ImportOptions& options;
};

/// Makes the draft that one event stands for.
class DraftMaker final {
 public:
  DraftMaker(const EventView& view, const EventRow& row, const registry::Kind& kind,
             const DraftContext& context)
      : view_(view), row_(row), kind_(kind), context_(context) {}

  /// Errors: `invalid_input`, beginning with the JSON Pointer of the field at fault.
  Result<StatementDraft> make(const DraftSource& source);

 private:
  [[nodiscard]] tl::unexpected<Error> lacks(const std::string& field, const std::string& why) const;
  Result<void> take_times();
  Result<void> take_site();
  Result<void> take_org();
  Result<void> take_subjects();
  Result<void> take_list(const char* field);
  Result<void> take_one(const std::string& uri, const std::string& field, Json& holders);
  Result<void> take_container();
  Result<void> take_body();
  Result<void> take_items();
  void fill_body();
  void fill(std::string_view field, const Json& value);
  void fill_parties();
  void fill_parent();
  void fill_settings();
  void coerce(std::span<const registry::Field> fields, Json& object) const;
  [[nodiscard]] std::string named(const std::string& uri, std::string_view space) const;
  [[nodiscard]] bool takes(std::string_view field) const;

  const EventView& view_;
  const EventRow& row_;
  const registry::Kind& kind_;
  DraftContext context_;
  StatementDraft made_{};
  std::map<ChipId, std::string> named_at_{};  ///< The field that named each chip.
};

}  // namespace muster::exchange
