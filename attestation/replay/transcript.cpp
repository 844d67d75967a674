#include "attestation/replay/transcript.hpp"

#include <algorithm>

#include "attestation/device/memory.hpp"
#include "attestation/replay/parameters.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "ledger/merkle_tree.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view transcript_version = "muster/transcript/v1";
constexpr std::int64_t most_shards = 65'536;
constexpr std::int64_t most_chunk_bytes = std::int64_t{1} << 24;
constexpr std::size_t most_path = 64;

/// Chunks of each shard: enough of them for the whole state.
std::size_t chunks_per_shard(const TranscriptCommitment& transcript) {
  const std::uint64_t bytes = 12 * parameter_count(transcript.spec);
  const std::uint64_t each = transcript.chunk_bytes * transcript.shards;
  return static_cast<std::size_t>((bytes + each - 1) / each);
}

Result<std::vector<Hash>> parse_path(const Json& list, const std::string& where) {
  if (!list.is_array() || list.size() > most_path) {
    return failure(Errc::invalid_input, where + ": want a list of at most 64 hashes");
  }
  std::vector<Hash> path;
  for (const Json& item : list) {
    if (!item.is_string()) {
      return failure(Errc::invalid_input, where + ": got " + json_kind(item) + ", want a hash");
    }
    auto hash = Hash::from_hex(item.get<std::string>());
    if (!hash) return failure(std::move(hash.error()).during(where));
    path.push_back(*hash);
  }
  return path;
}

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
    return failure(Errc::invalid_input, "transcript.v: got \"" + v + "\", want \"" +
                                            std::string(transcript_version) + "\"");
  }
  TranscriptCommitment transcript;
  MUSTER_TRY_ASSIGN(const std::string spec, fields.text("spec"));
  auto parsed = parse_training_spec(spec);
  if (!parsed) return failure(std::move(parsed.error()).during("transcript.spec"));
  transcript.spec = *parsed;
  MUSTER_TRY_ASSIGN(const auto bytes, fields.integer("text_bytes", transcript.spec.context + 1LL));
  MUSTER_TRY_ASSIGN(transcript.text_root, fields.hash("text_root"));
  MUSTER_TRY_ASSIGN(const auto shards, fields.integer("shards", 1, most_shards));
  MUSTER_TRY_ASSIGN(const auto chunk, fields.integer("chunk_bytes", 64, most_chunk_bytes));
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

std::vector<Hash> shard_chunks(ByteView state, const TranscriptCommitment& transcript,
                               std::uint32_t shard) {
  MUSTER_CHECK(shard < transcript.shards);
  const std::size_t count = chunks_per_shard(transcript);
  const auto chunk_bytes = static_cast<std::size_t>(transcript.chunk_bytes);
  std::vector<Hash> chunks(count, zero_chunk);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = (shard * count + i) * chunk_bytes;
    if (begin >= state.size()) break;
    Bytes chunk = to_bytes(state.subspan(begin, std::min(chunk_bytes, state.size() - begin)));
    chunk.resize(chunk_bytes, 0);
    const bool is_zero = std::ranges::all_of(chunk, [](std::uint8_t byte) { return byte == 0; });
    if (!is_zero) chunks[i] = crypto::sha256(chunk);
  }
  return chunks;
}

Hash shard_leaf(std::uint64_t step, std::uint32_t shard, std::span<const Hash> chunks) {
  return ledger::leaf_hash(as_bytes(
      canonical_json({{"root", memory_root(chunks).to_hex()}, {"shard", shard}, {"step", step}})));
}

std::vector<Hash> state_leaves(const TrainingState& state, const TranscriptCommitment& transcript) {
  const Bytes bytes = state_bytes(state);
  std::vector<Hash> leaves;
  for (std::uint32_t shard = 0; shard < transcript.shards; ++shard) {
    leaves.push_back(shard_leaf(state.step, shard, shard_chunks(bytes, transcript, shard)));
  }
  return leaves;
}

CheckpointOpening open_checkpoint(const TranscriptCommitment& transcript,
                                  std::span<const Hash> leaves, std::uint64_t step) {
  MUSTER_CHECK(step % transcript.spec.checkpoint_every == 0 && step <= transcript.spec.steps);
  MUSTER_CHECK(leaves.size() == transcript.checkpoints() * transcript.shards);
  ledger::MerkleTree tree;
  for (const Hash& leaf : leaves) tree.append(leaf);
  const ledger::MerkleProver prover(tree, tree.size());
  CheckpointOpening opening{step, {}};
  const std::uint64_t first = step / transcript.spec.checkpoint_every * transcript.shards;
  for (std::uint32_t shard = 0; shard < transcript.shards; ++shard) {
    opening.paths.push_back(prover.inclusion({first + shard}));
  }
  return opening;
}

bool opening_verifies(const TranscriptCommitment& transcript, const TrainingState& state,
                      const CheckpointOpening& opening) {
  const std::uint64_t every = transcript.spec.checkpoint_every;
  if (opening.step != state.step || state.step % every != 0 || state.step > transcript.spec.steps ||
      opening.paths.size() != transcript.shards) {
    return false;
  }
  const auto leaves = state_leaves(state, transcript);
  const ledger::TreeHead head{{transcript.checkpoints() * transcript.shards},
                              transcript.states_root};
  for (std::uint32_t shard = 0; shard < transcript.shards; ++shard) {
    const ledger::LogIndex index{state.step / every * transcript.shards + shard};
    if (!ledger::inclusion_verifies(leaves[shard], index, head, opening.paths[shard])) return false;
  }
  return true;
}

std::string encode_opening(const CheckpointOpening& opening) {
  Json paths = Json::array();
  for (const auto& path : opening.paths) {
    Json hashes = Json::array();
    for (const Hash& hash : path) hashes.push_back(hash.to_hex());
    paths.push_back(std::move(hashes));
  }
  return canonical_json({{"paths", std::move(paths)}, {"step", opening.step}});
}

Result<CheckpointOpening> parse_opening(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "opening"));
  MUSTER_TRY_ASSIGN(const auto step, fields.integer("step"));
  MUSTER_TRY_ASSIGN(const Json* paths, fields.array("paths"));
  MUSTER_TRY(fields.finish());
  if (paths->size() > static_cast<std::size_t>(most_shards)) {
    return failure(Errc::invalid_input, "opening.paths: more than 65,536");
  }
  CheckpointOpening opening{static_cast<std::uint64_t>(step), {}};
  for (std::size_t i = 0; i < paths->size(); ++i) {
    MUSTER_TRY_ASSIGN(auto path,
                      parse_path((*paths)[i], "opening.paths[" + std::to_string(i) + "]"));
    opening.paths.push_back(std::move(path));
  }
  return opening;
}

}  // namespace muster::attestation
