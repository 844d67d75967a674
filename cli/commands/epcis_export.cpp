// `epcis export`: statements of the register as an EPCIS 2.0 document.

#include <ostream>
#include <string>
#include <vector>

#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_file.hpp"
#include "cli/print/number.hpp"
#include "cli/window_text.hpp"
#include "registry/exchange/export.hpp"

namespace muster::cli {
namespace {

struct EpcisExportOptions {
  std::string chip;
  std::string shipment;
  std::string party;
  std::string container;
  std::string product;
  std::string site;
  std::vector<std::string> kinds;
  std::string window;
  std::string file;
  bool no_master_data = false;
};

Result<void> take_window(const std::string& text, exchange::ExportQuery& query) {
  if (text.empty()) return {};
  auto window = parse_window(text);
  if (!window) return failure(std::move(window.error()).during("--window"));
  query.from = window->from;
  query.to = window->to;
  return {};
}

Result<exchange::ExportQuery> query_of(const EpcisExportOptions& options) {
  exchange::ExportQuery query;
  if (!options.shipment.empty()) query.shipment = options.shipment;
  if (!options.party.empty()) query.party = options.party;
  if (!options.container.empty()) query.container = options.container;
  if (!options.product.empty()) query.product = options.product;
  if (!options.site.empty()) query.site = options.site;
  query.kinds.insert(options.kinds.begin(), options.kinds.end());
  MUSTER_TRY(take_window(options.window, query));
  return query;
}

Result<exchange::Exported> export_to(std::ostream& out, Home& home,
                                     const exchange::ExportQuery& query,
                                     const exchange::ExportOptions& options) {
  return exchange::export_events(
      home.registry(), query, options, [&](std::string_view text) -> Result<void> {
        out << text;
        if (out) return {};
        return failure(Errc::unavailable, "writing the document: failed");
      });
}

Result<ExitCode> export_document(Context& context, const EpcisExportOptions& options) {
  MUSTER_TRY_ASSIGN(exchange::ExportQuery query, query_of(options));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  if (!options.chip.empty()) {
    MUSTER_TRY_ASSIGN(const registry::RowN chip, chip_named(home->state(), options.chip));
    query.chip = home->state().chip_id(chip);
  }
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const exchange::ExportOptions how{.created = clock->now(),
                                    .master_data = !options.no_master_data};
  if (options.file.empty()) {
    MUSTER_TRY(export_to(context.out(), *home, query, how));
    return ExitCode::done;
  }
  exchange::Exported exported;
  MUSTER_TRY(write_aside(context, options.file, [&](std::ostream& out) -> Result<void> {
    MUSTER_TRY_ASSIGN(exported, export_to(out, *home, query, how));
    return {};
  }));
  auto printer = context.printer();
  printer.facts({"",
                 {{"document", options.file},
                  {"events", print::grouped(exported.events)},
                  {"of statements", print::grouped(exported.statements)},
                  {"statements without an event", print::grouped(exported.without)}}});
  printer.json({{"file", options.file},
                {"events", exported.events},
                {"statements", exported.statements},
                {"without", exported.without}});
  return ExitCode::done;
}

}  // namespace

void add_epcis_export_command(CLI::App& app, Context& context) {
  CLI::App& epcis = noun(app, "epcis", "EPCIS 2.0 documents: out of the register and into it");
  auto& options = context.keep<EpcisExportOptions>();
  CLI::App& verb = add_verb(epcis, "export", "statements as an EPCIS 2.0 document", context,
                            [&] { return export_document(context, options); });
  verb.add_option("--chip", options.chip, "the history of this chip");
  verb.add_option("--shipment", options.shipment, "what names this shipment");
  verb.add_option("--party", options.party, "said by this party, to it, or from it");
  verb.add_option("--container", options.container,
                  "about this container or assembly, and what was in it while it was");
  verb.add_option("--product", options.product, "about chips of this product, or naming it");
  verb.add_option("--site", options.site,
                  "said at this site, naming it, or about chips that stood there");
  verb.add_option("--kind", options.kinds,
                  "statements of this kind only, as accept; again for further ones")
      ->allow_extra_args(false);
  verb.add_option("--window", options.window, "recorded in FROM..TO, days or instants");
  verb.add_option("--out", options.file, "a new file; else print");
  verb.add_flag("--no-master-data", options.no_master_data,
                "do not describe the parties, sites and products named");
}

}  // namespace muster::cli
