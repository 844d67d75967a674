#include "registry/clearance.hpp"

#include <algorithm>

#include "registry/policy.hpp"

namespace muster::registry {
namespace {

/// The newest screening of `party` by one screener, or null.
const Screened* screening(const State& state, const std::string& screener, RowN party) {
  const auto& table = state.tables().screened;
  const RowN row = table.find(screener + "/" + state.party_name(party));
  return row == no_row ? nullptr : &table[row];
}

std::string screening_text(const State& state, const Screened& row) {
  return "party " + state.party_name(row.party) + ": " + row.verdict + " by " +
         state.party_name(row.by) + " in entry " + std::to_string(row.index) + " of " +
         Timestamp{row.at_ms}.to_string();
}

const EndUse* stated_use(const Case& found, const Terms& terms) {
  const auto& table = found.tables().end_uses;
  const std::string party = found.state.party_name(terms.end_user) + "/";
  const auto& licences = found.tables().licences;
  RowN row = terms.licence == no_row ? no_row : table.find(party + licences[terms.licence].id);
  if (row == no_row) row = table.find(party);
  return row == no_row ? nullptr : &table[row];
}

/// `is_screened` by what the policy says, which is read once for all parties of a release.
Result<void> has_pass(const Case& found, RowN party, std::span<const RowN> screeners,
                      std::uint64_t days) {
  std::vector<const Screened*> rows{screening(found.state, "*", party)};
  for (const RowN screener : screeners) {
    if (screener == party) continue;
    rows.push_back(screening(found.state, found.state.party_name(screener), party));
  }
  const Screened* newest = nullptr;
  for (const Screened* row : rows) {
    if (row == nullptr) continue;
    if (row->verdict != "pass") {
      return refusal("screen.hit", screening_text(found.state, *row) + ", want pass");
    }
    if (newest == nullptr || row->at_ms > newest->at_ms) newest = row;
  }
  if (newest == nullptr) {
    return refusal("screen.none", "party " + found.state.party_name(party) +
                                      ": want a pass by an authority, the registrar or the sender");
  }
  const std::int64_t age = found.context.accepted_at.ms - newest->at_ms;
  if (static_cast<std::uint64_t>(age / ms_per_day) < days) return {};
  return refusal("screen.stale", screening_text(found.state, *newest) + ", want one within " +
                                     std::to_string(days) + " days");
}

}  // namespace

std::uint64_t screening_days(const Case& found) {
  return Policy(found.state, found.state.size()).number("screening_days", default_screening_days);
}

Result<void> is_screened(const Case& found, RowN party, std::span<const RowN> screeners) {
  return has_pass(found, party, screeners, screening_days(found));
}

Result<void> use_is_stated(const Case& found, const Terms& terms) {
  const std::string& party = found.state.party_name(terms.end_user);
  const EndUse* use = stated_use(found, terms);
  if (use == nullptr) {
    return refusal("eus.none", "party " + party + ": want its end-user statement");
  }
  if (use->valid_to != Timestamp{} && use->valid_to <= found.context.accepted_at) {
    return refusal("eus.expired", "party " + party + ": the statement of entry " +
                                      std::to_string(use->index) + " ended at " +
                                      use->valid_to.to_string());
  }
  const Site& site = found.tables().sites[use->site];
  if (site.country == terms.country) return {};
  // Goods for another end user may first go to a consignee in another country of the licence.
  const bool through_consignee = terms.licence != no_row && terms.end_user != terms.consignee;
  if (through_consignee) {
    const auto& countries = found.tables().licences[terms.licence].countries;
    if (std::ranges::find(countries, site.country) != countries.end()) return {};
  }
  return refusal("eus.other_country", "party " + party + " states use at " + site.id + " in " +
                                          site.country + ", the goods go to " + terms.country);
}

Result<void> may_cross(const Case& found, const Terms& terms) {
  MUSTER_TRY(use_is_stated(found, terms));
  const RowN sender = terms.sender;
  const std::uint64_t days = screening_days(found);
  MUSTER_TRY(has_pass(found, sender, {}, days));
  MUSTER_TRY(has_pass(found, terms.consignee, {&sender, 1}, days));
  if (terms.end_user == terms.consignee) return {};
  return has_pass(found, terms.end_user, {&sender, 1}, days);
}

}  // namespace muster::registry
