// `demo`: the main job end to end on the bundled data, with the report at the end.

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/demo/demo_report.hpp"
#include "cli/demo/inspection.hpp"
#include "cli/demo/witnessing.hpp"
#include "cli/demo/world.hpp"
#include "cli/print/number.hpp"
#include "cli/report/html_page.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using demo::Audit;
using demo::Inspection;
using demo::World;

struct DemoOptions {
  std::string folder = "muster-demo";
  std::uint64_t scale = 500;
  std::string seed = "muster-demo-1";
  unsigned threads = 2;
  bool register_only = false;
};

Result<std::unique_ptr<World>> build_world(Context& context, const DemoOptions& options) {
  MUSTER_TRY_ASSIGN(const std::string data, data_folder());
  demo::WorldOptions world;
  world.scale = options.scale;
  world.seed = options.seed;
  world.threads = options.threads;
  world.folder = options.folder;
  world.register_only = options.register_only;
  world.data_folder = data;
  std::string last;
  return World::build(world, [&](std::string_view activity, std::uint64_t, std::uint64_t) {
    if (activity != last) context.printer().note("  " + std::string(activity));
    last = activity;
  });
}

void print_fleets(print::Printer& printer, const World& world) {
  print::Table table{
      "Fictional Provers; 1/" + print::grouped(world.options().scale) +
          " of the publicly reported fleets",
      {{"Prover"}, {"modelled on"}, print::number_column("reported"), print::number_column("here")},
      {}};
  for (const demo::Fleet& fleet : world.fleets().fleets) {
    table.rows.push_back({fleet.name, fleet.modelled, print::grouped(fleet.reported()),
                          print::grouped(fleet.units())});
  }
  printer.table(table);
  for (const std::string& left_out : world.fleets().left_out) {
    printer.note("left out: " + left_out);
  }
}

void print_stages(print::Printer& printer, const World& world) {
  print::Table table{"Recorded, signed by both sides",
                     {{"step"},
                      print::number_column("statements"),
                      print::number_column("chips"),
                      print::number_column("seconds")},
                     {}};
  for (const demo::StageCount& stage : world.stages()) {
    table.rows.push_back({stage.stage, print::grouped(stage.statements),
                          print::grouped(stage.chips),
                          print::compact(static_cast<double>(stage.ms) / 1000.0)});
  }
  printer.table(table);
}

void print_witnessing(print::Printer& printer, const demo::Witnessing& witnessing) {
  print::Table table{"Witnesses of the freeze", {{"witness"}, {"answer"}, {"time"}}, {}};
  for (const Json& one : witnessing.checkpoint.at("witnesses")) {
    table.rows.push_back({one.at("witness").get<std::string>(),
                          one.at("outcome").get<std::string>(), one.at("time").get<std::string>()});
  }
  printer.table(table);
}

void print_plans(print::Printer& printer, const World& world, const Inspection& inspection) {
  printer.paragraph("Refused first, as no product writes logs: " + inspection.refusal,
                    print::Tone::faint);
  print::Table table{"Plans for a rule of " + world.rule_flop().text() +
                         " FLOP (1e26, scaled with the fleets), runs of at most 30 days",
                     {{"plan"},
                      print::number_column("frame"),
                      print::number_column("k"),
                      print::number_column("inspect")},
                     {}};
  for (const Audit& audit : inspection.audits) {
    table.rows.push_back(
        {audit.plan, print::grouped(audit.document.at("population").get<std::uint64_t>()),
         audit.document.at("threshold").at("violation_chips").dump(), print::grouped(audit.lines)});
  }
  printer.table(table);
}

std::string time_of_freeze(const Audit& audit) {
  return audit.evaluation.at("time_of_freeze").at("text").get<std::string>();
}

void print_verdicts(print::Printer& printer, const Inspection& inspection) {
  print::Table table{"Drawn chips by verdict",
                     {{"plan"},
                      print::number_column("read"),
                      print::number_column("consistent"),
                      print::number_column("query"),
                      print::number_column("contradicted"),
                      print::number_column("hits"),
                      {"verdict"}},
                     {}};
  for (const Audit& audit : inspection.audits) {
    const auto count = [&](const char* verdict) {
      return print::grouped(audit.verdicts.value(verdict, std::uint64_t{0}));
    };
    const auto verdict = audit.evaluation.at("verdict").get<std::string>();
    const auto tone = verdict == "no-sign-of" ? print::Tone::good
                      : verdict == "finding"  ? print::Tone::bad
                                              : print::Tone::warn;
    table.rows.push_back({audit.plan,
                          print::grouped(audit.lines),
                          count("consistent"),
                          count("query"),
                          count("contradicted"),
                          print::grouped(audit.hits),
                          {verdict, tone}});
  }
  printer.table(table);
  for (const Audit& audit : inspection.audits) {
    printer.heading(audit.title);
    printer.paragraph(audit.evaluation.at("first_line").get<std::string>(), print::Tone::faint);
    printer.paragraph("Time of freeze: " + time_of_freeze(audit) + ".", print::Tone::faint);
    printer.paragraph(audit.evaluation.at("sentence").get<std::string>());
  }
}

Json demo_json(const World& world, const demo::Witnessing& witnessing, const Inspection& inspection,
               const std::string& report) {
  Json audits = Json::array();
  for (const Audit& audit : inspection.audits) {
    audits.push_back({{"plan", audit.plan},
                      {"title", audit.title},
                      {"lines", audit.lines},
                      {"verdicts", audit.verdicts},
                      {"hits", audit.hits},
                      {"evaluation", audit.evaluation},
                      {"checks", audit.checks}});
  }
  return {{"simulated", true},
          {"scale", world.options().scale},
          {"rule_flop", world.rule_flop().text()},
          {"hider", world.hider().text()},
          {"hidden_chips", world.hidden_chips()},
          {"witnessed", witnessing.checkpoint},
          {"audits", audits},
          {"ledger", inspection.ledger},
          {"report", report}};
}

/// The audits that did not end as the simulated world is: an honest Prover without a clean verdict,
/// or the hidden run without a finding, which chance does to as many as the plan says.
std::vector<std::string> wrong_ends(const World& world, const Inspection& inspection) {
  std::vector<std::string> wrong;
  for (const Audit& audit : inspection.audits) {
    const bool hides = std::ranges::find(audit.provers, world.hider()) != audit.provers.end();
    const auto verdict = audit.evaluation.at("verdict").get<std::string>();
    const std::string right = hides ? "finding" : "no-sign-of";
    if (verdict != right) {
      wrong.push_back(audit.plan + ": got " + verdict + ", want " + right);
    }
  }
  return wrong;
}

std::string time_since(std::chrono::steady_clock::time_point begun) {
  const auto took = std::chrono::steady_clock::now() - begun;
  return print::duration(std::chrono::duration_cast<std::chrono::milliseconds>(took).count());
}

/// What stands when the story ended with the last chip in its rack.
Result<ExitCode> tell_registered(print::Printer& printer, const World& world,
                                 const std::string& took) {
  std::uint64_t chips = 0;
  Json fleets = Json::array();
  for (const demo::Fleet& fleet : world.fleets().fleets) {
    chips += fleet.units();
    fleets.push_back({{"prover", fleet.prover.text()}, {"chips", fleet.units()}});
  }
  printer.facts({"",
                 {{"registered, shipped, accepted and installed", print::counted(chips, "chip")},
                  {"took", took}}});
  printer.json({{"simulated", true},
                {"scale", world.options().scale},
                {"fleets", fleets},
                {"installed", chips}});
  return ExitCode::done;
}

Result<ExitCode> run_demo(Context& context, const DemoOptions& options) {
  const auto begun = std::chrono::steady_clock::now();
  auto printer = context.printer();
  printer.paragraph("SIMULATED world: fictional Provers, synthetic serial numbers, keys and logs.",
                    print::Tone::warn);
  context.printer().note("building the registry");
  MUSTER_TRY_ASSIGN(const auto world, build_world(context, options));
  print_fleets(printer, *world);
  print_stages(printer, *world);
  if (options.register_only) return tell_registered(printer, *world, time_since(begun));
  // What the Provers know stays in this process: the inspector's has no file of theirs to read.
  std::error_code ignored;
  std::filesystem::remove_all(std::filesystem::path(options.folder) / "provers", ignored);
  const demo::Auditor auditor(own_program(), std::filesystem::path(options.folder) / "registry");
  context.printer().note("two witnesses cosign the freeze, each a process of its own");
  MUSTER_TRY_ASSIGN(const auto witnessing, demo::witness_freeze(*world, auditor, own_program()));
  print_witnessing(printer, witnessing);
  context.printer().note("the inspector's side, a second process");
  MUSTER_TRY_ASSIGN(
      const Inspection inspection,
      demo::inspect(*world, auditor, witnessing.policy_file,
                    [&](const std::string& step) { context.printer().note("  " + step); }));
  print_plans(printer, *world, inspection);
  print_verdicts(printer, inspection);
  const std::string report = options.folder + "/report.html";
  MUSTER_TRY(write_file_atomically(
      report, as_bytes(report::html_page(demo::demo_report(*world, inspection)))));
  printer.facts({"",
                 {{"who hid a run",
                   world->hider().text() + ", on " + print::counted(world->hidden_chips(), "chip")},
                  {"report", report},
                  {"took", time_since(begun)}}});
  printer.json(demo_json(*world, witnessing, inspection, report));
  const auto wrong = wrong_ends(*world, inspection);
  for (const std::string& end : wrong) context.printer().note("not as it must end: " + end);
  return wrong.empty() ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_demo_command(CLI::App& app, Context& context) {
  auto& options = context.keep<DemoOptions>();
  CLI::App& verb = add_verb(app, "demo", "SIMULATED: the main job end to end, with a report",
                            context, [&] { return run_demo(context, options); });
  verb.add_option("folder", options.folder, "a new folder for world, ledger and report");
  verb.add_option("--scale", options.scale, "divide the reported fleets by this; 1 is all of them")
      ->check(CLI::Range(1, 100'000'000));
  verb.add_option("--seed", options.seed, "same seed, same world");
  verb.add_option("--threads", options.threads, "threads for the Provers' side")
      ->check(CLI::Range(1, 256));
  verb.add_flag("--register-only", options.register_only,
                "end when every chip is installed: no device logs, no inspection");
}

}  // namespace muster::cli
