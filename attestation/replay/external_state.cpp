#include "attestation/replay/external_state.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "attestation/replay/checkpoint_step.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

std::string shape_text(const std::vector<std::uint64_t>& shape) {
  std::string text;
  for (const std::uint64_t side : shape) text += (text.empty() ? "" : ", ") + std::to_string(side);
  return "[" + text + "]";
}

std::uint64_t read_little_word(ByteView bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) word = word << 8U | bytes[i];
  return word;
}

/// IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction.
double half_number(std::uint64_t word) {
  const auto exponent = static_cast<int>(word >> 10U & 0x1FU);
  const auto fraction = static_cast<double>(word & 0x3FFU);
  double value = 0;
  if (exponent == 0x1F) {
    value = fraction == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(1024 + fraction, exponent - 25);
  }
  return (word >> 15U & 1U) != 0 ? -value : value;
}

double number_of_word(std::string_view type, std::uint64_t word) {
  if (type == "F64") return std::bit_cast<double>(word);
  if (type == "F32") return std::bit_cast<float>(static_cast<std::uint32_t>(word));
  if (type == "BF16") return std::bit_cast<float>(static_cast<std::uint32_t>(word << 16U));
  return half_number(word);
}

}  // namespace

ByteView tensor_of_state(const ExternalState& state, const ExternalTensor& tensor) {
  return ByteView(state.bytes)
      .subspan(static_cast<std::size_t>(tensor.offset), static_cast<std::size_t>(tensor.bytes));
}

Hash external_state_digest(const ExternalState& state) {
  const auto step = u64be(state.step);
  return crypto::sha256(
      {as_bytes("muster/external-state/v1\n"), ByteView(step), ByteView(state.bytes)});
}

Bytes encode_external_checkpoint(const ExternalSpec& spec, const ExternalState& state) {
  MUSTER_CHECK(state.bytes.size() == spec.state_bytes());
  std::vector<TensorToWrite> tensors;
  tensors.reserve(spec.tensors.size());
  for (const ExternalTensor& tensor : spec.tensors) {
    tensors.push_back({tensor.name, tensor.type, tensor.shape, tensor_of_state(state, tensor)});
  }
  return encode_safetensors(tensors,
                            {{std::string(checkpoint_step_key), std::to_string(state.step)}});
}

Result<ExternalState> parse_external_checkpoint(const ExternalSpec& spec, ByteView file) {
  MUSTER_TRY_ASSIGN(const SafetensorsIndex index, read_safetensors(file));
  ExternalState state;
  MUSTER_TRY_ASSIGN(state.step, checkpoint_step(index));
  state.bytes.reserve(static_cast<std::size_t>(spec.state_bytes()));
  for (const ExternalTensor& wanted : spec.tensors) {
    const TensorInfo* const tensor = index.find(wanted.name);
    if (tensor == nullptr) {
      return failure(Errc::invalid_input, "checkpoint: no tensor \"" + wanted.name + "\"");
    }
    if (tensor->type != wanted.type || tensor->shape != wanted.shape) {
      return failure(Errc::invalid_input, "checkpoint: tensor \"" + wanted.name + "\": got " +
                                              std::string(tensor->type->name) + " " +
                                              shape_text(tensor->shape) + ", want " +
                                              std::string(wanted.type->name) + " " +
                                              shape_text(wanted.shape));
    }
    append(state.bytes, tensor_bytes(file, index, *tensor));
  }
  if (index.tensors.size() == spec.tensors.size()) return state;
  return failure(Errc::invalid_input, "checkpoint: got " + std::to_string(index.tensors.size()) +
                                          " tensors, and the specification names " +
                                          std::to_string(spec.tensors.size()));
}

Result<ExternalState> parse_external_end(const ExternalSpec& spec, ByteView file,
                                         std::uint64_t step) {
  MUSTER_TRY_ASSIGN(ExternalState state, parse_external_checkpoint(spec, file));
  if (state.step == step) return state;
  return failure(Errc::invalid_input, "checkpoint.__metadata__.step: got " +
                                          std::to_string(state.step) + ", want " +
                                          std::to_string(step));
}

bool has_numbers(const TensorType& type) {
  return type.name == "F64" || type.name == "F32" || type.name == "F16" || type.name == "BF16";
}

std::vector<double> numbers_of(const TensorType& type, ByteView bytes) {
  MUSTER_CHECK(has_numbers(type) && bytes.size() * 8 % type.bits == 0);
  const std::size_t width = type.bits / 8;
  std::vector<double> numbers;
  numbers.reserve(bytes.size() / width);
  for (std::size_t at = 0; at < bytes.size(); at += width) {
    numbers.push_back(number_of_word(type.name, read_little_word(bytes.subspan(at, width))));
  }
  return numbers;
}

std::vector<double> weights_of(const ExternalSpec& spec, const ExternalState& state) {
  std::vector<double> weights;
  for (const ExternalTensor& tensor : spec.tensors) {
    if (!tensor.is_weights || !has_numbers(*tensor.type)) continue;
    const auto own = numbers_of(*tensor.type, tensor_of_state(state, tensor));
    weights.insert(weights.end(), own.begin(), own.end());
  }
  return weights;
}

std::vector<std::string> unread_weights(const ExternalSpec& spec) {
  std::vector<std::string> names;
  for (const ExternalTensor& tensor : spec.tensors) {
    if (tensor.is_weights && !has_numbers(*tensor.type)) names.push_back(tensor.name);
  }
  return names;
}

}  // namespace muster::attestation
