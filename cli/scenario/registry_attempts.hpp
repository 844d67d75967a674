#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/scenario/attempts.hpp"
#include "cli/scenario/registry_world.hpp"

namespace muster::cli::scenario {

/// One way to cheat the register, in a world in which others were tried before.
struct RegistryAttempt {
  std::string_view name;
  std::function<Result<AttemptEnd>(RegistryWorld&)> play;
};

/// What becomes of a statement that must be refused, and must leave the log as it was.
/// Errors: those of the store.
Result<AttemptEnd> refused(RegistryWorld& world, const std::string& org, registry::Draft draft,
                           const std::vector<std::string>& co_signers = {},
                           const std::string& key = {});

/// A sale of `chips` to the site of `to`, under a new shipment.
[[nodiscard]] registry::Draft release_draft(RegistryWorld& world, const std::string& to,
                                            const std::vector<ChipId>& chips);

/// V1: packages that no lot accounts for.
[[nodiscard]] std::vector<RegistryAttempt> fab_attempts();
/// V3: devices that answer after their chips were declared gone.
[[nodiscard]] std::vector<RegistryAttempt> seen_again_attempts();
/// V24: plans that are given up, held back, or drawn from twice.
[[nodiscard]] std::vector<RegistryAttempt> campaign_attempts();
/// V25: an entry written anew.
[[nodiscard]] std::vector<RegistryAttempt> rewriting_attempts();
/// V25: logs that are not what their operator signed before.
[[nodiscard]] std::vector<RegistryAttempt> operator_attempts();
/// V28: goods that cross a border without the licence for it, or are installed at another's.
[[nodiscard]] std::vector<RegistryAttempt> diversion_attempts();
/// V26: delegates who say more than they may.
[[nodiscard]] std::vector<RegistryAttempt> delegate_attempts();

}  // namespace muster::cli::scenario
