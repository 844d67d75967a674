#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attestation/run/safetensors.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/hash.hpp"
#include "sampler/stats/decimal.hpp"

namespace muster::attestation {

/// Most tensors of a state, and most bytes of one, 64 GiB: it is read in pieces, and what bounds it
/// is the time that reading takes and the digests of its chunks (`max_shard_chunks`).
inline constexpr std::size_t max_external_tensors = 4'096;
inline constexpr std::uint64_t max_external_state_bytes = std::uint64_t{1} << 36U;

/// Longest configuration that a specification carries for the program.
inline constexpr std::size_t max_external_config_bytes = 65'536;

/// A tensor of a state, and where its bytes lie among all of the state's.
struct ExternalTensor {
  std::string name;  ///< As in the checkpoints' safetensors: 1 to 200 printable ASCII characters.
  const TensorType* type = nullptr;
  std::vector<std::uint64_t> shape;
  bool is_weights =
      true;  ///< Else it is optimiser state, a counter, a generator of random numbers.
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;

  [[nodiscard]] std::uint64_t count() const { return bytes * 8 / type->bits; }
  friend bool operator==(const ExternalTensor&, const ExternalTensor&) = default;
};

/// Who chose which block of data a segment learned.
enum class DataOrder : std::uint8_t {
  seeded,  ///< It follows from the data and from s_rand: see `block_of_segment`.
  given,   ///< Block after block as they were committed to: the Prover's own choice.
};
[[nodiscard]] std::string_view data_order_name(DataOrder order);

/// The metadata M of a run of a model that Muster's own trainer does not know: what its Prover says
/// of it, and what a program of others needs to do its segments again. All figures are declared.
struct ExternalSpec {
  std::string name;  ///< Of the architecture: 1 to 64 of a-z, 0-9, `.`, `_`, `-`.
  Hash code;         ///< SHA-256 of the training code and its configuration, as the shop packs it.
  std::string config;  ///< For the program, untouched: hyper-parameters, as it likes them.
  std::uint64_t parameters = 0;  ///< Numbers of the weights: of all tensors that are weights.
  std::optional<std::uint64_t> active_parameters{};  ///< Of a mixture of experts, for one token.
  std::string flop_per_step;                       ///< An exact decimal such as "2.5e18", above 0.
  std::optional<std::uint64_t> tokens_per_step{};  ///< None: not a model of tokens or samples.
  std::uint64_t steps = 0;
  std::uint64_t checkpoint_every = 1;  ///< Steps between stored checkpoints; divides `steps`.
  DataOrder order = DataOrder::seeded;
  Hash
      random{};  ///< s_rand, given after the data was committed to (Choi et al. 2023, section 4.3).
  std::vector<ExternalTensor> tensors;  ///< In the order in which they lie in a state.

  /// Bytes of all tensors, one after the other.
  [[nodiscard]] std::uint64_t state_bytes() const;
  /// `flop_per_step` times `steps`. Requires: a checked specification.
  [[nodiscard]] stats::Decimal flop() const;
  /// `tokens_per_step` times `steps`.
  [[nodiscard]] std::optional<std::uint64_t> tokens() const;
  friend bool operator==(const ExternalSpec&, const ExternalSpec&) = default;
};

/// The canonical document, `muster/external-spec/v1`.
[[nodiscard]] std::string encode_external_spec(const ExternalSpec& spec);

/// Errors: `invalid_input`, naming the field: not canonical, unknown or missing fields, a tensor
/// that stands twice or has a type that safetensors does not have, sizes out of range, parameters
/// that are not those of the weights, FLOP that are no exact decimal above 0.
Result<ExternalSpec> parse_external_spec(std::string_view text);

}  // namespace muster::attestation
