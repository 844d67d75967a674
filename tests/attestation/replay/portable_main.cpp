// The arithmetic of the trainer without anything else, so that it can be built for a machine of
// which there are only a compiler and an emulator: reads the initial state and where the samples
// begin, both as the trainer makes them, and writes the state after the last step.
//
//   portable_trainer mlp|transformer TEXT STATE STARTS > END

#include <bit>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "attestation/replay/adam.hpp"
#include "attestation/replay/model.hpp"
#include "tests/attestation/replay/small_spec.hpp"

namespace {

using namespace muster::attestation;

std::vector<std::uint8_t> content(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Words of 32 bits, little-endian in the file.
std::vector<std::uint32_t> words(const char* path) {
  const auto bytes = content(path);
  std::vector<std::uint32_t> all(bytes.size() / 4);
  for (std::size_t i = 0; i < 4 * all.size(); ++i) {
    all[i / 4] |= static_cast<std::uint32_t>(bytes[i]) << 8 * (i % 4);
  }
  return all;
}

void write(const std::vector<float>& numbers) {
  for (const float number : numbers) {
    for (unsigned shift = 0; shift < 32; shift += 8) {
      std::putchar(static_cast<int>(std::bit_cast<std::uint32_t>(number) >> shift & 0xFFU));
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 5) return 2;
  const bool is_mlp = std::string(arguments[1]) == "mlp";
  const TrainingSpec spec = test::small_spec(is_mlp ? ModelKind::mlp : ModelKind::transformer);
  const auto text = content(arguments[2]);
  std::vector<float> weights;
  for (const std::uint32_t word : words(arguments[3]))
    weights.push_back(std::bit_cast<float>(word));
  weights.resize(weights.size() / 3);  // weights and two moments, which are zero
  std::vector<float> first(weights.size());
  std::vector<float> second(weights.size());
  std::vector<float> gradient(weights.size());
  const auto starts = words(arguments[4]);
  for (std::uint64_t step = 0; step < spec.steps; ++step) {
    const auto begin = starts.begin() + static_cast<std::ptrdiff_t>(step * spec.batch);
    const std::vector<std::size_t> own(begin, begin + spec.batch);
    loss_and_gradient(spec, weights, {text, own}, 1, gradient);
    adam_step(adam_at(spec, step + 1), gradient, weights, first, second);
  }
  write(weights);
  write(first);
  write(second);
}
