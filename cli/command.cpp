#include "cli/command.hpp"

namespace muster::cli {

CLI::App& add_verb(CLI::App& parent, const std::string& name, const std::string& summary,
                   Context& context, Context::Action action) {
  CLI::App& verb = *parent.add_subcommand(name, summary);
  verb.callback([&context, action = std::move(action)] { context.choose(action); });
  return verb;
}

CLI::App& noun(CLI::App& app, const std::string& name, const std::string& summary) {
  const auto subcommands =
      app.get_subcommands([&](CLI::App* sub) { return sub->check_name(name); });
  if (!subcommands.empty()) return *subcommands.front();
  CLI::App& added = *app.add_subcommand(name, summary);
  added.require_subcommand(1);
  return added;
}

}  // namespace muster::cli
