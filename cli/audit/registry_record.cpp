#include "cli/audit/prover_record.hpp"

#include <algorithm>
#include <unordered_set>

#include "cli/audit/declaration_blobs.hpp"
#include "cli/audit/ledger_event.hpp"
#include "ledger/base/check.hpp"
#include "registry/kind.hpp"

namespace muster::cli {
namespace {

using Chips = std::unordered_set<ChipId>;

Result<attestation::DeclarationIndex> declarations_of(Home& home, const Frozen& frozen) {
  const registry::State& state = home.state();
  std::vector<attestation::FiledDeclaration> filed;
  for (const registry::Run& run : state.tables().runs.rows()) {
    if (state.party_name(run.party) != frozen.prover.text()) continue;
    MUSTER_TRY_ASSIGN(const LedgerEvent found, ledger_event(home, run.index));
    // An amendment may leave parts out; what it does not restate it cannot explain.
    if (found.event.kind->name != "run.declare") continue;
    const registry::Body body = found.event.fields();
    const Bytes* shards = found.blob(body.record("shards").hash("sha256"));
    const Bytes* steps = found.blob(body.record("steps").hash("sha256"));
    MUSTER_CHECK(shards != nullptr && steps != nullptr);
    MUSTER_TRY_ASSIGN(auto declaration,
                      audit::filed_declaration(found.event.body, *shards, *steps));
    filed.push_back({std::move(declaration), run.index < frozen.index});
  }
  return attestation::DeclarationIndex(std::move(filed));
}

/// Columns of heads.commit, sorted by name: counter, entry, epoch, head, none.
constexpr std::size_t head_column = 3;

Result<void> add_heads(Home& home, registry::Index32 index, const Chips& wanted,
                       ProverRecord& record) {
  MUSTER_TRY_ASSIGN(const LedgerEvent found, ledger_event(home, index));
  const registry::ItemTable& items = found.event.items;
  for (std::size_t i = 0; i < items.items.size(); ++i) {
    const ChipId& chip = items.items[i].chip;
    const registry::Cell& cell = items.cell(i, head_column);
    if (!wanted.contains(chip) || cell.type != registry::Cell::Type::text) continue;
    MUSTER_TRY_ASSIGN(const Hash head, Hash::from_hex(cell.text));
    record.heads[chip].push_back({head, found.accepted_at});
  }
  return {};
}

void add_held(const registry::State& state, const Frozen& frozen, const Chips& wanted,
              ProverRecord& record) {
  const registry::RowN party = state.tables().parties.find(frozen.prover.text());
  for (const registry::RowN row : state.custody_of(party)) {
    const registry::Custody& custody = state.tables().custody[row];
    const ChipId chip = state.chip_id(custody.chip);
    if (!wanted.contains(chip)) continue;
    // Chips stay powered between the window's end and the reading; the window itself cuts.
    record.held[chip].push_back({Timestamp{custody.from_ms}, Timestamp{custody.to_ms}});
  }
}

}  // namespace

Result<ProverRecord> prover_record(Home& home, const Frozen& frozen,
                                   const std::vector<ChipId>& chips) {
  const registry::State& state = home.state();
  const Chips wanted(chips.begin(), chips.end());
  MUSTER_TRY_ASSIGN(auto declarations, declarations_of(home, frozen));
  ProverRecord record{frozen.prover, frozen.window, std::move(declarations), {}, {}};
  const registry::RowN party = state.tables().parties.find(frozen.prover.text());
  for (const registry::HeadsCommit& heads : state.tables().heads.rows()) {
    if (heads.party == party && heads.index < frozen.index) {
      MUSTER_TRY(add_heads(home, heads.index, wanted, record));
    }
  }
  add_held(state, frozen, wanted, record);
  return record;
}

}  // namespace muster::cli
