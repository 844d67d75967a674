#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <span>
#include <string>

#include "ledger/base/json.hpp"
#include "registry/field.hpp"

namespace muster::cli {

/// The options of one event kind, made from the kind's own table of fields: `max_units` becomes
/// `--max-units`. Lists are separated by commas, windows are FROM..TO, records are JSON text or
/// @FILE.
class BodyOptions final {
 public:
  /// Adds one option per field. `this` must outlive `verb`.
  void add_to(CLI::App& verb, std::span<const registry::Field> fields);

  /// The body that the options say.
  /// Errors: `invalid_input` naming the option, `not_found` for an @FILE.
  [[nodiscard]] Result<Json> body() const;

 private:
  std::span<const registry::Field> fields_;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace muster::cli
