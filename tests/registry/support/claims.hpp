#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "registry/proof/claims.hpp"
#include "tests/registry/support/committed.hpp"

namespace muster::test {

inline std::vector<std::string> kinds_of(const std::vector<registry::ChipEvent>& tail) {
  std::vector<std::string> list;
  for (const registry::ChipEvent& event : tail) list.push_back(event.kind);
  return list;
}

/// Whether one of the sentences has this part.
inline bool says(const std::vector<std::string>& sentences, std::string_view part) {
  return std::ranges::any_of(sentences, [&](const std::string& sentence) {
    return sentence.find(part) != std::string::npos;
  });
}

}  // namespace muster::test
