// `plan looks`: what may be said before the last line is read.

#include "cli/audit/answers.hpp"
#include "cli/audit/draw_evidence.hpp"
#include "cli/audit/plan_charts.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/report/svg_file.hpp"
#include "ledger/base/file.hpp"
#include "sampler/evaluate/looks.hpp"

namespace muster::cli {
namespace {

struct LooksOptions {
  std::string plan;
  std::vector<std::string> frame_keys;
  BeaconSource beacon;
  std::size_t every = 25;
  std::string svg;
};

std::string e_value_text(const std::optional<stats::Real>& value) {
  return value ? stats::digits(*value, 4) : "-";
}

/// How each line came out, in the order of the tickets.
/// Errors: `invalid_input` without a frame key, which opens the order.
Result<std::vector<sampler::LineOutcome>> in_ticket_order(Home& home, const CommittedPlan& plan,
                                                          const LooksOptions& options,
                                                          const Answers& answers) {
  if (options.frame_keys.empty()) {
    return failure(Errc::invalid_input,
                   "--frame-key: wanted for the order of the tickets, PROVER=FILE");
  }
  MUSTER_TRY_ASSIGN(const auto keys, read_frame_keys(options.frame_keys));
  MUSTER_TRY_ASSIGN(const auto evidence, draw_evidence(home, plan, keys, options.beacon));
  std::map<std::string, sampler::LineOutcome> outcomes;
  for (const auto& line : answers.results) {
    outcomes[line.chip] = sampler::outcome(line, plan.plan.request.presence_required);
  }
  std::vector<sampler::LineOutcome> list;
  for (const auto& opening : evidence.openings) {
    for (const auto& line : opening.lines) {
      const auto found = outcomes.find(line.line.chip);
      list.push_back(found == outcomes.end() ? sampler::LineOutcome::open : found->second);
    }
  }
  return list;
}

void print_looks(print::Printer& printer, const std::vector<sampler::Look>& list) {
  print::Table table{"Lines in ticket order; valid however often it is looked at",
                     {print::number_column("lines"), print::number_column("hits"),
                      print::number_column("e-value"), print::number_column("violating at most")},
                     {}};
  for (const auto& look : list) {
    table.rows.push_back({print::grouped(look.lines), print::grouped(look.hits),
                          e_value_text(look.e_value), print::grouped(look.violating_at_most)});
  }
  printer.table(table);
}

void print_visits(print::Printer& printer, const std::vector<sampler::VisitLook>& list) {
  print::Table table{"After each site, in the order of visits; valid if nothing found changed it",
                     {{"site"},
                      print::number_column("lines"),
                      print::number_column("hits"),
                      print::number_column("drawn so far"),
                      print::number_column("e-value")},
                     {}};
  for (const auto& look : list) {
    table.rows.push_back({look.site.text(), print::grouped(look.lines), print::grouped(look.hits),
                          stats::digits(look.drawn, 4), e_value_text(look.e_value)});
  }
  printer.table(table);
}

/// The looks of a plan, as far as it may be looked at.
struct Looked {
  std::vector<sampler::Look> lines{};
  std::vector<sampler::VisitLook> visits{};
};

Result<void> draw_looks(const Context& context, const std::string& file, const sampler::Plan& plan,
                        const Looked& looked) {
  if (file.empty() || context.options().dry_run) return {};
  const auto chart = looked.visits.empty() ? looks_chart(plan, looked.lines)
                                           : visit_looks_chart(plan, looked.visits);
  return create_file(file, as_bytes(report::svg_file(chart)));
}

bool is_complete(const sampler::Plan& plan, const Answers& answers) {
  if (!answers.sealed || answers.drawn.empty()) return false;
  std::uint64_t done = 0;
  for (const sampler::SiteProgress& site : progress_of(plan, answers)) done += site.done;
  return done == answers.drawn.size();
}

Result<ExitCode> plan_looks(Context& context, const LooksOptions& options) {
  MUSTER_TRY(check_new({options.svg}));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto plan, committed_plan(*home, options.plan));
  MUSTER_TRY_ASSIGN(const Answers answers, answers_of(*home, plan.id));
  const std::string because = sampler::no_looks_because(plan.plan);
  const stats::Real so_far = sampler::drawn_so_far(plan.plan, progress_of(plan.plan, answers));
  auto printer = context.printer();
  Looked looked;
  if (because.empty()) {
    MUSTER_TRY_ASSIGN(const auto lines, in_ticket_order(*home, plan, options, answers));
    looked.lines = sampler::looks(plan.plan, lines, options.every);
    print_looks(printer, looked.lines);
  } else {
    printer.paragraph("Not line by line: " + because + ".", print::Tone::warn);
    MUSTER_TRY_ASSIGN(const auto visits, visited_sites(plan.plan, answers));
    looked.visits = sampler::visit_looks(plan.plan, visits);
    print_visits(printer, looked.visits);
  }
  const bool any = !looked.lines.empty() || !looked.visits.empty();
  if (any) {
    MUSTER_TRY(draw_looks(context, options.svg, plan.plan, looked));
  } else {
    printer.note("nothing may be said yet: no line, or no site, is done");
  }
  printer.facts({"",
                 {{"rejects a run at an e-value of",
                   stats::digits(1 / plan.plan.request.target.complement(), 4)},
                  {"drawn so far, at the worst placement", stats::digits(so_far, 4)}}});
  if (is_complete(plan.plan, answers)) {
    printer.note(
        "every line is done: what the whole sample says, which is more than any look at a "
        "part of it, is the answer of `plan evaluate`");
  }
  Json answer = sampler::looks_json(plan.plan, looked.lines);
  answer["visits"] = sampler::visit_looks_json(looked.visits);
  answer["plan"] = plan.id;
  answer["drawn_so_far"] = stats::digits(so_far);
  printer.json(answer);
  return any ? ExitCode::done : ExitCode::no_answer;
}

}  // namespace

void add_plan_looks_command(CLI::App& app, Context& context) {
  auto& options = context.keep<LooksOptions>();
  CLI::App& verb = add_verb(noun(app, "plan", "inspection plans"), "looks",
                            "what may be said before the last line is read", context,
                            [&] { return plan_looks(context, options); });
  verb.add_option("plan", options.plan, "the plan's id")->required();
  verb.add_option("--frame-key", options.frame_keys,
                  "PROVER=FILE; one for each Prover, where lines are looked at one by one");
  verb.add_option("--beacon", options.beacon.file, "as for `plan verify`");
  verb.add_option("--every", options.every, "lines from one look to the next; 25");
  verb.add_option("--svg", options.svg, "draw them into this new file");
}

}  // namespace muster::cli
