#pragma once

#include <memory>
#include <vector>

#include "attestation/replay/trainer.hpp"
#include "attestation/replay/transcript.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "tests/attestation/replay/small_spec.hpp"

namespace muster::attestation::test {

/// A text with something to learn: letters in a pattern that is not quite regular.
inline TrainingText small_text() {
  std::string text;
  for (int i = 0; i < 900; ++i) {
    text +=
        "the chip " + std::to_string(i * i % 97) + " is in rack " + std::to_string(i % 7) + "; ";
  }
  return TrainingText(to_bytes(text));
}

/// A run with its checkpoints and what it commits to.
struct SmallRun {
  std::unique_ptr<TrainingText> text;
  Trainer trainer;
  std::vector<TrainingState> checkpoints;
  std::vector<Hash> leaves;
  TranscriptCommitment transcript;
};

inline SmallRun small_run(ModelKind kind) {
  const TrainingSpec spec = small_spec(kind);
  auto text = std::make_unique<TrainingText>(small_text());
  const Trainer trainer(spec, *text);
  SmallRun run{std::move(text), trainer, {}, {}, {spec, 0, {}, 4, 4096, {}}};
  run.transcript.text_bytes = run.text->bytes().size();
  run.transcript.text_root = text_root(*run.text);
  TrainingState state = trainer.initial();
  while (true) {
    if (state.step % spec.checkpoint_every == 0) {
      run.checkpoints.push_back(state);
      const auto leaves = state_leaves(state, run.transcript);
      run.leaves.insert(run.leaves.end(), leaves.begin(), leaves.end());
    }
    if (state.step == spec.steps) break;
    trainer.advance(state);
  }
  run.transcript.states_root = ledger::root_hash(run.leaves);
  return run;
}

}  // namespace muster::attestation::test
