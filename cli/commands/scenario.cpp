// `scenario`: worlds to play in, every evasion played in them, and the table of what came of it.

#include <map>
#include <sstream>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/data_folder.hpp"
#include "cli/new_file.hpp"
#include "cli/new_folder.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "cli/scenario/auditor.hpp"
#include "cli/scenario/finding_bundle.hpp"
#include "cli/scenario/fleet_scenario.hpp"
#include "cli/scenario/score_json.hpp"
#include "cli/scenario/threat_table.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t most_scenario_bytes = std::size_t{1} << 20U;
constexpr std::size_t most_score_bytes = std::size_t{16} << 20U;

struct NewScenarioOptions {
  std::string file;
  scenario::ScenarioWish wish;
};

Result<ExitCode> new_scenario(Context& context, NewScenarioOptions& options) {
  if (!options.wish.fleet.empty()) {
    MUSTER_TRY_ASSIGN(options.wish.data_folder, data_folder());
  }
  MUSTER_TRY_ASSIGN(const auto made, scenario::made_scenario(options.wish));
  const std::string text = scenario::scenario_text(made);
  MUSTER_TRY(write_aside(context, options.file, [&](std::ostream& out) -> Result<void> {
    out << text;
    return {};
  }));
  auto printer = context.printer();
  printer.facts({"",
                 {{"scenario", options.file},
                  {"about", made.about},
                  {"chips", print::grouped(made.announced.chips())},
                  {"sites", print::grouped(std::uint64_t{made.announced.sites.size()})}}});
  printer.json({{"scenario", options.file},
                {"about", made.about},
                {"chips", made.announced.chips()},
                {"sites", made.announced.sites.size()}});
  return ExitCode::done;
}

struct ScoreCommandOptions {
  std::string file;
  std::optional<std::string> rows;
  std::string out;
  std::string bundles;
  scenario::ScoreOptions score;
};

Result<std::set<std::string>> row_ids(const std::string& text) {
  std::set<std::string> names;
  std::istringstream parts(text);
  for (std::string name; std::getline(parts, name, ',');) {
    if (name.empty()) return failure(Errc::invalid_input, "--rows: got an empty id");
    names.insert(name);
  }
  if (names.empty()) return failure(Errc::invalid_input, "--rows: got no id, want such as V6,V8");
  return names;
}

Result<scenario::ScenarioFile> scenario_of(const std::string& file) {
  if (file.empty()) return scenario::standard_scenario();
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, most_scenario_bytes));
  auto parsed = scenario::parse_scenario(text);
  if (!parsed) return failure(std::move(parsed.error()).during("reading " + file));
  return parsed;
}

print::Cell keeps_cell(scenario::Kept kept) {
  const print::Tone tone = kept == scenario::Kept::yes  ? print::Tone::good
                           : kept == scenario::Kept::no ? print::Tone::bad
                                                        : print::Tone::warn;
  return {std::string(scenario::kept_name(kept)), tone};
}

std::string four_digits(double value) { return stats::digits(stats::Real(value), 4); }

std::string promised_text(const scenario::PlayScore& play) {
  using scenario::PromiseKind;
  const PromiseKind kind = play.facts->promise;
  if (kind == PromiseKind::target || kind == PromiseKind::stated) return four_digits(play.promised);
  return std::string(scenario::promise_name(kind));
}

/// What was counted: audits, drawn lines of chips that evade, or attempts.
std::string counted_text(const scenario::PlayScore& play) {
  const auto& plays = play.plays;
  std::string text = print::grouped(plays.caught) + " of " + print::grouped(plays.count);
  if (play.audits && play.facts->promise != scenario::PromiseKind::target) {
    text += " lines; " + print::grouped(play.audits->caught) + " of " +
            print::grouped(play.audits->plays) + " audits";
  }
  return text;
}

std::string lower_text(const sampler::Plays& plays) {
  if (plays.count == 0) return "-";
  return four_digits(sampler::rate_interval(plays, scenario::row_level).lower);
}

std::string detection_days(const scenario::PlayScore& play) {
  if (!play.audits || play.audits->caught == 0) return "-";
  return print::compact(play.audits->days / static_cast<double>(play.audits->caught), 3);
}

void print_plays(print::Printer& printer, const scenario::Score& score) {
  print::Table table{"SIMULATED. Plan: " + print::grouped(score.lines) +
                         " lines; a chip of the run is drawn, and shows it, with " +
                         four_digits(score.target),
                     {{"row"},
                      {"play"},
                      {"promised"},
                      {"caught"},
                      print::number_column("at least"),
                      {"keeps"},
                      print::number_column("days"),
                      print::number_column("inspected"),
                      {"what an inspector is shown"}},
                     {}};
  for (const auto& play : score.plays) {
    const std::string shown =
        play.shown.empty() ? std::string(scenario::row_named(play.facts->row)->shown) : play.shown;
    table.rows.push_back(
        {std::string(play.facts->row),
         std::string(play.facts->name) + " (" +
             std::string(scenario::engine_name(play.facts->engine)) +
             (play.strategy.empty() ? "" : ": " + play.strategy) + ")",
         promised_text(play), counted_text(play), lower_text(play.plays), keeps_cell(play.kept),
         detection_days(play), play.inspected == 0 ? "-" : print::grouped(play.inspected),
         play.facts->promise == scenario::PromiseKind::not_caught ? "nothing" : shown});
  }
  printer.table(table);
}

void print_honest(print::Printer& printer, const scenario::HonestScore& honest) {
  const auto& audits = honest.audits;
  const sampler::Plays accused{audits.plays, audits.honest_accused};
  const auto interval = sampler::rate_interval(accused, scenario::row_level);
  printer.facts({"Honest Provers, with noise, after queries are answered",
                 {{"audits", print::grouped(audits.plays)},
                  {"lines queried", print::grouped(audits.honest_queries) + " of " +
                                        print::grouped(audits.honest_lines)},
                  {"accused wrongly", print::grouped(audits.honest_accused)},
                  {"at most", scenario::upper_bound_text(interval.upper)},
                  {"stated by the plan", four_digits(honest.stated)},
                  {"keeps", keeps_cell(honest.kept)}}});
}

void print_untested(print::Printer& printer, const scenario::ScoreOptions& options) {
  print::Table table{"What simulation cannot test, and what is not played here",
                     {{"row"}, {"assumed"}, {"not played"}},
                     {}};
  for (const auto& row : scenario::rows()) {
    if (!options.rows.empty() && !options.rows.contains(std::string(row.id))) continue;
    table.rows.push_back({std::string(row.id), std::string(row.untested),
                          row.unplayed.empty() ? "-" : std::string(row.unplayed)});
  }
  printer.table(table);
}

/// Words as part of a file's name: letters and digits, with hyphens between them.
std::string file_words(const std::string& text) {
  std::string name;
  for (const char letter : text) {
    const bool kept = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
    if (kept) name += letter;
    if (!kept && !name.empty() && name.back() != '-') name += '-';
  }
  return name;
}

/// Each finding that was filed, and the keys that verify it.
Result<void> write_findings(const std::string& folder, const scenario::Score& score) {
  return create_folder(folder, [&](const std::filesystem::path& aside) -> Result<void> {
    std::map<std::string_view, int> numbers;
    const auto write = [&](std::string_view row, const std::string& name, const std::string& text) {
      const std::string number = std::to_string(++numbers[row]);
      return write_synced_file(aside / (std::string(row) + "-" + number + name), as_bytes(text));
    };
    for (const auto& play : score.plays) {
      if (!play.finding.empty()) MUSTER_TRY(write(play.facts->row, ".finding.json", play.finding));
      for (const auto& [attempt, text] : play.papers) {
        MUSTER_TRY(write(play.facts->row, "-" + file_words(attempt) + ".paper.json", text));
      }
    }
    const std::string keys = scenario::finding_keys_json(scenario::played_keys()).dump(1) + "\n";
    return write_synced_file(aside / "keys.json", as_bytes(keys));
  });
}

Result<ExitCode> score_scenario(Context& context, ScoreCommandOptions& options) {
  MUSTER_TRY_ASSIGN(const auto world, scenario_of(options.file));
  if (options.rows) {
    MUSTER_TRY_ASSIGN(options.score.rows, row_ids(*options.rows));
  }
  options.score.room.auditor = {own_program(), "scenario", "auditor"};
  options.score.findings = !options.bundles.empty();
  MUSTER_TRY(check_new({options.out, options.bundles}));
  MUSTER_TRY_ASSIGN(const auto score,
                    scenario::play_score(world, options.score, [&](const std::string& what) {
                      context.printer().note("playing " + what);
                    }));
  const Json json = scenario::score_json(score, world);
  if (!options.out.empty()) {
    MUSTER_TRY(write_aside(context, options.out, [&](std::ostream& out) -> Result<void> {
      out << json.dump(1) << "\n";
      return {};
    }));
  }
  if (!options.bundles.empty() && !context.options().dry_run) {
    MUSTER_TRY(write_findings(options.bundles, score));
  }
  auto printer = context.printer();
  print_plays(printer, score);
  if (score.honest) print_honest(printer, *score.honest);
  print_untested(printer, options.score);
  printer.json(json);
  return score.kept() ? ExitCode::done : ExitCode::negative;
}

struct TableOptions {
  std::string score;
};

Result<ExitCode> print_threat_table(Context& context, const TableOptions& options) {
  Json score;
  if (!options.score.empty()) {
    MUSTER_TRY_ASSIGN(const std::string text, read_text_file(options.score, most_score_bytes));
    auto parsed = parse_json(text);
    if (!parsed) return failure(std::move(parsed.error()).during("reading " + options.score));
    score = std::move(*parsed);
  }
  MUSTER_TRY_ASSIGN(const std::string table, scenario::threat_table(score));
  auto printer = context.printer();
  printer.raw(table);
  printer.json({{"table", table}});
  return ExitCode::done;
}

void add_new_verb(CLI::App& group, Context& context) {
  auto& options = context.keep<NewScenarioOptions>();
  CLI::App& verb = add_verb(group, "new", "SIMULATED: write a world to play in", context,
                            [&] { return new_scenario(context, options); });
  auto& wish = options.wish;
  verb.add_option("file", options.file, "a new file")->required();
  verb.add_option("--seed", wish.seed, "any text; the same seed, the same world");
  verb.add_option("--chips", wish.chips, "up to 10,000,000; audits are played whole up to 20,000");
  verb.add_option("--sites", wish.sites, "of unequal size")->check(CLI::Range(1, 999));
  verb.add_option("--fleet", wish.fleet, "as many chips as this owner is reported to hold");
  verb.add_option("--violation-chips", wish.violation_chips,
                  "chips that a hidden run needs; a tenth of all if not given");
  verb.add_option("--excess", wish.excess_flop, "FLOP that a plan must catch, instead of chips");
  verb.add_option("--catch", wish.target, "with what probability");
  verb.add_option("--days", wish.window_days, "of the window, and of the longest run");
  verb.add_option("--offbook", wish.offbook, "chips that may be off the register");
  verb.add_option("--hops", wish.hops, "distributors between the maker and a Prover")
      ->check(CLI::Range(0, 8));
}

void add_score_verb(CLI::App& group, Context& context) {
  auto& options = context.keep<ScoreCommandOptions>();
  CLI::App& verb = add_verb(group, "score", "SIMULATED: play the evasions, and count", context,
                            [&] { return score_scenario(context, options); });
  auto& score = options.score;
  verb.add_option("file", options.file, "a world of `scenario new`; the standard one if not given");
  verb.add_option("--rows", options.rows, "ids by commas, such as V6,V8,honest; all if not given");
  verb.add_option("--plays", score.audits, "whole audits, or attempts, for each play; 200")
      ->check(CLI::Range(1, 1'000'000));
  verb.add_option("--statistical", score.positions, "plays by positions; 80000")
      ->check(CLI::Range(1, 100'000'000));
  verb.add_option("--honest", score.honest, "audits of honest Provers; 10000")
      ->check(CLI::Range(1, 10'000'000));
  verb.add_option("--searched", score.searched, "audits for each strategy that is tried; 20")
      ->check(CLI::Range(1, 1'000'000));
  verb.add_option("--seed", score.seed, "of plays by positions; 1");
  verb.add_option("--threads", score.room.threads, "each with an inspector's process; 2")
      ->check(CLI::Range(1, 64));
  verb.add_option("--out", options.out, "a new file for the score as JSON");
  verb.add_option("--bundles", options.bundles,
                  "a new folder for a finding of each play that whole audits catch");
}

}  // namespace

void add_scenario_commands(CLI::App& app, Context& context) {
  CLI::App& group = noun(app, "scenario", "SIMULATED: worlds, evasions, and how often they pass");
  add_new_verb(group, context);
  add_score_verb(group, context);
  auto& options = context.keep<TableOptions>();
  CLI::App& table = add_verb(group, "table", "the threat table, with what a score measured",
                             context, [&] { return print_threat_table(context, options); });
  table.add_option("--score", options.score, "a file of `scenario score --out`");
  // The inspector's side of a score, started by it as a process of its own.
  CLI::App& auditor = add_verb(group, "auditor", "the inspector of played audits", context,
                               []() -> Result<ExitCode> {
                                 MUSTER_TRY(scenario::run_auditor());
                                 return ExitCode::done;
                               });
  auditor.group("");
}

}  // namespace muster::cli
