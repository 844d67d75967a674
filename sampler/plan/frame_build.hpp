#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ledger/base/timestamp.hpp"
#include "sampler/plan/frame.hpp"
#include "sampler/plan/plan_request.hpp"

namespace muster::sampler {

/// One chip that a Prover had in the window, as the registry tells it.
struct HeldChip {
  std::string chip;
  std::string site;
  std::string product;
  std::int64_t held_ms;  ///< of the window
};

/// The rate of a product, with a count of 0. Errors pass through: a product without a rate must be
/// excluded before, and listed as not covered.
using ProductClass = std::function<Result<ChipClass>(const std::string& product)>;

/// A frame's lines, and the classes that they fall into.
struct BuiltFrame {
  Frame frame;
  std::vector<ChipClass> classes;  ///< by frame class and weight
};

/// The frame of the `chips`: class = product, weight = highest rate x days held. Days are rounded
/// up to whole sixteenths of the window, so that a plan has few classes and no chip is underrated.
/// Errors: `invalid_input` for chips that stand twice, a window without length, a key of another
/// size than 32 bytes; those of `product_class`.
Result<BuiltFrame> build_frame(const PartyId& prover, Bytes key, const Window& window,
                               const std::vector<HeldChip>& chips,
                               const ProductClass& product_class);

/// The classes of several frames together; counts of equal classes are added.
[[nodiscard]] std::vector<ChipClass> pooled_classes(const std::vector<BuiltFrame>& frames);

/// The sites of several frames together, sorted. Errors: `invalid_input` for a malformed site id.
Result<std::vector<SiteCount>> pooled_sites(const std::vector<BuiltFrame>& frames);

}  // namespace muster::sampler
