// The state of one step in several files, as tools write it, is the state that it is in one.

#include "attestation/replay/external_checkpoint.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "tests/attestation/replay/external_model.hpp"

using namespace muster;
using namespace muster::attestation;
using muster::attestation::test::bytes_of_state;
using muster::attestation::test::external_bytes;
using muster::attestation::test::external_spec;
using muster::attestation::test::external_state;
using muster::test::must;
using muster::test::must_fail;

namespace {

/// Which tensors of the state at step 10 lie in which file.
using Parting = std::map<std::string, std::vector<std::string>>;

const Parting& two_and_a_momentum() {
  static const Parting parting{{"model-00001-of-00002.safetensors", {"packed", "layer/w"}},
                               {"model-00002-of-00002.safetensors", {"layer/b"}},
                               {"optimizer.safetensors", {"seen", "momentum"}}};
  return parting;
}

/// One of its files.
CheckpointFile file_with(const std::string& name, const std::vector<std::string>& tensors,
                         const std::map<std::string, std::string>& metadata) {
  const ExternalSpec spec = external_spec();
  const Bytes state = external_bytes(10, 1);
  std::vector<TensorToWrite> written;
  for (const std::string& wanted : tensors) {
    const auto tensor = std::ranges::find(spec.tensors, wanted, &ExternalTensor::name);
    written.push_back({wanted, tensor->type, tensor->shape,
                       ByteView(state).subspan(static_cast<std::size_t>(tensor->offset),
                                               static_cast<std::size_t>(tensor->bytes))});
  }
  return {name, ByteSource(encode_safetensors(written, metadata))};
}

std::vector<CheckpointFile> files_of(const Parting& parting,
                                     const std::map<std::string, std::string>& metadata = {}) {
  std::vector<CheckpointFile> files;
  for (const auto& [name, tensors] : parting) files.push_back(file_with(name, tensors, metadata));
  return files;
}

CheckpointIndex index_of_weights(std::uint64_t total = 34) {
  return {"model.safetensors.index.json",
          {total,
           {{"layer/w", "model-00001-of-00002.safetensors"},
            {"packed", "model-00001-of-00002.safetensors"},
            {"layer/b", "model-00002-of-00002.safetensors"}}}};
}

Result<ExternalState> joined(const Parting& parting,
                             std::span<const CheckpointIndex> indexes = {}) {
  return join_external_checkpoint(external_spec(), 10, files_of(parting), indexes);
}

}  // namespace

TEST_CASE("a state in several files has the bytes, leaves and digest that it has in one") {
  const ShardLayout layout{58, 16, 2};
  const ExternalState whole = external_state(10, 1);
  const auto leaves = must(state_leaves(whole, layout));
  const std::vector<CheckpointIndex> indexes{index_of_weights()};
  std::vector<ExternalState> states;
  states.push_back(must(joined(two_and_a_momentum(), indexes)));
  states.push_back(must(joined(two_and_a_momentum())));
  // Parted anew, in another order, each tensor alone.
  states.push_back(must(joined({{"e.safetensors", {"layer/w"}},
                                {"d.safetensors", {"layer/b"}},
                                {"c.safetensors", {"packed"}},
                                {"b.safetensors", {"momentum"}},
                                {"a.safetensors", {"seen"}}})));
  states.push_back(
      must(joined({{"all.safetensors", {"seen", "momentum", "packed", "layer/b", "layer/w"}}})));
  for (const ExternalState& state : states) {
    CHECK(state.step() == 10);
    CHECK(bytes_of_state(state) == external_bytes(10, 1));
    CHECK(must(state_leaves(state, layout)) == leaves);
    CHECK(must(external_state_digest(state)) == must(external_state_digest(whole)));
  }
  Bytes across(9);  // of the end of one file and the beginning of another
  must(states[0].read(20, across));
  const Bytes bytes = external_bytes(10, 1);
  CHECK(std::equal(across.begin(), across.end(), bytes.begin() + 20));
}

TEST_CASE("leaves of a state that is read in pieces are those of its bytes") {
  for (const std::uint64_t chunk : {1U, 7U, 16U, 58U, 64U}) {
    for (const std::uint32_t shards : {1U, 2U, 3U, 60U}) {
      const ShardLayout layout{58, chunk, shards};
      const auto read = must(state_leaves(must(joined(two_and_a_momentum())), layout));
      CHECK(read == state_leaves(10, external_bytes(10, 1), layout));
    }
  }
}

TEST_CASE("files that are not the state of the specification are refused by tensor and file") {
  Parting parting = two_and_a_momentum();
  parting["optimizer.safetensors"] = {"momentum"};
  CHECK(must_fail(joined(parting)) == "checkpoint: no tensor \"seen\"");
  parting["late.safetensors"] = {"seen", "momentum"};
  CHECK(must_fail(joined(parting)) ==
        "tensor \"momentum\" is in \"late.safetensors\" and in \"optimizer.safetensors\", want it "
        "in one file");
  parting = two_and_a_momentum();
  parting.erase("model-00002-of-00002.safetensors");
  CHECK(must_fail(joined(parting)) == "checkpoint: no tensor \"layer/b\"");
  CHECK(must_fail(join_external_checkpoint(external_spec(), 10, {}, {})) ==
        "got 0 files that end in .safetensors, want 1 to 256");
  std::vector<CheckpointFile> files = files_of(two_and_a_momentum());
  files.push_back({"broken.safetensors", ByteSource(to_bytes("no tensors"))});
  CHECK(must_fail(join_external_checkpoint(external_spec(), 10, std::move(files), {}))
            .starts_with("broken.safetensors: safetensors: a header of"));
}

TEST_CASE("what an index says otherwise than its files is refused by the index's name") {
  const std::vector<CheckpointIndex> other_total{index_of_weights(35)};
  CHECK(must_fail(joined(two_and_a_momentum(), other_total)) ==
        "model.safetensors.index.json: index.metadata.total_size: got 35, and the tensors have 34 "
        "bytes");
  Parting parting = two_and_a_momentum();
  parting.erase("model-00002-of-00002.safetensors");
  const std::vector<CheckpointIndex> indexes{index_of_weights()};
  CHECK(must_fail(joined(parting, indexes)) ==
        "model.safetensors.index.json: index.weight_map.\"layer/b\": got "
        "\"model-00002-of-00002.safetensors\", and there is no such file");
}

TEST_CASE("a file of several may say its step, and then it is the step that is asked for") {
  const auto join = [](const std::string& step) {
    return join_external_checkpoint(external_spec(), 10,
                                    files_of(two_and_a_momentum(), {{"step", step}}), {});
  };
  CHECK(must(join("10")).step() == 10);
  CHECK(must_fail(join("15")) ==
        "model-00001-of-00002.safetensors: checkpoint.__metadata__.step: got 15, want 10");
  CHECK(must_fail(join("ten")).find("want the number of steps done") != std::string::npos);
  // One file by itself has to say it.
  std::vector<CheckpointFile> files =
      files_of({{"all.safetensors", {"seen", "momentum", "packed", "layer/b", "layer/w"}}});
  CHECK(must_fail(parse_external_checkpoint(external_spec(), std::move(files[0].bytes)))
            .find("want the number of steps done") != std::string::npos);
}
