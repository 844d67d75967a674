#pragma once

#include "ledger/base/bytes.hpp"
#include "registry/catalogue/chip_models.hpp"
#include "registry/roster.hpp"
#include "sampler/plan/frame.hpp"

namespace muster::cli::audit {

/// A Prover's frame as the registry tells it, as lines that a plan draws from. The class of a line
/// is its product, its weight what the chip could have computed while it was held: the highest
/// dense rate over all formats, times the time held, in whole operations, rounded down.
///
/// `frame_key` hides the lines from those without it. Requires: 32 bytes.
/// Errors: `refused` by `model.no_rate`, `not_found`, both naming the product: leave it out of the
/// frame before the draw, or give the catalogue a rate.
Result<sampler::Frame> sampler_frame(const registry::State& state, const registry::Frame& frame,
                                     const catalogue::ChipModels& models, Bytes frame_key);

/// floor(`flop_per_s` x `held_ms` / 1000) as decimal text. Requires: held_ms not below 0.
[[nodiscard]] std::string frame_weight(std::uint64_t flop_per_s, std::int64_t held_ms);

/// The root that a freeze quotes for `frame`.
[[nodiscard]] Hash frame_root(const sampler::Frame& frame);

}  // namespace muster::cli::audit
