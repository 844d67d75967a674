#include "cli/audit/registry_record.hpp"

#include <algorithm>
#include <unordered_set>

#include "cli/audit/declaration_blobs.hpp"
#include "cli/audit/ledger_event.hpp"
#include "ledger/base/check.hpp"
#include "registry/dispute.hpp"
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
  // Chips stay powered between the window's end and the reading; the window itself cuts.
  const Window ever{Timestamp{0}, Timestamp{max_json_integer}};
  for (const auto& held : registry::held_stretches(state, party, ever, state.size())) {
    const ChipId chip = state.chip_id(held.chip);
    if (!wanted.contains(chip)) continue;
    std::vector<Window>& times = record.held[chip];
    if (!times.empty() && held.time.from < times.back().to) {
      times.back().to = std::max(times.back().to, held.time.to);  // leased, and bought meanwhile
    } else {
      times.push_back(held.time);
    }
  }
}

/// The newest statement that gave each of the wanted chips a device key, by the chips' rows. A chip
/// that came with its key has none but the one that made it.
std::unordered_map<registry::RowN, registry::Index32> enrolling_statements(
    const registry::State& state, const std::unordered_set<registry::RowN>& wanted) {
  std::unordered_map<registry::RowN, registry::Index32> found;
  const registry::Tables& tables = state.tables();
  for (const registry::ChipBefore& run : tables.chip_before.rows()) {
    const registry::StatementRow& statement = tables.statements[run.statement];
    if (statement.kind != "chip.enrol" || statement.corrected != registry::no_index) continue;
    for (registry::RowN n = 0; n < run.count; ++n) {
      if (wanted.contains(run.first + n)) found[run.first + n] = run.statement;
    }
  }
  // A repair may have given it another one since.
  for (const auto& former : tables.former_keys.rows()) {
    if (wanted.contains(former.chip)) found[former.chip] = former.index;
  }
  return found;
}

std::string entry_of(std::uint64_t index) { return "entry " + std::to_string(index); }

/// Why the statement at `index` is not trusted any more; empty while it is.
std::string dispute_of(const registry::State& state, registry::Index32 index) {
  if (!registry::is_disputed(state, index)) return {};
  const registry::Tables& tables = state.tables();
  for (const registry::RowN party : registry::untrusted_parties(state, index)) {
    for (const registry::Key& key : tables.keys.rows()) {
      if (key.party != party || key.bad_from > index || key.to == registry::no_index) continue;
      return "key " + key.id + " of " + state.party_name(party) + " is revoked by " +
             entry_of(key.to) + " and not trusted since " + entry_of(key.bad_from);
    }
  }
  return "an open dispute names " + entry_of(index);
}

std::vector<std::array<std::uint8_t, 16>> names_of(const registry::State& state,
                                                   registry::RowN chip) {
  std::vector<std::array<std::uint8_t, 16>> names;
  for (const registry::RowN row : state.names_of(chip)) {
    const registry::Alias& alias = state.tables().aliases[row];
    if (alias.ended == registry::no_index) names.push_back(alias.name.bytes);
  }
  std::ranges::sort(names);
  return names;
}

void add_enrolled(const registry::State& state, const Chips& wanted, ProverRecord& record) {
  std::unordered_set<registry::RowN> rows;
  for (const ChipId& chip : wanted) {
    const registry::RowN row = state.find_chip(chip);
    if (row != registry::no_row) rows.insert(row);
  }
  const auto statements = enrolling_statements(state, rows);
  const registry::Tables& tables = state.tables();
  for (const registry::RowN row : rows) {
    const ChipId chip = state.chip_id(row);
    if (!record.held.contains(chip)) continue;
    const registry::ChipIdentity& identity = tables.identities[row];
    const auto found = statements.find(row);
    const registry::Index32 entry = found == statements.end() ? identity.made : found->second;
    record.enrolled[chip] = {identity.device_key,
                             entry,
                             state.party_name(tables.statements[entry].party),
                             dispute_of(state, entry),
                             tables.products[identity.product].id,
                             place_of(state, row),
                             names_of(state, row)};
  }
}

Result<ProverRecord> registry_record(Home& home, const Frozen& frozen, const Chips& wanted) {
  const registry::State& state = home.state();
  MUSTER_TRY_ASSIGN(auto declarations, declarations_of(home, frozen));
  ProverRecord record{frozen.prover, frozen.window, std::move(declarations), {}, {}, {}};
  const registry::RowN party = state.tables().parties.find(frozen.prover.text());
  for (const registry::HeadsCommit& heads : state.tables().heads.rows()) {
    if (heads.party == party && heads.index < frozen.index) {
      MUSTER_TRY(add_heads(home, heads.index, wanted, record));
    }
  }
  add_held(state, frozen, wanted, record);
  add_enrolled(state, wanted, record);
  return record;
}

}  // namespace

std::string place_of(const registry::State& state, registry::RowN chip) {
  const registry::Tables& tables = state.tables();
  const registry::ChipState& now = tables.chips[chip];
  std::string place;
  const auto add = [&](const std::string& part) { place += (place.empty() ? "" : ", ") + part; };
  if (now.slot != registry::no_row) {
    const std::string site =
        now.site == registry::no_row ? std::string() : tables.sites[now.site].id + "/";
    const std::string slot(tables.slots[now.slot].id);
    add("slot " + (slot.starts_with(site) ? slot.substr(site.size()) : slot));
  }
  for (registry::RowN at = now.parent; at != registry::no_row; at = tables.holders[at].parent) {
    add(tables.holders[at].kind + " " + tables.holders[at].id);
  }
  return place;
}

Result<std::vector<ProverRecord>> registry_records(Home& home, const CommittedPlan& plan,
                                                   const std::vector<ChipId>& chips) {
  const Chips wanted(chips.begin(), chips.end());
  std::vector<ProverRecord> records;
  records.reserve(plan.freezes.size());
  for (const Frozen& frozen : plan.freezes) {
    MUSTER_TRY_ASSIGN(auto record, registry_record(home, frozen, wanted));
    records.push_back(std::move(record));
  }
  return records;
}

Result<ProverRecord> record_now(Home& home, const PartyId& prover, const Window& window,
                                const std::vector<ChipId>& chips) {
  const Frozen now{"", prover, window, {}, home.state().size(), {}, 0, {}, 0, {}};
  return registry_record(home, now, Chips(chips.begin(), chips.end()));
}

Result<KitBasis> registry_basis(Home& home, const CommittedPlan& plan,
                                const std::vector<ChipId>& chips, KitMeasures measures,
                                Timestamp now) {
  const registry::State& state = home.state();
  const ledger::TreeHead& head = home.registry().log().head();
  KitBasis basis{now,
                 state.origin(),
                 head.size.value,
                 head.root,
                 plan.statement,
                 sampler::plan_json(plan.plan),
                 std::move(measures),
                 {},
                 {},
                 {}};
  for (const registry::Key& key : state.tables().keys.rows()) {
    if (key.to == registry::no_index) continue;
    basis.revoked.push_back({key.id, state.party_name(key.party), key.to,
                             std::min(key.bad_from, key.to),
                             Timestamp{state.tables().statements[key.to].accepted_ms}});
  }
  MUSTER_TRY_ASSIGN(basis.provers, registry_records(home, plan, chips));
  return basis;
}

}  // namespace muster::cli
