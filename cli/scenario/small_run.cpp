#include "cli/scenario/small_run.hpp"

#include <algorithm>
#include <string>

#include "ledger/base/check.hpp"
#include "ledger/crypto/seeded_random.hpp"

namespace muster::cli::scenario {

using attestation::TrainingState;

namespace {

constexpr std::uint64_t small_chunk_bytes = 2048;
constexpr std::size_t synthetic_text_bytes = 16'384;

attestation::TranscriptCommitment transcript_of(const attestation::TrainingSpec& spec,
                                                const attestation::TrainingText& text) {
  return {spec, text.bytes().size(), attestation::text_root(text), 1, small_chunk_bytes, {}};
}

std::vector<float> between_numbers(const std::vector<float>& a, const std::vector<float>& b,
                                   double share) {
  std::vector<float> made(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a[i]);
    made[i] = static_cast<float>(x + share * (static_cast<double>(b[i]) - x));
  }
  return made;
}

}  // namespace

Bytes synthetic_text(const Hash& seed) {
  crypto::SeededRandom random(seed);
  std::vector<std::string> words;
  for (int i = 0; i < 64; ++i) {
    std::string word;
    for (auto left = 2 + random.below(6); left > 0; --left) {
      word += static_cast<char>(random.below(256));
    }
    words.push_back(word + " ");
  }
  std::string text;
  while (text.size() < synthetic_text_bytes) text += words[random.below(words.size())];
  return to_bytes(as_bytes(text));
}

attestation::TrainingSpec small_spec(const Hash& random, std::uint64_t segments) {
  attestation::TrainingSpec spec;
  spec.context = 8;
  spec.width = 4;
  spec.hidden = 8;
  spec.batch = 8;
  spec.checkpoint_every = 8;
  spec.steps = segments * spec.checkpoint_every;
  spec.random = random;
  return spec;
}

SmallRun::SmallRun(Bytes text, const attestation::TrainingSpec& spec, const TrainingState* begin)
    : text_(std::move(text)),
      spec_(spec),
      trainer_(spec_, text_),
      weights_(transcript_of(spec_, text_)) {
  TrainingState state = trainer_.initial();
  if (begin != nullptr) {
    state = *begin;
    state.step = 0;
  }
  for (;;) {
    weights_.add(state);
    if (state.step % spec_.checkpoint_every == 0) checkpoints_.push_back(state);
    if (state.step == spec_.steps) return;
    trainer_.advance(state);
  }
}

TrainingState SmallRun::state_at(std::uint64_t step) const {
  MUSTER_CHECK(step <= spec_.steps);
  TrainingState state = checkpoints_[static_cast<std::size_t>(step / spec_.checkpoint_every)];
  while (state.step < step) trainer_.advance(state);
  return state;
}

TrainingState between(const TrainingState& a, const TrainingState& b, double share,
                      std::uint64_t step) {
  return {step, between_numbers(a.weights, b.weights, share),
          between_numbers(a.first, b.first, share), between_numbers(a.second, b.second, share)};
}

}  // namespace muster::cli::scenario
