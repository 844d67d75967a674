// `kit progress`: how far a site is by the answers of its laptops, without a registry.

#include "cli/audit/field_sheet.hpp"
#include "cli/audit/line_answer.hpp"
#include "cli/audit/opened_kit.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

struct ProgressOptions {
  KitSource kit;
  std::vector<std::string> answers;
  Effort effort;
};

/// What a line counts as by its answer alone. The register opens a query for each that is not
/// consistent, so that what is contradicted here can still be answered there.
sampler::LineOutcome outcome_of(const OpenedKit& kit, const FieldLine& line) {
  const FieldAnswer& answer = line.answer();
  const auto verdict = sampler::parse_verdict(answer.verdict);
  const auto presence =
      sampler::parse_presence(std::string(attestation::presence_name(answer.seen.presence)));
  if (!verdict || !presence) return sampler::LineOutcome::open;
  const bool probed = answer.seen.silence.has_value();
  return sampler::outcome(
      {line.chip.to_string(), line.chip.to_string(), *verdict, {}, *presence, probed, {}},
      kit.plan.plan.request.presence_required);
}

Json history_json(const OpenedKit& kit, const FieldLine& line) {
  Json list = Json::array();
  for (const FieldAnswer& answer : line.answers) {
    const bool query = answer.verdict != "consistent";
    list.push_back(
        {{"answer", answer_name(answer.kind)},
         {"verdict", answer.verdict},
         {"findings", answer.codes},
         {"presence", attestation::presence_name(answer.seen.presence)},
         {"by", answer.by},
         {"at", answer.at.to_string()},
         {"corrects_because", answer.why.empty() ? Json() : Json(answer.why)},
         {"due", query ? Json(answer_due(kit.plan.plan, answer.at).to_string()) : Json()}});
  }
  return list;
}

/// The lines of the kit, one row each, and what they come to.
struct SiteStanding {
  SiteState site;
  std::uint64_t answered = 0;
  std::uint64_t consistent = 0;
  std::uint64_t hits = 0;  ///< As the lines stand: the register may say otherwise.
  std::uint64_t queries = 0;
  std::uint64_t corrected = 0;
  print::Table table{"Lines",
                     {{"line"},
                      print::whole_id_column("chip"),
                      {"answer"},
                      {"verdict"},
                      {"presence"},
                      {"by"},
                      {"due"}},
                     {}};
  Json lines = Json::array();
};

void count_outcome(sampler::LineOutcome outcome, SiteStanding& standing) {
  switch (outcome) {
    case sampler::LineOutcome::consistent:
      ++standing.consistent;
      ++standing.site.closed;
      return;
    case sampler::LineOutcome::hit:
      ++standing.hits;
      ++standing.site.closed;
      return;
    case sampler::LineOutcome::open:
      ++standing.site.open;
      return;
  }
}

void add_line(const OpenedKit& kit, std::uint64_t number, const FieldLine* line,
              SiteStanding& standing) {
  const ChipId& chip = kit.content.chips[number];
  Json json{{"line", number + 1}, {"chip", chip.to_string()}, {"answers", Json::array()}};
  std::vector<print::Cell> row{std::to_string(number + 1), chip.to_string()};
  if (line == nullptr) {
    ++standing.site.open;
    for (int i = 0; i < 5; ++i) row.emplace_back(i == 0 ? "not yet" : "");
  } else {
    const FieldAnswer& answer = line->answer();
    count_outcome(outcome_of(kit, *line), standing);
    ++standing.answered;
    const bool query = answer.verdict != "consistent";
    if (query) ++standing.queries;
    if (line->answers.size() > 1) ++standing.corrected;
    row.emplace_back(std::string(answer_name(answer.kind)) +
                     (line->answers.size() > 1 ? " (corrected)" : ""));
    row.emplace_back(answer.verdict);
    row.emplace_back(std::string(attestation::presence_name(answer.seen.presence)));
    row.emplace_back(answer.by);
    row.emplace_back(query ? day_of(answer_due(kit.plan.plan, answer.at)) : "");
    json["answers"] = history_json(kit, *line);
  }
  standing.table.rows.push_back(std::move(row));
  standing.lines.push_back(std::move(json));
}

SiteStanding standing_of(const OpenedKit& kit, const FieldAnswers& answers) {
  SiteStanding standing;
  standing.site.site = kit.content.site;
  standing.site.lines = kit.content.chips.size();
  for (std::uint64_t i = 0; i < standing.site.lines; ++i) {
    add_line(kit, i, answers.find(i), standing);
  }
  return standing;
}

/// What these lines alone would have drawn, at the worst placement; other sites count as unread.
stats::Real drawn_by(const OpenedKit& kit, const SiteStanding& standing) {
  std::vector<sampler::SiteProgress> sites;
  for (const auto& site : kit.plan.plan.request.sites) {
    const bool here = site.site.text() == kit.content.site;
    sites.push_back({site.chips, here ? standing.site.closed : 0});
  }
  return sampler::drawn_so_far(kit.plan.plan, sites);
}

void print_standing(Context& context, const OpenedKit& kit, const SiteStanding& standing,
                    const Effort& effort) {
  auto printer = context.printer();
  printer.table(standing.table);
  const double hours = hours_left(standing.site, effort);
  const auto drawn = drawn_by(kit, standing);
  printer.facts({"Site " + kit.content.site,
                 {{"lines", print::grouped(standing.site.lines)},
                  {"answered", print::grouped(standing.answered)},
                  {"consistent", print::grouped(standing.consistent)},
                  {"hits (contradicted)", print::grouped(standing.hits)},
                  {"open", print::grouped(standing.site.open)},
                  {"queries", print::grouped(standing.queries)},
                  {"corrected", print::grouped(standing.corrected)},
                  {"verdict", "not concluded: other sites and the register decide"},
                  {"drawn so far by these lines, at the worst placement", stats::digits(drawn, 4)},
                  {"team hours left here", stats::digits(stats::Real(hours), 3)}}});
  printer.note(not_known_to(kit.content.basis));
  printer.json({{"plan", kit.content.plan},
                {"site", kit.content.site},
                {"of", standing.site.lines},
                {"answered", standing.answered},
                {"closed", standing.site.closed},
                {"consistent", standing.consistent},
                {"hits", standing.hits},
                {"open", standing.site.open},
                {"queries", standing.queries},
                {"corrected", standing.corrected},
                {"verdict", "not-concluded"},
                {"drawn_so_far", stats::digits(drawn)},
                {"hours_left", stats::digits(stats::Real(hours), 3)},
                {"known_as_of", kit.content.basis.made_at.to_string()},
                {"lines", standing.lines}});
}

Result<ExitCode> kit_progress(Context& context, const ProgressOptions& options) {
  MUSTER_TRY(check(options.effort));
  MUSTER_TRY_ASSIGN(const OpenedKit kit, open_kit_file(options.kit));
  FieldAnswers answers;
  if (!options.answers.empty()) {
    MUSTER_TRY_ASSIGN(answers, answers_of_kit(kit, options.answers));
  }
  print_standing(context, kit, standing_of(kit, answers), options.effort);
  return ExitCode::done;
}

}  // namespace

void add_kit_progress_command(CLI::App& app, Context& context) {
  CLI::App& kit = noun(app, "kit", "an inspection at a site");
  auto& options = context.keep<ProgressOptions>();
  CLI::App& verb =
      add_verb(kit, "progress", "offline: how far a site is, by the answers of its laptops",
               context, [&] { return kit_progress(context, options); });
  verb.add_option("kit", options.kit.file, "the kit")->required();
  verb.add_option("--code", options.kit.code, "26 characters that the duty office reads out")
      ->required();
  verb.add_option("--answers", options.answers, "answers of a laptop; repeatable");
  verb.add_option("--minutes-per-line", options.effort.minutes_per_line, "for one chip; 20");
  verb.add_option("--hours-per-site", options.effort.hours_per_site, "way and gate; 4");
}

}  // namespace muster::cli
