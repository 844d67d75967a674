#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "registry/catalogue/peak_rate.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::sampler {

using stats::Decimal;

/// Chips of one frame that can do the same work in the window.
struct ChipClass {
  std::string model;                 ///< as people call it
  std::string format;                ///< of the rate that counts
  std::uint64_t flop_per_s;          ///< the rate that counts
  std::uint64_t highest_flop_per_s;  ///< over all formats, with sparsity if that was asked for
  std::optional<std::uint64_t>
      sparse_flop_per_s{};             ///< the rate with sparsity, if a ratio is known
  std::optional<Decimal> days_held{};  ///< in the window; nothing: all of it
  std::uint64_t count;
  std::string log_profile{};   ///< the device log that the model writes; empty: none
  std::string frame_class{};   ///< "class" of these chips' lines in the frame
  std::string frame_weight{};  ///< "weight" of these chips' lines in the frame
};

/// `count` chips of `model` at the rate of `choice`.
/// Errors: `refused` by `model.no_rate` or `model.no_format`.
Result<ChipClass> chip_class(const catalogue::ChipModel& model, const catalogue::RateChoice& choice,
                             std::uint64_t count);

/// `count` chips of a model whose rate somebody vouches for.
[[nodiscard]] ChipClass chip_class_at(std::string model, std::uint64_t flop_per_s,
                                      std::uint64_t count);

/// The number of chips in all.
[[nodiscard]] std::uint64_t chip_count(const std::vector<ChipClass>& classes);

}  // namespace muster::sampler
