#include "attestation/replay/run_outline.hpp"

#include <algorithm>

#include "attestation/device/memory.hpp"
#include "attestation/replay/chunk_digester.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "ledger/merkle_tree.hpp"

namespace muster::attestation {
namespace {

constexpr std::size_t most_path = 64;

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

std::uint64_t ShardLayout::chunks_per_shard() const {
  const std::uint64_t each = chunk_bytes * shards;
  return (state_bytes + each - 1) / each;
}

std::vector<Hash> shard_chunks(ByteView state, const ShardLayout& layout, std::uint32_t shard) {
  MUSTER_CHECK(shard < layout.shards);
  const std::uint64_t count = layout.chunks_per_shard();
  const std::uint64_t first =
      std::min<std::uint64_t>(state.size(), shard * count * layout.chunk_bytes);
  const std::uint64_t bytes =
      std::min<std::uint64_t>(state.size() - first, count * layout.chunk_bytes);
  ChunkDigester digester(layout.chunk_bytes);
  digester.add(state.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(bytes)));
  return digester.finish(static_cast<std::size_t>(count));
}

Hash shard_leaf(std::uint64_t step, std::uint32_t shard, std::span<const Hash> chunks) {
  return ledger::leaf_hash(as_bytes(
      canonical_json({{"root", memory_root(chunks).to_hex()}, {"shard", shard}, {"step", step}})));
}

std::vector<Hash> state_leaves(std::uint64_t step, ByteView state, const ShardLayout& layout) {
  std::vector<Hash> leaves;
  for (std::uint32_t shard = 0; shard < layout.shards; ++shard) {
    leaves.push_back(shard_leaf(step, shard, shard_chunks(state, layout, shard)));
  }
  return leaves;
}

bool is_committed(std::uint64_t step, std::span<const Hash> own, std::span<const Hash> leaves,
                  const RunOutline& outline) {
  const std::uint64_t every = outline.checkpoint_every;
  if (step % every != 0 || step > outline.steps) return false;
  const std::size_t first = static_cast<std::size_t>(step / every) * outline.layout.shards;
  return std::ranges::equal(own, leaves.subspan(first, outline.layout.shards));
}

CheckpointOpening open_checkpoint(const RunOutline& outline, std::span<const Hash> leaves,
                                  std::uint64_t step) {
  const std::uint32_t shards = outline.layout.shards;
  MUSTER_CHECK(step % outline.checkpoint_every == 0 && step <= outline.steps);
  MUSTER_CHECK(leaves.size() == outline.checkpoints() * shards);
  ledger::MerkleTree tree;
  for (const Hash& leaf : leaves) tree.append(leaf);
  const ledger::MerkleProver prover(tree, tree.size());
  CheckpointOpening opening{step, {}};
  const std::uint64_t first = step / outline.checkpoint_every * shards;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    opening.paths.push_back(prover.inclusion({first + shard}));
  }
  return opening;
}

bool leads_to_root(const RunOutline& outline, std::span<const Hash> own,
                   const CheckpointOpening& opening) {
  const std::uint32_t shards = outline.layout.shards;
  if (opening.step % outline.checkpoint_every != 0 || opening.step > outline.steps ||
      own.size() != shards || opening.paths.size() != shards) {
    return false;
  }
  const ledger::TreeHead head{{outline.checkpoints() * shards}, outline.states_root};
  const std::uint64_t first = opening.step / outline.checkpoint_every * shards;
  for (std::uint32_t shard = 0; shard < shards; ++shard) {
    const ledger::LogIndex index{first + shard};
    if (!ledger::inclusion_verifies(own[shard], index, head, opening.paths[shard])) return false;
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
  if (paths->size() > static_cast<std::size_t>(max_shards)) {
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
