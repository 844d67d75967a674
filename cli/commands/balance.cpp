// `balance show` and `balance list`: what came to a party's book, what went, what was counted, and
// what a difference shows, with the entries behind each figure.

#include "cli/balance_json.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::BalanceLine;
using registry::BookScope;
using registry::MaterialBalance;
using registry::RowN;
using registry::State;

struct ShownBook {
  BalanceOptions balance;
  std::string by;  ///< "site", "product" or "site,product"
};

std::vector<print::Column> summary_columns(const char* first) {
  return {{first},
          print::number_column("opening"),
          print::number_column("in"),
          print::number_column("out"),
          print::number_column("closing"),
          print::number_column("counted"),
          print::number_column("difference"),
          print::number_column("sigma"),
          print::number_column("limit"),
          print::number_column("power")};
}

print::Cell difference_cell(const MaterialBalance& balance) {
  if (!balance.counted) return {"-", print::Tone::plain};
  const bool bad = is_beyond(balance);
  return {signed_text(balance.difference), bad ? print::Tone::bad : print::Tone::plain};
}

std::vector<print::Cell> summary_row(std::string name, const MaterialBalance& balance) {
  return {std::move(name),
          print::grouped(balance.figures.opening),
          print::grouped(balance.figures.increases),
          print::grouped(balance.figures.decreases),
          print::grouped(balance.figures.closing),
          balance.counted ? print::grouped(balance.counted->chips) : std::string("-"),
          difference_cell(balance),
          figure_text(balance.judgement.sigma),
          balance.counted ? figure_text(balance.judgement.limit) : std::string("-"),
          balance.counted ? print::percent(balance.judgement.power) : std::string("-")};
}

void print_book_lines(print::Printer& printer, const State& state, const MaterialBalance& balance,
                      bool sources) {
  print::Table table{.columns = {{""},
                                 {"event"},
                                 {"from / to"},
                                 print::number_column("chips"),
                                 print::number_column("TPP"),
                                 print::number_column("sigma")}};
  if (sources) table.columns.push_back({"entries (chips)"});
  for (const BalanceLine& line : balance.lines) {
    table.rows.push_back(
        {line.increase ? "in" : "out", line.method,
         id_or_dash(state.tables().parties, line.counterpart), print::grouped(line.chips),
         print::grouped(line.tpp),
         figure_text(registry::judge_difference(0, line.variance, 1, 0.05).sigma)});
    if (sources) table.rows.back().push_back(sources_text(line.sources));
  }
  printer.heading("What came and went");
  printer.table(table);
}

void print_reading(print::Printer& printer, const MaterialBalance& balance,
                   const registry::BalanceTerms& terms) {
  if (balance.counted) {
    printer.paragraph("Counted by entry " + std::to_string(balance.counted->index) + " (" +
                      balance.counted->method + "); a loss of " +
                      print::counted(terms.against, "chip") + " would have passed the limit with " +
                      print::percent(balance.judgement.power) + ", one of " +
                      figure_text(balance.judgement.found_95) + " with 95 %.");
  } else {
    printer.paragraph("Nobody counted this book in this period: there is no difference to judge.",
                      print::Tone::bad);
  }
  if (balance.absent > 0) {
    printer.paragraph(print::counted(balance.absent, "chip") +
                          " on the closing book are lost, stolen or missing; they stay on it.",
                      print::Tone::bad);
  }
  printer.note("errors of counting by " + terms.errors.id + ", false alarms " +
               print::percent(terms.errors.false_alarm) + " a line");
}

std::string scope_name(const State& state, const BookScope& scope) {
  std::string name = state.party_name(scope.party);
  if (scope.site != registry::no_row) name += ", " + state.tables().sites[scope.site].id;
  if (scope.product != registry::no_row) name += ", " + state.tables().products[scope.product].id;
  return name;
}

/// A part by what it has less than the whole: its site, its product or both.
std::string part_name(const State& state, const BookScope& whole, const BookScope& part) {
  std::string name;
  if (part.site != whole.site) name = state.tables().sites[part.site].id;
  if (part.product != whole.product) {
    name += (name.empty() ? "" : ", ") + state.tables().products[part.product].id;
  }
  return "- " + name;
}

Result<ExitCode> show_balance(Context& context, const ShownBook& options) {
  MUSTER_TRY_ASSIGN(const BookParts by, book_parts(options.by));
  MUSTER_TRY_ASSIGN(const Window period, period_of(options.balance.period));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const State& state = home->state();
  MUSTER_TRY_ASSIGN(const BookScope scope, book_scope(state, options.balance));
  MUSTER_TRY_ASSIGN(const auto terms, balance_terms(*home, options.balance));
  MUSTER_TRY_ASSIGN(const BookReport report, book_report(state, scope, period, terms, by));
  const MaterialBalance& whole = report.whole;
  print::Table table{.columns = summary_columns("book")};
  table.rows.push_back(summary_row(scope_name(state, scope), whole));
  for (const MaterialBalance& part : report.parts) {
    table.rows.push_back(summary_row(part_name(state, scope, part.scope), part));
  }
  auto printer = context.printer();
  printer.table(table);
  note_open_period(printer, state, period);
  if (!report.parts.empty()) {
    printer.note("what moves within the book comes and goes in its parts, and not in the whole");
  }
  print_book_lines(printer, state, whole, options.balance.sources);
  print_reading(printer, whole, terms);
  printer.json(report.json);
  return report.beyond ? ExitCode::negative : ExitCode::done;
}

Result<ExitCode> list_balances(Context& context, const BalanceOptions& options) {
  MUSTER_TRY_ASSIGN(const Window period, period_of(options.period));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const State& state = home->state();
  MUSTER_TRY_ASSIGN(const auto terms, balance_terms(*home, options));
  MUSTER_TRY_ASSIGN(const BookList books,
                    book_list(state, period, terms, {}, [](RowN) { return true; }));
  print::Table table{.columns = summary_columns("party")};
  for (const MaterialBalance& one : books.books) {
    table.rows.push_back(summary_row(state.party_name(one.scope.party), one));
  }
  const registry::BookFigures& sum = books.sum;
  table.rows.push_back({"all books", print::grouped(sum.opening), print::grouped(sum.increases),
                        print::grouped(sum.decreases), print::grouped(sum.closing)});
  auto printer = context.printer();
  printer.table(table);
  note_open_period(printer, state, period);
  printer.note("errors of counting by " + terms.errors.id +
               "; `balance show PARTY` has the events behind each figure");
  printer.json(books.json);
  return books.beyond ? ExitCode::negative : ExitCode::done;
}

}  // namespace

void add_balance_commands(CLI::App& app, Context& context) {
  CLI::App& balance = noun(app, "balance", "books that close, and what is unaccounted for");
  auto& options = context.keep<ShownBook>();
  CLI::App& show = add_verb(balance, "show", "a party's book over a period, line by line", context,
                            [&] { return show_balance(context, options); });
  show.add_option("party", options.balance.party, "party id")->required();
  show.add_option("--site", options.balance.site, "one of its sites");
  show.add_option("--product", options.balance.product, "one product");
  show.add_option("--by", options.by, "a line for each site, product or site,product");
  show.add_flag("--sources", options.balance.sources, "the entries behind each figure");
  add_balance_options(show, options.balance);
  auto& all = context.keep<BalanceOptions>();
  CLI::App& list = add_verb(balance, "list", "the book of every party over a period", context,
                            [&] { return list_balances(context, all); });
  add_balance_options(list, all);
}

}  // namespace muster::cli
