#include "attestation/replay/transcript.hpp"

#include "attestation/replay/parameters.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view transcript_version = "muster/transcript/v1";

}  // namespace

std::string encode_transcript(const TranscriptCommitment& transcript) {
  return canonical_json({{"v", transcript_version},
                         {"spec", encode_training_spec(transcript.spec)},
                         {"text_bytes", transcript.text_bytes},
                         {"text_root", transcript.text_root.to_hex()},
                         {"shards", transcript.shards},
                         {"chunk_bytes", transcript.chunk_bytes},
                         {"states_root", transcript.states_root.to_hex()}});
}

Result<TranscriptCommitment> parse_transcript(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "transcript"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  if (v != transcript_version) {
    return failure(Errc::invalid_input, "transcript.v: got \"" + v.substr(0, 40) + "\", want \"" +
                                            std::string(transcript_version) +
                                            "\", a run of the built-in trainer");
  }
  TranscriptCommitment transcript;
  MUSTER_TRY_ASSIGN(const std::string spec, fields.text("spec"));
  auto parsed = parse_training_spec(spec);
  if (!parsed) return failure(std::move(parsed.error()).during("transcript.spec"));
  transcript.spec = *parsed;
  MUSTER_TRY_ASSIGN(const auto bytes, fields.integer("text_bytes", transcript.spec.context + 1LL));
  MUSTER_TRY_ASSIGN(transcript.text_root, fields.hash("text_root"));
  MUSTER_TRY_ASSIGN(const auto shards, fields.integer("shards", 1, max_shards));
  MUSTER_TRY_ASSIGN(const auto chunk, fields.integer("chunk_bytes", 64, max_chunk_bytes));
  MUSTER_TRY_ASSIGN(transcript.states_root, fields.hash("states_root"));
  MUSTER_TRY(fields.finish());
  transcript.text_bytes = static_cast<std::uint64_t>(bytes);
  transcript.shards = static_cast<std::uint32_t>(shards);
  transcript.chunk_bytes = static_cast<std::uint64_t>(chunk);
  return transcript;
}

Precommitment precommitment_of(const TranscriptCommitment& transcript) {
  return {crypto::sha256(encode_training_spec(transcript.spec)), transcript.text_root};
}

Hash text_root(const TrainingText& text) {
  std::vector<Hash> leaves;
  for (const Hash& digest : text.block_digests()) {
    leaves.push_back(ledger::leaf_hash(ByteView(digest.bytes)));
  }
  return ledger::root_hash(leaves);
}

ShardLayout TranscriptCommitment::layout() const {
  return {12 * parameter_count(spec), chunk_bytes, shards};
}

RunOutline TranscriptCommitment::outline() const {
  return {crypto::sha256(encode_transcript(*this)),
          text_root,
          states_root,
          spec.steps,
          spec.checkpoint_every,
          layout(),
          false};
}

std::vector<Hash> shard_chunks(ByteView state, const TranscriptCommitment& transcript,
                               std::uint32_t shard) {
  return shard_chunks(state, transcript.layout(), shard);
}

std::vector<Hash> state_leaves(const TrainingState& state, const TranscriptCommitment& transcript) {
  return state_leaves(state.step, state_bytes(state), transcript.layout());
}

CheckpointOpening open_checkpoint(const TranscriptCommitment& transcript,
                                  std::span<const Hash> leaves, std::uint64_t step) {
  return open_checkpoint(transcript.outline(), leaves, step);
}

bool opening_verifies(const TranscriptCommitment& transcript, const TrainingState& state,
                      const CheckpointOpening& opening) {
  return opening.step == state.step &&
         leads_to_root(transcript.outline(), state_leaves(state, transcript), opening);
}

}  // namespace muster::attestation
