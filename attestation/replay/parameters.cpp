#include "attestation/replay/parameters.hpp"

#include <charconv>
#include <cmath>

namespace muster::attestation {
namespace {

constexpr std::uint32_t bytes_known = 256;  // every byte is a token

class Layout final {
 public:
  void matrix(const std::string& name, std::uint32_t in, std::uint32_t out) {
    add(name + ".weight", {in, out}, in, 0.0F);
    add(name + ".bias", {out}, 0, 0.0F);
  }
  void norm(const std::string& name, std::uint32_t width) {
    add(name + ".gain", {width}, 0, 1.0F);
    add(name + ".offset", {width}, 0, 0.0F);
  }
  void table(const std::string& name, std::uint32_t rows, std::uint32_t width) {
    add(name, {rows, width}, width, 0.0F);
  }
  std::vector<Parameter> take() && { return std::move(all_); }

 private:
  void add(std::string name, std::vector<std::uint64_t> shape, std::uint32_t fan_in, float fill) {
    std::size_t count = 1;
    for (const std::uint64_t side : shape) count *= static_cast<std::size_t>(side);
    all_.push_back({std::move(name), std::move(shape), next_, count, fan_in, fill});
    next_ += count;
  }
  std::vector<Parameter> all_;
  std::size_t next_ = 0;
};

std::vector<Parameter> mlp_parameters(const TrainingSpec& spec) {
  Layout layout;
  layout.table("embedding", bytes_known, spec.width);
  layout.matrix("hidden.0", spec.context * spec.width, spec.hidden);
  layout.norm("norm.0", spec.hidden);
  layout.matrix("hidden.1", spec.hidden, spec.hidden);
  layout.norm("norm.1", spec.hidden);
  layout.matrix("output", spec.hidden, bytes_known);
  return std::move(layout).take();
}

std::vector<Parameter> transformer_parameters(const TrainingSpec& spec) {
  Layout layout;
  layout.table("embedding", bytes_known, spec.width);
  layout.table("position", spec.context, spec.width);
  for (std::uint32_t i = 0; i < spec.layers; ++i) {
    const std::string block = "block." + std::to_string(i);
    layout.norm(block + ".norm.0", spec.width);
    layout.matrix(block + ".attention", spec.width, 3 * spec.width);
    layout.matrix(block + ".mix", spec.width, spec.width);
    layout.norm(block + ".norm.1", spec.width);
    layout.matrix(block + ".up", spec.width, spec.hidden);
    layout.matrix(block + ".down", spec.hidden, spec.width);
  }
  layout.norm("norm", spec.width);
  layout.matrix("output", spec.width, bytes_known);
  return std::move(layout).take();
}

}  // namespace

std::vector<Parameter> parameters_of(const TrainingSpec& spec) {
  return spec.model == ModelKind::mlp ? mlp_parameters(spec) : transformer_parameters(spec);
}

std::uint64_t parameter_count(const TrainingSpec& spec) {
  std::uint64_t count = 0;
  for (const Parameter& parameter : parameters_of(spec)) count += parameter.count;
  return count;
}

std::uint64_t flop_per_step(const TrainingSpec& spec) {
  std::uint64_t weights = 0;  // of matrices, each used once by every row
  for (const Parameter& parameter : parameters_of(spec)) {
    if (parameter.name.ends_with(".weight")) weights += parameter.count;
  }
  if (spec.model == ModelKind::mlp) return 6 * weights * spec.batch;
  const std::uint64_t tokens = std::uint64_t{spec.batch} * spec.context;
  // Queries by keys and weights by values, over the half that is not masked: L (L + 1) / 2.
  const std::uint64_t pairs =
      std::uint64_t{spec.batch} * spec.context * (std::uint64_t{spec.context} + 1) / 2;
  return 6 * weights * tokens + std::uint64_t{12} * spec.layers * pairs * spec.width;
}

Result<double> decimal_of(std::string_view text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [at, problem] = std::from_chars(text.data(), end, value);
  if (problem != std::errc() || at != end || !std::isfinite(value)) {
    return failure(Errc::invalid_input, "got \"" + std::string(text) + "\", want a decimal");
  }
  return value;
}

}  // namespace muster::attestation
