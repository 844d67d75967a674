#include "attestation/account/lineage.hpp"

#include <set>

namespace muster::attestation {

Lineage lineage_of(const std::string& run, const std::map<std::string, RunOrigin>& origins) {
  std::set<std::string> seen;
  std::set<std::string> outside;
  std::set<std::string> unknown;
  std::vector<std::string> open{run};
  Lineage lineage;
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    const auto found = origins.find(next);
    if (found == origins.end()) {
      unknown.insert(next);
      continue;
    }
    if (!seen.insert(next).second) continue;
    const RunOrigin& origin = found->second;
    if (origin.trains) lineage.flop = lineage.flop + origin.flop;
    outside.insert(origin.outside_parents.begin(), origin.outside_parents.end());
    open.insert(open.end(), origin.parents.begin(), origin.parents.end());
  }
  lineage.runs.assign(seen.begin(), seen.end());
  lineage.outside_parents.assign(outside.begin(), outside.end());
  lineage.unknown.assign(unknown.begin(), unknown.end());
  return lineage;
}

}  // namespace muster::attestation
