// `kit answer`, `kit sheet` and `kit status`: what happens at a site beside the reading of logs.

#include "cli/audit/answers.hpp"
#include "cli/audit/field_sheet.hpp"
#include "cli/audit/line_answer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/entry.hpp"

namespace muster::cli {
namespace {

struct AnswerOptions {
  std::string plan;
  std::string challenges;
  std::vector<std::string> chips;
  std::string as;
  std::string text;
  std::string host_note;
  std::string host_refused;
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

constexpr std::uint64_t most_note_bytes = std::uint64_t{1} << 26U;
constexpr std::size_t salt_size = 16;

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

/// What the host said to it: the salted hash of a signed note, or that it would not sign. The salt
/// stays beside the note, so that the ledger tells nothing of it.
Result<Json> host_evidence(Context& context, const AnswerOptions& options) {
  Json evidence = Json::array();
  if (options.host_note.empty()) return evidence;
  MUSTER_TRY_ASSIGN(const Bytes note, read_file(options.host_note, most_note_bytes));
  const std::string salt_file = options.host_note + ".salt";
  Bytes salt(salt_size);
  std::error_code problem;
  if (std::filesystem::exists(salt_file, problem)) {
    MUSTER_TRY_ASSIGN(std::string text, read_text_file(salt_file, 1024));
    while (!text.empty() && text.back() == '\n') text.pop_back();
    auto filled = fill_from_lower_hex(text, salt);
    if (!filled) return failure(std::move(filled.error()).during(salt_file));
  } else {
    context.random().fill(salt);
    if (!context.options().dry_run) {
      MUSTER_TRY(create_file(salt_file, as_bytes(to_hex(salt) + "\n"), 0600));
    }
  }
  const Hash hash = crypto::sha256({ByteView(salt), ByteView(note)});
  evidence.push_back(Json{{"sha256", hash.to_hex()}, {"type", "host-countersignature"}});
  return evidence;
}

bool is_answer(std::string_view text) {
  return text == "absent" || text == "denied" || text == "dead";
}

Result<void> check_answer(const AnswerOptions& options) {
  if (is_answer(options.as)) {
    if (options.host_note.empty() != options.host_refused.empty()) return {};
    return failure(Errc::invalid_input,
                   "kit answer: want the host's signed note (--host-note FILE) or why it would not "
                   "sign (--host-refused TEXT), one of both");
  }
  return failure(Errc::invalid_input,
                 "--answer: got \"" + options.as + "\", want absent, denied or dead");
}

/// Who holds the chip in the plan's frame: the owner of its query.
std::string prover_of(const registry::State& state, const CommittedPlan& plan, const ChipId& chip) {
  if (plan.freezes.size() == 1) return plan.freezes.front().prover.text();
  for (const Frozen& frozen : plan.freezes) {
    const auto frame = registry_frame(state, frozen);
    if (!frame) continue;
    if (std::ranges::any_of(frame->lines, [&](const auto& line) { return line.chip == chip; })) {
      return frozen.prover.text();
    }
  }
  return plan.freezes.front().prover.text();
}

Json answer_report(const Challenge& challenge, const AnswerOptions& options, Timestamp now) {
  return {{"chip", challenge.chip.to_string()},
          {"plan", challenge.plan},
          {"site", challenge.site},
          {"answer", options.as},
          {"at", now.to_string()},
          {"text", options.text},
          {"host", options.host_refused.empty() ? Json("signed") : Json("refused")},
          {"host_refused", options.host_refused.empty() ? Json() : Json(options.host_refused)}};
}

/// What the ledger has of a line that was answered: absent, denied or dead, or another verdict.
Result<std::string> recorded_answer(Home& home, const registry::Line& line) {
  MUSTER_TRY_ASSIGN(const auto entry, home.store().read({line.answered}, 1));
  if (entry.empty()) return failure(Errc::corrupt, "an answered line has no entry");
  MUSTER_TRY_ASSIGN(const ledger::Entry result, ledger::parse_entry(entry.front()));
  MUSTER_TRY_ASSIGN(const Json payload, parse_json(result.envelope.payload));
  for (const Json& code : payload.at("body").value("findings", Json::array())) {
    if (code.is_string() && is_answer(code.get_ref<const std::string&>())) {
      return code.get<std::string>();
    }
  }
  return line.verdict;
}

/// A line is answered once: the same answer again goes on where a try before ended, another is
/// refused.
Result<void> check_answered(Home& home, const Challenge& challenge, const std::string& answer) {
  const registry::Line* line = challenged_line(home.state(), challenge);
  if (line == nullptr || line->answered == registry::no_index) return {};
  MUSTER_TRY_ASSIGN(const std::string recorded, recorded_answer(home, *line));
  if (recorded == answer) return {};
  return refusal("inspect.answered", "chip " + challenge.chip.to_string() + ": the ledger says " +
                                         recorded + ", this answer " + answer +
                                         "; a change is a correction of that entry");
}

Result<ExitCode> kit_answer(Context& context, const AnswerOptions& options) {
  MUSTER_TRY(check_answer(options));
  MUSTER_TRY(check_new({options.report}));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(auto challenges, challenges_of_plan(options.challenges, plan.id));
  MUSTER_TRY_ASSIGN(const auto lines,
                    named_lines(home->state(), std::move(challenges), options.chips));
  for (const Challenge& line : lines) MUSTER_TRY(check_answered(*home, line, options.as));
  MUSTER_TRY_ASSIGN(const Json evidence, host_evidence(context, options));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const Timestamp now = clock->now();
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, *home, options.author));
  std::string report;
  const std::vector<std::string> codes = {
      options.as, options.host_refused.empty() ? "host.signed" : "host.refused-to-sign"};
  for (const Challenge& line : lines) {
    const Json document = answer_report(line, options, now);
    report += canonical_json(document) + "\n";
    registry::Draft result{
        .kind = "inspect.result",
        .body = {{"plan", plan.id},
                 {"opening", line.opening.to_hex()},
                 {"line", line.line},
                 {"chip", line.chip.to_string()},
                 {"presence", "label"},
                 {"verdict", "not-presented"},
                 {"appraisal", crypto::sha256(canonical_json(document)).to_hex()},
                 {"findings", codes}},
        .evidence = evidence};
    const auto query =
        query_draft(plan, line, codes, prover_of(home->state(), plan, line.chip), now);
    MUSTER_TRY(add_answer(home->state(), line, "not-presented", result, query, writer));
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
                     product == products.end() ? "" : product->second, line->verdict});
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
                {"verdict", verdict},
                {"drawn_so_far", stats::digits(so_far)},
                {"team_days", need.team_days},
                {"teams", need.teams},
                {"people", need.people},
                {"sites", std::move(list)}});
  return ExitCode::done;
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
  verb.add_option("--host-note", options.host_note, "what the host signed: hashed with a salt");
  verb.add_option("--host-refused", options.host_refused, "why the host would not sign");
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
