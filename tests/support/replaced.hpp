#pragma once

#include <string>
#include <string_view>

namespace muster::test {

/// `text` with the first `from` in it exchanged. Requires: it has one.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
  return text;
}

}  // namespace muster::test
