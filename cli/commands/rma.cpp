// `rma list|show`: returns for repair, and what each chip came to.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/rma_json.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::Rma;
using registry::RmaItem;
using registry::RowN;
using registry::State;

struct RmaOptions {
  std::string id;
};

Result<ExitCode> list_returns(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto& tables = home->state().tables();
  print::Table table{.columns = {print::id_column("return"),
                                 {"custodian"},
                                 {"vendor"},
                                 print::number_column("chips"),
                                 {"status"}}};
  Json list = Json::array();
  for (const Rma& rma : tables.rmas.rows()) {
    table.rows.push_back({rma.id, id_or_dash(tables.parties, rma.custodian),
                          id_or_dash(tables.parties, rma.vendor), std::to_string(rma.units),
                          rma.closed == registry::no_index ? "open" : "closed"});
    list.push_back(rma_json(home->state(), rma));
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"returns", std::move(list)}});
  return ExitCode::done;
}

Result<ExitCode> show_return(Context& context, const RmaOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const State& state = home->state();
  const auto& tables = state.tables();
  MUSTER_TRY_ASSIGN(const RowN row, row_called(tables.rmas, "return", options.id));
  const Rma& rma = tables.rmas[row];
  auto printer = context.printer();
  printer.facts({"",
                 {{"return", rma.id},
                  {"from", id_or_dash(tables.parties, rma.custodian)},
                  {"to", id_or_dash(tables.parties, rma.vendor)},
                  {"fault", rma.fault},
                  {"status", rma.closed == registry::no_index ? "open" : "closed"}}});
  print::Table table{.columns = {print::whole_id_column("chip"),
                                 {"work"},
                                 {"outcome"},
                                 print::whole_id_column("replaced by"),
                                 {"now"}}};
  for (RowN n = rma.first; n < rma.first + rma.units; ++n) {
    const RmaItem& item = tables.rma_items[n];
    const std::string by = item.replacement == registry::no_row
                               ? std::string("-")
                               : state.chip_id(item.replacement).to_string();
    std::string now(registry::name_of(state.display(item.chip)));
    if (is_owed(state, item)) now += ", to be destroyed";
    table.rows.push_back({state.chip_id(item.chip).to_string(), text_or_dash(item.work),
                          text_or_dash(item.outcome), by, now});
  }
  printer.table(table);
  printer.json(rma_json(state, rma));
  return ExitCode::done;
}

}  // namespace

void add_rma_commands(CLI::App& app, Context& context) {
  CLI::App& rma = noun(app, "rma", "returns for repair");
  add_verb(rma, "list", "all returns", context, [&] { return list_returns(context); });
  auto& shown = context.keep<RmaOptions>();
  add_verb(rma, "show", "one return, with what each chip came to", context,
           [&] { return show_return(context, shown); })
      .add_option("id", shown.id, "number of the return")
      ->required();
}

}  // namespace muster::cli
