#include "cli/emulated_run.hpp"

#include "attestation/device/memory.hpp"
#include "attestation/replay/emulated_fleet.hpp"
#include "attestation/replay/trainer.hpp"
#include "cli/external_files.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

constexpr std::uint64_t most_chunk_digests = std::uint64_t{1} << 25U;  // a gibibyte of them

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

/// `remedy` says how the run gets larger chunks.
Result<void> check_size(const HeldRun& run, const std::string& remedy) {
  const std::uint64_t per_shard = run.layout.chunks_per_shard();
  if (per_shard > max_chunks / 2) {
    return failure(Errc::invalid_input, "got " + std::to_string(per_shard) +
                                            " chunks on each chip, want at most " +
                                            std::to_string(max_chunks / 2) + ": " + remedy);
  }
  const std::uint64_t states = run.steps / run.steps_per_state + 1;
  const std::uint64_t all = per_shard * run.layout.shards * states;
  if (all <= most_chunk_digests) return {};
  return failure(Errc::invalid_input, "got " + std::to_string(all) +
                                          " chunk digests in all states, want at most " +
                                          std::to_string(most_chunk_digests) + ": " + remedy);
}

tl::unexpected<Error> not_committed(const TrainingFiles& files) {
  return failure(Errc::invalid_input,
                 files.transcript().string() +
                     ": the states that its run comes to are not those that it commits to");
}

Result<TrainedWeights> weights_of_trainer(const TrainingFiles& files,
                                          const TranscriptCommitment& transcript,
                                          print::Printer& printer) {
  MUSTER_TRY_ASSIGN(const TrainingText text, read_training_text(files, transcript));
  TrainedWeights weights(transcript);
  if (ledger::root_hash(train(text, weights, printer)) == transcript.states_root) return weights;
  return not_committed(files);
}

Result<TrainedWeights> weights_of_others(const TrainingFiles& files,
                                         const ExternalTranscript& transcript,
                                         print::Printer& printer) {
  const ExternalSpec& spec = transcript.spec;
  auto progress = printer.progress({.activity = "reading", .unit = "steps", .total = spec.steps});
  TrainedWeights weights(transcript);
  std::vector<Hash> leaves;
  for (std::uint64_t step = 0; step <= spec.steps; step += spec.checkpoint_every) {
    MUSTER_TRY_ASSIGN(const ExternalState state,
                      read_external_checkpoint(ExternalFiles{files}, spec, step));
    if (state.step() != step) return not_committed(files);
    MUSTER_TRY(weights.add(state));
    for (std::uint32_t shard = 0; shard < transcript.shards; ++shard) {
      leaves.push_back(shard_leaf(step, shard, weights.shard(shard, step / spec.checkpoint_every)));
    }
    progress.update(step);
  }
  if (ledger::root_hash(leaves) == transcript.states_root) return weights;
  return not_committed(files);
}

}  // namespace

Result<AnyTranscript> read_any_transcript(const TrainingFiles& files) {
  MUSTER_TRY_ASSIGN(const std::string document, read_text_file(files.transcript()));
  auto transcript = parse_any_transcript(document);
  if (!transcript) {
    return failure(std::move(transcript.error()).during(files.transcript().string()));
  }
  return transcript;
}

Result<TrainedWeights> trained_weights(const TrainingFiles& files, const AnyTranscript& transcript,
                                       print::Printer& printer) {
  const auto* const external = std::get_if<ExternalTranscript>(&transcript);
  const HeldRun run = external != nullptr
                          ? TrainedWeights(*external).run()
                          : TrainedWeights(std::get<TranscriptCommitment>(transcript)).run();
  auto fits = check_size(run, external != nullptr ? "make its transcript with larger --chunk-bytes"
                                                  : "train it with larger --chunk-bytes");
  if (!fits) return failure(std::move(fits.error()).during(files.transcript().string()));
  if (external != nullptr) return weights_of_others(files, *external, printer);
  return weights_of_trainer(files, std::get<TranscriptCommitment>(transcript), printer);
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
