#include <cstddef>
#include <cstdint>
#include <string_view>

#include "cli/chip_list.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/json.hpp"
#include "registry/kind.hpp"

// A table of chips that is taken, by CSV or by NDJSON, is taken as the same chips again when it is
// written as NDJSON, and every message about one that is not names the file.
int fuzz_chip_table(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view kind : {"chip.test", "chip.enrol", "chip.package"}) {
    const auto columns = registry::find_kind(kind)->columns;
    const auto chips = cli::chips_of_table(text, "table", columns);
    if (!chips) {
      MUSTER_CHECK(chips.error().message.find("table") != std::string::npos);
      continue;
    }
    if (chips->empty()) continue;
    std::string lines;
    for (const auto& [chip, values] : *chips) {
      Json line = values;
      line["chip"] = chip.to_string();
      lines += canonical_json(line) + "\n";
    }
    const auto again = cli::chips_of_table(lines, "again", columns);
    MUSTER_CHECK(again.has_value() && again->size() == chips->size());
    for (std::size_t i = 0; i < again->size(); ++i) {
      MUSTER_CHECK((*again)[i].chip == (*chips)[i].chip);
      MUSTER_CHECK((*again)[i].columns == (*chips)[i].columns);
    }
  }
  return 0;
}
