#include "registry/chokepoint/extract_make.hpp"

#include <set>

#include "ledger/base/hex.hpp"

namespace muster::choke {
namespace {

using registry::no_index;
using registry::no_row;
using registry::RowN;

template <class Table>
std::string id_of(const Table& table, RowN n) {
  return n == no_row ? std::string() : table[n].id;
}

std::optional<Timestamp> since(registry::Index32 index, const Timestamp& from) {
  return index == no_index ? std::nullopt : std::optional(from);
}

/// What must not pass a border, whoever carries it.
bool is_hot(const registry::State& state, RowN chip) {
  using registry::Display;
  using registry::Flag;
  constexpr auto bad = static_cast<std::uint16_t>(
      static_cast<unsigned>(Flag::quarantine) | static_cast<unsigned>(Flag::hold) |
      static_cast<unsigned>(Flag::lost) | static_cast<unsigned>(Flag::stolen) |
      static_cast<unsigned>(Flag::seized) | static_cast<unsigned>(Flag::missing) |
      static_cast<unsigned>(Flag::tamper) | static_cast<unsigned>(Flag::diverted));
  if ((state.flags(chip) & bad) != 0 || !state.sought(chip).empty()) return true;
  const Display display = state.display(chip);
  return display == Display::voided || display == Display::destroyed;
}

class Making final {
 public:
  Making(const registry::State& state, Scope scope) : state_(state), scope_(scope) {}

  ExtractTable run(const exchange::Resolver& aliases) {
    const auto& tables = state_.tables();
    for (RowN chip = 0; chip < tables.chips.size(); ++chip) add_chip(chip);
    for (auto& [row, shipment] : shipments_) {
      shipment.containers = outermost_[row].size();
      put("shipment:" + tables.shipments[row].id, shipment.json());
    }
    for (const auto& [row, container] : containers_) {
      put("container:" + tables.holders[row].id, container.json());
    }
    for (const registry::Key& key : tables.keys.rows()) add_party_key(key);
    for (const registry::FormerKey& key : tables.former_keys.rows()) add_former_key(key);
    for (const registry::Block& block : tables.blocks.rows()) add_block(block);
    for (RowN licence = 0; licence < tables.licences.size(); ++licence) add_licence(licence);
    for (const auto& [uri, thing] : aliases.list()) {
      put("uri:" + uri, AliasRow{thing.space, thing.id}.json());
    }
    return std::move(table_);
  }

 private:
  void put(const std::string& key, const Json& row) { table_[key] = canonical_json(row); }

  void add_chip(RowN chip) {
    const auto& tables = state_.tables();
    const registry::ChipState& now = tables.chips[chip];
    const bool hot = is_hot(state_, chip);
    const bool released = now.shipment != no_row;
    if (!hot && !released && scope_ == Scope::border) return;
    const RowN outermost = count_in_holders(chip, hot);
    ChipRow row{.product = tables.products[tables.identities[chip].product].id,
                .display = std::string(registry::name_of(state_.display(chip))),
                .shipment = id_of(tables.shipments, now.shipment),
                .holder = id_of(tables.holders, now.parent),
                .container = id_of(tables.holders, outermost),
                .assurance = std::string(registry::name_of(state_.assurance(chip))),
                .enrolled = tables.identities[chip].enrolled(),
                .hot = hot};
    const std::uint16_t flags = state_.flags(chip);
    for (const registry::Flag flag : registry::all_flags()) {
      if ((flags & static_cast<std::uint16_t>(flag)) != 0) {
        row.flags.emplace_back(registry::name_of(flag));
      }
    }
    if (!state_.sought(chip).empty()) row.flags.emplace_back(not_found_flag);
    for (const RowN hold : state_.holds_on(chip)) {
      row.holds.push_back({tables.holds[hold].id, state_.party_name(tables.holds[hold].authority),
                           tables.holds[hold].basis});
    }
    if (released) {
      count_in_shipment(now.shipment, row);
      if (outermost != no_row) outermost_[now.shipment].insert(outermost);
    }
    const std::string id = state_.chip_id(chip).to_string();
    put("chip:" + id, row.json());
    if (row.enrolled) {
      put("key:" + tables.identities[chip].device_key.to_hex(), AliasRow{"chip", id}.json());
    }
    for (const RowN name : state_.names_of(chip)) add_name(tables.aliases[name].name);
  }

  /// Every chip that bears the name, in the extract or not: an officer is not to take one for
  /// another.
  void add_name(const registry::AliasName& name) {
    const std::string key = "name:" + to_hex(ByteView(name.bytes));
    if (table_.contains(key)) return;
    NamesRow row;
    for (const RowN same : state_.named(name)) {
      const RowN chip = state_.tables().aliases[same].chip;
      if (++row.count <= NamesRow::most_chips) {
        row.chips.push_back(state_.chip_id(chip).to_string());
      }
    }
    put(key, row.json());
  }

  [[nodiscard]] Timestamp accepted_at(registry::Index32 index) const {
    return {state_.tables().statements[index].accepted_ms};
  }

  void add_party_key(const registry::Key& key) {
    PartyKeyRow row{.party = state_.party_name(key.party)};
    row.suspended = state_.tables().parties[key.party].is_suspended(state_.size());
    if (key.until_ms != registry::Key::open_ms) row.until = Timestamp{key.until_ms};
    if (key.to != no_index) row.revoked = accepted_at(key.to);
    if (key.bad_from != no_index) row.doubted = accepted_at(std::min(key.bad_from, key.to));
    put("party-key:" + key.id, row.json());
  }

  void add_former_key(const registry::FormerKey& key) {
    put("former-key:" + key.id,
        FormerKeyRow{state_.chip_id(key.chip).to_string(), accepted_at(key.index)}.json());
  }

  void add_block(const registry::Block& block) {
    if (block.voided != no_index) return;
    put("block:" + std::to_string(block.number),
        BlockRow{.owner = state_.party_name(block.owner),
                 .packager = state_.party_name(block.packager),
                 .product = state_.tables().products[block.product].id,
                 .count = block.count}
            .json());
  }

  /// The outermost holder of the chip, or `no_row`.
  RowN count_in_holders(RowN chip, bool hot) {
    const auto& tables = state_.tables();
    RowN outermost = no_row;
    for (RowN holder = tables.chips[chip].parent; holder != no_row;
         holder = tables.holders[holder].parent) {
      ContainerRow& row = containers_[holder];
      if (row.chips++ == 0) {
        const registry::Holder& now = tables.holders[holder];
        row.kind = now.kind;
        row.parent = id_of(tables.holders, now.parent);
        row.seal = now.seal;
        row.shipment = id_of(tables.shipments, tables.chips[chip].shipment);
      }
      if (hot) ++row.hot;
      outermost = holder;
    }
    return outermost;
  }

  void count_in_shipment(RowN shipment, const ChipRow& chip) {
    const auto& tables = state_.tables();
    const registry::Shipment& now = tables.shipments[shipment];
    ShipmentRow& row = shipments_[shipment];
    if (row.open.empty()) {
      row.sender = state_.party_name(now.sender);
      row.receiver = state_.party_name(now.receiver);
      row.destination = id_of(tables.sites, now.destination);
      if (now.destination != no_row) row.country = tables.sites[now.destination].country;
      row.end_user = state_.party_name(now.end_user == no_row ? now.receiver : now.end_user);
      row.licence = id_of(tables.licences, now.licence);
      row.exception = now.exception;
      row.purpose = now.purpose;
      if (now.accept_by.ms != 0) row.accept_by = now.accept_by;
    }
    ++row.open[chip.product];
    if (chip.hot) ++row.hot;
  }

  void add_licence(RowN licence) {
    const registry::Licence& now = state_.tables().licences[licence];
    put("licence:" + now.id, LicenceRow{.authority = state_.party_name(now.authority),
                                        .licensee = state_.party_name(now.licensee),
                                        .countries = now.countries,
                                        .products = now.products,
                                        .from = now.from,
                                        .to = now.to,
                                        .suspended = since(now.suspended, now.suspended_from),
                                        .revoked = since(now.revoked, now.revoked_from)}
                                 .json());
  }

  const registry::State& state_;
  Scope scope_;
  ExtractTable table_;
  std::map<RowN, ShipmentRow> shipments_;
  std::map<RowN, std::set<RowN>> outermost_;  ///< Holders, by shipment.
  std::map<RowN, ContainerRow> containers_;
};

}  // namespace

ExtractTable extract_table(const registry::State& state, Scope scope,
                           const exchange::Resolver& aliases) {
  return Making(state, scope).run(aliases);
}

}  // namespace muster::choke
