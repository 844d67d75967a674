#include "cli/entry_ranges.hpp"

#include "cli/print/number.hpp"

namespace muster::cli {

std::string ranges_text(const std::vector<ledger::EntryRange>& ranges) {
  std::string text;
  for (const ledger::EntryRange& range : ranges) {
    text += (text.empty() ? "" : ", ") + print::grouped(range.first);
    if (range.count > 1) text += " to " + print::grouped(range.first + range.count - 1);
  }
  return text.empty() ? "none" : text;
}

Json ranges_json(const std::vector<ledger::EntryRange>& ranges) {
  Json list = Json::array();
  for (const ledger::EntryRange& range : ranges) {
    list.push_back({{"first", range.first}, {"count", range.count}});
  }
  return list;
}

}  // namespace muster::cli
