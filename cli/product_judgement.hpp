#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "registry/catalogue/chip_models.hpp"
#include "registry/catalogue/control_rules.hpp"
#include "registry/state/records.hpp"

namespace muster::cli {

/// Which control list, and the law of which day.
struct ControlQuestion {
  std::string rules = "us_3a090";  ///< A name in data/rules, or a path.
  std::string on;                  ///< A day or an instant; now if empty.
};

/// The catalogue and the rules that products are held to.
struct ControlBasis {
  catalogue::ChipModels models;
  catalogue::ControlRules rules;
  Timestamp on;
};

/// Errors: `invalid_input`, naming the file; those of reading it.
Result<ControlBasis> read_control_basis(Context& context, const ControlQuestion& question);

/// What a designer says of a product, held to the catalogue of chip models.
struct ProductJudgement {
  /// "agrees"; "understated", if any figure makes the product less than the catalogue has it;
  /// "overstated"; "not judged", if the catalogue has no figure of its model, or it names none.
  std::string standing{};
  std::optional<catalogue::Fixed> registered_tpp{};
  std::optional<catalogue::Fixed> catalogue_tpp{};
  std::string registered_class{};       ///< By the formula, of the registered figures alone.
  std::string catalogue_class{};        ///< Of the catalogue's; empty without them.
  catalogue::ControlFigures figures{};  ///< The greater of the two: what the product is judged by.
  std::vector<std::string> remarks{};   ///< One sentence for each thing that does not agree.

  /// TPP that rosters, caps and books count too little for one chip.
  [[nodiscard]] std::uint64_t missing_tpp() const;
};

/// `model` is what `model_of` finds; `base` is the product that
/// this one is a version of, or null.
[[nodiscard]] ProductJudgement judge_product(const registry::Product& product,
                                             const registry::Product* base,
                                             const catalogue::ChipModel* model,
                                             const ControlBasis& basis);

/// The row of the catalogue that the product names as its model, or else is called by: its id or
/// name is one of the catalogue's. Null if there is none.
[[nodiscard]] const catalogue::ChipModel* model_of(const registry::Product& product,
                                                   const ControlBasis& basis);

}  // namespace muster::cli
