// `kit answer`, `kit sheet` and `kit status`: what happens at a site beside the reading of logs.

#include "cli/audit/answers.hpp"
#include "cli/audit/field_sheet.hpp"
#include "cli/audit/host_word.hpp"
#include "cli/audit/line_answer.hpp"
#include "cli/audit/plan_text.hpp"
#include "cli/audit/registry_record.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

struct AnswerOptions {
  std::string plan;
  std::string challenges;
  std::vector<std::string> chips;
  std::string as;
  std::string text;
  HostOptions host;
  std::string report;
  Author author;
};

struct SheetOptions {
  std::string plan;
  std::string challenges;
  std::string out;
};

struct StatusOptions {
  std::string plan;
  Effort effort;
};

Result<std::vector<Challenge>> challenges_of_plan(const std::string& file,
                                                  const std::string& plan) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file));
  MUSTER_TRY_ASSIGN(auto challenges, parse_challenges(text, file));
  for (const Challenge& challenge : challenges) {
    if (challenge.plan == plan) continue;
    return failure(Errc::invalid_input, file + ": is of plan " + challenge.plan + ", not " + plan);
  }
  return challenges;
}

/// The challenges of the chips that were named, all of them drawn.
Result<std::vector<Challenge>> named_lines(const registry::State& state,
                                           std::vector<Challenge> challenges,
                                           const std::vector<std::string>& chips) {
  std::vector<Challenge> named;
  for (const std::string& text : chips) {
    MUSTER_TRY_ASSIGN(const ChipId chip, ChipId::parse(text));
    const auto found = std::ranges::find(challenges, chip, &Challenge::chip);
    if (found == challenges.end() || challenged_line(state, *found) == nullptr) {
      return refusal("inspect.substituted",
                     "chip " + text + " was not drawn; no other chip answers a drawn one's line");
    }
    named.push_back(*found);
  }
  return named;
}

Result<ExitCode> kit_answer(Context& context, const AnswerOptions& options) {
  MUSTER_TRY_ASSIGN(const AnswerKind kind, unseen_answer(options.as, options.host, "kit answer",
                                                         "recorded by `muster kit record`"));
  MUSTER_TRY(check_new({options.report}));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(auto challenges, challenges_of_plan(options.challenges, plan.id));
  MUSTER_TRY_ASSIGN(const auto lines,
                    named_lines(home->state(), std::move(challenges), options.chips));
  for (const Challenge& line : lines) MUSTER_TRY(check_answered(*home, line, options.as));
  MUSTER_TRY_ASSIGN(const HostWord host, host_word(context, options.host));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  FieldAnswer answer{.kind = kind, .verdict = "not-presented", .host = host, .text = options.text};
  answer.at = clock->now();
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, *home, options.author));
  std::string report;
  for (const Challenge& line : lines) {
    const Json document = unseen_report(line, answer);
    report += canonical_json(document) + "\n";
    answer.report = crypto::sha256(canonical_json(document));
    answer.codes = unseen_codes(answer);
    const auto query =
        query_draft(plan, line, answer.codes, prover_of(home->state(), plan, line.chip), answer.at);
    MUSTER_TRY(add_answer(home->state(), line, answer.verdict,
                          result_draft(line, answer, host_evidence(host)), query, writer));
  }
  MUSTER_TRY(writer.finish());
  if (!options.report.empty() && !context.options().dry_run) {
    MUSTER_TRY(create_file(options.report, as_bytes(report)));
  }
  auto printer = context.printer();
  printer.facts({"", {{options.as, print::counted(lines.size(), "line")}}});
  printer.note(
      "each is open: its Prover has a query with a clock, and what is not closed is a hit");
  printer.json({{"plan", plan.id}, {"answer", options.as}, {"lines", lines.size()}});
  return ExitCode::no_answer;
}

Result<ExitCode> kit_sheet(Context& context, const SheetOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const auto challenges, challenges_of_plan(options.challenges, plan.id));
  MUSTER_TRY_ASSIGN(const auto products, products_of(home->state(), plan));
  std::vector<SheetLine> lines;
  for (const Challenge& challenge : challenges) {
    const registry::Line* line = challenged_line(home->state(), challenge);
    if (line == nullptr) {
      return refusal("inspect.substituted", "chip " + challenge.chip.to_string() +
                                                " was not drawn: the file is not of `kit open`");
    }
    const auto product = products.find(challenge.chip);
    lines.push_back({challenge.site, challenge.line + 1, challenge.chip.to_string(),
                     product == products.end() ? "" : product->second,
                     place_of(home->state(), line->chip), line->verdict});
  }
  const bool csv = options.out.ends_with(".csv");
  if (!csv && !options.out.ends_with(".html")) {
    return failure(Errc::invalid_input, "--out: want a name that ends in .html or .csv");
  }
  const std::string text = csv ? sheet_csv(lines) : sheet_html(plan, lines);
  if (!context.options().dry_run) MUSTER_TRY(create_file(options.out, as_bytes(text)));
  auto printer = context.printer();
  const std::string hash = crypto::sha256(text).to_hex();
  printer.facts(
      {"", {{"sheet", options.out}, {"lines", print::grouped(lines.size())}, {"SHA-256", hash}}});
  printer.json(
      {{"plan", plan.id}, {"sheet", options.out}, {"lines", lines.size()}, {"sha256", hash}});
  return ExitCode::done;
}

Result<ExitCode> kit_status(Context& context, const StatusOptions& options) {
  MUSTER_TRY(check(options.effort));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const Answers answers, answers_of(*home, plan.id));
  const auto sites = site_states(plan, answers);
  const auto need = effort_of(sites, options.effort);
  auto printer = context.printer();
  print_abandoned(printer, plan);
  print::Table table{answers.sealed ? "Lines by site" : "Lines by site, expected: not drawn yet",
                     {{"site"},
                      print::number_column("lines"),
                      print::number_column("closed"),
                      print::number_column("open"),
                      print::number_column("not opened"),
                      print::number_column("hours left")},
                     {}};
  Json list = Json::array();
  for (const SiteState& site : sites) {
    const std::string hours = stats::digits(stats::Real(hours_left(site, options.effort)), 3);
    table.rows.push_back({site.site, print::grouped(site.lines), print::grouped(site.closed),
                          print::grouped(site.open), print::grouped(site.unopened), hours});
    list.push_back({{"site", site.site},
                    {"lines", site.lines},
                    {"closed", site.closed},
                    {"open", site.open},
                    {"unopened", site.unopened}});
  }
  printer.table(table);
  Json verdict;
  const auto so_far = sampler::drawn_so_far(plan.plan, progress_of(plan.plan, answers));
  if (answers.sealed) {
    MUSTER_TRY_ASSIGN(const auto result, evaluated(*home, plan));
    verdict = std::string(sampler::verdict_name(result.verdict));
  }
  printer.facts({"",
                 {{"verdict", verdict.is_null() ? "not drawn yet" : verdict.get<std::string>()},
                  {"drawn so far, at the worst placement", stats::digits(so_far, 4)},
                  {"team days left", print::grouped(need.team_days)},
                  {"teams", print::grouped(need.teams)},
                  {"people", print::grouped(need.people)}}});
  printer.json({{"plan", plan.id},
                {"sealed", answers.sealed},
                {"abandoned", plan.abandoned.has_value()},
                {"verdict", verdict},
                {"drawn_so_far", stats::digits(so_far)},
                {"team_days", need.team_days},
                {"teams", need.teams},
                {"people", need.people},
                {"sites", std::move(list)}});
  return plan.abandoned ? ExitCode::no_answer : ExitCode::done;
}

void add_answer_verb(CLI::App& kit, Context& context) {
  auto& options = context.keep<AnswerOptions>();
  CLI::App& verb = add_verb(kit, "answer", "record lines that showed no chip: absent, denied, dead",
                            context, [&] { return kit_answer(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--challenges", options.challenges, "the file of `kit open`")->required();
  verb.add_option("--chip", options.chips, "a drawn chip; repeatable")->required();
  verb.add_option("--answer", options.as, "absent, denied or dead")->required();
  verb.add_option("--text", options.text, "what was seen, in words");
  verb.add_option("--host-note", options.host.note, "what the host signed: hashed with a salt");
  verb.add_option("--host-refused", options.host.refused, "why the host would not sign");
  verb.add_option("--report", options.report, "new file for the answers, one JSON a line");
  verb.add_option("--as", options.author.org, "the inspector's party")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

void add_status_verb(CLI::App& kit, Context& context) {
  auto& options = context.keep<StatusOptions>();
  CLI::App& verb = add_verb(kit, "status", "how far the inspection is, and what it still takes",
                            context, [&] { return kit_status(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--minutes-per-line", options.effort.minutes_per_line, "for one chip; 20");
  verb.add_option("--hours-per-site", options.effort.hours_per_site, "way and gate; 4");
  verb.add_option("--days", options.effort.days, "working days for all of it; 10");
  verb.add_option("--team", options.effort.people_per_team, "people; 2");
}

}  // namespace

void add_kit_field_commands(CLI::App& app, Context& context) {
  CLI::App& kit = noun(app, "kit", "an inspection at a site");
  add_answer_verb(kit, context);
  auto& sheet = context.keep<SheetOptions>();
  CLI::App& sheet_verb = add_verb(kit, "sheet", "a sheet of the drawn lines to print or fill in",
                                  context, [&] { return kit_sheet(context, sheet); });
  sheet_verb.add_option("plan", sheet.plan, "the plan's id")->required();
  sheet_verb.add_option("--challenges", sheet.challenges, "the file of `kit open`")->required();
  sheet_verb.add_option("--out", sheet.out, "new file, .html or .csv")->required();
  add_status_verb(kit, context);
}

}  // namespace muster::cli
