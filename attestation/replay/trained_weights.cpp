#include "attestation/replay/trained_weights.hpp"

#include <algorithm>

#include "attestation/replay/chunk_digester.hpp"
#include "attestation/replay/parameters.hpp"
#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::attestation {
namespace {

/// State over parameters, rounded up to thousandths: a declaration has no more places.
std::string bytes_per_parameter_of(const ExternalSpec& spec) {
  constexpr std::uint64_t most = 999'999'999;
  const std::uint64_t thousandths = (1'000 * spec.state_bytes() - 1) / spec.parameters + 1;
  std::string text = std::to_string(thousandths % 1'000 + 1'000);
  text[0] = '.';
  text.resize(text.find_last_not_of('0') + 1);
  if (text == ".") text.clear();
  return std::to_string(std::min(most, thousandths / 1'000)) + text;
}

HeldRun held_run(const TranscriptCommitment& transcript) {
  const TrainingSpec& spec = transcript.spec;
  return {transcript.layout(),
          spec.steps,
          1,
          std::to_string(parameter_count(spec)),
          std::to_string(flop_per_step(spec) * spec.steps),
          "12",  // weights and both moments
          false};
}

HeldRun held_run(const ExternalTranscript& transcript) {
  const ExternalSpec& spec = transcript.spec;
  return {transcript.layout(),
          spec.steps,
          spec.checkpoint_every,
          std::to_string(spec.parameters),
          spec.flop().text(),
          bytes_per_parameter_of(spec),
          true};
}

/// The first chunk of a shard, with one bit flipped.
Hash digest_of_flipped(Bytes chunk, std::uint64_t chunk_bytes) {
  chunk.resize(static_cast<std::size_t>(chunk_bytes), 0);
  chunk.front() ^= 1U;
  ChunkDigester digester(chunk_bytes);
  digester.add(chunk);
  return digester.finish(1).front();
}

/// Where the first chunk of a shard lies in a state, as far as it is one.
struct ChunkRange {
  std::uint64_t first;
  std::uint64_t bytes;
};
ChunkRange first_chunk(const ShardLayout& layout, std::uint32_t shard) {
  const std::uint64_t first =
      std::min(layout.state_bytes, shard * layout.chunks_per_shard() * layout.chunk_bytes);
  return {first, std::min(layout.chunk_bytes, layout.state_bytes - first)};
}

}  // namespace

TrainedWeights::TrainedWeights(TranscriptCommitment transcript)
    : transcript_(std::move(transcript)), run_(held_run(transcript_)) {}

TrainedWeights::TrainedWeights(const ExternalTranscript& transcript) : run_(held_run(transcript)) {}

void TrainedWeights::add(const TrainingState& state) {
  MUSTER_CHECK(!run_.is_external && state.step == states_.size());
  const Bytes bytes = state_bytes(state);
  std::vector<Shard> shards;
  for (std::uint32_t shard = 0; shard < run_.layout.shards; ++shard) {
    const ChunkRange range = first_chunk(run_.layout, shard);
    const auto chunk = ByteView(bytes).subspan(static_cast<std::size_t>(range.first),
                                               static_cast<std::size_t>(range.bytes));
    shards.push_back({shard_chunks(bytes, run_.layout, shard),
                      digest_of_flipped(to_bytes(chunk), run_.layout.chunk_bytes)});
  }
  states_.push_back(std::move(shards));
}

Result<void> TrainedWeights::add(const ExternalState& state) {
  MUSTER_CHECK(run_.is_external && state.step() == states_.size() * run_.steps_per_state);
  std::vector<Shard> shards;
  for (std::uint32_t shard = 0; shard < run_.layout.shards; ++shard) {
    const ChunkRange range = first_chunk(run_.layout, shard);
    Bytes chunk(static_cast<std::size_t>(range.bytes));
    MUSTER_TRY(state.read(range.first, chunk));
    MUSTER_TRY_ASSIGN(auto chunks, shard_chunks(state, run_.layout, shard));
    shards.push_back(
        {std::move(chunks), digest_of_flipped(std::move(chunk), run_.layout.chunk_bytes)});
  }
  states_.push_back(std::move(shards));
  return {};
}

std::uint32_t TrainedWeights::chunks() const {
  return static_cast<std::uint32_t>(states_.front().front().chunks.size());
}

const TrainedWeights::Shard& TrainedWeights::at(std::uint32_t shard, std::uint64_t state) const {
  const std::uint64_t held = std::min<std::uint64_t>(state, states_.size() - 1);
  return states_[static_cast<std::size_t>(held)][shard];
}

const std::vector<Hash>& TrainedWeights::shard(std::uint32_t shard, std::uint64_t state) const {
  return at(shard, state).chunks;
}

Hash TrainedWeights::chunk(std::uint32_t shard, std::uint64_t state, std::uint32_t chunk) const {
  return at(shard, state).chunks[chunk];
}

Hash TrainedWeights::flipped_chunk(std::uint32_t shard, std::uint64_t state) const {
  return at(shard, state).flipped;
}

WeightChunkOf TrainedWeights::source() const {
  return [this](std::uint32_t shard, std::uint64_t state, std::uint32_t chunk_number) {
    return chunk(shard, state, chunk_number);
  };
}

TrainedWeights TrainedWeights::replaced_by_names() const {
  TrainedWeights other = *this;
  const auto replace = [](Hash& digest) {
    digest = crypto::sha256({as_bytes("muster/emulated/hidden-run/v1\n"), digest.view()});
  };
  for (std::vector<Shard>& shards : other.states_) {
    for (Shard& item : shards) {
      std::ranges::for_each(item.chunks, replace);
      replace(item.flipped);
    }
  }
  return other;
}

}  // namespace muster::attestation
