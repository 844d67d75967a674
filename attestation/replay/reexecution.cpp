#include "attestation/replay/reexecution.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "attestation/replay/parameters.hpp"
#include "attestation/run/safetensors.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view request_version = "muster/replay-request/v1";
constexpr std::string_view answer_version = "muster/replay-answer/v1";
constexpr std::size_t most_words = 1'000;  // of the program about itself

Json metadata_json(const TrainingSpec& spec) {
  return {{"model", model_kind_name(spec.model)},
          {"context", spec.context},
          {"width", spec.width},
          {"hidden", spec.hidden},
          {"layers", spec.layers},
          {"heads", spec.heads},
          {"batch", spec.batch},
          {"steps", spec.steps},
          {"checkpoint_every", spec.checkpoint_every},
          {"random", spec.random.to_hex()}};
}

Json optimizer_json(const TrainingSpec& spec, std::uint64_t step) {
  return {{"name", "adam"},
          {"learning_rate", spec.learning_rate},
          {"beta1", spec.beta1},
          {"beta2", spec.beta2},
          {"epsilon", spec.epsilon},
          {"step", step},
          {"first_moments", "adam.first."},
          {"second_moments", "adam.second."}};
}

Json parameters_json(const TrainingSpec& spec) {
  Json list = Json::array();
  for (const Parameter& parameter : parameters_of(spec)) {
    list.push_back({{"name", parameter.name}, {"shape", parameter.shape}});
  }
  return list;
}

Json file_json(std::string_view name, ByteView bytes) {
  return {{"file", name}, {"sha256", crypto::sha256(bytes).to_hex()}};
}

/// Sample after sample, of step after step: `context` bytes and the one behind them.
Bytes samples_of(const TrainingSpec& spec, const TrainingText& text, std::uint64_t from,
                 std::uint64_t to) {
  const Hash seed = text.seed(spec.random);
  const std::size_t size = std::size_t{spec.context} + 1;
  Bytes samples;
  samples.reserve(static_cast<std::size_t>(to - from) * spec.batch * size);
  for (std::uint64_t step = from; step < to; ++step) {
    for (const std::size_t start : text.samples(seed, step, spec)) {
      append(samples, text.bytes().subspan(start, size));
    }
  }
  return samples;
}

Result<std::string> words(FieldReader& fields, std::string_view key) {
  MUSTER_TRY_ASSIGN(const auto text, fields.optional_text(key));
  if (!text) return std::string();
  if (text->size() <= most_words) return *text;
  return failure(Errc::invalid_input, fields.path(key) + ": got " + std::to_string(text->size()) +
                                          " bytes, want at most " + std::to_string(most_words));
}

/// The tensor and place of a number that no training gives, empty if there is none.
std::string no_number(const TrainingSpec& spec, const TrainingState& state) {
  struct Part {
    std::string_view name;
    const std::vector<float>& numbers;
    bool may_be_negative;
  };
  const std::array<Part, 3> kinds{{{"weights.", state.weights, true},
                                   {"adam.first.", state.first, true},
                                   {"adam.second.", state.second, false}}};
  for (const Part& part : kinds) {
    for (const Parameter& parameter : parameters_of(spec)) {
      for (std::size_t i = 0; i < parameter.count; ++i) {
        const float number = part.numbers[parameter.offset + i];
        if (std::isfinite(number) && (part.may_be_negative || number >= 0)) continue;
        const std::string what = std::isfinite(number) ? "is negative" : "is not finite";
        return "tensor \"" + std::string(part.name) + parameter.name + "\": number " +
               std::to_string(i) + " " + what;
      }
    }
  }
  return {};
}

}  // namespace

Result<ReexecutionInput> reexecution_input(const TrainingSpec& spec, const TrainingText& text,
                                           const TrainingState& begin, std::uint64_t to,
                                           const ReexecutionLimits& limits) {
  MUSTER_CHECK(begin.step < to);
  const std::uint64_t steps = to - begin.step;
  const std::uint64_t step_bytes = std::uint64_t{spec.batch} * (std::uint64_t{spec.context} + 1);
  if (steps > max_reexecution_data_bytes / step_bytes) {
    return failure(Errc::invalid_input, "segment " + std::to_string(begin.step) + " to " +
                                            std::to_string(to) + ": more than " +
                                            std::to_string(max_reexecution_data_bytes) +
                                            " bytes of data; store checkpoints more often");
  }
  ReexecutionInput input;
  input.start = encode_checkpoint(spec, begin);
  const Bytes samples = samples_of(spec, text, begin.step, to);
  const std::vector<std::uint64_t> shape{steps, spec.batch, std::uint64_t{spec.context} + 1};
  const std::array<TensorToWrite, 1> tensors{{{"samples", find_tensor_type("U8"), shape, samples}}};
  input.data = encode_safetensors(tensors);
  input.request = canonical_json(
      {{"v", request_version},
       {"segment", {{"from", begin.step}, {"to", to}, {"steps", steps}}},
       {"metadata", metadata_json(spec)},
       {"optimizer", optimizer_json(spec, begin.step)},
       {"parameters", parameters_json(spec)},
       {"start", file_json(reexecution_start_file, input.start)},
       {"data", file_json(reexecution_data_file, input.data)},
       {"answer", {{"state", reexecution_end_file}, {"document", reexecution_answer_file}}},
       {"limits", {{"seconds", limits.seconds}, {"memory_mib", limits.memory_mib}}}});
  return input;
}

Result<ReexecutionAnswer> parse_reexecution_answer(std::string_view text, std::uint64_t step) {
  if (text.size() > max_reexecution_answer_bytes) {
    return failure(Errc::invalid_input, "answer: got " + std::to_string(text.size()) +
                                            " bytes, want at most " +
                                            std::to_string(max_reexecution_answer_bytes));
  }
  auto json = parse_foreign_json(text);
  if (!json) return failure(std::move(json.error()).during("answer"));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(*json, "answer"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  MUSTER_TRY_ASSIGN(const std::string status, fields.text("status"));
  const bool is_status = status == "done" || status == "failed" || status == "unsupported";
  if (v != answer_version || !is_status) {
    return failure(Errc::invalid_input, "answer: got version \"" + v + "\" and status \"" + status +
                                            "\", want " + std::string(answer_version) +
                                            " and done, failed or unsupported");
  }
  ReexecutionAnswer answer{status == "done", status == "unsupported", {}, {}};
  MUSTER_TRY_ASSIGN(answer.executor, words(fields, "executor"));
  MUSTER_TRY_ASSIGN(answer.message, words(fields, "message"));
  if (answer.is_done || fields.has("step")) {
    MUSTER_TRY_ASSIGN(const auto last, fields.integer("step"));
    if (answer.is_done && static_cast<std::uint64_t>(last) != step) {
      return failure(Errc::invalid_input,
                     "answer.step: got " + std::to_string(last) + ", want " + std::to_string(step));
    }
  }
  MUSTER_TRY(fields.finish());
  return answer;
}

Result<TrainingState> parse_reexecuted_end(const TrainingSpec& spec, ByteView file,
                                           std::uint64_t step) {
  MUSTER_TRY_ASSIGN(TrainingState state, parse_checkpoint(spec, file));
  if (state.step != step) {
    return failure(Errc::invalid_input, "checkpoint.__metadata__.step: got " +
                                            std::to_string(state.step) + ", want " +
                                            std::to_string(step));
  }
  if (const std::string why = no_number(spec, state); !why.empty()) {
    return failure(Errc::invalid_input, "checkpoint: " + why);
  }
  return state;
}

}  // namespace muster::attestation
