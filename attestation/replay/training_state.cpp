#include "attestation/replay/training_state.hpp"

#include <array>
#include <bit>
#include <cmath>

#include "attestation/replay/checkpoint_step.hpp"
#include "attestation/replay/parameters.hpp"
#include "attestation/run/safetensors.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::array<std::string_view, 3> parts{"weights.", "adam.first.", "adam.second."};

void append_little(Bytes& out, std::span<const float> numbers) {
  for (const float number : numbers) {
    const auto bits = std::bit_cast<std::uint32_t>(number);
    for (unsigned shift = 0; shift < 32; shift += 8) {
      out.push_back(static_cast<std::uint8_t>(bits >> shift));
    }
  }
}

void read_little(ByteView bytes, std::span<float> numbers) {
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    std::uint32_t bits = 0;
    for (std::size_t k = 4; k-- > 0;) bits = bits << 8U | bytes[4 * i + k];
    numbers[i] = std::bit_cast<float>(bits);
  }
}

std::array<std::span<const float>, 3> vectors_of(const TrainingState& state) {
  return {state.weights, state.first, state.second};
}

/// A number of [-1, 1): 24 random bits, exact in float32.
float unit(std::uint64_t word) { return static_cast<float>(word >> 40U) * 0x1p-23F - 1.0F; }

Result<void> read_tensor(ByteView file, const SafetensorsIndex& index, const std::string& name,
                         const Parameter& parameter, std::span<float> numbers) {
  const TensorInfo* const tensor = index.find(name);
  if (tensor == nullptr) {
    return failure(Errc::invalid_input, "checkpoint: no tensor \"" + name + "\"");
  }
  if (tensor->type->name != "F32" || tensor->shape != parameter.shape) {
    return failure(Errc::invalid_input,
                   "checkpoint: tensor \"" + name + "\" is not F32 of the model's shape");
  }
  read_little(tensor_bytes(file, index, *tensor), numbers);
  return {};
}

}  // namespace

TrainingState initial_state(const TrainingSpec& spec, const Hash& seed) {
  const auto parameters = parameters_of(spec);
  const std::size_t count = parameters.back().offset + parameters.back().count;
  TrainingState state{0, std::vector<float>(count), std::vector<float>(count),
                      std::vector<float>(count)};
  crypto::SeededRandom random(
      crypto::sha256({as_bytes("muster/initial-weights/v1\n"), ByteView(seed.bytes)}));
  for (const Parameter& parameter : parameters) {
    const auto numbers = std::span(state.weights).subspan(parameter.offset, parameter.count);
    const float bound =
        parameter.fan_in == 0 ? 0.0F : 1.0F / std::sqrt(static_cast<float>(parameter.fan_in));
    for (float& number : numbers) {
      number = parameter.fan_in == 0 ? parameter.fill : unit(random.next_u64()) * bound;
    }
  }
  return state;
}

Bytes state_bytes(const TrainingState& state) {
  Bytes bytes;
  bytes.reserve(12 * state.weights.size());
  for (const auto numbers : vectors_of(state)) append_little(bytes, numbers);
  return bytes;
}

Hash state_digest(const TrainingState& state) {
  const auto step = u64be(state.step);
  return crypto::sha256(
      {as_bytes("muster/training-state/v1\n"), ByteView(step), ByteView(state_bytes(state))});
}

Bytes encode_checkpoint(const TrainingSpec& spec, const TrainingState& state) {
  const TensorType* const f32 = find_tensor_type("F32");
  const auto parameters = parameters_of(spec);
  const auto vectors = vectors_of(state);
  const Bytes bytes = state_bytes(state);
  std::vector<TensorToWrite> tensors;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    MUSTER_CHECK(vectors[part].size() == parameters.back().offset + parameters.back().count);
    const ByteView own = ByteView(bytes).subspan(4 * part * vectors[part].size());
    for (const Parameter& parameter : parameters) {
      tensors.push_back({std::string(parts[part]) + parameter.name, f32, parameter.shape,
                         own.subspan(4 * parameter.offset, 4 * parameter.count)});
    }
  }
  return encode_safetensors(tensors,
                            {{std::string(checkpoint_step_key), std::to_string(state.step)}});
}

Result<TrainingState> parse_checkpoint(const TrainingSpec& spec, ByteView file) {
  MUSTER_TRY_ASSIGN(const SafetensorsIndex index, read_safetensors(file));
  const auto parameters = parameters_of(spec);
  if (index.tensors.size() != parts.size() * parameters.size()) {
    return failure(Errc::invalid_input, "checkpoint: got " + std::to_string(index.tensors.size()) +
                                            " tensors, want " +
                                            std::to_string(parts.size() * parameters.size()));
  }
  TrainingState state;
  MUSTER_TRY_ASSIGN(state.step, checkpoint_step(index));
  const std::array<std::vector<float>*, 3> vectors{&state.weights, &state.first, &state.second};
  for (std::size_t part = 0; part < parts.size(); ++part) {
    vectors[part]->resize(parameters.back().offset + parameters.back().count);
    for (const Parameter& parameter : parameters) {
      MUSTER_TRY(read_tensor(file, index, std::string(parts[part]) + parameter.name, parameter,
                             std::span(*vectors[part]).subspan(parameter.offset, parameter.count)));
    }
  }
  return state;
}

}  // namespace muster::attestation
