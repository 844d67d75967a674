#pragma once

#include <algorithm>
#include <filesystem>
#include <vector>

#include "attestation/replay/trained_weights.hpp"
#include "attestation/replay/trainer.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

namespace muster::attestation::test {

inline constexpr std::uint32_t fleet_chips = 16;

/// Text that people wrote, as it lies on every Debian machine: the licences of the package
/// base-files, which is essential, one after the other by name, at most 64 KiB. Where there are
/// none, the licence of this project.
inline Bytes real_text() {
  using muster::test::must;
  constexpr std::size_t most = 65'536;
  std::vector<std::filesystem::path> files;
  std::error_code none;
  for (const auto& item : std::filesystem::directory_iterator("/usr/share/common-licenses", none)) {
    if (item.is_regular_file() && !item.is_symlink()) files.push_back(item.path());
  }
  std::ranges::sort(files);
  if (files.empty()) files.emplace_back(std::string(muster::test::source_root) + "/LICENSE");
  Bytes text;
  for (const auto& file : files) append(text, must(read_file(file)));
  text.resize(std::min(text.size(), most));
  return text;
}

/// An MLP of 40,000 numbers for 240 steps, a checkpoint every 20.
inline TrainingSpec real_spec(std::string_view random) {
  TrainingSpec spec;
  spec.context = 16;
  spec.width = 16;
  spec.hidden = 64;
  spec.batch = 32;
  spec.steps = 240;
  spec.checkpoint_every = 20;
  spec.random = crypto::sha256(random);
  return spec;
}

/// A run of the built-in trainer, from s_rand to what it commits to.
struct TrainedRun {
  explicit TrainedRun(std::string_view random, const TrainingState* begin = nullptr)
      : text(real_text()),
        spec(real_spec(random)),
        trainer(spec, text),
        weights(TranscriptCommitment{
            spec, text.bytes().size(), text_root(text), fleet_chips, 2048, {}}) {
    TrainingState state = trainer.initial();
    if (begin != nullptr) {  // weights from elsewhere, called a beginning
      state = *begin;
      state.step = 0;
    }
    first_loss = trainer.loss(state, 1000);
    while (true) {
      weights.add(state);
      if (state.step % spec.checkpoint_every == 0) {
        checkpoints.push_back(state);
        const auto own = state_leaves(state, weights.transcript());
        leaves.insert(leaves.end(), own.begin(), own.end());
      }
      if (state.step == spec.steps) break;
      trainer.advance(state);
    }
    last_loss = trainer.loss(state, 1000);
    transcript = weights.transcript();
    transcript.states_root = ledger::root_hash(leaves);
  }
  TrainedRun(const TrainedRun&) = delete;  // the trainer borrows the text
  TrainedRun& operator=(const TrainedRun&) = delete;

  TrainingText text;
  TrainingSpec spec;
  Trainer trainer;
  TrainedWeights weights;
  TranscriptCommitment transcript;
  std::vector<TrainingState> checkpoints;
  std::vector<Hash> leaves;
  double first_loss = 0;
  double last_loss = 0;
};

/// The run that is declared and shown, trained once for all cases.
inline const TrainedRun& shown_run() {
  static const TrainedRun run("given after the text was committed to");
  return run;
}

/// The run that is hidden: the same model, another beginning and other data.
inline const TrainedRun& hidden_run() {
  static const TrainedRun run("of nobody's beacon");
  return run;
}

}  // namespace muster::attestation::test
