#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "ledger/base/file.hpp"
#include "registry/json_schema/json_schema.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

/// GS1's schema of EPCIS 2.0 documents, among the vectors in `folder`.
inline json_schema::Schema gs1_schema(const std::filesystem::path& folder) {
  const std::string text = must(read_text_file(folder / "gs1" / "EPCIS-JSON-Schema.json"));
  return must(json_schema::Schema::compile(
      {"https://gs1.github.io/EPCIS/EPCIS-JSON-Schema.json", must(parse_foreign_json(text))}));
}

/// Every document among the vectors, with its name.
inline std::vector<std::pair<std::string, Json>> examples(const std::filesystem::path& folder) {
  std::vector<std::pair<std::string, Json>> list;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool is_example = name.ends_with(".jsonld") || name.ends_with(".json");
    if (!is_example || name == "EPCIS-JSON-Schema.json" || name == "openapi.json" ||
        name == "epcis-context.jsonld") {
      continue;
    }
    auto document = parse_foreign_json(must(read_text_file(entry.path())));
    // Some examples name a key twice, which our reader refuses and others read in their own way.
    if (!document && document.error().message.ends_with("stands twice")) continue;
    list.emplace_back(name, must(std::move(document)));
  }
  std::ranges::sort(list, {}, [](const auto& one) { return one.first; });
  return list;
}

}  // namespace muster::test
