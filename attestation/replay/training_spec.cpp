#include "attestation/replay/training_spec.hpp"

#include <algorithm>

#include "attestation/replay/parameters.hpp"
#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view version = "muster/training-spec/v1";
constexpr std::uint64_t most_numbers = std::uint64_t{1} << 26U;
constexpr std::uint64_t most_activations = std::uint64_t{1} << 28U;

Result<void> check_size(std::string_view name, std::uint64_t value, std::uint64_t most) {
  if (value >= 1 && value <= most) return {};
  return failure(Errc::invalid_input, "training." + std::string(name) + ": got " +
                                          std::to_string(value) + ", want 1 to " +
                                          std::to_string(most));
}

Result<void> check_decimal(std::string_view name, std::string_view text) {
  const auto value = decimal_of(text);
  if (value && *value > 0 && *value < 1) return {};
  return failure(Errc::invalid_input, "training." + std::string(name) + ": got \"" +
                                          std::string(text) +
                                          "\", want a decimal above 0 and below 1");
}

Result<std::uint32_t> size_of(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const std::int64_t value, fields.integer(key, 0, 0x7FFFFFFF));
  return static_cast<std::uint32_t>(value);
}

Result<void> read_sizes(FieldReader& fields, TrainingSpec& spec) {
  MUSTER_TRY_ASSIGN(spec.context, size_of(fields, "context"));
  MUSTER_TRY_ASSIGN(spec.width, size_of(fields, "width"));
  MUSTER_TRY_ASSIGN(spec.hidden, size_of(fields, "hidden"));
  MUSTER_TRY_ASSIGN(spec.layers, size_of(fields, "layers"));
  MUSTER_TRY_ASSIGN(spec.heads, size_of(fields, "heads"));
  MUSTER_TRY_ASSIGN(spec.batch, size_of(fields, "batch"));
  MUSTER_TRY_ASSIGN(const std::int64_t steps, fields.integer("steps"));
  MUSTER_TRY_ASSIGN(const std::int64_t every, fields.integer("checkpoint_every"));
  spec.steps = static_cast<std::uint64_t>(steps);
  spec.checkpoint_every = static_cast<std::uint64_t>(every);
  return {};
}

}  // namespace

std::string_view model_kind_name(ModelKind kind) {
  return kind == ModelKind::mlp ? "mlp" : "transformer";
}

std::string encode_training_spec(const TrainingSpec& spec) {
  return canonical_json({{"v", version},
                         {"model", model_kind_name(spec.model)},
                         {"context", spec.context},
                         {"width", spec.width},
                         {"hidden", spec.hidden},
                         {"layers", spec.layers},
                         {"heads", spec.heads},
                         {"batch", spec.batch},
                         {"steps", spec.steps},
                         {"checkpoint_every", spec.checkpoint_every},
                         {"learning_rate", spec.learning_rate},
                         {"beta1", spec.beta1},
                         {"beta2", spec.beta2},
                         {"epsilon", spec.epsilon},
                         {"random", spec.random.to_hex()}});
}

Result<void> check_training_spec(const TrainingSpec& spec) {
  MUSTER_TRY(check_size("context", spec.context, 4096));
  MUSTER_TRY(check_size("width", spec.width, 8192));
  MUSTER_TRY(check_size("hidden", spec.hidden, 65'536));
  MUSTER_TRY(check_size("layers", spec.layers, 256));
  MUSTER_TRY(check_size("heads", spec.heads, spec.width));
  MUSTER_TRY(check_size("batch", spec.batch, 65'536));
  MUSTER_TRY(check_size("steps", spec.steps, 1'000'000'000));
  MUSTER_TRY(check_size("checkpoint_every", spec.checkpoint_every, spec.steps));
  if (spec.width % spec.heads != 0) {
    return failure(Errc::invalid_input, "training.heads: got " + std::to_string(spec.heads) +
                                            ", want a divisor of the width " +
                                            std::to_string(spec.width));
  }
  if (spec.steps % spec.checkpoint_every != 0) {
    return failure(Errc::invalid_input,
                   "training.checkpoint_every: got " + std::to_string(spec.checkpoint_every) +
                       ", want a divisor of the steps " + std::to_string(spec.steps));
  }
  MUSTER_TRY(check_decimal("learning_rate", spec.learning_rate));
  MUSTER_TRY(check_decimal("beta1", spec.beta1));
  MUSTER_TRY(check_decimal("beta2", spec.beta2));
  MUSTER_TRY(check_decimal("epsilon", spec.epsilon));
  const std::uint64_t numbers = parameter_count(spec);
  const std::uint64_t tokens = std::uint64_t{spec.batch} * spec.context;
  const std::uint64_t widest = std::max({spec.width * 4U, spec.hidden, 256U});
  if (numbers > most_numbers || tokens * widest > most_activations ||
      tokens * spec.context * spec.heads > most_activations) {
    return failure(Errc::invalid_input, "training: a model of " + std::to_string(numbers) +
                                            " numbers in batches of " + std::to_string(tokens) +
                                            " bytes is more than the built-in trainer takes");
  }
  return {};
}

Result<TrainingSpec> parse_training_spec(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "training"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  MUSTER_TRY_ASSIGN(const std::string model, fields.text("model"));
  if (v != version || (model != "mlp" && model != "transformer")) {
    return failure(Errc::invalid_input, "training: got version \"" + v + "\" and model \"" + model +
                                            "\", want " + std::string(version) +
                                            " and mlp or transformer");
  }
  TrainingSpec spec;
  spec.model = model == "mlp" ? ModelKind::mlp : ModelKind::transformer;
  MUSTER_TRY(read_sizes(fields, spec));
  MUSTER_TRY_ASSIGN(spec.learning_rate, fields.text("learning_rate"));
  MUSTER_TRY_ASSIGN(spec.beta1, fields.text("beta1"));
  MUSTER_TRY_ASSIGN(spec.beta2, fields.text("beta2"));
  MUSTER_TRY_ASSIGN(spec.epsilon, fields.text("epsilon"));
  MUSTER_TRY_ASSIGN(spec.random, fields.hash("random"));
  MUSTER_TRY(fields.finish());
  MUSTER_TRY(check_training_spec(spec));
  return spec;
}

}  // namespace muster::attestation
