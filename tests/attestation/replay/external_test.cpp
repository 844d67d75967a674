// Runs of models that the built-in trainer does not know: their transcripts, states and replays.

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "attestation/device/memory.hpp"
#include "attestation/replay/declared_steps.hpp"
#include "attestation/replay/external_checkpoint.hpp"
#include "attestation/replay/external_reexecution.hpp"
#include "attestation/replay/external_replay.hpp"
#include "attestation/replay/trained_weights.hpp"
#include "ledger/base/json.hpp"
#include "ledger/merkle.hpp"
#include "tests/attestation/replay/external_model.hpp"

using namespace muster;
using namespace muster::attestation;
using muster::attestation::test::bytes_of_state;
using muster::attestation::test::changed_state;
using muster::attestation::test::checkpoint_file;
using muster::attestation::test::external_bytes;
using muster::attestation::test::external_spec;
using muster::attestation::test::external_spec_text;
using muster::attestation::test::external_state;
using muster::test::must;
using muster::test::must_fail;

namespace {

std::string why_no_spec(const std::string& from, const std::string& to) {
  std::string text = external_spec_text();
  REQUIRE(text.find(from) != std::string::npos);
  text.replace(text.find(from), from.size(), to);
  return must_fail(parse_external_spec(text));
}

bool says(const std::string& text, std::string_view words) {
  return text.find(words) != std::string::npos;
}

/// Five checkpoints, weights rising by `step_size` in each segment, and what they commit to.
struct ExternalRun {
  std::vector<ExternalState> checkpoints;
  std::vector<Hash> leaves;
  ExternalTranscript transcript;

  explicit ExternalRun(float step_size = 0.5F) {
    transcript = {external_spec(), 2, {}, 2, 64, {}};
    for (std::uint64_t step = 0; step <= 20; step += 5) {
      checkpoints.push_back(external_state(step, step_size * static_cast<float>(step)));
      const auto own = must(state_leaves(checkpoints.back(), transcript.layout()));
      leaves.insert(leaves.end(), own.begin(), own.end());
    }
    transcript.states_root = ledger::root_hash(leaves);
  }
};

}  // namespace

TEST_CASE("a model of others is read as it was written, with its tensors one after the other") {
  const ExternalSpec spec = external_spec();
  CHECK(encode_external_spec(spec) == external_spec_text());
  CHECK(spec.state_bytes() == 24 + 8 + 2 + 16 + 8);
  CHECK(spec.tensors[3].offset == 34);
  CHECK(spec.flop().text() == "50000");
  CHECK(spec.tokens() == 1'280);
  CHECK(unread_weights(spec) == std::vector<std::string>{"packed"});
}

TEST_CASE("each wrong field of a model of others is named") {
  CHECK(says(why_no_spec("external-spec/v1", "external-spec/v2"), "external-spec/v2"));
  CHECK(says(why_no_spec("odd-model.2", "Odd Model"), "external.name: want 1 to 64"));
  CHECK(says(why_no_spec("\"parameters\":12", "\"parameters\":13"),
             "external.parameters: got 13, and the tensors with the role weights have 12"));
  CHECK(says(why_no_spec("\"active_parameters\":6", "\"active_parameters\":14"),
             "external.active_parameters"));
  CHECK(says(why_no_spec("2.5e3", "-1"), "external.flop_per_step"));
  CHECK(says(why_no_spec("2.5e3", "0"), "external.flop_per_step"));
  CHECK(says(why_no_spec("2.5e3", "1/3"), "external.flop_per_step"));
  CHECK(says(why_no_spec("\"steps\":20", "\"steps\":21"), "external.checkpoint_every"));
  CHECK(says(why_no_spec("seeded", "shuffled"), "external.order: got \"shuffled\""));
  CHECK(says(why_no_spec("BF16", "BF17"), "external.tensors[1].dtype: got \"BF17\""));
  CHECK(says(why_no_spec("layer/b", "layer/w"), "external.tensors[1].name"));
  CHECK(says(why_no_spec("\"shape\":[4]", "\"shape\":[-4]"), "external.tensors[1].shape"));
  CHECK(says(why_no_spec("\"shape\":[4]", "\"shape\":[4294967296,9]"), "at most 68719476736"));
  CHECK(says(why_no_spec("\"role\":\"state\"", "\"role\":\"bias\""), "external.tensors[3].role"));
  CHECK(says(why_no_spec("\"tokens_per_step\":64", "\"tokens_per_step\":0"),
             "external.tokens_per_step"));
  CHECK(says(why_no_spec("\"config\"", "\"confix\""), "config"));
}

TEST_CASE("a transcript of a model of others is read as it was written, and knows its kind") {
  const ExternalRun run;
  const std::string text = encode_external_transcript(run.transcript);
  CHECK(must(parse_external_transcript(text)) == run.transcript);
  const RunOutline outline = outline_of(must(parse_any_transcript(text)));
  CHECK(outline.is_external);
  CHECK(outline.commitment == crypto::sha256(text));
  CHECK(outline.segments() == 4);
  std::string other = text;
  other.replace(other.find("\"data_blocks\":2"), 15, "\"data_blocks\":0");
  CHECK(says(must_fail(parse_any_transcript(other)), "transcript.data_blocks"));
  other = text;
  other.replace(other.find("transcript/v1"), 13, "transcript/v2");
  CHECK(says(must_fail(parse_any_transcript(other)), "want \"muster/external-transcript/v1\""));
  // The reader of the built-in models says what it got.
  CHECK(says(must_fail(parse_transcript(text)),
             "got \"muster/external-transcript/v1\", want \"muster/transcript/v1\", a run of the "
             "built-in trainer"));
  CHECK(precommitment_of(run.transcript).metadata == crypto::sha256(external_spec_text()));
}

TEST_CASE("a state may have 64 GiB, and chunks of a shard that are not too many to hold") {
  std::string text = external_spec_text();
  text.replace(text.find("\"shape\":[4]"), 11, "\"shape\":[4294967296,7]");
  text.replace(text.find("\"parameters\":12"), 15, "\"parameters\":30064771080");
  ExternalTranscript transcript{must(parse_external_spec(text)), 1, {}, 1, 4'096, {}};
  CHECK(transcript.spec.state_bytes() == 60'129'542'194);
  CHECK(must(parse_external_transcript(encode_external_transcript(transcript))) == transcript);

  transcript.chunk_bytes = 2'048;
  CHECK(must_fail(parse_external_transcript(encode_external_transcript(transcript))) ==
        "transcript.chunk_bytes: got 2048, by which a shard has 29360129 chunks, want at most "
        "16777216: larger chunks or more shards");
  transcript.shards = 2;
  CHECK(must(parse_external_transcript(encode_external_transcript(transcript))) == transcript);
}

TEST_CASE("a checkpoint of a model of others opens to the commitment, and no other does") {
  const ExternalRun run;
  const RunOutline outline = run.transcript.outline();
  const auto opening = open_checkpoint(outline, run.leaves, 10);
  auto own = must(state_leaves(run.checkpoints[2], outline.layout));
  CHECK(leads_to_root(outline, own, opening));
  CHECK(is_committed(10, own, run.leaves, outline));
  CHECK_FALSE(is_committed(15, own, run.leaves, outline));
  own = must(state_leaves(changed_state(10, 5, 57, 1), outline.layout));
  CHECK_FALSE(leads_to_root(outline, own, opening));
}

TEST_CASE("which block a segment learns follows from data and random value, pass after pass") {
  const std::vector<Hash> blocks{crypto::sha256("a"), crypto::sha256("b"), crypto::sha256("c")};
  const Hash seed = data_seed(blocks, crypto::sha256("random"));
  CHECK(seed != data_seed(blocks, crypto::sha256("another")));
  const auto order = block_order(DataOrder::seeded, seed, 3, 600);
  std::set<std::vector<std::uint64_t>> passes;
  for (std::size_t i = 0; i < order.size(); i += 3) {
    std::vector<std::uint64_t> pass(order.begin() + static_cast<std::ptrdiff_t>(i),
                                    order.begin() + static_cast<std::ptrdiff_t>(i + 3));
    passes.insert(pass);
    std::ranges::sort(pass);
    CHECK(pass == std::vector<std::uint64_t>{0, 1, 2});
  }
  CHECK(passes.size() == 6);
  CHECK(block_order(DataOrder::given, seed, 3, 5) == std::vector<std::uint64_t>{0, 1, 2, 0, 1});
}

TEST_CASE("a checkpoint is read whatever the order of its tensors, and each wrong one is named") {
  const ExternalSpec spec = external_spec();
  const ExternalState state = external_state(10, 1);
  const Bytes bytes = checkpoint_file(spec, state);
  const auto file = [&] { return ByteSource(bytes); };
  const ExternalState read = must(parse_external_checkpoint(spec, file()));
  CHECK(read.step() == 10);
  CHECK(bytes_of_state(read) == external_bytes(10, 1));
  CHECK(must(parse_external_end(spec, file(), 10)).step() == 10);
  CHECK(says(must_fail(parse_external_end(spec, file(), 15)), "step: got 10, want 15"));
  ExternalSpec other = spec;
  other.tensors[1].name = "bias";
  CHECK(says(must_fail(parse_external_checkpoint(other, file())), "no tensor \"bias\""));
  other = spec;
  other.tensors[1].shape = {2, 2};
  CHECK(says(must_fail(parse_external_checkpoint(other, file())),
             "tensor \"layer/b\": got BF16 [4], want BF16 [2, 2]"));
  other = spec;
  other.tensors.pop_back();
  CHECK(says(must_fail(parse_external_checkpoint(other, file())),
             "got 5 tensors, and the specification names 4; \"seen\" is none of these"));
}

TEST_CASE("numbers of four types are read exactly") {
  const auto number = [](std::string_view type, std::uint64_t word) {
    Bytes bytes;
    const TensorType& kind = *find_tensor_type(type);
    for (std::uint32_t i = 0; i < kind.bits / 8; ++i) {
      bytes.push_back(static_cast<std::uint8_t>(word >> 8 * i));
    }
    return numbers_of(kind, bytes).at(0);
  };
  CHECK(number("F16", 0x3C00) == 1.0);
  CHECK(number("F16", 0xC000) == -2.0);
  CHECK(number("F16", 0x7BFF) == 65'504.0);
  CHECK(number("F16", 0x0001) == 0x1p-24);
  CHECK(number("F16", 0x03FF) == 1023 * 0x1p-24);
  CHECK(std::isinf(number("F16", 0x7C00)));
  CHECK(std::isnan(number("F16", 0x7E00)));
  CHECK(number("BF16", 0x3FC0) == 1.5);
  CHECK(number("F32", 0x40490FDB) == static_cast<double>(std::bit_cast<float>(0x40490FDBU)));
  CHECK(number("F64", 0x3FB999999999999A) == 0.1);
  CHECK_FALSE(has_numbers(*find_tensor_type("F8_E4M3")));
}

TEST_CASE("a segment of a model of others is exact, within a tolerance, or mismatched") {
  const ExternalSpec spec = external_spec();
  const ExternalState begin = external_state(5, 1);
  const ExternalState end = external_state(10, 2);
  CHECK(must(compare_external(spec, begin, end, end, {})).grade == ReplayGrade::exact);
  const ExternalState near = changed_state(10, 2, 0, 1);  // the last bit of the first weight
  CHECK(must(compare_external(spec, begin, end, near, {})).grade == ReplayGrade::mismatched);
  const Tolerance tolerance{1e-3, 1e-5};
  const auto replay = must(compare_external(spec, begin, end, near, tolerance));
  CHECK(replay.grade == ReplayGrade::within);
  CHECK(replay.weights.linf > 0);
  CHECK(replay.update_norm == doctest::Approx(std::sqrt(6.0)));
  // Where only bytes can be compared, none may differ; and a momentum is held to its own norm.
  struct Flip {
    std::size_t place;
    std::uint8_t bits;
  };
  for (const Flip flip : {Flip{32, 1}, Flip{50, 1}, Flip{40, 0x80}}) {
    const ExternalState other = changed_state(10, 2, flip.place, flip.bits);
    CHECK(must(compare_external(spec, begin, end, other, tolerance)).grade ==
          ReplayGrade::mismatched);
  }
}

TEST_CASE("state of a model of others is held to what the segment changed of it") {
  const ExternalSpec spec = external_spec();
  const ExternalState begin = external_state(5, 1);
  const Tolerance tolerance{1e-3, 1e-5};
  const auto grade_of_near = [&](float first) {
    const ExternalState end = external_state(10, first);
    const ExternalState near = changed_state(10, first, 34, 1);  // the last bit of the momentum
    return must(compare_external(spec, begin, end, near, tolerance)).grade;
  };

  CHECK(grade_of_near(2) == ReplayGrade::within);
  // Nothing moved: what is kept as state could be weights by another name.
  CHECK(grade_of_near(1) == ReplayGrade::mismatched);
}

TEST_CASE("checkpoints of a model of others show a hole, what is no number, and a jump") {
  const auto faults_of = [](std::vector<ExternalState> states) {
    const ExternalSpec spec = external_spec();
    ExternalContinuity check(spec);
    for (ExternalState& state : states) must(check.add(std::move(state)));
    check.finish();
    std::vector<std::string> codes;
    for (const RunFaultAt& fault : check.faults()) {
      codes.emplace_back(run_fault_code(fault.fault));
    }
    return codes;
  };
  CHECK(faults_of(ExternalRun().checkpoints).empty());
  auto states = ExternalRun().checkpoints;
  states.erase(states.begin() + 2);
  CHECK(faults_of(std::move(states)) == std::vector<std::string>{"run.out_of_order"});
  states = ExternalRun().checkpoints;
  states.pop_back();
  CHECK(faults_of(std::move(states)) == std::vector<std::string>{"run.out_of_order"});
  states = ExternalRun().checkpoints;
  Bytes bytes = bytes_of_state(states[1]);
  bytes[24] = 0xC0;  // a BF16 that is no number
  bytes[25] = 0x7F;
  states[1] = ExternalState(5, bytes);
  CHECK(faults_of(std::move(states)) == std::vector<std::string>{"run.not_a_state"});

  const ExternalSpec spec = external_spec();
  ExternalContinuity check(spec);
  states = ExternalRun().checkpoints;
  states.back() = external_state(20, 40);
  for (ExternalState& state : states) must(check.add(std::move(state)));
  CHECK(check.signs().size() == 4);
  CHECK(check.signs()[1].off_line == doctest::Approx(0));  // on the line between its neighbours
  CHECK(update_jump(check.signs()).value() > 5);
}

TEST_CASE("each byte of each tensor lies in one shard, and the last shards may hold none") {
  ExternalTranscript transcript{external_spec(), 1, {}, 2, 16, {}};
  CHECK(slices_of_shard(transcript, 0) ==
        std::vector<TensorSlice>{{"layer/w", 0, 24}, {"layer/b", 0, 8}});
  CHECK(slices_of_shard(transcript, 1) ==
        std::vector<TensorSlice>{{"packed", 0, 2}, {"momentum", 0, 16}, {"seen", 0, 8}});
  transcript.shards = 3;
  CHECK(slices_of_shard(transcript, 1) ==
        std::vector<TensorSlice>{{"packed", 0, 2}, {"momentum", 0, 16}, {"seen", 0, 8}});
  CHECK(slices_of_shard(transcript, 2).empty());
}

TEST_CASE("chips of a run of others hold its checkpoints, one with a bit of its shard flipped") {
  const ExternalRun run;
  TrainedWeights weights(run.transcript);
  for (const ExternalState& state : run.checkpoints) must(weights.add(state));
  CHECK(weights.run().bytes_per_parameter == "4.834");  // 58 bytes, 12 weights
  CHECK(weights.run().flop == "50000");
  CHECK(weights.run().steps_per_state == 5);
  CHECK(weights.chunks() == 1);
  CHECK(weights.shard(0, 2) == must(shard_chunks(run.checkpoints[2], run.transcript.layout(), 0)));
  CHECK(weights.chunk(0, 99, 0) == weights.chunk(0, 4, 0));  // the last one stays
  const ShardLayout layout = run.transcript.layout();
  CHECK(weights.flipped_chunk(0, 2) ==
        must(shard_chunks(changed_state(10, 5, 0, 1), layout, 0))[0]);
  CHECK(weights.chunk(1, 2, 0) == Hash());  // padding
  Bytes flipped(64);
  flipped[0] = 1;
  CHECK(weights.flipped_chunk(1, 2) == crypto::sha256(flipped));
  const TrainedWeights names = weights.replaced_by_names();
  CHECK(names.chunks() == 1);
  CHECK(names.chunk(0, 2, 0) != weights.chunk(0, 2, 0));
}

TEST_CASE("what was declared of the chips' memory is held to a run of any model") {
  const ExternalRun run;
  const ShardLayout layout = run.transcript.layout();
  Declaration declaration{
      {must(RunId::parse("odd")), RunUse::training, {}, "12", "5e4", "4", 64, 0, {}}, {}, {}};
  for (const std::uint32_t shard : {0U, 1U}) {
    StepCommitment item;
    item.step = 10;
    item.shard = shard;
    item.chunks = must(shard_chunks(run.checkpoints[2], layout, shard));
    declaration.steps.push_back(item);
  }
  DeclaredSteps honest(declaration, 20, layout);
  for (const ExternalState& state : run.checkpoints) must(honest.compare(state));
  CHECK(honest.compared() == 2);
  CHECK(honest.otherwise().empty());
  declaration.steps[0].chunks[0].bytes[3] ^= 1U;
  DeclaredSteps other(declaration, 20, layout);
  for (const ExternalState& state : run.checkpoints) must(other.compare(state));
  CHECK(other.otherwise() == std::vector<DeclaredOtherwise>{{10, 0}});
}

TEST_CASE("a program is given the specification, the seed and files by their digests") {
  const ExternalSpec spec = external_spec();
  const ExternalState begin = external_state(5, 1);
  const Hash seed = crypto::sha256("seed");
  const Bytes block = to_bytes("what it learns");
  const Bytes start = checkpoint_file(spec, begin);
  CHECK(start.size() == external_checkpoint_bytes(spec, 5));
  const Json request = must(parse_canonical_json(
      external_segment_request({spec, seed, begin, 7, block}, crypto::sha256(start), {60, 1'024})));
  CHECK(request["v"] == "muster/external-request/v1");
  CHECK(request["task"] == "segment");
  CHECK(request["segment"] == Json({{"from", 5}, {"to", 10}, {"steps", 5}}));
  CHECK(canonical_json(request["spec"]) == external_spec_text());
  CHECK(request["seed"] == seed.to_hex());
  CHECK(request["data"] ==
        Json({{"file", "data.block"}, {"block", 7}, {"sha256", crypto::sha256(block).to_hex()}}));
  CHECK(request["start"]["sha256"] == crypto::sha256(start).to_hex());
  const Json initial = must(parse_canonical_json(external_initial_request(spec, seed, {})));
  CHECK(initial["task"] == "initial");
  CHECK_FALSE(initial.contains("start"));
  const auto answer = must(
      parse_reexecution_answer(R"({"v":"muster/replay-answer/v1","status":"unsupported"})", 0));
  CHECK(answer.is_unsupported);
  CHECK_FALSE(answer.is_done);
}
