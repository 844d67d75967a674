#include "cli/audit/freeze_draft.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/merkle.hpp"

namespace muster::cli::audit {
namespace {

/// Whether two statements have chips in one range of ids. Requires: chips in both.
bool share_a_range(const registry::State& state, const registry::HeadsCommit& one,
                   const registry::HeadsCommit& other) {
  return state.chip_id(one.first) <= state.chip_id(other.last) &&
         state.chip_id(other.first) <= state.chip_id(one.last);
}

}  // namespace

QuotedHeads heads_to_quote(const registry::State& state, const PartyId& prover,
                           const Window& window) {
  const registry::Tables& tables = state.tables();
  const registry::RowN party = tables.parties.find(prover.text());
  std::vector<registry::HeadsCommit> known;
  for (const registry::HeadsCommit& heads : tables.heads.rows()) {
    if (heads.party != party || heads.from != window.from || heads.to != window.to) continue;
    const bool corrected = tables.statements[heads.index].corrected != registry::no_index;
    if (!corrected && heads.first != registry::no_row) known.push_back(heads);
  }
  std::vector<registry::HeadsCommit> chosen;
  for (auto heads = known.rbegin(); heads != known.rend(); ++heads) {
    const bool older = std::ranges::any_of(
        chosen, [&](const auto& newer) { return share_a_range(state, newer, *heads); });
    if (!older) chosen.push_back(*heads);
  }
  std::ranges::sort(chosen, {}, [&](const auto& heads) { return state.chip_id(heads.first); });
  QuotedHeads quoted;
  std::vector<Hash> roots;
  for (const registry::HeadsCommit& heads : chosen) {
    quoted.parts.push_back(heads.index);
    quoted.count += heads.count;
    roots.push_back(heads.root);
  }
  quoted.root = roots.size() == 1 ? roots.front() : ledger::root_hash(roots);
  return quoted;
}

Result<MadeFreeze> made_freeze(const registry::State& state, const catalogue::ChipModels& models,
                               const FreezeWish& wish, Bytes frame_key) {
  MUSTER_TRY_ASSIGN(const auto held, registry::frame(state, wish.prover, wish.window));
  MUSTER_TRY_ASSIGN(auto frame, sampler_frame(state, held, models, std::move(frame_key)));
  const registry::RowN party = state.tables().parties.find(wish.prover.text());
  const auto declared = registry::declarations(state, party, wish.window, state.size());
  return MadeFreeze{std::move(frame), heads_to_quote(state, wish.prover, wish.window),
                    declared.size(),
                    registry::declarations_root(state, party, wish.window, state.size())};
}

registry::Draft freeze_draft(const registry::State& state, const FreezeWish& wish,
                             const MadeFreeze& made) {
  MUSTER_CHECK(!made.heads.parts.empty());
  Json parts = Json::array();
  for (const registry::Index32 part : made.heads.parts) {
    parts.push_back(state.tables().statements[part].hash.to_hex());
  }
  Json heads{
      {"root", made.heads.root.to_hex()}, {"count", made.heads.count}, {"statement", parts.back()}};
  if (parts.size() > 1) heads["parts"] = std::move(parts);
  return {.kind = "freeze.commit",
          .body = {{"freeze", wish.freeze},
                   {"window",
                    {{"from", wish.window.from.to_string()}, {"to", wish.window.to.to_string()}}},
                   {"frame",
                    {{"root", frame_root(made.frame).to_hex()},
                     {"count", made.frame.lines.size()},
                     {"salted", true}}},
                   {"heads", std::move(heads)},
                   {"declarations",
                    {{"root", made.declarations_root.to_hex()}, {"count", made.declarations}}}}};
}

}  // namespace muster::cli::audit
