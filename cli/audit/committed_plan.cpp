#include "cli/audit/committed_plan.hpp"

#include "cli/audit/frames.hpp"
#include "cli/audit/ledger_event.hpp"
#include "cli/data_folder.hpp"
#include "ledger/base/file.hpp"
#include "sampler/floor/floor_plan.hpp"

namespace muster::cli {
Result<CommittedPlan> committed_plan(Home& home, const std::string& id) {
  const registry::State& state = home.state();
  const registry::RowN row = state.tables().plans.find(id);
  if (row == registry::no_row) {
    return failure(Errc::not_found, "plan " + id + ": not in this ledger; `muster plan list`");
  }
  const registry::Plan& found = state.tables().plans[row];
  MUSTER_TRY_ASSIGN(const LedgerEvent event, ledger_event(home, found.index));
  if (sampler::is_floor_plan(event.event.body.at("document"))) {
    return failure(Errc::invalid_input,
                   "plan " + id + ": draws positions, not chips; `muster plan floor`");
  }
  const std::string document = canonical_json(event.event.body.at("document"));
  MUSTER_TRY_ASSIGN(sampler::Plan plan, sampler::parse_plan(document));
  CommittedPlan committed{id,
                          state.party_name(found.party),
                          std::move(plan),
                          event.event.statement,
                          event.accepted_at,
                          found.index,
                          {}};
  if (found.abandoned != registry::no_index) committed.abandoned = found.abandoned;
  for (const auto& frame : committed.plan.request.frames) {
    MUSTER_TRY_ASSIGN(Frozen frozen, freeze_by_statement(state, frame.freeze_statement));
    committed.freezes.push_back(std::move(frozen));
  }
  return committed;
}

Result<catalogue::ChipModels> bundled_models() {
  MUSTER_TRY_ASSIGN(const std::string folder, data_folder());
  MUSTER_TRY_ASSIGN(const std::string csv, read_text_file(folder + "/chip_models.csv"));
  return catalogue::ChipModels::parse(csv, "chip_models.csv");
}

Result<std::vector<sampler::Frame>> plan_frames(Home& home, const CommittedPlan& plan,
                                                const FrameKeys& keys) {
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  std::vector<sampler::Frame> frames;
  for (const Frozen& frozen : plan.freezes) {
    const auto key = keys.find(frozen.prover.text());
    if (key == keys.end()) {
      return failure(Errc::invalid_input, "frame key of " + frozen.prover.text() +
                                              ": missing; give --frame-key " +
                                              frozen.prover.text() + "=FILE");
    }
    MUSTER_TRY_ASSIGN(const auto lines, registry_frame(home.state(), frozen));
    MUSTER_TRY_ASSIGN(auto frame, audit::sampler_frame(home.state(), lines, models, key->second));
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace muster::cli
