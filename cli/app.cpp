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
#include "cli/unknown_word.hpp"
#include "ledger/base/utf8.hpp"

namespace muster::cli {
namespace {

constexpr const char* program_summary = "A supply-chain chip registry and sampling auditor";
constexpr const char* program_name = "muster";

void add_global_options(CLI::App& app, GlobalOptions& options) {
  app.set_version_flag("--version", version_text);
  app.add_option("--registry", options.registry, "folder of the registry (MUSTER_REGISTRY)")
      ->envname("MUSTER_REGISTRY");
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

/// Errors are values here. What is thrown all the same is a lack of memory or a mistake of ours: it
/// ends the command, and says so, with nothing half-written.
Result<ExitCode> acted(Context& context) {
  try {
    return context.action()();
  } catch (const std::bad_alloc&) {
    return failure(Errc::unavailable, "out of memory");
  } catch (const std::exception& problem) {
    return failure(Errc::unavailable,
                   std::string("a mistake in this program, please report it: ") + problem.what());
  }
}

int run_action(Context& context) {
  if (!context.action()) return static_cast<int>(ExitCode::invalid_input);
  const Result<ExitCode> code = acted(context);
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
  return run_action(context);
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
  return run_action(context);
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
