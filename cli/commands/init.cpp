#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "ledger/vkey.hpp"

namespace muster::cli {
namespace {

struct InitOptions {
  std::string folder;
  Founding founding;
};

/// The origin names the key that signs checkpoints, so it has to be such a name. Nothing else is
/// asked: the format takes names with a leading '-' and in any script.
/// Source: c2sp.org/signed-note, "Format"; c2sp.org/tlog-checkpoint, "Note text".
Result<void> check_origin(const std::string& origin) {
  if (ledger::is_key_name(origin)) return {};
  return failure(Errc::invalid_input,
                 "--origin: got \"" + origin +
                     "\", want a name of the log in UTF-8 without spaces, plus signs and control "
                     "characters, such as registry.example/chips");
}

Result<ExitCode> init(Context& context, const InitOptions& options) {
  MUSTER_TRY(check_origin(options.founding.origin));
  if (!context.options().dry_run) {
    MUSTER_TRY(Home::create(context, options.folder, options.founding));
  }
  auto printer = context.printer();
  printer.facts({"",
                 {{"registry", options.folder},
                  {"origin", options.founding.origin},
                  {"registrar", options.founding.registrar}}});
  printer.json({{"folder", options.folder},
                {"origin", options.founding.origin},
                {"registrar", options.founding.registrar}});
  return ExitCode::done;
}

}  // namespace

void add_init_command(CLI::App& app, Context& context) {
  auto& options = context.keep<InitOptions>();
  CLI::App& verb = add_verb(app, "init", "make a new registry: ledger, operator key, entry 0",
                            context, [&] { return init(context, options); });
  verb.add_option("folder", options.folder, "a new or empty folder")->required();
  verb.add_option("--origin", options.founding.origin,
                  "name of the log, such as registry.example/chips: no spaces, no '+'")
      ->required();
  verb.add_option("--registrar", options.founding.registrar, "party id of the registrar")
      ->required();
  verb.add_option("--name", options.founding.name, "its legal name")->required();
  verb.add_option("--country", options.founding.country, "its country, two letters")->required();
  verb.add_option("--key", options.founding.key_file, "its key file")->required();
  verb.add_option(
      "--log", options.founding.log_url,
      "the database that the log is to be in, postgres://[USER@]HOST/NAME, instead of a "
      "file of the folder");
}

}  // namespace muster::cli
