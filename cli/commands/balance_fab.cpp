// `balance fab`: packages against what went into them, by the lots that others delivered, by wafer
// starts and by test insertions.

#include <charconv>

#include "cli/balance_options.hpp"
#include "cli/commands/commands.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"
#include "registry/balance/fab_balance.hpp"

namespace muster::cli {
namespace {

using registry::FabBalance;
using registry::InputFigures;
using registry::InputLine;
using registry::State;

struct FabOptions {
  BalanceOptions balance;
  std::vector<std::string> per_package;  ///< "memory=6"
  std::string yield;
  std::string yield_sigma;
};

/// Reads "memory=6". Errors: `invalid_input`.
Result<std::pair<std::string, std::uint64_t>> ratio_of(const std::string& text) {
  const auto equals = text.find('=');
  const std::string unit = text.substr(0, equals);
  std::uint64_t count = 0;
  const bool known = equals != std::string::npos && (unit == "memory" || unit == "interposer");
  if (known) {
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + equals + 1, end, count);
    if (read.ec == std::errc() && read.ptr == end && count > 0 && count <= 1000) {
      return std::pair(unit, count);
    }
  }
  return failure(Errc::invalid_input, "--per-package: got \"" + text +
                                          "\", want memory=N or interposer=N, N from 1 to 1000");
}

Result<double> part_option(const std::string& text, const char* option) {
  MUSTER_TRY_ASSIGN(const stats::Probability part, probability_option(text, option));
  return 1 - part.complement().convert_to<double>();
}

Result<registry::FabTerms> fab_terms(Home& home, const FabOptions& options) {
  registry::FabTerms terms;
  MUSTER_TRY_ASSIGN(terms.balance, balance_terms(home, options.balance));
  for (const std::string& text : options.per_package) {
    MUSTER_TRY_ASSIGN(const auto ratio, ratio_of(text));
    if (!terms.per_package.emplace(ratio).second) {
      return failure(Errc::invalid_input, "--per-package: " + ratio.first + " stands twice");
    }
  }
  if (options.yield.empty() && !options.yield_sigma.empty()) {
    return failure(Errc::invalid_input, "--yield-sigma: want --yield too, whose error it is");
  }
  if (options.yield.empty()) return terms;
  MUSTER_TRY_ASSIGN(terms.yield, part_option(options.yield, "--yield"));
  if (options.yield_sigma.empty()) return terms;
  MUSTER_TRY_ASSIGN(terms.yield_sigma, part_option(options.yield_sigma, "--yield-sigma"));
  return terms;
}

/// Whether the line says something: units a package are known, and lots of the input there were. A
/// register that follows no dice shows nothing by having none.
bool is_judged(const InputLine& line) {
  const InputFigures& f = line.figures;
  const bool recorded = f.opening != 0 || f.closing != 0 || !f.sources.empty();
  return recorded && line.per_package != 0;
}

Json figures_json(const State& state, const InputFigures& figures) {
  Json sources = Json::object();
  for (const auto& [name, list] : figures.sources) sources[name] = sources_json(state, list);
  return {{"opening", figures.opening},   {"created", figures.created},
          {"received", figures.received}, {"given", figures.given},
          {"used", figures.used},         {"scrapped", figures.scrapped},
          {"closing", figures.closing},   {"sources", std::move(sources)}};
}

Json input_json(const State& state, const InputLine& line) {
  Json json = figures_json(state, line.figures);
  const bool known = is_judged(line);
  json["unit"] = line.unit;
  json["per_package"] = line.per_package != 0 ? Json(line.per_package) : Json(nullptr);
  json["packages"] = known ? Json(line.packages) : Json(nullptr);
  json["in_stock"] = known ? Json(line.in_stock) : Json(nullptr);
  json["difference"] = known ? Json(line.difference) : Json(nullptr);
  json["judgement"] = known ? judgement_json(line.judgement, true) : Json(nullptr);
  return json;
}

Json wafers_json(const State& state, const std::optional<registry::WaferLine>& line) {
  if (!line) return nullptr;
  const bool judged = line->gross_per_wafer != 0;
  return {{"wafers", line->wafers},
          {"gross_per_wafer", judged ? Json(line->gross_per_wafer) : Json(nullptr)},
          {"expected", judged ? Json(line->expected) : Json(nullptr)},
          {"created", line->created},
          {"difference", judged ? Json(line->difference) : Json(nullptr)},
          {"judgement", judged ? judgement_json(line->judgement, true) : Json(nullptr)},
          {"sources", sources_json(state, line->sources)}};
}

Json fab_json(const State& state, const FabBalance& balance) {
  Json inputs = Json::array();
  for (const InputLine& line : balance.inputs) inputs.push_back(input_json(state, line));
  return {{"party", id_or_null(state.tables().parties, balance.party)},
          {"product", id_or_null(state.tables().products, balance.product)},
          {"from", balance.period.from.to_string()},
          {"to", balance.period.to.to_string()},
          {"packages", balance.packages},
          {"sources", sources_json(state, balance.sources)},
          {"inputs", std::move(inputs)},
          {"wafers", wafers_json(state, balance.wafers)},
          {"tests",
           {{"insertions", balance.tests.insertions},
            {"by_others", balance.tests.by_others},
            {"untested", balance.tests.untested},
            {"sources", sources_json(state, balance.tests.sources)}}}};
}

bool is_beyond(std::int64_t difference, const registry::DifferenceVerdict& judgement) {
  return difference != 0 && judgement.beyond;
}

bool is_beyond(const FabBalance& balance) {
  for (const InputLine& line : balance.inputs) {
    if (is_judged(line) && is_beyond(line.difference, line.judgement)) return true;
  }
  return balance.wafers && balance.wafers->gross_per_wafer != 0 &&
         is_beyond(balance.wafers->difference, balance.wafers->judgement);
}

void print_inputs(print::Printer& printer, const FabBalance& balance) {
  print::Table flow{.columns = {{"input"},
                                print::number_column("opening"),
                                print::number_column("created"),
                                print::number_column("received"),
                                print::number_column("given"),
                                print::number_column("used"),
                                print::number_column("scrapped"),
                                print::number_column("closing")}};
  print::Table judged{.columns = {{"input"},
                                  print::number_column("per package"),
                                  print::number_column("makes"),
                                  print::number_column("registered"),
                                  print::number_column("difference"),
                                  print::number_column("sigma"),
                                  print::number_column("limit"),
                                  print::number_column("power"),
                                  print::number_column("in stock")}};
  for (const InputLine& line : balance.inputs) {
    const InputFigures& f = line.figures;
    flow.rows.push_back({line.unit, print::grouped(f.opening), print::grouped(f.created),
                         print::grouped(f.received), print::grouped(f.given),
                         print::grouped(f.used), print::grouped(f.scrapped),
                         print::grouped(f.closing)});
    const std::string per =
        line.per_package == 0 ? std::string("not known") : print::grouped(line.per_package);
    if (!is_judged(line)) {
      judged.rows.push_back({line.unit, per, "-", print::grouped(balance.packages), "-"});
      continue;
    }
    const bool bad = is_beyond(line.difference, line.judgement);
    judged.rows.push_back(
        {line.unit,
         per,
         print::grouped(line.packages),
         print::grouped(balance.packages),
         {signed_text(line.difference), bad ? print::Tone::bad : print::Tone::plain},
         figure_text(line.judgement.sigma),
         figure_text(line.judgement.limit),
         print::percent(line.judgement.power),
         print::grouped(line.in_stock)});
  }
  printer.heading("Units of each input");
  printer.table(flow);
  printer.heading("Packages by what went into them");
  printer.table(judged);
}

void print_wafers(print::Printer& printer, const FabBalance& balance) {
  if (!balance.wafers) return;
  const auto& line = *balance.wafers;
  std::string text = print::counted(line.wafers, "wafer") + " gave " +
                     print::grouped(line.created) + " good dice, by the lots that name them";
  if (line.gross_per_wafer != 0) {
    text += "; " + print::grouped(line.gross_per_wafer) + " dice fit on one, so " +
            figure_text(line.expected) + " were to be expected: difference " +
            signed_text(line.difference) + ", sigma " + figure_text(line.judgement.sigma) +
            ", limit " + figure_text(line.judgement.limit);
  } else {
    text += "; the product's die area and --yield would say how many were to be expected";
  }
  const bool bad = line.gross_per_wafer != 0 && is_beyond(line.difference, line.judgement);
  printer.paragraph(text + ".", bad ? print::Tone::bad : print::Tone::plain);
}

void print_sources(print::Printer& printer, const FabBalance& balance) {
  print::Table table{.columns = {{"figure"}, {"entries (units)"}}};
  table.rows.push_back({"packages", sources_text(balance.sources)});
  for (const InputLine& line : balance.inputs) {
    for (const auto& [name, list] : line.figures.sources) {
      table.rows.push_back({line.unit + " " + name, sources_text(list)});
    }
  }
  if (balance.wafers) table.rows.push_back({"wafers", sources_text(balance.wafers->sources)});
  table.rows.push_back({"tests", sources_text(balance.tests.sources)});
  printer.heading("Behind the figures");
  printer.table(table);
}

Result<ExitCode> show_fab(Context& context, const FabOptions& options) {
  MUSTER_TRY_ASSIGN(const Window period, period_of(options.balance.period));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const State& state = home->state();
  MUSTER_TRY_ASSIGN(const auto scope, book_scope(state, options.balance));
  MUSTER_TRY_ASSIGN(const auto terms, fab_terms(*home, options));
  const FabBalance balance =
      registry::fab_balance(state, scope.party, scope.product, period, terms);
  auto printer = context.printer();
  print_inputs(printer, balance);
  print_wafers(printer, balance);
  note_open_period(printer, state, period);
  printer.paragraph(
      print::counted(balance.tests.insertions, "test insertion") + ", " +
      print::grouped(balance.tests.by_others) + " of them stated by others than the packager; " +
      print::counted(balance.tests.untested, "package") + " of the period not tested by its end.");
  if (options.balance.sources) print_sources(printer, balance);
  printer.note(
      "below zero: what was used makes more packages than were registered; an input without lots "
      "is not judged");
  Json json = fab_json(state, balance);
  json["errors"] = terms.balance.errors.id;
  json["against"] = terms.balance.against;
  printer.json(json);
  return is_beyond(balance) ? ExitCode::negative : ExitCode::done;
}

}  // namespace

void add_balance_fab_command(CLI::App& app, Context& context) {
  CLI::App& balance = noun(app, "balance", "books that close, and what is unaccounted for");
  auto& options = context.keep<FabOptions>();
  CLI::App& verb = add_verb(balance, "fab", "packages against dice, memory, wafers and tests",
                            context, [&] { return show_fab(context, options); });
  verb.add_option("party", options.balance.party, "the packager")->required();
  verb.add_option("--product", options.balance.product, "the product")->required();
  verb.add_option("--per-package", options.per_package, "memory=N and interposer=N")
      ->delimiter(',');
  verb.add_option("--yield", options.yield, "part of the dice on a wafer that are good");
  verb.add_option("--yield-sigma", options.yield_sigma, "its standard deviation");
  verb.add_flag("--sources", options.balance.sources, "the entries behind each figure");
  add_balance_options(verb, options.balance);
}

}  // namespace muster::cli
