#include "cli/unknown_word.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "ledger/base/json.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t longest_word = 64;  // no command is longer; whatever follows is not compared

/// Fewest insertions, deletions, exchanges and swaps of neighbours from `a` to `b`, no letter being
/// touched twice.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t exchange = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] =
          std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + exchange});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  }
  return cost[a.size()][b.size()];
}

std::vector<std::string> names_below(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
  }
  std::ranges::sort(names);
  return names;
}

/// The words of the command line that are neither options nor the values of global ones. An unknown
/// option is taken to have no value: the verb's own come after the verb.
std::vector<std::string> plain_words(const CLI::App& app, std::span<const std::string> arguments) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (!word.starts_with("-") || word == "-") {
      words.push_back(word);
      continue;
    }
    const CLI::Option* option = app.get_option_no_throw(word);
    if (option != nullptr && option->get_items_expected_min() > 0) ++i;
  }
  return words;
}

/// What to say of the word that should name a subcommand of `app`: "muster" or a noun of it.
std::string complaint(const CLI::App& app, const std::string& command, const std::string& what,
                      const std::optional<std::string>& word) {
  const std::string help = "`" + command + " --help` lists them";
  if (!word) return "got no " + what + ", want one; " + help;
  // As JSON: whatever the word holds, the message stays one line.
  return "no " + what + " " + Json(*word).dump() + "; the nearest is `" + command + " " +
         nearest_word(*word, names_below(app)) + "`, " + help;
}

}  // namespace

std::string nearest_word(const std::string& word, const std::vector<std::string>& words) {
  std::string nearest;
  std::size_t least = 0;
  for (const std::string& candidate : words) {
    const bool begun = !word.empty() && candidate.starts_with(word);
    const std::size_t far = begun ? 0 : distance(word.substr(0, longest_word), candidate);
    if (nearest.empty() || far < least) {
      nearest = candidate;
      least = far;
    }
  }
  return nearest;
}

std::optional<std::string> unknown_word(const CLI::App& app,
                                        std::span<const std::string> arguments) {
  const auto words = plain_words(app, arguments);
  const auto word = [&](std::size_t n) {
    return n < words.size() ? std::optional(words[n]) : std::nullopt;
  };
  const auto knows = [](const std::vector<std::string>& names,
                        const std::optional<std::string>& name) {
    return name && std::ranges::find(names, *name) != names.end();
  };
  if (!knows(names_below(app), word(0))) {
    return complaint(app, app.get_name(), "command", word(0));
  }
  const auto named = [&](const CLI::App* sub) { return sub->get_name() == words[0]; };
  const CLI::App& noun = *app.get_subcommands(named).front();
  const auto verbs = names_below(noun);
  if (verbs.empty() || knows(verbs, word(1))) return std::nullopt;
  return words[0] + ": " + complaint(noun, app.get_name() + " " + words[0], "verb", word(1));
}

}  // namespace muster::cli
