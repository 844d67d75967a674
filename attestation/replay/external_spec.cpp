#include "attestation/replay/external_spec.hpp"

#include <algorithm>
#include <set>

#include "ledger/base/json_fields.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view external_version = "muster/external-spec/v1";
constexpr std::int64_t most_steps = 1'000'000'000;
constexpr std::int64_t most_external_segments = 1'000'000;
constexpr std::int64_t most_tokens = 1'000'000'000;
constexpr std::size_t most_name = 64;
constexpr std::size_t most_tensor_name = 200;
constexpr std::size_t most_sides = 16;
constexpr std::size_t most_flop_text = 40;

tl::unexpected<Error> wrong(const std::string& where, const std::string& what) {
  return failure(Errc::invalid_input, where + ": " + what);
}

bool is_architecture_name(std::string_view name) {
  return !name.empty() && name.size() <= most_name &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") ==
             std::string_view::npos;
}

bool is_tensor_name(std::string_view name) {
  return !name.empty() && name.size() <= most_tensor_name && name != "__metadata__" &&
         std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; });
}

/// The bytes of a shape; nothing where they are no whole number, or more than a state may have.
std::optional<std::uint64_t> bytes_of_shape(const TensorType& type,
                                            const std::vector<std::uint64_t>& shape) {
  std::uint64_t bits = type.bits;
  for (const std::uint64_t side : shape) {
    if (side != 0 && bits > 8 * max_external_state_bytes / side) return std::nullopt;
    bits *= side;
  }
  if (bits % 8 != 0) return std::nullopt;
  return bits / 8;
}

Result<std::vector<std::uint64_t>> shape_of(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("shape"));
  std::vector<std::uint64_t> shape;
  if (list->size() > most_sides) return wrong(fields.path("shape"), "want at most 16 sides");
  for (const Json& item : *list) {
    const std::int64_t side = item.is_number_integer() ? item.get<std::int64_t>() : -1;
    if (side < 0) {
      return wrong(fields.path("shape"), "got " + json_kind(item) + ", want whole numbers");
    }
    shape.push_back(static_cast<std::uint64_t>(side));
  }
  return shape;
}

Result<ExternalTensor> tensor_of_spec(const Json& json, const std::string& where) {
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, where));
  ExternalTensor tensor;
  MUSTER_TRY_ASSIGN(tensor.name, fields.text("name"));
  MUSTER_TRY_ASSIGN(const std::string type, fields.text("dtype"));
  MUSTER_TRY_ASSIGN(tensor.shape, shape_of(fields));
  MUSTER_TRY_ASSIGN(const std::string role, fields.text("role"));
  MUSTER_TRY(fields.finish());
  if (!is_tensor_name(tensor.name)) {
    return wrong(fields.path("name"), "want 1 to 200 printable ASCII characters without spaces");
  }
  tensor.type = find_tensor_type(type);
  if (tensor.type == nullptr) {
    return wrong(fields.path("dtype"), "got \"" + type.substr(0, most_name) +
                                           "\", want a type of safetensors such as F32 or BF16");
  }
  if (role != "weights" && role != "state") {
    return wrong(fields.path("role"),
                 "got \"" + role.substr(0, most_name) + "\", want weights or state");
  }
  tensor.is_weights = role == "weights";
  const auto bytes = bytes_of_shape(*tensor.type, tensor.shape);
  if (!bytes) {
    return wrong(fields.path("shape"), "want whole bytes, at most " +
                                           std::to_string(max_external_state_bytes) + " of them");
  }
  tensor.bytes = *bytes;
  return tensor;
}

/// The tensors, each behind the one before.
Result<void> read_tensors(FieldReader& fields, ExternalSpec& spec) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("tensors"));
  if (list->empty() || list->size() > max_external_tensors) {
    return wrong(fields.path("tensors"), "got " + std::to_string(list->size()) + ", want 1 to " +
                                             std::to_string(max_external_tensors));
  }
  std::set<std::string> names;
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string where = fields.path("tensors") + "[" + std::to_string(i) + "]";
    MUSTER_TRY_ASSIGN(ExternalTensor tensor, tensor_of_spec((*list)[i], where));
    if (!names.insert(tensor.name).second) {
      return wrong(where + ".name", "\"" + tensor.name + "\" stands twice");
    }
    tensor.offset = next;
    next += tensor.bytes;
    spec.tensors.push_back(std::move(tensor));
  }
  if (next > 0 && next <= max_external_state_bytes) return {};
  return wrong(fields.path("tensors"), "got " + std::to_string(next) + " bytes in all, want 1 to " +
                                           std::to_string(max_external_state_bytes));
}

/// What the Prover says that its run is in numbers, the tensors being known.
Result<void> read_figures(FieldReader& fields, ExternalSpec& spec) {
  MUSTER_TRY_ASSIGN(const auto parameters, fields.integer("parameters", 1));
  spec.parameters = static_cast<std::uint64_t>(parameters);
  std::uint64_t numbers = 0;
  for (const ExternalTensor& tensor : spec.tensors) {
    if (tensor.is_weights) numbers += tensor.count();
  }
  if (spec.parameters != numbers) {
    return wrong(fields.path("parameters"), "got " + std::to_string(spec.parameters) +
                                                ", and the tensors with the role weights have " +
                                                std::to_string(numbers) + " numbers");
  }
  if (fields.has("active_parameters")) {
    MUSTER_TRY_ASSIGN(const auto active, fields.integer("active_parameters", 1, parameters));
    spec.active_parameters = static_cast<std::uint64_t>(active);
  }
  if (fields.has("tokens_per_step")) {
    MUSTER_TRY_ASSIGN(const auto tokens, fields.integer("tokens_per_step", 1, most_tokens));
    spec.tokens_per_step = static_cast<std::uint64_t>(tokens);
  }
  MUSTER_TRY_ASSIGN(spec.flop_per_step, fields.text("flop_per_step"));
  const bool is_plain = spec.flop_per_step.size() <= most_flop_text &&
                        spec.flop_per_step.find_first_not_of("0123456789.e") == std::string::npos;
  const auto flop = is_plain ? stats::Decimal::parse(spec.flop_per_step) : stats::Decimal();
  if (flop && *flop > stats::Decimal()) return {};
  return wrong(fields.path("flop_per_step"),
               "got \"" + spec.flop_per_step.substr(0, most_name) +
                   "\", want an exact decimal above 0, such as 2.5e18");
}

Result<void> read_schedule(FieldReader& fields, ExternalSpec& spec) {
  MUSTER_TRY_ASSIGN(const auto steps, fields.integer("steps", 1, most_steps));
  MUSTER_TRY_ASSIGN(const auto every, fields.integer("checkpoint_every", 1, steps));
  if (steps % every != 0) {
    return wrong(
        fields.path("checkpoint_every"),
        "got " + std::to_string(every) + ", want a divisor of the steps " + std::to_string(steps));
  }
  if (steps / every > most_external_segments) {
    return wrong(fields.path("checkpoint_every"), "got " + std::to_string(steps / every) +
                                                      " segments, want at most " +
                                                      std::to_string(most_external_segments));
  }
  spec.steps = static_cast<std::uint64_t>(steps);
  spec.checkpoint_every = static_cast<std::uint64_t>(every);
  MUSTER_TRY_ASSIGN(const std::string order, fields.text("order"));
  if (order != "seeded" && order != "given") {
    return wrong(fields.path("order"),
                 "got \"" + order.substr(0, most_name) + "\", want seeded or given");
  }
  spec.order = order == "seeded" ? DataOrder::seeded : DataOrder::given;
  return {};
}

}  // namespace

std::string_view data_order_name(DataOrder order) {
  return order == DataOrder::seeded ? "seeded" : "given";
}

std::uint64_t ExternalSpec::state_bytes() const {
  return tensors.empty() ? 0 : tensors.back().offset + tensors.back().bytes;
}

stats::Decimal ExternalSpec::flop() const {
  return stats::Decimal::parse(flop_per_step).value() * stats::Decimal::from_integer(steps);
}

std::optional<std::uint64_t> ExternalSpec::tokens() const {
  if (!tokens_per_step) return std::nullopt;
  return *tokens_per_step * steps;
}

std::string encode_external_spec(const ExternalSpec& spec) {
  Json json_tensors = Json::array();
  for (const ExternalTensor& tensor : spec.tensors) {
    json_tensors.push_back({{"name", tensor.name},
                            {"dtype", tensor.type->name},
                            {"shape", tensor.shape},
                            {"role", tensor.is_weights ? "weights" : "state"}});
  }
  Json json{{"v", external_version},
            {"model", "external"},
            {"name", spec.name},
            {"code", spec.code.to_hex()},
            {"config", spec.config},
            {"parameters", spec.parameters},
            {"flop_per_step", spec.flop_per_step},
            {"steps", spec.steps},
            {"checkpoint_every", spec.checkpoint_every},
            {"order", data_order_name(spec.order)},
            {"random", spec.random.to_hex()},
            {"tensors", std::move(json_tensors)}};
  if (spec.active_parameters) json["active_parameters"] = *spec.active_parameters;
  if (spec.tokens_per_step) json["tokens_per_step"] = *spec.tokens_per_step;
  return canonical_json(json);
}

Result<ExternalSpec> parse_external_spec(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "external"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  MUSTER_TRY_ASSIGN(const std::string model, fields.text("model"));
  if (v != external_version || model != "external") {
    return wrong("external", "got version \"" + v.substr(0, most_name) + "\" and model \"" +
                                 model.substr(0, most_name) + "\", want " +
                                 std::string(external_version) + " and external");
  }
  ExternalSpec spec;
  MUSTER_TRY_ASSIGN(spec.name, fields.text("name"));
  if (!is_architecture_name(spec.name)) {
    return wrong(fields.path("name"), "want 1 to 64 of a-z, 0-9, \".\", \"_\" and \"-\"");
  }
  MUSTER_TRY_ASSIGN(spec.code, fields.hash("code"));
  MUSTER_TRY_ASSIGN(spec.config, fields.text("config"));
  if (spec.config.size() > max_external_config_bytes) {
    return wrong(fields.path("config"), "got " + std::to_string(spec.config.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_external_config_bytes));
  }
  MUSTER_TRY(read_tensors(fields, spec));
  MUSTER_TRY(read_figures(fields, spec));
  MUSTER_TRY(read_schedule(fields, spec));
  MUSTER_TRY_ASSIGN(spec.random, fields.hash("random"));
  MUSTER_TRY(fields.finish());
  return spec;
}

}  // namespace muster::attestation
