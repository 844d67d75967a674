#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/catalogue/fixed.hpp"

namespace muster::catalogue {

/// What a chip model does in one number format, dense: its maker's peak figure.
struct FormatRate {
  std::string format;  ///< "BF16/FP16", "FP8", "FP4", "INT8", "INT4", "FP6", "TF32" …
  unsigned bits;       ///< the largest input of its multiply-accumulate
  Fixed tera_per_s;    ///< 10^12 operations per second
};

/// One product as its maker and the named sources describe it.
struct ChipModel {
  std::string name;
  std::string vendor;
  std::string release;  ///< as published: a day, a quarter or a year
  std::vector<FormatRate> rates;
  std::optional<Fixed> memory_gb;
  std::optional<Fixed> memory_tb_per_s;
  std::optional<Fixed> power_w;
  std::optional<Fixed> die_area_mm2;
  std::optional<Fixed> published_tpp;  ///< as tabled; equal to `tpp` or the file is refused
  std::optional<Fixed> sparse_ratio;   ///< peak with structured sparsity over dense peak
  std::string log_profile;             ///< device log that it writes; empty for every real product
  bool datacentre = true;              ///< designed or marketed for datacentres
  std::string source;
  std::string confidence;
  std::string notes;
};

/// `name` as an identifier: "H100 SXM5 80GB" is "h100-sxm5-80gb".
[[nodiscard]] std::string slug(std::string_view name);

/// Total processing performance: the largest of rate x bits over the formats; nothing when no rate
/// is known. TF32 is left out: whether it counts with 19 or 32 bits is not settled.
/// Source: ECCN 3A090 technical notes (15 CFR part 774): TPP = 2 x MacTOPS x bit length, dense.
[[nodiscard]] std::optional<Fixed> tpp(const ChipModel& model);

/// The format whose rate x bits is the TPP, or null when no rate is known.
[[nodiscard]] const FormatRate* tpp_rate(const ChipModel& model);

/// `tpp` over a die area in mm2, to six decimals, rounded down; nothing when either is unknown.
[[nodiscard]] std::optional<Fixed> performance_density(const std::optional<Fixed>& tpp,
                                                       const std::optional<Fixed>& die_area_mm2);
[[nodiscard]] std::optional<Fixed> performance_density(const ChipModel& model);

}  // namespace muster::catalogue
