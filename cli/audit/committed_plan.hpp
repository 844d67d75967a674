#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/audit/frozen.hpp"
#include "registry/catalogue/chip_models.hpp"
#include "sampler/plan/drawing.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::cli {

/// A plan that stands in the ledger.
struct CommittedPlan {
  std::string id;
  std::string verifier;  ///< The party that committed it.
  sampler::Plan plan;
  Hash statement;
  Timestamp accepted_at;
  registry::Index32 index;
  std::vector<Frozen> freezes;                   ///< In the order of the plan's frames.
  std::optional<registry::Index32> abandoned{};  ///< By which entry; nothing while it stands.
};

/// Reads plan `id` and checks that it follows from its own request.
/// Errors: `not_found`; `corrupt` for a document that the ledger should not have taken.
Result<CommittedPlan> committed_plan(Home& home, const std::string& id);

/// The bundled catalogue of chip models. Errors: those of the file.
Result<catalogue::ChipModels> bundled_models();

/// The frames that a plan quotes, made anew from the ledger with the escrowed keys.
/// Errors: `invalid_input` when a Prover's key was not given; `refused` by `draw.frame` when a
/// frame is not the frozen one.
Result<std::vector<sampler::Frame>> plan_frames(Home& home, const CommittedPlan& plan,
                                                const FrameKeys& keys);

}  // namespace muster::cli
