#include "registry/dispute.hpp"

#include <algorithm>
#include <memory>
#include <set>

#include "registry/submission.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t entries_per_scan = 256;

std::vector<RowN> keys_of(const Tables& tables, Index32 index) {
  std::vector<RowN> keys;
  if (tables.statements[index].key != no_row) keys.push_back(tables.statements[index].key);
  const auto& more = tables.co_signatures.rows();
  auto at = std::ranges::lower_bound(more, index, {}, &CoSignature::statement);
  for (; at != more.end() && at->statement == index; ++at) keys.push_back(at->key);
  return keys;
}

bool is_trusted(const Key& key, Index32 index) { return index < key.bad_from || index >= key.to; }

/// Whether the party stands by the statement at `index` in one that is not disputed itself.
bool is_affirmed(const State& state, Index32 index, RowN party) {
  return std::ranges::any_of(state.tables().affirmations.rows(), [&](const Affirmation& row) {
    return row.statement == index && row.party == party && !is_disputed(state, row.index);
  });
}

void add_disputed_by(const State& state, const Key& key, std::set<Index32>& found) {
  if (key.bad_from == no_index) return;
  for (Index32 index = key.bad_from; index < key.to; ++index) {
    if (is_disputed(state, index)) found.insert(index);
  }
}

/// The statements that an event cites: those its chips follow, its refs, every hash in its body
/// that names one, and those that registered its keys.
class Citations final {
 public:
  Citations(const State& state, const Event& event) : state_(&state) {
    for (const Item& item : event.items.items) {
      if (item.has_expects) add(item.expects);
    }
    for (const auto& hash : event.header.expects) {
      if (hash) add(*hash);
    }
    for (const Hash& hash : event.header.refs) add(hash);
    walk(event.body);
    if (const auto own = state.statement_index(event.statement)) {
      for (const RowN key : keys_of(state.tables(), *own)) {
        indexes_.insert(state.tables().keys[key].from);
      }
    }
  }
  [[nodiscard]] const std::set<Index32>& indexes() const { return indexes_; }

 private:
  void add(const Hash& hash) {
    if (const auto index = state_->statement_index(hash)) indexes_.insert(*index);
  }
  void walk(const Json& value) {
    if (value.is_structured()) {
      for (const Json& inner : value) walk(inner);
    } else if (value.is_string()) {
      if (const auto hash = Hash::from_hex(value.get_ref<const std::string&>())) add(*hash);
    }
  }

  const State* state_;
  std::set<Index32> indexes_;
};

Result<std::set<Index32>> cited_by(ledger::Log& log, const State& state,
                                   const ledger::Entry& entry) {
  std::vector<std::unique_ptr<Bytes>> blobs;
  const Prepared prepared = prepare(entry.envelope, [&](const Hash& hash) -> const Bytes* {
    auto bytes = log.store().blob(hash);
    if (!bytes) return nullptr;
    blobs.push_back(std::make_unique<Bytes>(std::move(bytes.value())));
    return blobs.back().get();
  });
  if (prepared.error) {
    return failure(Errc::corrupt,
                   "entry " + std::to_string(entry.index.value) + ": " + prepared.error->message);
  }
  return Citations(state, prepared.event).indexes();
}

}  // namespace

std::vector<RowN> signers_of(const State& state, Index32 index) {
  std::vector<RowN> parties;
  for (const RowN key : keys_of(state.tables(), index)) {
    const RowN party = state.tables().keys[key].party;
    if (std::ranges::find(parties, party) == parties.end()) parties.push_back(party);
  }
  return parties;
}

std::vector<RowN> untrusted_parties(const State& state, Index32 index) {
  const auto& tables = state.tables();
  const std::vector<RowN> keys = keys_of(tables, index);
  std::vector<RowN> parties = signers_of(state, index);
  std::erase_if(parties, [&](RowN party) {
    return std::ranges::any_of(keys, [&](RowN key) {
      return tables.keys[key].party == party && is_trusted(tables.keys[key], index);
    });
  });
  return parties;
}

bool is_disputed(const State& state, Index32 index) {
  const auto& tables = state.tables();
  const bool raised = std::ranges::any_of(tables.disputes.rows(), [&](const Dispute& row) {
    return row.statement == index && row.settled == no_index;
  });
  if (raised) return true;
  const auto parties = untrusted_parties(state, index);
  return !std::ranges::all_of(parties,
                              [&](RowN party) { return is_affirmed(state, index, party); });
}

std::vector<RowN> doubtful_keys(const State& state, Index32 index) {
  const std::vector<RowN> parties = untrusted_parties(state, index);
  std::vector<RowN> keys = keys_of(state.tables(), index);
  std::erase_if(keys, [&](RowN key) {
    const RowN party = state.tables().keys[key].party;
    return std::ranges::find(parties, party) == parties.end() || is_affirmed(state, index, party);
  });
  return keys;
}

std::vector<RowN> open_disputes(const State& state, Index32 index) {
  std::vector<RowN> rows;
  const auto& disputes = state.tables().disputes;
  for (RowN n = 0; n < disputes.size(); ++n) {
    if (disputes[n].statement == index && disputes[n].settled == no_index) rows.push_back(n);
  }
  return rows;
}

std::vector<Index32> disputed_statements(const State& state) {
  std::set<Index32> found;
  for (const Key& key : state.tables().keys.rows()) add_disputed_by(state, key, found);
  for (const Dispute& row : state.tables().disputes.rows()) {
    if (row.settled == no_index) found.insert(row.statement);
  }
  return {found.begin(), found.end()};
}

std::vector<Index32> disputed_by(const State& state, Index32 index) {
  std::set<Index32> found;
  for (const Key& key : state.tables().keys.rows()) {
    if (key.to == index) add_disputed_by(state, key, found);
  }
  return {found.begin(), found.end()};
}

Result<std::vector<Dependant>> dependants(ledger::Log& log, const State& state,
                                          const std::vector<Index32>& disputed) {
  std::vector<Dependant> found;
  if (disputed.empty()) return found;
  std::set<Index32> tainted(disputed.begin(), disputed.end());
  for (std::uint64_t next = disputed.front() + std::uint64_t{1}; next < state.size();) {
    MUSTER_TRY_ASSIGN(const auto entries, log.read({next}, entries_per_scan));
    if (entries.empty()) {
      return failure(Errc::corrupt, "log: entry " + std::to_string(next) + " is missing");
    }
    for (const ledger::Entry& entry : entries) {
      MUSTER_TRY_ASSIGN(const auto cited, cited_by(log, state, entry));
      Dependant one{.index = static_cast<Index32>(entry.index.value), .on = {}};
      std::ranges::set_intersection(cited, tainted, std::back_inserter(one.on));
      if (one.on.empty()) continue;
      tainted.insert(one.index);
      found.push_back(std::move(one));
    }
    next += entries.size();
  }
  return found;
}

}  // namespace muster::registry
