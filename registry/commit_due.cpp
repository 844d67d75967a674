#include "registry/commit_due.hpp"

#include <algorithm>

namespace muster::registry {
namespace {

/// One line for each row of the table that stands behind entry `after`.
template <class Rows>
void add_later(const Rows& rows, const std::string& what, Index32 after,
               std::vector<std::string>& reasons) {
  for (const auto& row : rows) {
    if (row.index <= after) continue;
    reasons.push_back(what + " " + row.id + ", entry " + std::to_string(row.index) +
                      ", came after the newest");
  }
}

}  // namespace

std::vector<std::string> commit_due(const State& state, Timestamp now) {
  const Tables& tables = state.tables();
  if (tables.commits.size() == 0) return {"there is none yet"};
  const Index32 newest = tables.commits.rows().back().index;
  std::vector<std::string> reasons;
  add_later(tables.freezes.rows(), "freeze", newest, reasons);
  add_later(tables.plans.rows(), "plan", newest, reasons);
  const std::int64_t age_ms = now.ms - tables.statements[newest].accepted_ms;
  const bool went_on = newest + 1 < state.size();
  if (went_on && age_ms >= max_commit_age_ms) {
    reasons.push_back("the newest, entry " + std::to_string(newest) + ", is a day old");
  }
  return reasons;
}

}  // namespace muster::registry
