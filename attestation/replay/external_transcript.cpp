#include "attestation/replay/external_transcript.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/base/json_fields.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace muster::attestation {
namespace {

constexpr std::string_view external_transcript_version = "muster/external-transcript/v1";

/// The blocks of one pass over the data.
std::vector<std::uint64_t> seeded_pass(const Hash& seed, std::uint64_t blocks, std::uint64_t pass) {
  std::vector<std::pair<Hash, std::uint64_t>> places;
  places.reserve(static_cast<std::size_t>(blocks));
  const auto number = u64be(pass);
  for (std::uint64_t block = 0; block < blocks; ++block) {
    const auto own = u64be(block);
    places.emplace_back(crypto::sha256({as_bytes("muster/block-order/v1\n"), ByteView(seed.bytes),
                                        ByteView(number), ByteView(own)}),
                        block);
  }
  std::ranges::sort(places);
  std::vector<std::uint64_t> order;
  order.reserve(places.size());
  for (const auto& place : places) order.push_back(place.second);
  return order;
}

}  // namespace

RunOutline ExternalTranscript::outline() const {
  return {crypto::sha256(encode_external_transcript(*this)),
          data_root,
          states_root,
          spec.steps,
          spec.checkpoint_every,
          layout(),
          true};
}

std::string encode_external_transcript(const ExternalTranscript& transcript) {
  return canonical_json({{"v", external_transcript_version},
                         {"spec", encode_external_spec(transcript.spec)},
                         {"data_blocks", transcript.data_blocks},
                         {"data_root", transcript.data_root.to_hex()},
                         {"shards", transcript.shards},
                         {"chunk_bytes", transcript.chunk_bytes},
                         {"states_root", transcript.states_root.to_hex()}});
}

Result<ExternalTranscript> parse_external_transcript(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  MUSTER_TRY_ASSIGN(FieldReader fields, FieldReader::open(json, "transcript"));
  MUSTER_TRY_ASSIGN(const std::string v, fields.text("v"));
  if (v != external_transcript_version) {
    return failure(Errc::invalid_input, "transcript.v: got \"" + v.substr(0, 40) + "\", want \"" +
                                            std::string(external_transcript_version) + "\"");
  }
  ExternalTranscript transcript;
  MUSTER_TRY_ASSIGN(const std::string spec, fields.text("spec"));
  auto parsed = parse_external_spec(spec);
  if (!parsed) return failure(std::move(parsed.error()).during("transcript.spec"));
  transcript.spec = std::move(*parsed);
  MUSTER_TRY_ASSIGN(const auto blocks,
                    fields.integer("data_blocks", 1, static_cast<std::int64_t>(max_data_blocks)));
  MUSTER_TRY_ASSIGN(transcript.data_root, fields.hash("data_root"));
  MUSTER_TRY_ASSIGN(const auto shards, fields.integer("shards", 1, max_shards));
  MUSTER_TRY_ASSIGN(const auto chunk, fields.integer("chunk_bytes", 64, max_chunk_bytes));
  MUSTER_TRY_ASSIGN(transcript.states_root, fields.hash("states_root"));
  MUSTER_TRY(fields.finish());
  transcript.data_blocks = static_cast<std::uint64_t>(blocks);
  transcript.shards = static_cast<std::uint32_t>(shards);
  transcript.chunk_bytes = static_cast<std::uint64_t>(chunk);
  const std::uint64_t chunks = transcript.layout().chunks_per_shard();
  if (chunks <= max_shard_chunks) return transcript;
  return failure(Errc::invalid_input,
                 "transcript.chunk_bytes: got " + std::to_string(chunk) +
                     ", by which a shard has " + std::to_string(chunks) + " chunks, want at most " +
                     std::to_string(max_shard_chunks) + ": larger chunks or more shards");
}

Result<AnyTranscript> parse_any_transcript(std::string_view text) {
  MUSTER_TRY_ASSIGN(const Json json, parse_canonical_json(text));
  // Of whatever version: its own reader says what it wants.
  const auto v = json.is_object() ? json.value("v", Json()) : Json();
  const bool is_external =
      v.is_string() && v.get_ref<const std::string&>().starts_with("muster/external-transcript/");
  if (is_external) {
    MUSTER_TRY_ASSIGN(ExternalTranscript transcript, parse_external_transcript(text));
    return AnyTranscript(std::move(transcript));
  }
  MUSTER_TRY_ASSIGN(TranscriptCommitment transcript, parse_transcript(text));
  return AnyTranscript(std::move(transcript));
}

RunOutline outline_of(const AnyTranscript& transcript) {
  return std::visit([](const auto& one) { return one.outline(); }, transcript);
}

std::vector<TensorSlice> slices_of_shard(const ExternalTranscript& transcript,
                                         std::uint32_t shard) {
  const ShardLayout layout = transcript.layout();
  MUSTER_CHECK(shard < layout.shards);
  const std::uint64_t bytes = layout.chunks_per_shard() * layout.chunk_bytes;
  const std::uint64_t first = shard * bytes;
  std::vector<TensorSlice> slices;
  for (const ExternalTensor& tensor : transcript.spec.tensors) {
    const std::uint64_t begin = std::max(first, tensor.offset);
    const std::uint64_t end = std::min(first + bytes, tensor.offset + tensor.bytes);
    if (begin < end) slices.push_back({tensor.name, begin - tensor.offset, end - tensor.offset});
  }
  return slices;
}

Precommitment precommitment_of(const ExternalTranscript& transcript) {
  return {crypto::sha256(encode_external_spec(transcript.spec)), transcript.data_root};
}

Hash data_blocks_root(std::span<const Hash> blocks) {
  std::vector<Hash> leaves;
  leaves.reserve(blocks.size());
  for (const Hash& digest : blocks) leaves.push_back(ledger::leaf_hash(ByteView(digest.bytes)));
  return ledger::root_hash(leaves);
}

Hash data_seed(std::span<const Hash> blocks, const Hash& random) {
  crypto::Sha256 hasher;
  hasher.update("muster/run-seed/v1\n");
  for (const Hash& digest : blocks) hasher.update(ByteView(digest.bytes));
  hasher.update(ByteView(random.bytes));
  return hasher.finish();
}

std::vector<std::uint64_t> block_order(DataOrder order, const Hash& seed, std::uint64_t blocks,
                                       std::uint64_t segments) {
  MUSTER_CHECK(blocks > 0);
  std::vector<std::uint64_t> result;
  result.reserve(static_cast<std::size_t>(segments));
  for (std::uint64_t pass = 0; result.size() < segments; ++pass) {
    std::vector<std::uint64_t> one;
    if (order == DataOrder::seeded) one = seeded_pass(seed, blocks, pass);
    for (std::uint64_t i = 0; i < blocks && result.size() < segments; ++i) {
      result.push_back(one.empty() ? i : one[static_cast<std::size_t>(i)]);
    }
  }
  return result;
}

}  // namespace muster::attestation
