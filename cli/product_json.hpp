#pragma once

#include <string>

#include "cli/product_judgement.hpp"
#include "ledger/base/json.hpp"
#include "registry/state/state.hpp"

namespace muster::cli {

/// A registered product, as its designer says.
[[nodiscard]] Json product_json(const registry::Tables& tables, const registry::Product& product);

/// A model of the public catalogue, with its class of the control list and how it comes to it.
[[nodiscard]] Json chip_model_json(const catalogue::ChipModel& model, const ControlBasis& basis);

/// {"product","model","control","standing","remarks"}: a registered product held to the catalogue;
/// or a model of the catalogue, where no product is called so or `tables` is null.
/// Errors: `not_found` for what is neither.
Result<Json> whole_product_json(const registry::Tables* tables, const std::string& id,
                                const ControlBasis& basis);

}  // namespace muster::cli
