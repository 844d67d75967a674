// `plan new` and `plan commit`: from a rule and the frozen frames to a plan in the ledger.

#include "cli/audit/plan_charts.hpp"
#include "cli/audit/plan_request.hpp"
#include "cli/audit/plan_text.hpp"
#include "cli/audit/rest.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/report/svg_file.hpp"
#include "ledger/base/file.hpp"
#include "sampler/plan/plan.hpp"

namespace muster::cli {
namespace {

struct NewOptions {
  PlanWish wish;
  std::string after;
  std::string out;
  std::string svg;
  std::string evasion_svg;
};

struct CommitOptions {
  std::string file;
  Author author;
};

Json commit_body(const sampler::Plan& plan) {
  Json freezes = Json::array();
  Json provers = Json::array();
  for (const auto& frame : plan.request.frames) {
    freezes.push_back(frame.freeze_statement.to_hex());
    provers.push_back(frame.prover.text());
  }
  Json body = {{"plan", plan.request.id.text()},
               {"freezes", freezes},
               {"document", sampler::plan_json(plan)},
               {"plan_hash", sampler::plan_hash(plan).to_hex()}};
  if (provers.size() == 1) {
    body["prover"] = provers.front();
  } else {
    body["pool"] = provers;
  }
  return body;
}

/// Refuses a plan that no statement could commit, before its file is written.
Result<void> check_size(Context& context, const Home& home, const sampler::Plan& plan,
                        const std::string& verifier) {
  const registry::State& state = home.state();
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const crypto::Ed25519Signer nobody(std::array<std::uint8_t, 32>{});  // nothing is signed
  registry::StatementMaker maker({.origin = state.origin(),
                                  .org = verifier,
                                  .next_number = registry::next_number(state, verifier)},
                                 nobody, context.random());
  MUSTER_TRY_ASSIGN(
      const auto made,
      maker.payload({.kind = "plan.commit", .body = commit_body(plan), .event_time = clock->now()},
                    &state));
  if (made.first.size() <= ledger::max_payload_bytes) return {};
  const std::size_t frame_count = plan.request.frames.size();
  return refusal("plan.too_large",
                 "the statement that commits it would have " + print::grouped(made.first.size()) +
                     " bytes, want at most " + print::grouped(ledger::max_payload_bytes) + " (" +
                     print::counted(frame_count, "Prover") + ", " +
                     print::counted(plan.request.sites.size(), "site") + ", " +
                     print::counted(plan.request.classes.size(), "class", "classes") +
                     "); pool fewer Provers, or say less in --not-covered");
}

Result<void> draw_charts(const Context& context, const NewOptions& options,
                         const sampler::Plan& plan) {
  if (context.options().dry_run) return {};
  if (!options.svg.empty()) {
    MUSTER_TRY(create_file(options.svg, as_bytes(report::svg_file(power_chart(plan)))));
  }
  if (options.evasion_svg.empty()) return {};
  return create_file(options.evasion_svg, as_bytes(report::svg_file(evasion_chart(plan))));
}

Result<ExitCode> plan_new(Context& context, const NewOptions& options) {
  MUSTER_TRY(check_new({options.out, options.svg, options.evasion_svg}));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(auto request, plan_request(context, *home, options.wish));
  if (!options.after.empty()) {
    if (!sampler::remembers(request)) {
      return failure(Errc::invalid_input, "--after: is for --design rounds with --memory");
    }
    MUSTER_TRY_ASSIGN(const auto before, committed_plan(*home, options.after));
    MUSTER_TRY(remember_visits(*home, before, request));
  }
  MUSTER_TRY_ASSIGN(const auto plan, sampler::make_plan(std::move(request)));
  MUSTER_TRY(check_size(context, *home, plan, options.wish.verifier));
  const Json document = sampler::plan_json(plan);
  if (!options.out.empty() && !context.options().dry_run) {
    MUSTER_TRY(create_file(options.out, as_bytes(canonical_json(document))));
  }
  MUSTER_TRY(draw_charts(context, options, plan));
  auto printer = context.printer();
  print_plan(printer, plan);
  printer.json(document);
  return ExitCode::done;
}

Result<ExitCode> plan_commit(Context& context, const CommitOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.file, 1U << 20U));
  auto plan = sampler::parse_plan(text);
  if (!plan) return failure(std::move(plan.error()).during("reading plan " + options.file));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, *home, options.author));
  MUSTER_TRY(writer.add({.kind = "plan.commit", .body = commit_body(*plan)}));
  MUSTER_TRY(writer.finish());
  auto printer = context.printer();
  const std::string hash = sampler::plan_hash(*plan).to_hex();
  printer.facts({"",
                 {{"committed", plan->request.id.text()},
                  {"plan hash", hash},
                  {"statement", writer.statements().front().to_hex()}}});
  printer.json({{"plan", plan->request.id.text()},
                {"plan_hash", hash},
                {"statement", writer.statements().front().to_hex()}});
  return ExitCode::done;
}

void add_new(CLI::App& plan, Context& context) {
  auto& options = context.keep<NewOptions>();
  PlanWish& wish = options.wish;
  CLI::App& verb = add_verb(plan, "new", "make a plan from the frozen frames", context,
                            [&] { return plan_new(context, options); });
  verb.add_option("--id", wish.id, "the plan's id")->required();
  add_plan_options(verb, wish);
  add_design_options(verb, wish.design, true);
  verb.add_option("--after", options.after,
                  "rounds with memory: the plan of the visit before, whose chips stay out");
  verb.add_option("--out", options.out, "write the plan to this new file");
  verb.add_option("--svg", options.svg, "draw its power over sizes of run into this new file");
  verb.add_option("--evasion-svg", options.evasion_svg,
                  "draw its power over lengths of run into this new file");
}

}  // namespace

void add_plan_new_commands(CLI::App& app, Context& context) {
  CLI::App& plan = noun(app, "plan", "inspection plans");
  add_new(plan, context);
  auto& options = context.keep<CommitOptions>();
  CLI::App& verb = add_verb(plan, "commit", "commit a plan to the ledger", context,
                            [&] { return plan_commit(context, options); });
  verb.add_option("file", options.file, "the plan's file")->required();
  verb.add_option("--as", options.author.org, "the Verifier")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

}  // namespace muster::cli
