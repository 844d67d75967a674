#include "cli/state_proof_source.hpp"

#include "cli/log_operator.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_judged_checkpoints = 256;

Result<std::string> accepted_checkpoint(const Context& context, ledger::Store& store,
                                        const std::string& policy_file) {
  MUSTER_TRY_ASSIGN(const ledger::Policy policy, read_policy(policy_file));
  MUSTER_TRY_ASSIGN(const auto terms, operator_terms(context, store));
  MUSTER_TRY_ASSIGN(const auto texts, store.newest_checkpoints(0, most_judged_checkpoints));
  for (const std::string& text : texts) {
    const auto checkpoint = ledger::parse_checkpoint(text);
    if (!checkpoint || terms.empty()) continue;
    const auto verdict = ledger::accepts(text, policy, &key_at(terms, checkpoint->size));
    if (verdict && verdict->accepted()) return text;
  }
  return failure(Errc::unavailable,
                 policy_file +
                     ": accepts none of the newest kept checkpoints; `muster ledger "
                     "checkpoint` asks its witnesses");
}

Result<std::string> checkpoint_for_proofs(Context& context, ledger::Store& store,
                                          const std::string& policy_file) {
  if (!policy_file.empty()) return accepted_checkpoint(context, store, policy_file);
  MUSTER_TRY_ASSIGN(auto checkpoint, current_checkpoint(context, store));
  if (checkpoint) return std::move(*checkpoint);
  return failure(Errc::unavailable,
                 "proving a state: no signed checkpoint is kept and the operator's key is not "
                 "here");
}

}  // namespace

Result<registry::StateProver> state_prover(Context& context, Home& home,
                                           const StateProofOptions& options) {
  const registry::State& state = home.state();
  std::optional<registry::Index32> at;
  if (options.index) {
    if (*options.index >= state.size()) {
      return failure(Errc::invalid_input, "--index: got " + std::to_string(*options.index) +
                                              ", want an entry below " +
                                              std::to_string(state.size()));
    }
    at = static_cast<registry::Index32>(*options.index);
  }
  MUSTER_TRY_ASSIGN(std::string checkpoint,
                    checkpoint_for_proofs(context, home.store(), options.policy));
  MUSTER_TRY(home.registry().flush());
  return registry::StateProver::open(
      {&state, home.registry().view(), &home.store(), std::move(checkpoint)}, at);
}

}  // namespace muster::cli
