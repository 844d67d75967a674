#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ledger/base/check.hpp"
#include "ledger/base/json.hpp"
#include "registry/kind.hpp"
#include "registry/manifest_line.hpp"

// A line that the one-pass reader takes is canonical JSON with exactly these parts.
int fuzz_manifest(const std::uint8_t* data, std::size_t size) {
  using namespace muster;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto columns = registry::find_kind("chip.test")->columns;
  registry::ManifestLineReader reader(columns);
  registry::ItemTable table;
  table.columns = columns.size();
  if (!reader.read(text, table)) return 0;
  const auto value = parse_canonical_json(text);
  MUSTER_CHECK(value.has_value());
  MUSTER_CHECK(value->size() == 2);
  MUSTER_CHECK(canonical_json(value->at("item")) == reader.item());
  MUSTER_CHECK(value->at("item").at("chip") == table.items.front().chip.to_string());
  return 0;
}
