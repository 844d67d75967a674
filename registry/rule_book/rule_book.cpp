#include "registry/rule_book/rule_book.hpp"

#include <algorithm>

#include "registry/rule_book/rows.hpp"

namespace muster::registry {

std::vector<RuleText> rule_book() {
  std::vector<RuleText> book;
  for (const auto rows : {rules_a_to_g(), rules_h_to_z()}) {
    book.insert(book.end(), rows.begin(), rows.end());
  }
  return book;
}

std::string_view rule_wants(std::string_view code) {
  for (const auto rows : {rules_a_to_g(), rules_h_to_z()}) {
    const auto row = std::lower_bound(
        rows.begin(), rows.end(), code,
        [](const RuleText& rule, std::string_view wanted) { return rule.code < wanted; });
    if (row != rows.end() && row->code == code) return row->wants;
  }
  return {};
}

}  // namespace muster::registry
