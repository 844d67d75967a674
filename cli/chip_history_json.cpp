#include "cli/chip_history_json.hpp"

#include <algorithm>
#include <array>

#include "cli/chip_evidence.hpp"
#include "cli/chip_facts.hpp"
#include "cli/chip_sightings.hpp"
#include "cli/row_json.hpp"
#include "ledger/coverage.hpp"
#include "ledger/entry.hpp"
#include "registry/dispute.hpp"

namespace muster::cli {
namespace {

using registry::Index32;
using registry::RowN;

/// What a statement may change of a chip, in the order in which it is told.
constexpr std::array changing{"product", "custodian", "owner",     "lessee",  "site",
                              "holder",  "slot",      "shipment",  "licence", "life",
                              "place",   "transport", "assurance", "flags",   "display"};

/// One state, and the statement that stands behind it.
struct Change {
  registry::ChipState state;
  Index32 stands_for = registry::no_index;  ///< The statement that it words anew.
};

/// A state that a chip was in, and an entry that saw it so.
struct Seen {
  registry::ChipState state;
  Sighting sighting;
};

/// The history as it stands today: what was taken back left out, what was said anew in the place
/// of what it replaced. `changes` oldest first.
std::vector<Change> as_corrected(const registry::State& state, const std::vector<Change>& changes) {
  const auto& statements = state.tables().statements;
  std::vector<Change> list;
  for (const Change& change : changes) {
    const registry::StatementRow& row = statements[change.state.last];
    const bool anew = row.kind == "correct.replace";
    const bool only_takes_back = row.corrects != registry::no_index && !anew;
    if (row.corrected != registry::no_index || only_takes_back) continue;
    if (!anew) {
      list.push_back(change);
      continue;
    }
    // Nothing that stands lies between a statement and its replacement but what came before it.
    const auto place = std::find_if(
        list.begin(), list.end(), [&](const Change& one) { return one.state.last > row.corrects; });
    list.insert(place, {change.state, row.corrects});
  }
  return list;
}

Json signers_json(const registry::State& state, Index32 index) {
  const registry::Tables& tables = state.tables();
  Json list = Json::array();
  const auto add = [&](RowN key) {
    if (key == registry::no_row) return;
    list.push_back(
        {{"key", tables.keys[key].id}, {"party", state.party_name(tables.keys[key].party)}});
  };
  add(tables.statements[index].key);
  // In order of statements.
  const auto& more = tables.co_signatures.rows();
  auto at = std::ranges::lower_bound(more, index, {}, &registry::CoSignature::statement);
  for (; at != more.end() && at->statement == index; ++at) add(at->key);
  return list;
}

/// What the log has of the statement: its place, and its own words.
Result<void> add_entry(ledger::Store& store, ledger::Coverage& coverage, Index32 index, bool raw,
                       Json& json) {
  MUSTER_TRY_ASSIGN(const auto stored, store.read_stored({index}, 1, 1));
  if (stored.empty()) {
    return failure(Errc::corrupt, "entry " + std::to_string(index) + ": not in the log");
  }
  MUSTER_TRY_ASSIGN(const ledger::Entry entry, ledger::parse_entry(stored.front().body));
  MUSTER_TRY_ASSIGN(Json payload, parse_json(entry.envelope.payload));
  json["event_time"] = payload.value("event_time", Json());
  json["zone"] = payload.value("zone", Json());
  json["event_site"] = payload.value("site", Json());
  json["evidence"] = payload.value("evidence", Json::array());
  MUSTER_TRY_ASSIGN(const auto size, coverage.least_size({index}));
  json["proof"] = {{"leaf", stored.front().leaf.to_hex()},
                   {"checkpoint_size", size ? Json(*size) : Json(nullptr)}};
  const Json body = payload.value("body", Json::object());
  json["receiver"] = body.value("receiver", Json());
  json["payload"] = raw ? std::move(payload) : Json(nullptr);
  return {};
}

/// The axes of the chip, and the statement at `index` with who stands behind it.
Json statement_json(const registry::State& state, RowN chip, const registry::ChipState& axes,
                    Index32 index) {
  const registry::Tables& tables = state.tables();
  const registry::StatementRow& row = tables.statements[index];
  Json json = axes_json(tables, axes);
  json["display"] = registry::name_of(registry::display_of(axes));
  json["product"] = id_or_null(tables.products, state.product_of(chip, index + 1));
  json["index"] = index;
  json["statement"] = row.hash.to_hex();
  json["kind"] = row.kind;
  json["party"] = id_or_null(tables.parties, row.party);
  json["delegate"] = id_or_null(tables.parties, row.delegate);
  json["signers"] = signers_json(state, index);
  json["accepted_at"] = Timestamp{row.accepted_ms}.to_string();
  json["disputed"] = registry::is_disputed(state, index);
  json["corrects"] = index_or_null(row.corrects);
  json["corrected_by"] = index_or_null(row.corrected);
  json["restated_by"] = index_or_null(row.restated);
  return json;
}

Json change_json(const registry::State& state, RowN chip, const Change& change) {
  Json json = statement_json(state, chip, change.state, change.state.last);
  json["stands_for"] = index_or_null(change.stands_for);
  return json;
}

Json seen_json(const registry::State& state, RowN chip, const Seen& seen) {
  const Index32 index = seen.sighting.index;
  const registry::StatementRow& row = state.tables().statements[index];
  Json json = statement_json(state, chip, seen.state, index);
  const bool anew = row.kind == "correct.replace";
  json["stands_for"] = anew ? index_or_null(row.corrects) : Json(nullptr);
  json["how"] = seen.sighting.how;
  json["says"] = text_or_null(seen.sighting.words);
  json["changed"] = Json::array();
  return json;
}

/// What differs between two states in a row: `[{"what","from","to"}]`; of the first one, nothing.
Json changed_json(const Json& before, const Json& after) {
  Json list = Json::array();
  if (before.is_null()) return list;
  for (const char* what : changing) {
    if (before[what] == after[what]) continue;
    list.push_back({{"what", what}, {"from", before[what]}, {"to", after[what]}});
  }
  return list;
}

/// Entries that name the chip, with the state that it was in then; as it stands today, without
/// those that were taken back and those that only took back.
Result<std::vector<Seen>> seen_of(Home& home, RowN chip,
                                  const std::vector<registry::ChipState>& newest_first,
                                  const HistoryWish& wish) {
  std::vector<Seen> list;
  if (wish.moves_only) return list;
  const registry::State& state = home.state();
  MUSTER_TRY_ASSIGN(auto sightings, sightings_of(home, chip, newest_first, state.size()));
  for (Sighting& one : sightings) {
    const registry::StatementRow& row = state.tables().statements[one.index];
    const bool takes_back = row.corrects != registry::no_index && row.kind != "correct.replace";
    if (wish.corrected && (row.corrected != registry::no_index || takes_back)) continue;
    const auto then = std::ranges::find_if(
        newest_first, [&](const registry::ChipState& past) { return past.last <= one.index; });
    list.push_back({then == newest_first.end() ? registry::ChipState{} : *then, std::move(one)});
  }
  return list;
}

}  // namespace

Result<Json> chip_history_json(Home& home, RowN chip,
                               const std::vector<registry::ChipState>& states,
                               const HistoryWish& wish) {
  const registry::State& state = home.state();
  ledger::Coverage coverage(home.store());
  std::vector<Change> changes;
  changes.reserve(states.size());
  for (auto one = states.rbegin(); one != states.rend(); ++one) changes.push_back({*one});
  if (wish.corrected) changes = as_corrected(state, changes);
  const auto add = [&](Json line, Json& list) -> Result<void> {
    const auto index = line["index"].get<Index32>();
    MUSTER_TRY(add_entry(home.store(), coverage, index, wish.raw, line));
    list.push_back(std::move(line));
    return {};
  };
  Json list = Json::array();
  for (const Change& one : changes) {
    Json line = change_json(state, chip, one);
    line["changed"] = changed_json(list.empty() ? Json() : list.back(), line);
    MUSTER_TRY(add(std::move(line), list));
  }
  MUSTER_TRY_ASSIGN(const auto seen, seen_of(home, chip, states, wish));
  Json observations = Json::array();
  for (const Seen& one : seen) MUSTER_TRY(add(seen_json(state, chip, one), observations));
  Json evidence = Json::array();
  if (!wish.moves_only) {
    MUSTER_TRY_ASSIGN(evidence, unsigned_evidence(home, chip));
  }
  return Json{{"chip", state.chip_id(chip).to_string()},
              {"as_corrected", wish.corrected},
              {"entries", state.size()},
              {"changes", std::move(list)},
              {"observations", std::move(observations)},
              {"unsigned_evidence", std::move(evidence)}};
}

}  // namespace muster::cli
