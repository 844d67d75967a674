// `attest account`: what the chips of a window could have computed, what was declared, and what
// could hide.

#include <algorithm>

#include "cli/account_make.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using namespace attestation;
using stats::Decimal;

struct AccountOptions {
  RosterQuery query;
  std::vector<std::string> rules{"compute"};
};

std::string flop_text(const Decimal& flop) { return print::compact(flop.to_double(), 4); }

std::string days_text(std::uint64_t ms) {
  return print::compact(static_cast<double>(ms) / static_cast<double>(ms_per_day), 6);
}

void print_account_products(print::Printer& printer, const Account& account) {
  print::Table table{.columns = {print::id_column("product"),
                                 print::number_column("chips"),
                                 print::number_column("chip-days"),
                                 print::number_column("declared for"),
                                 {"fastest format"},
                                 print::number_column("peak, FLOP/s"),
                                 print::number_column("FLOP at the peak")}};
  for (const ProductLine& line : account.products) {
    const bool rated = line.flop_per_s > 0;
    table.rows.push_back({line.product, print::grouped(line.chips), days_text(line.held_ms),
                          days_text(line.declared_ms), rated ? line.format : "not known",
                          rated ? print::compact(static_cast<double>(line.flop_per_s), 5) : "-",
                          rated ? flop_text(line.capacity) : "-"});
  }
  printer.heading("What the chips could do");
  printer.table(table);
}

void print_account_runs(print::Printer& printer, const Account& account) {
  print::Table table{.columns = {print::id_column("run"),
                                 {"prover"},
                                 {"use"},
                                 print::number_column("chips"),
                                 print::number_column("chip-days"),
                                 print::number_column("FLOP"),
                                 print::number_column("of peak"),
                                 {"reading"},
                                 print::number_column("could hide")}};
  for (const RunLine& line : account.runs) {
    std::string reading(mfu_band_name(line.band));
    if (!line.why_not.empty()) reading += ": " + line.why_not;
    const bool floor = line.mfu && line.format.empty();
    table.rows.push_back(
        {line.run.text(), line.prover, std::string(run_use_name(line.use)),
         print::grouped(line.chips), days_text(line.chip_ms), flop_text(line.flop),
         line.mfu ? (floor ? "at least " : "") + print::percent(line.mfu->to_double()) : "-",
         reading, line.mfu ? flop_text(line.could_hide) : "-"});
  }
  if (!table.rows.empty()) {
    printer.heading("Declared runs");
    printer.table(table);
  }
  if (table.rows.empty()) printer.paragraph("No run was declared in this window.");
}

void print_account_hidden(print::Printer& printer, const Account& account) {
  const Decimal plausible = account.free_plausible + account.inside_plausible;
  printer.heading("What could hide, FLOP");
  printer.facts(
      {"",
       {{"in chips that no run has", flop_text(account.free_plausible) +
                                         " at a plausible share of peak, " +
                                         flop_text(account.free_at_peak) + " at the peak"},
        {"in declared runs", flop_text(account.inside_plausible) +
                                 " up to a plausible share of peak, where it can be judged"},
        {"together", flop_text(plausible)},
        {"declared", flop_text(account.declared)},
        {"chips without a known rate", print::grouped(account.chips_without_rate)}}});
}

void print_account_models(print::Printer& printer, const ComputeAccount& made) {
  print::Table table{.columns = {print::id_column("run"),
                                 print::number_column("runs"),
                                 print::number_column("FLOP, in all"),
                                 {"from outside"}}};
  for (const ModelLine& model : made.models) {
    std::string outside;
    for (const std::string& parent : model.lineage.outside_parents) {
      outside += (outside.empty() ? "" : "; ") + parent;
    }
    table.rows.push_back({model.run, std::to_string(model.lineage.runs.size()),
                          flop_text(model.lineage.flop), text_or_dash(outside)});
  }
  if (!table.rows.empty()) {
    printer.heading("Models, with their ancestors");
    printer.table(table);
  }
}

void print_account_rules(print::Printer& printer, const ComputeAccount& made) {
  print::Table table{.columns = {print::id_column("rule"),
                                 {"subject"},
                                 print::number_column("limit"),
                                 print::number_column("declared"),
                                 {"outcome", print::Align::left, print::Overflow::keep}}};
  for (const JudgedRule& judged : made.rules) {
    table.rows.push_back({judged.rule.name, judged.subject, flop_text(judged.rule.above),
                          flop_text(judged.known), std::string(rule_outcome_name(judged.outcome))});
  }
  if (table.rows.empty()) return;
  printer.heading("Rules in force in the window, by what is declared");
  printer.table(table);
  std::string last;
  for (const JudgedRule& judged : made.rules) {
    if (judged.rule.name == last) continue;
    last = judged.rule.name;
    printer.paragraph(
        last + ": " + judged.rule.meaning + "." +
        (judged.rule.not_checked.empty() ? "" : " Not checked: " + judged.rule.not_checked + ".") +
        " " + judged.rule.source + ".");
  }
}

void print_account_findings(print::Printer& printer, const Account& account) {
  print::Table table{
      .caption = "Findings",
      .columns = {
          {"code", print::Align::left, print::Overflow::keep}, print::id_column("run"), {"what"}}};
  for (const AccountFinding& found : account.findings) {
    table.rows.push_back({found.code, text_or_dash(found.run), found.text});
  }
  if (!table.rows.empty()) {
    printer.heading("Findings");
    printer.table(table);
  }
}

Result<ExitCode> show_account(Context& context, const AccountOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const ComputeAccount made,
                    make_compute_account(*home, options.query, options.rules));
  auto printer = context.printer();
  printer.heading("Compute account, " + made.account.window.from.to_string() + " to " +
                  made.account.window.to.to_string());
  print_account_products(printer, made.account);
  print_account_runs(printer, made.account);
  print_account_hidden(printer, made.account);
  print_account_models(printer, made);
  print_account_rules(printer, made);
  print_account_findings(printer, made.account);
  printer.heading("What this rests on");
  printer.paragraph(
      "Declared figures are the Prover's word; shares of peak are graded evidence and no proof. "
      "What could hide supposes that what was declared was done. Chips count for as long as they "
      "were held, powered or not; the operations of a run are "
      "spread evenly over its time. Chips off the register are not in this account.");
  printer.json(account_json(made));
  const bool queries = std::ranges::any_of(made.account.findings, [](const AccountFinding& found) {
    return found.severity >= Severity::query;
  });
  if (queries) return ExitCode::negative;
  return is_judged_whole(made.account) ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

void add_attest_account_command(CLI::App& app, Context& context) {
  CLI::App& attest = noun(app, "attest", "evidence from devices, judged");
  auto& options = context.keep<AccountOptions>();
  CLI::App& verb =
      add_verb(attest, "account", "what chips could compute, what was declared, what could hide",
               context, [&] { return show_account(context, options); });
  add_roster_query(verb, options.query);
  verb.get_option("--window")->required();
  verb.add_option("--rules", options.rules,
                  "rules of compute: names in data/rules, or paths; compute")
      ->delimiter(',');
}

}  // namespace muster::cli
