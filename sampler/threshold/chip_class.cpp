#include "sampler/threshold/chip_class.hpp"

namespace muster::sampler {

Result<ChipClass> chip_class(const catalogue::ChipModel& model, const catalogue::RateChoice& choice,
                             std::uint64_t count) {
  MUSTER_TRY_ASSIGN(const auto rate, catalogue::peak_rate(model, choice));
  MUSTER_TRY_ASSIGN(const auto highest, catalogue::peak_rate(model, {"", choice.with_sparsity}));
  MUSTER_TRY_ASSIGN(const auto sparse, catalogue::peak_rate(model, {choice.format, true}));
  ChipClass result{.model = model.name,
                   .format = rate.format,
                   .flop_per_s = rate.flop_per_s,
                   .highest_flop_per_s = highest.flop_per_s,
                   .count = count,
                   .log_profile = model.log_profile};
  if (sparse.sparse) result.sparse_flop_per_s = sparse.flop_per_s;
  return result;
}

ChipClass chip_class_at(std::string model, std::uint64_t flop_per_s, std::uint64_t count) {
  return ChipClass{.model = std::move(model),
                   .format = "as stated",
                   .flop_per_s = flop_per_s,
                   .highest_flop_per_s = flop_per_s,
                   .count = count};
}

std::uint64_t chip_count(const std::vector<ChipClass>& classes) {
  std::uint64_t count = 0;
  for (const ChipClass& item : classes) count += item.count;
  return count;
}

}  // namespace muster::sampler
