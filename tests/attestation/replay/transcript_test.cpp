#include "attestation/replay/transcript.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "attestation/device/memory.hpp"
#include "ledger/merkle.hpp"
#include "tests/attestation/replay/small_run.hpp"
#include "tests/support/must.hpp"

namespace muster::attestation {
namespace {

using muster::test::must;
using muster::test::must_fail;
using test::small_run;

}  // namespace

TEST_CASE("a transcript is read as it was written, and each wrong field is named") {
  const auto run = small_run(ModelKind::mlp);
  const std::string text = encode_transcript(run.transcript);
  CHECK(must(parse_transcript(text)) == run.transcript);
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string other = text;
    other.replace(other.find(from), from.size(), to);
    return must_fail(parse_transcript(other));
  };
  CHECK(changed("\"shards\":4", "\"shards\":0").find("transcript.shards") != std::string::npos);
  CHECK(changed("transcript/v1", "transcript/v2").find("transcript.v") != std::string::npos);
  CHECK(changed("\"text_bytes\"", "\"text_bytez\"").find("text") != std::string::npos);
  CHECK(changed("\\\"heads\\\":2", "\\\"heads\\\":3").find("training.heads") != std::string::npos);
  CHECK(changed("\\\"steps\\\":40", "\\\"steps\\\":41").find("checkpoint_every") !=
        std::string::npos);
  CHECK(changed("\\\"0.9\\\"", "\\\"1.9\\\"").find("training.beta1") != std::string::npos);
}

TEST_CASE("what a chip logs beforehand binds the specification and the text, and no weights") {
  const auto run = small_run(ModelKind::mlp);
  const Precommitment bound = precommitment_of(run.transcript);
  TranscriptCommitment other = run.transcript;
  other.states_root.bytes[0] ^= 1U;
  CHECK(precommitment_of(other) == bound);
  other.spec.steps *= 2;
  CHECK(precommitment_of(other).metadata != bound.metadata);
  CHECK(precommitment_of(other).data_order == bound.data_order);
  other.text_root.bytes[0] ^= 1U;
  CHECK(precommitment_of(other).data_order != bound.data_order);
}

TEST_CASE("a checkpoint opens to the commitment, and no other state, step or path does") {
  const auto run = small_run(ModelKind::mlp);
  for (const TrainingState& state : run.checkpoints) {
    const auto opening = open_checkpoint(run.transcript, run.leaves, state.step);
    CHECK(opening_verifies(run.transcript, state, opening));
    CHECK(must(parse_opening(encode_opening(opening))).paths == opening.paths);
    TrainingState other = state;
    other.second.back() += 1e-6F;
    CHECK_FALSE(opening_verifies(run.transcript, other, opening));
    other = state;
    other.step += run.transcript.spec.checkpoint_every;
    CHECK_FALSE(opening_verifies(run.transcript, other, opening));
    auto short_of_one = opening;
    short_of_one.paths.pop_back();
    CHECK_FALSE(opening_verifies(run.transcript, state, short_of_one));
    auto bent = opening;
    bent.paths[1][0].bytes[5] ^= 4U;
    CHECK_FALSE(opening_verifies(run.transcript, state, bent));
  }
}

TEST_CASE("a shard's chunks are those of the bytes that its chip holds, padded with zeros") {
  const auto run = small_run(ModelKind::mlp);
  const Bytes bytes = state_bytes(run.checkpoints.back());
  std::vector<Hash> all;
  for (std::uint32_t shard = 0; shard < run.transcript.shards; ++shard) {
    const auto chunks = shard_chunks(bytes, run.transcript, shard);
    all.insert(all.end(), chunks.begin(), chunks.end());
  }
  const std::size_t size = run.transcript.chunk_bytes;
  CHECK(all.size() * size >= bytes.size());
  for (std::size_t i = 0; (i + 1) * size <= bytes.size(); ++i) {
    const auto chunk = ByteView(bytes).subspan(i * size, size);
    const bool is_zero = std::ranges::all_of(chunk, [](std::uint8_t byte) { return byte == 0; });
    CHECK(all[i] == (is_zero ? zero_chunk : crypto::sha256(chunk)));
  }
  const auto before_training = state_bytes(run.checkpoints.front());
  // Moments are zero at the beginning: the last shard is empty memory.
  for (const Hash& chunk : shard_chunks(before_training, run.transcript, 3)) {
    CHECK(chunk == zero_chunk);
  }
}

}  // namespace muster::attestation
