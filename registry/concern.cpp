#include "registry/concern.hpp"

#include <algorithm>
#include <array>

#include "ledger/crypto/key_id.hpp"
#include "registry/kind.hpp"

namespace muster::registry {
namespace {

/// The chips that an entry is about, whether they existed before it or not, and those that it moved
/// without naming them, as corrections do.
std::vector<RowN> subject_rows(const Followed& entry, const State& state) {
  if (entry.found != nullptr && !entry.found->chips.empty()) return entry.found->chips;
  std::vector<RowN> rows;
  const Kind* const kind = entry.prepared.event.kind;
  if (entry.found != nullptr && kind != nullptr && kind->reaches) {
    const auto& chips = state.tables().chips.rows();
    for (std::size_t n = 0; n < chips.size(); ++n) {
      if (chips[n].last == entry.entry.index.value) rows.push_back(static_cast<RowN>(n));
    }
  }
  for (const Item& item : entry.prepared.event.items.items) {
    const RowN row = state.find_chip(item.chip);
    if (row != no_row) rows.push_back(row);
  }
  return rows;
}

/// Whose key, finding, plan, … the value of a field names. `use` may be called several times.
template <class Use>
void owners_of(const State& state, std::string_view field, const std::string& value, Use use) {
  const Tables& tables = state.tables();
  const auto row_of = [&](const auto& table, std::string_view name, auto owner) {
    if (field != name) return;
    const RowN row = table.find(value);
    if (row != no_row) use(table[row].*owner, std::string(name));
  };
  row_of(tables.findings, "finding", &Finding::party);
  row_of(tables.queries, "query", &Query::owner);
  row_of(tables.licences, "licence", &Licence::licensee);
  row_of(tables.shipments, "shipment", &Shipment::sender);
  row_of(tables.shipments, "shipment", &Shipment::receiver);
  row_of(tables.runs, "run", &Run::party);
  const RowN site = tables.sites.find(value);
  if (site != no_row) use(tables.sites[site].party, "site");
  const RowN key = tables.keys.find(value);
  if (key != no_row) use(tables.keys[key].party, "key");
  if (field != "plan") return;
  const RowN plan = tables.plans.find(value);
  if (plan == no_row) return;
  for (const std::string& freeze : tables.plans[plan].freezes) {
    const auto hash = Hash::from_hex(freeze);
    const auto index = hash ? state.statement_index(*hash) : std::nullopt;
    if (index) use(tables.statements[*index].party, "plan");
  }
}

std::optional<std::string> id_of_key(const std::string& text) {
  const auto key = crypto::PublicKey::parse(text);
  return key ? std::optional(crypto::KeyId::of(*key).text()) : std::nullopt;
}

bool is_hash_text(const std::string& text) { return text.size() == 2 * Hash::size_bytes; }

/// Fields whose values are public keys.
bool may_be_a_key(std::string_view field) { return field.find("key") != std::string_view::npos; }

}  // namespace

void ConcernFinder::add(std::string what, std::string id, std::string how) {
  found_.insert({std::move(what), std::move(id), std::move(how)});
}

void ConcernFinder::add_owner(RowN party, const State& state, const std::string& how) {
  if (party == no_row) return;
  const std::string& id = state.tables().parties[party].id;
  if (interests_->parties.contains(id)) add("party", id, how);
}

/// Whose the chips are: in custody, by title, by lease.
void ConcernFinder::count_chips(const State& state, const std::vector<RowN>& rows,
                                ChipCounts& counts) const {
  constexpr std::array<std::pair<const char*, RowN ChipState::*>, 3> relations{
      {{"custodian", &ChipState::custodian},
       {"owner", &ChipState::owner},
       {"lessee", &ChipState::lessee}}};
  const auto& chips = state.tables().chips;
  for (const std::string& id : interests_->parties) {
    const RowN party = state.tables().parties.find(id);
    if (party == no_row) continue;
    for (const auto& relation : relations) {
      const auto count = std::ranges::count_if(rows, [&](RowN row) {
        return row < chips.size() && chips[row].*relation.second == party;
      });
      if (count == 0) continue;
      std::uint64_t& most = counts[{id, relation.first}];
      most = std::max(most, static_cast<std::uint64_t>(count));
    }
  }
}

/// Custody that a correction ended: whose the chips were, the state before did not tell.
void ConcernFinder::count_ended_custody(const Followed& entry, const State& state,
                                        ChipCounts& counts) const {
  const Kind* const kind = entry.prepared.event.kind;
  if (entry.found == nullptr || kind == nullptr || !kind->reaches) return;
  ChipCounts ended;
  for (const Custody& row : state.tables().custody.rows()) {
    if (row.to_index != entry.entry.index.value) continue;
    const std::string& id = state.tables().parties[row.party].id;
    if (interests_->parties.contains(id)) ++ended[{id, "custodian"}];
  }
  for (const auto& one : ended) counts[one.first] = std::max(counts[one.first], one.second);
}

void ConcernFinder::before(const Followed& entry, const State& state) {
  before_.clear();
  count_chips(state, subject_rows(entry, state), before_);
}

void ConcernFinder::add_header(const Event& event, const State& state) {
  const Header& header = event.header;
  if (interests_->parties.contains(header.org)) add("party", header.org, "said");
  if (header.on_behalf_of) add_text("on_behalf_of", *header.on_behalf_of, state);
  if (header.site) add_text("site", *header.site, state);
  if (header.subjects.form == SubjectForm::container) {
    const RowN holder = state.tables().holders.find(header.subjects.container);
    if (holder != no_row) {
      add_owner(state.tables().holders[holder].custodian, state, "custodian");
    }
  }
  for (const Hash& ref : header.refs) add_text("refs", ref.to_hex(), state);
}

void ConcernFinder::add_signers(const Followed& entry, const State& state) {
  for (const CheckedSignature& signature : entry.prepared.signatures) {
    if (!signature.verified) continue;
    if (interests_->keys.contains(signature.keyid)) add("key", signature.keyid, "signed");
    const RowN key = state.tables().keys.find(signature.keyid);
    if (key != no_row) add_owner(state.tables().keys[key].party, state, "signed");
  }
}

void ConcernFinder::add_chips(const Followed& entry, const State& state) {
  const std::vector<RowN> rows = subject_rows(entry, state);
  ChipCounts counts = before_;
  count_chips(state, rows, counts);
  count_ended_custody(entry, state, counts);
  for (const auto& one : counts) {
    found_.insert({"party", one.first.first, one.first.second, one.second});
  }
  if (interests_->chips.empty()) return;
  for (const Item& item : entry.prepared.event.items.items) {
    if (interests_->chips.contains(item.chip)) add("chip", item.chip.to_string(), "subject");
  }
  for (const RowN row : rows) {
    const ChipId chip = state.chip_id(row);
    if (interests_->chips.contains(chip)) add("chip", chip.to_string(), "subject");
  }
}

/// One text in the body, in a field of this name.
void ConcernFinder::add_text(std::string_view field, const std::string& value, const State& state) {
  if (interests_->parties.contains(value)) add("party", value, "named");
  if (interests_->keys.contains(value)) add("key", value, "named");
  if (!interests_->keys.empty() && may_be_a_key(field)) {
    const auto id = id_of_key(value);
    if (id && interests_->keys.contains(*id)) add("key", *id, "brought");
  }
  owners_of(state, field, value,
            [&](RowN party, const std::string& how) { add_owner(party, state, how); });
  if (is_hash_text(value)) {
    const auto hash = Hash::from_hex(value);
    const auto index = hash ? state.statement_index(*hash) : std::nullopt;
    if (index) add_owner(state.tables().statements[*index].party, state, "cited");
    return;
  }
  const auto chip = ChipId::parse(value);
  if (!chip) return;
  if (interests_->chips.contains(*chip)) add("chip", value, "named");
  const RowN row = state.find_chip(*chip);
  if (row == no_row) return;
  const ChipState& now = state.tables().chips[row];
  add_owner(now.custodian, state, "custodian");
  add_owner(now.owner, state, "owner");
  add_owner(now.lessee, state, "lessee");
}

void ConcernFinder::add_values(std::string_view field, const Json& value, const State& state) {
  if (const std::string* text = value.get_ptr<const std::string*>()) {
    add_text(field, *text, state);
  } else if (value.is_array()) {
    for (const Json& item : value) add_values(field, item, state);
  } else if (value.is_object()) {
    for (const auto& [name, item] : value.items()) add_values(name, item, state);
  }
}

/// Manifests that stand in the body; that of the subjects has been read.
void ConcernFinder::add_manifests(const Event& event, const State& state) {
  for (const ManifestRef& ref : manifests_of(event)) {
    const bool of_subjects = event.header.subjects.form == SubjectForm::manifest &&
                             event.header.subjects.manifest.sha256 == ref.sha256;
    if (of_subjects) continue;
    const auto bytes = (*blob_)(ref.sha256);
    if (!bytes) continue;
    std::string_view rest = as_text(*bytes);
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      const auto line = parse_json(rest.substr(0, end));
      if (line && line->is_object() && line->contains("item")) {
        add_values("item", line->at("item"), state);
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
}

std::vector<Concern> ConcernFinder::after(const Followed& entry, const State& state) {
  found_.clear();
  const Event& event = entry.prepared.event;
  if (entry.prepared.error || event.kind == nullptr) return {};
  const auto& kinds = interests_->kinds;
  if (!kinds.empty() && !kinds.contains(event.header.kind)) return {};
  if (interests_->everybody()) return {{"log", state.origin(), "entry"}};
  add_header(event, state);
  add_signers(entry, state);
  add_chips(entry, state);
  add_values("body", event.body, state);
  add_manifests(event, state);
  return {found_.begin(), found_.end()};
}

std::vector<std::string> ConcernFinder::signing_keys(const Followed& entry,
                                                     const State& state) const {
  std::vector<std::string> keys;
  for (const CheckedSignature& signature : entry.prepared.signatures) {
    if (!signature.verified) continue;
    const RowN row = state.tables().keys.find(signature.keyid);
    const bool of_party = row != no_row && interests_->parties.contains(
                                               state.party_name(state.tables().keys[row].party));
    if (of_party || interests_->keys.contains(signature.keyid)) keys.push_back(signature.keyid);
  }
  return keys;
}

}  // namespace muster::registry
