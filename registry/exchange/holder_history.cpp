#include "registry/exchange/holder_history.hpp"

#include <algorithm>

#include "ledger/base/json.hpp"

namespace muster::exchange {

using registry::Index32;
using registry::no_row;
using registry::RowEdit;
using registry::RowN;

HolderHistory::HolderHistory(const registry::State& state) {
  for (const RowEdit& edit : state.tables().row_edits.rows()) {
    if (edit.table != "holder" || edit.changes.find("\"parent\"") == std::string::npos) continue;
    const Json changes = parse_foreign_json(edit.changes).value();
    const Json& parent = changes.at("parent");
    auto& steps = steps_[edit.row];
    steps.push_back({edit.statement, parent.at(1).get<RowN>()});
    if (edit.reversed != registry::no_index) {
      steps.push_back({edit.reversed, parent.at(0).get<RowN>()});
    }
  }
  for (auto& one : steps_) {
    // Of a replacement: first what was taken back, which stands earlier, then what came instead.
    std::ranges::stable_sort(one.second, {}, &Step::index);
  }
}

RowN HolderHistory::parent_of(RowN holder, Index32 size) const {
  const auto found = steps_.find(holder);
  if (found == steps_.end()) return no_row;
  const auto& steps = found->second;
  const auto next = std::ranges::lower_bound(steps, size, {}, &Step::index);
  return next == steps.begin() ? no_row : std::prev(next)->parent;
}

bool HolderHistory::is_within(RowN inner, RowN outer, Index32 size) const {
  for (RowN at = inner; at != no_row; at = parent_of(at, size)) {
    if (at == outer) return true;
  }
  return false;
}

}  // namespace muster::exchange
