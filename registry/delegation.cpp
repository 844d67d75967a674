#include "registry/delegation.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

bool covers(const std::vector<std::string>& list, const std::string& value) {
  return std::ranges::find(list, value) != list.end();
}

/// Why the delegation does not cover the statement; empty if it does.
std::string gap_of(const Case& found, const Delegation& row) {
  const Header& header = found.event.header;
  if (row.revoked != no_index) return "was revoked by entry " + std::to_string(row.revoked);
  if (!covers(row.kinds, header.kind)) return "is not for " + header.kind;
  const Timestamp now = found.context.accepted_at;
  if (now < row.from || row.to <= now) {
    return "holds from " + row.from.to_string() + " to " + row.to.to_string() +
           ", this is accepted at " + now.to_string();
  }
  if (row.sites.empty()) return {};
  if (!header.site) return "is for certain sites, and the statement names none";
  return covers(row.sites, *header.site) ? "" : "is not for site " + *header.site;
}

std::size_t units_of(const Case& found) {
  return std::max(found.chips.size(), found.event.items.items.size());
}

}  // namespace

bool succeeds(const State& state, RowN party, RowN predecessor) {
  const auto& parties = state.tables().parties;
  for (RowN at = parties[predecessor].successor; at != no_row; at = parties[at].successor) {
    if (at == party) return true;
  }
  return false;
}

Result<void> find_delegation(Case& found) {
  const Header& header = found.event.header;
  const std::string& principal = *header.on_behalf_of;
  found.org = found.tables().parties.find(principal);
  if (found.org == no_row) return refusal("party.unknown", "principal \"" + principal + "\"");
  if (succeeds(found.state, found.signer, found.org)) return {};
  const Kind& kind = *found.event.kind;
  if (kind.own_hand || kind.weighty || kind.co_signer == CoSigner::possession) {
    return refusal("delegate.own_hand", header.kind + " is said by the party itself");
  }
  for (RowN n = 0; n < found.tables().delegations.size(); ++n) {
    const Delegation& row = found.tables().delegations[n];
    if (row.principal != found.org || row.delegate != found.signer) continue;
    found.delegation = n;  // any; which one covers it is seen once the chips are known
    return {};
  }
  return refusal("delegate.none", header.org + " holds no delegation of \"" + principal + "\"");
}

Result<void> check_delegation(Case& found) {
  if (found.delegation == no_row) return {};
  std::string why;
  for (RowN n = found.delegation; n < found.tables().delegations.size(); ++n) {
    const Delegation& row = found.tables().delegations[n];
    if (row.principal != found.org || row.delegate != found.signer) continue;
    std::string gap = gap_of(found, row);
    if (gap.empty() && row.max_units != 0 && row.units + units_of(found) > row.max_units) {
      gap = "has " + std::to_string(row.max_units - row.units) + " of " +
            std::to_string(row.max_units) + " units left, wants " + std::to_string(units_of(found));
    }
    if (gap.empty()) {
      found.delegation = n;
      return {};
    }
    why += (why.empty() ? "" : "; ") + row.id + " " + gap;
  }
  return refusal("delegate.not_covered",
                 found.event.header.org + " for " + *found.event.header.on_behalf_of + ": " + why);
}

void count_delegated(State& state, const Case& found) {
  state.tables().delegations.edit(found.delegation).units += units_of(found);
}

}  // namespace muster::registry
