#include "cli/audit/frames.hpp"

#include <map>

#include "ledger/base/check.hpp"
#include "registry/catalogue/peak_rate.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::cli::audit {
namespace {

Result<std::uint64_t> rate_of(const registry::State& state, const catalogue::ChipModels& models,
                              const ProductId& product) {
  const auto& products = state.tables().products;
  const registry::RowN row = products.find(product.text());
  MUSTER_CHECK(row != registry::no_row);  // the frame comes from this state
  const std::string& model = products[row].model;
  const std::string where = "product " + product.text();
  if (model.empty()) {
    return refusal("model.no_rate",
                   where +
                       " names no model of the catalogue; `muster product register` takes "
                       "--model, such as h100-sxm5-80gb (data/chip_models.csv)");
  }
  auto found = models.find(model);
  if (!found) return failure(std::move(found.error()).during(where));
  auto rate = catalogue::peak_rate(**found);
  if (!rate) return failure(std::move(rate.error()).during(where));
  return rate->flop_per_s;
}

}  // namespace

std::string frame_weight(std::uint64_t flop_per_s, std::int64_t held_ms) {
  MUSTER_CHECK(held_ms >= 0);
  const stats::BigInt flop = stats::BigInt(flop_per_s) * held_ms / 1000;
  return flop.str();
}

Result<sampler::Frame> sampler_frame(const registry::State& state, const registry::Frame& frame,
                                     const catalogue::ChipModels& models, Bytes frame_key) {
  sampler::Frame made{frame.party, std::move(frame_key), {}};
  made.lines.reserve(frame.lines.size());
  std::map<ProductId, std::uint64_t> rates;
  for (const registry::FrameLine& line : frame.lines) {
    auto rate = rates.find(line.product);
    if (rate == rates.end()) {
      MUSTER_TRY_ASSIGN(const std::uint64_t found, rate_of(state, models, line.product));
      rate = rates.emplace(line.product, found).first;
    }
    made.lines.push_back({.chip = line.chip.to_string(),
                          .site = line.site,
                          .klass = line.product.text(),
                          .weight = frame_weight(rate->second, line.held_ms)});
  }
  MUSTER_TRY(sampler::check(made));
  return made;
}

Hash frame_root(const sampler::Frame& frame) {
  return sampler::leaves_root(sampler::frame_leaves(frame));
}

}  // namespace muster::cli::audit
