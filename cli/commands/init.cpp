#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"

namespace muster::cli {
namespace {

struct InitOptions {
  std::string folder;
  Founding founding;
};

Result<ExitCode> init(Context& context, const InitOptions& options) {
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
  verb.add_option("--origin", options.founding.origin, "name of the log")->required();
  verb.add_option("--registrar", options.founding.registrar, "party id of the registrar")
      ->required();
  verb.add_option("--name", options.founding.name, "its legal name")->required();
  verb.add_option("--country", options.founding.country, "its country, two letters")->required();
  verb.add_option("--key", options.founding.key_file, "its key file")->required();
}

}  // namespace muster::cli
