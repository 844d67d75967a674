#pragma once

#include <string_view>
#include <vector>

#include "ledger/base/error.hpp"
#include "registry/catalogue/chip_model.hpp"

namespace muster::catalogue {

/// The chip models of one catalogue file, in its order. Names and their slugs are unique.
class ChipModels final {
 public:
  /// Reads the format of data/chip_models.csv (columns in registry/catalogue/README.md).
  /// Errors: `invalid_input` with file and line: a malformed figure, a name that stands twice, a
  /// tabled TPP or density that does not follow from the rates.
  static Result<ChipModels> parse(std::string_view csv, const std::string& file_name);

  [[nodiscard]] const std::vector<ChipModel>& all() const { return models_; }

  /// By name or slug. Errors: `not_found`, with the nearest names.
  Result<const ChipModel*> find(std::string_view name) const;

 private:
  std::vector<ChipModel> models_;
};

}  // namespace muster::catalogue
