#include "cli/emulated_run.hpp"

#include "attestation/device/memory.hpp"
#include "attestation/replay/emulated_fleet.hpp"
#include "attestation/replay/parameters.hpp"
#include "attestation/replay/trainer.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

constexpr std::uint64_t most_chunk_digests = std::uint64_t{1} << 25U;  // a gibibyte of them
constexpr std::uint64_t state_bytes_per_number = 12;

/// Trains to the end; the leaves of all checkpoints.
std::vector<Hash> train(const TrainingText& text, TrainedWeights& weights,
                        print::Printer& printer) {
  const TrainingSpec& spec = weights.transcript().spec;
  const Trainer trainer(spec, text);
  auto progress = printer.progress({.activity = "training", .unit = "steps", .total = spec.steps});
  std::vector<Hash> leaves;
  TrainingState state = trainer.initial();
  while (true) {
    weights.add(state);
    if (state.step % spec.checkpoint_every == 0) {
      const auto own = state_leaves(state, weights.transcript());
      leaves.insert(leaves.end(), own.begin(), own.end());
    }
    if (state.step == spec.steps) return leaves;
    trainer.advance(state);
    progress.update(state.step);
  }
}

Result<void> check_size(const TranscriptCommitment& transcript) {
  const std::uint64_t bytes = parameter_count(transcript.spec) * state_bytes_per_number;
  const std::uint64_t per_shard =
      bytes / transcript.shards / transcript.chunk_bytes + 1;  // and one that is not full
  if (per_shard > max_chunks / 2) {
    return failure(Errc::invalid_input,
                   "got some " + std::to_string(per_shard) + " chunks on each chip, want at most " +
                       std::to_string(max_chunks / 2) + ": train it with larger --chunk-bytes");
  }
  const std::uint64_t all = per_shard * transcript.shards * (transcript.spec.steps + 1);
  if (all <= most_chunk_digests) return {};
  return failure(Errc::invalid_input,
                 "got some " + std::to_string(all) + " chunk digests in all steps, want at most " +
                     std::to_string(most_chunk_digests) + ": train it with larger --chunk-bytes");
}

}  // namespace

Result<TrainedWeights> trained_weights(const TrainingFiles& files, print::Printer& printer) {
  const std::string path = files.transcript().string();
  MUSTER_TRY_ASSIGN(const std::string document, read_text_file(files.transcript()));
  auto transcript = parse_transcript(document);
  if (!transcript) return failure(std::move(transcript.error()).during(path));
  auto fits = check_size(*transcript);
  if (!fits) return failure(std::move(fits.error()).during(path));
  MUSTER_TRY_ASSIGN(const TrainingText text, read_training_text(files, *transcript));
  TrainedWeights weights(*transcript);
  if (ledger::root_hash(train(text, weights, printer)) == transcript->states_root) return weights;
  return failure(Errc::invalid_input,
                 path + ": the states that its run comes to are not those that it commits to");
}

TrainedWeights other_weights(const TranscriptCommitment& transcript, const TrainingText& text,
                             print::Printer& printer) {
  TranscriptCommitment other = transcript;
  other.spec.random =
      crypto::sha256({as_bytes("muster/emulated/hidden-run/v1\n"), transcript.spec.random.view()});
  TrainedWeights weights(other);
  train(text, weights, printer);
  return weights;
}

}  // namespace muster::cli
