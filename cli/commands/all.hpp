#pragma once

#include <functional>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace muster::cli {

class Context;

/// Whether the verbs of a noun are needed.
using WantedNoun = std::function<bool(std::string_view noun)>;

/// Commands that are added together, and the nouns that they stand under.
struct CommandGroup {
  void (*add)(CLI::App& app, Context& context);
  std::vector<std::string_view> nouns;
};

/// All commands but those of event kinds, which have a table of their own (`event_verbs.hpp`).
[[nodiscard]] const std::vector<CommandGroup>& command_groups();

/// The verbs of event kinds that stand under nouns that are wanted.
void add_event_commands(CLI::App& app, Context& context, const WantedNoun& wanted);

/// The command line, as far as it stands under nouns that are wanted. A group is added as a whole.
void add_commands(CLI::App& app, Context& context, const WantedNoun& wanted);

}  // namespace muster::cli
