#pragma once

#include <optional>
#include <string>

#include "cli/scenario/held_fleet.hpp"
#include "cli/scenario/paper_parts.hpp"
#include "sampler/plan/draw_check.hpp"

namespace muster::cli::scenario {

/// A draw whose statements stand in a register, as the real parties make them: the Prover's heads
/// and freeze, the Verifier's key and plan, for a draw that is not at the gates the ceremony of
/// both, and then whatever the Verifier signs of it. Of 24 chips at three sites.
class DrawStage final {
 public:
  /// Up to where the draw can be made. Errors: a refusal, which would be a fault of this stage;
  /// those of the plan and of the catalogue.
  static Result<DrawStage> make(const Hash& seed, bool at_gates);

  [[nodiscard]] const sampler::Plan& plan() const { return *plan_; }
  [[nodiscard]] const sampler::Frame& frame() const { return *frame_; }
  [[nodiscard]] Timestamp accepted_at() const { return accepted_at_; }
  /// What the ceremony came to. Requires: a draw that is not at the gates.
  [[nodiscard]] const sampler::BeaconValue& value() const { return *value_; }

  /// Has the Verifier sign the draw as `evidence` tells it: the seal by the value there, each
  /// arrival that is recorded, each opening by the value of its gate. Returns what is filed: the
  /// operator's refusal of the first statement that the register does not take, or else the draw as
  /// the log has it; nothing where that is as it must be. Once for each stage.
  Result<std::string> filed(const sampler::DrawEvidence& evidence);

  /// The log as it is, with its operator's checkpoint, as papers show it.
  [[nodiscard]] Result<Json> signed_log() { return signed_log_json(*fleet_.world); }

  /// What is filed of a Prover that freezes its frame without the line in place `left_out`.
  static Result<std::string> frozen_without(const Hash& seed, std::size_t left_out);

 private:
  static Result<DrawStage> founded(const Hash& seed);
  Result<Hash> frozen(const sampler::Frame& frame);
  Result<void> commit_plan(const Hash& freeze, bool at_gates);
  Result<void> hold_ceremony(const Hash& statement);
  Result<std::string> refused(registry::Draft draft);
  Result<std::string> refused_opening(const sampler::DrawEvidence& evidence, std::size_t place);

  HeldFleet fleet_{};
  std::string verifier_{};
  std::optional<sampler::Frame> frame_{};
  std::optional<sampler::Plan> plan_{};
  std::optional<sampler::BeaconValue> value_{};
  Timestamp accepted_at_{};
  Hash heads_root_{};
  Hash declarations_root_{};
};

}  // namespace muster::cli::scenario
