#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/home.hpp"
#include "cli/serve/principal.hpp"

namespace muster::serve {

/// What one caller may read of a state. Borrows both; for one thread. What it may not read it does
/// not find. The table of roles and resources is in README.md.
class Visibility final {
 public:
  Visibility(const registry::State& state, const Principal& principal);

  [[nodiscard]] bool sees_all() const { return principal_->role == Role::operator_; }
  /// The states of the chip, as `states_of` gives them, tell who had it.
  [[nodiscard]] bool chip(registry::RowN chip,
                          const std::vector<registry::ChipState>& states) const;
  [[nodiscard]] bool shipment(registry::RowN shipment) const;
  [[nodiscard]] bool licence(const registry::Licence& licence) const;
  /// Roster and balance of a party, and how many chips it has.
  [[nodiscard]] bool books(registry::RowN party) const;
  [[nodiscard]] bool plan(registry::RowN plan) const;
  /// Of a plan that I may read, whether the lines of this site are mine to know: of a pool each
  /// Prover knows its own.
  [[nodiscard]] bool drawn_at(const registry::SealedSite& site) const;
  [[nodiscard]] bool finding(const registry::Finding& finding) const;
  [[nodiscard]] bool run(const registry::Run& run) const { return books(run.party); }
  [[nodiscard]] bool freeze(const registry::Freeze& freeze) const { return books(freeze.party); }
  [[nodiscard]] bool query(const registry::Query& query) const;
  [[nodiscard]] bool dispute(const registry::Dispute& dispute) const;
  [[nodiscard]] bool seal(const registry::Seal& seal) const;
  [[nodiscard]] bool case_file(const registry::CaseFile& file) const;
  [[nodiscard]] bool lease(const registry::Lease& lease) const;
  [[nodiscard]] bool delegation(const registry::Delegation& delegation) const;
  [[nodiscard]] bool rma(const registry::Rma& rma) const;
  [[nodiscard]] bool lot(const registry::Lot& lot) const;
  [[nodiscard]] bool inventory(const registry::Inventory& one) const { return books(one.party); }
  /// Whether I put it on, or it is on goods that are in my hands now. `chips`: those under it.
  [[nodiscard]] bool hold(const registry::Hold& hold,
                          const std::vector<registry::RowN>& chips) const;
  /// Whether a chip under a hold is one that I may read of.
  [[nodiscard]] bool held(const registry::Hold& hold, registry::RowN chip) const;
  /// Whether a chip that is missed is missed by a party, or at a site, that is mine to know.
  [[nodiscard]] bool missing(const registry::ChipState& now) const;
  /// An entry, by its row and the words of its payload: those that are my id, a site of mine, or a
  /// shipment or licence that I may read. Lists of chips do not count: histories tell of chips.
  [[nodiscard]] bool entry(registry::Index32 index, const Json& payload) const;
  /// A statement that is not recorded yet, by its payload: that of the caller, or of a party of its
  /// countries.
  [[nodiscard]] bool handed_in(const Json& payload) const;
  /// Whether the role reads inspections at all.
  [[nodiscard]] bool inspections() const { return principal_->role >= Role::party; }

 private:
  [[nodiscard]] bool on_my_way(registry::RowN shipment) const;
  [[nodiscard]] bool is_me(registry::RowN party) const;
  [[nodiscard]] bool is_mine(registry::RowN party) const;
  [[nodiscard]] bool is_mine(const std::string& party) const;
  [[nodiscard]] bool in_my_countries(registry::RowN party) const;
  [[nodiscard]] bool site_in_my_countries(registry::RowN site) const;
  [[nodiscard]] bool chip_in(const registry::ChipState& then) const;
  [[nodiscard]] bool names_my_site(const std::string& text) const;
  [[nodiscard]] bool names_me(const Json& value, std::string_view field) const;

  const registry::State* state_;
  const Principal* principal_;
  registry::RowN me_;
  /// Shipments with a leg that names me, rising; made when it is first asked for.
  mutable std::optional<std::vector<registry::RowN>> on_my_way_{};
};

}  // namespace muster::serve
