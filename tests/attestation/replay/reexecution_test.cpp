// What a program of others is given, and what is taken from it.

#include "attestation/replay/reexecution.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "attestation/replay/replay.hpp"
#include "attestation/run/safetensors.hpp"
#include "ledger/base/json.hpp"
#include "tests/attestation/replay/small_run.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;
using muster::test::must;

namespace {

constexpr ReexecutionLimits limits{60, 1'024};

std::string why_no_answer(std::string_view text) {
  const auto answer = parse_reexecution_answer(text, 20);
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == Errc::invalid_input);
  return answer.error().message;
}

std::string why_no_end(const TrainingSpec& spec, const TrainingState& state) {
  const auto end = parse_reexecuted_end(spec, encode_checkpoint(spec, state), 20);
  REQUIRE_FALSE(end.has_value());
  return end.error().message;
}

}  // namespace

TEST_CASE("a program is given the samples that the trainer takes, in their order") {
  const auto run = small_run(ModelKind::mlp);
  const TrainingSpec& spec = run.transcript.spec;
  const TrainingState& begin = run.checkpoints[3];
  const auto input = must(reexecution_input(spec, *run.text, begin, begin.step + 5, limits));

  CHECK(must(parse_checkpoint(spec, input.start)) == begin);
  const auto index = must(read_safetensors(input.data));
  REQUIRE(index.tensors.size() == 1);
  CHECK(index.tensors[0].name == "samples");
  CHECK(index.tensors[0].type->name == "U8");
  CHECK(index.tensors[0].shape == std::vector<std::uint64_t>{5, spec.batch, spec.context + 1});
  const ByteView samples = tensor_bytes(input.data, index, index.tensors[0]);
  const std::size_t size = spec.context + 1;
  const auto starts = run.text->samples(run.trainer.seed(), begin.step + 4, spec);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const ByteView given = samples.subspan((4 * spec.batch + i) * size, size);
    CHECK(as_text(given) == as_text(run.text->bytes().subspan(starts[i], size)));
  }
}

TEST_CASE("a request says what is to be done, and names its files by their digests") {
  const auto run = small_run(ModelKind::transformer);
  const TrainingSpec& spec = run.transcript.spec;
  const auto input = must(reexecution_input(spec, *run.text, run.checkpoints[2], 15, limits));
  const Json request = must(parse_canonical_json(input.request));
  CHECK(request["v"] == "muster/replay-request/v1");
  CHECK(request["segment"]["from"] == 10);
  CHECK(request["segment"]["to"] == 15);
  CHECK(request["segment"]["steps"] == 5);
  CHECK(request["metadata"]["model"] == "transformer");
  CHECK(request["optimizer"]["learning_rate"] == "0.01");
  CHECK(request["optimizer"]["step"] == 10);
  CHECK(request["start"]["sha256"] == crypto::sha256(input.start).to_hex());
  CHECK(request["data"]["sha256"] == crypto::sha256(input.data).to_hex());
  CHECK(request["answer"]["state"] == "end.safetensors");
  CHECK(request["answer"]["document"] == "answer.json");
  CHECK(request["limits"]["seconds"] == 60);
  CHECK(request["parameters"][0]["name"] == "embedding");
  CHECK(request["parameters"][0]["shape"] == std::vector<int>{256, 16});
}

TEST_CASE("an answer is taken from any writer of JSON, and held to its fields") {
  const auto answer = must(parse_reexecution_answer(
      R"({ "step": 20, "status": "done", "v": "muster/replay-answer/v1", "executor": "x 1" })",
      20));
  CHECK(answer.is_done);
  CHECK(answer.executor == "x 1");
  const auto failed = must(parse_reexecution_answer(
      R"({"v": "muster/replay-answer/v1", "status": "failed", "message": "no such kernel"})", 20));
  CHECK_FALSE(failed.is_done);
  CHECK(failed.message == "no such kernel");

  const auto has = [](const std::string& text, std::string_view words) {
    return text.find(words) != std::string::npos;
  };
  CHECK(has(why_no_answer(""), "answer"));
  CHECK(has(why_no_answer("[]"), "answer"));
  CHECK(has(why_no_answer(R"({"v": "2", "status": "done", "step": 20})"), "version \"2\""));
  CHECK(has(why_no_answer(R"({"v": "muster/replay-answer/v1", "status": "fine", "step": 20})"),
            "status \"fine\""));
  CHECK(has(why_no_answer(R"({"v": "muster/replay-answer/v1", "status": "done", "step": 21})"),
            "answer.step: got 21, want 20"));
  CHECK(has(why_no_answer(R"({"v": "muster/replay-answer/v1", "status": "done"})"), "answer.step"));
  CHECK(has(
      why_no_answer(R"({"v": "muster/replay-answer/v1", "status": "done", "step": 20, "loss": 1})"),
      "answer.loss"));
  CHECK(has(why_no_answer(R"({"v": "muster/replay-answer/v1", "status": "failed", "message": ")" +
                          std::string(1'001, 'x') + "\"}"),
            "answer.message: got 1001 bytes"));
  CHECK(has(why_no_answer(std::string(70'000, ' ')), "at most 65536"));
}

TEST_CASE(
    "an end with another step, a number that is none or a negative second moment is refused") {
  const auto run = small_run(ModelKind::mlp);
  const TrainingSpec& spec = run.transcript.spec;
  const TrainingState& end = run.checkpoints[4];
  CHECK(must(parse_reexecuted_end(spec, encode_checkpoint(spec, end), 20)) == end);

  TrainingState changed = end;
  changed.step = 15;
  CHECK(why_no_end(spec, changed).find("step: got 15, want 20") != std::string::npos);
  changed = end;
  changed.weights[3] = NAN;
  CHECK(why_no_end(spec, changed) ==
        "checkpoint: tensor \"weights.embedding\": number 3 is not finite");
  changed = end;
  changed.first.back() = INFINITY;
  CHECK(why_no_end(spec, changed).find("adam.first.output.bias") != std::string::npos);
  changed = end;
  changed.second[0] = -1e-9F;
  CHECK(why_no_end(spec, changed).find("number 0 is negative") != std::string::npos);
}

TEST_CASE("within a tolerance the optimiser's state is held to it as well") {
  const auto run = small_run(ModelKind::mlp);
  TrainingState claimed = run.checkpoints[4];
  const Tolerance tolerance{1e-3, 1e-5};
  claimed.weights[0] += 1e-7F;
  CHECK(compare_replay(run.checkpoints[3], claimed, run.checkpoints[4], tolerance).grade ==
        ReplayGrade::within);
  for (float& moment : claimed.first) moment = -moment;
  CHECK(compare_replay(run.checkpoints[3], claimed, run.checkpoints[4], tolerance).grade ==
        ReplayGrade::mismatched);
  claimed.first = run.checkpoints[4].first;
  for (float& moment : claimed.second) moment *= 1.01F;
  CHECK(compare_replay(run.checkpoints[3], claimed, run.checkpoints[4], tolerance).grade ==
        ReplayGrade::mismatched);
}
