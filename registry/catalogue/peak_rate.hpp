#pragma once

#include <cstdint>
#include <string>

#include "ledger/base/error.hpp"
#include "registry/catalogue/chip_model.hpp"

namespace muster::catalogue {

/// Which of a model's rates bounds what it can compute.
struct RateChoice {
  std::string format{};        ///< one format by name; empty: the highest over all formats
  bool with_sparsity = false;  ///< times the maker's sparse ratio, where the catalogue has one
};

/// The peak of one chip, exactly.
struct PeakRate {
  std::uint64_t flop_per_s;  ///< whole: makers' figures have at most six decimals of 10^12
  std::string format;
  bool sparse = false;  ///< the ratio was applied
};

/// The peak of `model`, integer formats included.
/// Errors: `refused` by rule `model.no_rate` when no rate is known, or `model.no_format`.
Result<PeakRate> peak_rate(const ChipModel& model, const RateChoice& choice = {});

/// A catalogue rate in operations per second.
[[nodiscard]] std::uint64_t flop_per_s(const FormatRate& rate);

}  // namespace muster::catalogue
