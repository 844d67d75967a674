#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace muster::cli {

/// The word of `words` that is nearest to `word`: one that begins with it, or else the one that the
/// fewest insertions, deletions, exchanges and swaps of neighbouring letters lead to. Of equal ones
/// the first. Empty if there are no words.
/// Cost: the product of the lengths for each word.
[[nodiscard]] std::string nearest_word(const std::string& word,
                                       const std::vector<std::string>& words);

/// What is wrong with the noun or the verb of a command line that did not parse: one that does not
/// exist, with the nearest that does, or one that is missing. Nothing if both are right.
[[nodiscard]] std::optional<std::string> unknown_word(const CLI::App& app,
                                                      std::span<const std::string> arguments);

}  // namespace muster::cli
