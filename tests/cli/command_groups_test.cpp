// The command line is built from the nouns that its words name: what stands under which noun.

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "cli/command.hpp"
#include "cli/commands/all.hpp"
#include "ledger/base/random.hpp"

using namespace muster;

namespace {

std::set<std::string> verbs_below(const CLI::App& app) {
  std::set<std::string> names;
  for (const CLI::App* noun : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.insert(noun->get_name());
    for (const CLI::App* verb : noun->get_subcommands([](const CLI::App*) { return true; })) {
      names.insert(noun->get_name() + " " + verb->get_name());
    }
  }
  return names;
}

/// A command line, built as `build(app, context)` does.
template <class Build>
std::set<std::string> built(Build build) {
  std::ostringstream out;
  std::ostringstream err;
  SystemRandom random;
  cli::Context context(out, err, random);
  CLI::App app;
  build(app, context);
  return verbs_below(app);
}

}  // namespace

TEST_CASE("each group of commands adds verbs under the nouns that its row names, and no others") {
  for (const cli::CommandGroup& group : cli::command_groups()) {
    const std::set<std::string> names =
        built([&](CLI::App& app, cli::Context& context) { group.add(app, context); });
    std::set<std::string> nouns;
    for (const std::string& name : names) {
      if (name.find(' ') == std::string::npos) nouns.insert(name);
    }
    CHECK(nouns == std::set<std::string>(group.nouns.begin(), group.nouns.end()));
  }
}

TEST_CASE("a noun that is wanted has all the verbs that the whole command line gives it") {
  const std::set<std::string> whole = built([](CLI::App& app, cli::Context& context) {
    cli::add_commands(app, context, [](std::string_view) { return true; });
  });
  CHECK(whole.size() > 100);
  for (const std::string noun : {"chip", "ledger", "plan", "roster"}) {
    const std::set<std::string> named = built([&](CLI::App& app, cli::Context& context) {
      cli::add_commands(app, context, [&](std::string_view name) { return name == noun; });
    });
    for (const std::string& name : whole) {
      if (name.starts_with(noun + " ")) CHECK(named.contains(name));
    }
    CHECK(named.size() < whole.size() / 2);
  }
}
