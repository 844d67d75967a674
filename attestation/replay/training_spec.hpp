#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"

namespace muster::attestation {

enum class ModelKind : std::uint8_t {
  mlp,          ///< The last `context` bytes, two hidden layers, the next byte.
  transformer,  ///< A causal transformer over `context` bytes, the next byte at each place.
};
[[nodiscard]] std::string_view model_kind_name(ModelKind kind);

/// Everything that decides a training run of the built-in trainer, but the text: the metadata M of
/// a transcript (Shavit 2023, section 5.1). Same specification, same text, same bits.
struct TrainingSpec {
  ModelKind model = ModelKind::mlp;
  std::uint32_t context = 16;  ///< Bytes that a prediction sees.
  std::uint32_t width = 32;    ///< Of the embedding; of the residual stream of a transformer.
  std::uint32_t hidden = 128;  ///< Of the hidden layers.
  std::uint32_t layers = 2;    ///< Blocks of a transformer; an MLP has two hidden layers.
  std::uint32_t heads = 4;     ///< Of a transformer; divides `width`.
  std::uint32_t batch = 32;    ///< Samples in a step.
  std::uint64_t steps = 200;
  std::uint64_t checkpoint_every = 20;  ///< Steps between stored checkpoints; divides `steps`.
  std::string learning_rate = "0.003";  ///< Decimals as text; Adam by Kingma, Ba 2015.
  std::string beta1 = "0.9";
  std::string beta2 = "0.999";
  std::string epsilon = "1e-8";
  Hash
      random{};  ///< s_rand, given after the text was committed to (Choi et al. 2023, section 4.3).

  friend bool operator==(const TrainingSpec&, const TrainingSpec&) = default;
};

/// The canonical document, `muster/training-spec/v1`.
[[nodiscard]] std::string encode_training_spec(const TrainingSpec& spec);

/// Errors: `invalid_input`, naming the field: not canonical, unknown or missing fields, sizes out
/// of range, a model of more than 2^26 numbers, a decimal that is none.
Result<TrainingSpec> parse_training_spec(std::string_view text);

/// Errors: `invalid_input`, as above, for a specification made in the program.
Result<void> check_training_spec(const TrainingSpec& spec);

}  // namespace muster::attestation
