#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "attestation/replay/external_state.hpp"
#include "attestation/replay/transcript.hpp"
#include "attestation/run/declaration.hpp"

namespace muster::attestation {

/// The code of a declared step that the run of the transcript did not have.
inline constexpr std::string_view declared_otherwise_code = "run.declared_otherwise";

/// A shard at a step, of which declaration and transcript say different things.
struct DeclaredOtherwise {
  std::uint64_t step;
  std::uint32_t shard;

  friend auto operator<=>(const DeclaredOtherwise&, const DeclaredOtherwise&) = default;
};

/// Holds what a Prover declared of its chips' memory to the run that it shows: step by step, the
/// chunks of each shard must be those of the run's state. Without this a log may agree with a
/// declaration, and the transcript be of another run. Step n of the declaration is step n of the
/// transcript. Borrows the declaration.
class DeclaredSteps final {
 public:
  DeclaredSteps(const Declaration& declaration, const TranscriptCommitment& transcript);
  /// The same for a run of any model.
  DeclaredSteps(const Declaration& declaration, std::uint64_t last_step, const ShardLayout& layout);

  /// Compares all that is declared of the step of `state`, a state of the run. A step that was seen
  /// before is passed over. Cost: a hash of the state where something is declared of its step.
  void compare(const TrainingState& state);
  /// The same for a state of a model of others. Errors: those of reading it.
  Result<void> compare(const ExternalState& state);

  /// Commitments that were compared, and all that there are.
  [[nodiscard]] std::uint64_t compared() const { return compared_; }
  [[nodiscard]] std::uint64_t declared() const { return declaration_->steps.size(); }
  /// In order of step and shard; those of steps or shards that the run does not have among them.
  [[nodiscard]] std::vector<DeclaredOtherwise> otherwise() const;

 private:
  const Declaration* declaration_;
  ShardLayout layout_;
  std::vector<const StepCommitment*> by_step_;
  std::set<std::uint64_t> seen_;
  std::uint64_t compared_ = 0;
  std::set<DeclaredOtherwise> otherwise_;

  /// Whether anything is declared of a step that was not compared yet.
  [[nodiscard]] bool is_declared(std::uint64_t step) const;
  /// All that is declared of a step.
  [[nodiscard]] std::span<const StepCommitment* const> of_step(std::uint64_t step) const;
  void compare(const StepCommitment& item, const std::vector<Hash>& chunks);
};

}  // namespace muster::attestation
