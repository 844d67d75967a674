#include "attestation/replay/external_numbers.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "ledger/base/check.hpp"

namespace muster::attestation {
namespace {

constexpr std::size_t numbers_of_block = 65'536;

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

double single_number(std::uint64_t word) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(word));
}

double upper_half_number(std::uint64_t word) { return single_number(word << 16U); }

double double_number(std::uint64_t word) { return std::bit_cast<double>(word); }

/// One loop for each type: which it is is not asked for every number.
template <std::size_t width, double (*number)(std::uint64_t)>
void append_numbers(ByteView bytes, std::vector<double>& numbers) {
  for (std::size_t at = 0; at < bytes.size(); at += width) {
    std::uint64_t word = 0;
    for (std::size_t i = width; i-- > 0;) word = word << 8U | bytes[at + i];
    numbers.push_back(number(word));
  }
}

void append_numbers_of(const TensorType& type, ByteView bytes, std::vector<double>& numbers) {
  numbers.reserve(numbers.size() + bytes.size() / (type.bits / 8));
  if (type.name == "F64") return append_numbers<8, double_number>(bytes, numbers);
  if (type.name == "F32") return append_numbers<4, single_number>(bytes, numbers);
  if (type.name == "BF16") return append_numbers<2, upper_half_number>(bytes, numbers);
  append_numbers<2, half_number>(bytes, numbers);
}

}  // namespace

bool has_numbers(const TensorType& type) {
  return type.name == "F64" || type.name == "F32" || type.name == "F16" || type.name == "BF16";
}

std::vector<double> numbers_of(const TensorType& type, ByteView bytes) {
  MUSTER_CHECK(has_numbers(type) && bytes.size() * 8 % type.bits == 0);
  std::vector<double> numbers;
  append_numbers_of(type, bytes, numbers);
  return numbers;
}

std::uint64_t count_weight_numbers(const ExternalSpec& spec) {
  std::uint64_t count = 0;
  for (const ExternalTensor& tensor : spec.tensors) {
    if (tensor.is_weights && has_numbers(*tensor.type)) count += tensor.count();
  }
  return count;
}

std::vector<std::string> unread_weights(const ExternalSpec& spec) {
  std::vector<std::string> names;
  for (const ExternalTensor& tensor : spec.tensors) {
    if (tensor.is_weights && !has_numbers(*tensor.type)) names.push_back(tensor.name);
  }
  return names;
}

Result<void> read_numbers(const ExternalTensor& tensor,
                          std::span<const ExternalState* const> states,
                          const std::function<bool(NumberBlock block)>& take) {
  MUSTER_CHECK(has_numbers(*tensor.type));
  const std::uint64_t most = numbers_of_block * tensor.type->bits / 8;
  Bytes bytes;
  std::vector<std::vector<double>> block(states.size());
  for (std::uint64_t done = 0; done < tensor.bytes; done += bytes.size()) {
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(most, tensor.bytes - done)));
    for (std::size_t i = 0; i < states.size(); ++i) {
      MUSTER_TRY(states[i]->read(tensor.offset + done, bytes));
      block[i].clear();
      append_numbers_of(*tensor.type, bytes, block[i]);
    }
    if (!take(block)) return {};
  }
  return {};
}

}  // namespace muster::attestation
