#include "cli/app.hpp"

#include <algorithm>
#include <exception>
#include <new>
#include <optional>
#include <ostream>
#include <vector>

#include "cli/command.hpp"
#include "cli/commands/all.hpp"
#include "cli/no_empty_values.hpp"
#include "cli/plain_numbers.hpp"
#include "cli/print/utf8.hpp"
#include "cli/remote/served_verbs.hpp"
#include "cli/remote/server_address.hpp"
#include "cli/unknown_word.hpp"
#include "ledger/base/utf8.hpp"

namespace muster::cli {
namespace {

constexpr const char* program_summary = "A supply-chain chip registry and sampling auditor";
constexpr const char* program_name = "muster";

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.set_version_flag("--version", version_text);
  app.add_option("--registry", options.registry,
                 "folder of the registry, or https://… where it is served (MUSTER_REGISTRY)")
      ->envname("MUSTER_REGISTRY");
  app.add_option("--token-file", options.served.token_file,
                 "of a served registry: a file with your token (MUSTER_TOKEN_FILE)")
      ->envname("MUSTER_TOKEN_FILE");
  app.add_option("--client-certificate", options.served.certificate,
                 "of a served registry: your certificate, PEM (MUSTER_CLIENT_CERTIFICATE)")
      ->envname("MUSTER_CLIENT_CERTIFICATE");
  app.add_option("--client-key", options.served.key,
                 "of a served registry: its secret key, PEM (MUSTER_CLIENT_KEY)")
      ->envname("MUSTER_CLIENT_KEY");
  app.add_option("--ca-file", options.served.authorities,
                 "of a served registry: who vouches for the server, PEM (MUSTER_CA_FILE)")
      ->envname("MUSTER_CA_FILE");
  app.add_flag("--json", options.json, "print one JSON object");
  app.add_flag("-q,--quiet", options.quiet, "no notes and no progress");
  app.add_flag("-n,--dry-run", options.dry_run, "check and show, write nothing");
  app.add_flag("-y,--yes", options.yes, "confirm what destroys or revokes");
  app.add_option("--color", options.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_option("--now", options.now, "instant to use instead of the machine's clock");
  app.add_option("--as-of", options.as_of, "read the registry as it was after this entry");
  app.fallthrough();  // global options may stand after the verb
}

/// CLI11 has exit codes of its own; ours are fixed by exit_code.hpp.
int report_usage(const CLI::App& app, const CLI::ParseError& problem,
                 std::span<const std::string> arguments, std::ostream& out, std::ostream& err) {
  if (problem.get_exit_code() == 0) return app.exit(problem, out, err);
  if (const auto complaint = unknown_word(app, arguments)) {
    err << "muster: " << *complaint << '\n';
  } else {
    err << "muster: " << problem.what() << "; `muster --help` lists the commands\n";
  }
  return static_cast<int>(ExitCode::invalid_input);
}

/// Noun, verb and options as they were given.
AskedVerb asked_verb(const CLI::App& app) {
  AskedVerb asked;
  const CLI::App* deepest = &app;
  const auto nouns = app.get_subcommands();
  if (!nouns.empty()) {
    deepest = nouns.front();
    asked.noun = deepest->get_name();
    const auto verbs = deepest->get_subcommands();
    if (!verbs.empty()) {
      deepest = verbs.front();
      asked.verb = deepest->get_name();
    }
  }
  for (const CLI::Option* option : deepest->get_options()) {
    if (option->count() == 0) continue;
    std::string name = option->get_single_name();
    asked.given.emplace(std::move(name), option->results());
  }
  return asked;
}

/// Errors are values here. What is thrown all the same is a lack of memory or a mistake of ours: it
/// ends the command, and says so, with nothing half-written.
Result<ExitCode> acted(const CLI::App& app, Context& context) {
  try {
    if (is_server_address(context.options().registry)) {
      return act_on_served(context, asked_verb(app));
    }
    return context.action()();
  } catch (const std::bad_alloc&) {
    return failure(Errc::unavailable, "out of memory");
  } catch (const std::exception& problem) {
    return failure(Errc::unavailable,
                   std::string("a mistake in this program, please report it: ") + problem.what());
  }
}

int run_action(const CLI::App& app, Context& context) {
  if (!context.action()) return static_cast<int>(ExitCode::invalid_input);
  const Result<ExitCode> code = acted(app, context);
  if (code) return static_cast<int>(*code);
  // Messages quote what stood in files.
  context.err() << "muster: " << print::visible(code.error().message, true) << '\n';
  return static_cast<int>(exit_code_of(code.error()));
}

void build(CLI::App& app, Context& context, const WantedNoun& wanted) {
  app.require_subcommand(1);
  add_global_options(app, context.options());
  add_commands(app, context, wanted);
  take_plain_numbers_only(app);
  take_no_empty_values(app);
}

/// Reads the words of the command line. Errors: throws what CLI11 throws.
void parse(CLI::App& app, std::span<const std::string> arguments) {
  std::vector<std::string> reversed(arguments.begin(), arguments.end());
  std::ranges::reverse(reversed);
  app.parse(reversed);
}

/// Runs a command from the nouns that the words name alone: to build the whole command line takes
/// longer than many a command. Nothing if that is not enough, for whatever reason.
std::optional<int> run_named(std::span<const std::string> arguments, Context& context) {
  CLI::App app(program_summary, program_name);
  build(app, context, [&](std::string_view noun) {
    return std::ranges::find(arguments, noun) != arguments.end();
  });
  try {
    parse(app, arguments);
  } catch (const CLI::ParseError&) {
    return std::nullopt;
  }
  return run_action(app, context);
}

/// Help and complaints know every command.
int run_whole(std::span<const std::string> arguments, Context& context) {
  CLI::App app(program_summary, program_name);
  build(app, context, [](std::string_view) { return true; });
  try {
    parse(app, arguments);
  } catch (const CLI::ParseError& problem) {
    return report_usage(app, problem, arguments, context.out(), context.err());
  }
  return run_action(app, context);
}

}  // namespace

int run(std::span<const std::string> arguments, std::ostream& out, std::ostream& err,
        Random& random) {
  if (!std::ranges::all_of(arguments, is_utf8)) {
    err << "muster: arguments: one is not UTF-8\n";
    return static_cast<int>(ExitCode::invalid_input);
  }
  if (const auto word = word_without_value(arguments)) {
    err << "muster: " << print::visible(*word, true)
        << ": got nothing behind the sign, want a value\n";
    return static_cast<int>(ExitCode::invalid_input);
  }
  Context named(out, err, random);
  if (const auto code = run_named(arguments, named)) return *code;
  Context whole(out, err, random);
  return run_whole(arguments, whole);
}

}  // namespace muster::cli
