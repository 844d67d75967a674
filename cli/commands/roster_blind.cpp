// `roster blind`, `open`, `check` and `compare`: rosters that show sums and no chips, the openings
// of their lines, and whether they are what the log says.

#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "cli/roster_query.hpp"
#include "ledger/base/file.hpp"
#include "registry/holdings/blinded_roster.hpp"
#include "registry/holdings/roster_compare.hpp"

namespace muster::cli {
namespace {

struct BlindOptions {
  RosterQuery query;
  std::string key;
  std::string file;
};

struct OpenLineOptions {
  std::string roster;
  std::string chip;
  std::string key;
  std::string file;
};

struct RosterCheckOptions {
  std::string roster;
  std::string opening;
  std::string key;
};

Json blinded_json(const registry::BlindedRoster& roster) {
  return {{"selection", registry::selection_json(roster.selection)},
          {"entries", roster.entries},
          {"count", roster.totals.count},
          {"tpp", roster.totals.tpp},
          {"held_ms", roster.window ? Json(roster.totals.held_ms) : Json(nullptr)},
          {"root", roster.root.to_hex()}};
}

print::Facts blinded_facts(const registry::BlindedRoster& roster) {
  print::Facts facts{"",
                     {{"log", roster.origin},
                      {"entries", print::grouped(std::uint64_t{roster.entries})},
                      {"chips", print::grouped(roster.totals.count)},
                      {"TPP", print::grouped(roster.totals.tpp)},
                      {"root", roster.root.to_hex()}}};
  if (roster.window) {
    facts.rows.emplace_back("chip-days", registry::chip_days(roster.totals.held_ms));
  }
  return facts;
}

/// Writes `text` to a new file, or prints it.
Result<bool> write_or_print(Context& context, const std::string& file, const std::string& text) {
  const bool writes = !file.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(file, as_bytes(text + "\n")));
  return writes;
}

Result<ExitCode> blind_roster(Context& context, const BlindOptions& options) {
  MUSTER_TRY_ASSIGN(const Bytes key, read_roster_key(options.key));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::Selection selection = selection_of(options.query);
  MUSTER_TRY_ASSIGN(const auto window, window_of(options.query));
  MUSTER_TRY_ASSIGN(const registry::Index32 size, size_of(home->state(), options.query));
  MUSTER_TRY_ASSIGN(const auto holdings, holdings_of(*home, selection, window, size));
  const auto roster =
      registry::blind(home->state().origin(), size, selection, window, holdings, key);
  const std::string text = registry::encode_blinded(roster);
  MUSTER_TRY_ASSIGN(const bool writes, write_or_print(context, options.file, text));
  auto printer = context.printer();
  if (writes) {
    print::Facts facts = blinded_facts(roster);
    facts.rows.emplace_back("file", options.file);
    printer.facts(facts);
  } else {
    printer.raw(text + "\n");
  }
  Json json = blinded_json(roster);
  json["file"] = writes ? Json(options.file) : Json(nullptr);
  json["roster"] = writes ? Json(nullptr) : parse_json(text).value_or(Json());
  printer.json(json);
  return ExitCode::done;
}

Result<registry::BlindedRoster> read_blinded(const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, registry::max_blinded_bytes + 1));
  return registry::parse_blinded(text);
}

/// The lines of a blinded roster as this registry has them, for whoever has the key.
/// Errors: `refused` with rule `roster.other_log`, or `roster.log` for a party or place unknown
/// here; `invalid_input` for more entries than there are.
Result<std::vector<registry::Holding>> lines_again(Home& home,
                                                   const registry::BlindedRoster& roster) {
  if (roster.origin != home.state().origin()) {
    return refusal("roster.other_log",
                   "it is of " + roster.origin + ", this is " + home.state().origin());
  }
  if (roster.entries > home.state().size()) {
    return failure(Errc::invalid_input, "the roster counts " + std::to_string(roster.entries) +
                                            " entries, this log has " +
                                            std::to_string(home.state().size()));
  }
  auto lines = holdings_of(home, roster.selection, roster.window, roster.entries);
  if (lines || lines.error().code != Errc::not_found) return lines;
  return refusal("roster.log", "the log has nothing that it selects by: " + lines.error().message);
}

Result<ExitCode> open_roster_line(Context& context, const OpenLineOptions& options) {
  MUSTER_TRY_ASSIGN(const Bytes key, read_roster_key(options.key));
  MUSTER_TRY_ASSIGN(const auto roster, read_blinded(options.roster));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const ChipId chip, chip_reader(home->state())(options.chip));
  MUSTER_TRY_ASSIGN(const auto lines, lines_again(*home, roster));
  MUSTER_TRY_ASSIGN(const auto opening, registry::open_line(lines, chip, key));
  MUSTER_TRY(registry::check_opening(opening, roster));
  const std::string text = registry::encode_opening(opening);
  MUSTER_TRY_ASSIGN(const bool writes, write_or_print(context, options.file, text));
  auto printer = context.printer();
  if (writes) {
    printer.facts({"", {{"chip", chip.to_string()}, {"opening", options.file}}});
  } else {
    printer.raw(text + "\n");
  }
  printer.json({{"chip", chip.to_string()},
                {"index", opening.index},
                {"root", opening.root.to_hex()},
                {"file", writes ? Json(options.file) : Json(nullptr)},
                {"opening", writes ? Json(nullptr) : parse_json(text).value_or(Json())}});
  return ExitCode::done;
}

Result<void> check_line(const registry::BlindedRoster& roster, const std::string& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file, registry::max_blinded_bytes + 1));
  MUSTER_TRY_ASSIGN(const auto opening, registry::parse_opening(text));
  return registry::check_opening(opening, roster);
}

/// Makes the roster again from the log, and compares all of it.
Result<void> check_against_log(Context& context, const registry::BlindedRoster& roster,
                               const std::string& key_file) {
  MUSTER_TRY_ASSIGN(const Bytes key, read_roster_key(key_file));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto lines, lines_again(*home, roster));
  const auto again =
      registry::blind(roster.origin, roster.entries, roster.selection, roster.window, lines, key);
  if (again == roster) return {};
  return refusal("roster.log", "the log has " + std::to_string(again.totals.count) +
                                   " chips that fit, TPP " + std::to_string(again.totals.tpp) +
                                   ", root " + again.root.to_hex() + "; the roster says " +
                                   std::to_string(roster.totals.count) + ", " +
                                   std::to_string(roster.totals.tpp) + ", " + roster.root.to_hex());
}

Result<registry::BlindedRoster> checked_roster(Context& context,
                                               const RosterCheckOptions& options) {
  MUSTER_TRY_ASSIGN(auto roster, read_blinded(options.roster));
  if (!options.opening.empty()) MUSTER_TRY(check_line(roster, options.opening));
  if (!options.key.empty()) MUSTER_TRY(check_against_log(context, roster, options.key));
  return roster;
}

/// Evidence of somebody else's: a fault is an answer, not a failure.
Result<ExitCode> check_roster(Context& context, const RosterCheckOptions& options) {
  const auto roster = checked_roster(context, options);
  if (!roster && roster.error().code != Errc::refused) return failure(roster.error());
  auto printer = context.printer();
  Json json{{"valid", roster.has_value()},
            {"code", roster ? Json(nullptr) : Json(roster.error().rule)},
            {"reason", roster ? Json(nullptr) : Json(roster.error().message)},
            {"line", roster && !options.opening.empty()},
            {"log", roster && !options.key.empty()},
            {"roster", roster ? blinded_json(*roster) : Json(nullptr)}};
  if (!roster) {
    printer.facts({"", {{"not valid", roster.error().message}}});
    printer.json(json);
    return ExitCode::negative;
  }
  print::Facts facts = blinded_facts(*roster);
  facts.rows.emplace_back("leaves", "lead to the root");
  facts.rows.emplace_back("line", options.opening.empty() ? "none was opened" : "is one of them");
  facts.rows.emplace_back("sums", options.key.empty()
                                      ? "the word of who made it: not compared with the log"
                                      : "as the log has them");
  printer.facts(facts);
  printer.json(json);
  return ExitCode::done;
}

Json count_json(const registry::RosterCount& count) {
  return {{"party", count.party},   {"site", count.site}, {"product", count.product},
          {"roster", count.roster}, {"book", count.book}, {"chips", count.chips},
          {"replay", count.replay}};
}

Result<ExitCode> compare_all(Context& context, const RosterQuery& query) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const registry::Index32 size, size_of(home->state(), query));
  MUSTER_TRY(home->registry().flush());
  MUSTER_TRY_ASSIGN(
      const auto result,
      registry::compare_rosters(home->state(), *home->registry().view(), home->store(), size));
  print::Table table{.columns = {{"party"},
                                 {"site"},
                                 {"product"},
                                 print::number_column("roster"),
                                 print::number_column("book"),
                                 print::number_column("chips"),
                                 print::number_column("replay"),
                                 {""}}};
  Json counts = Json::array();
  for (const registry::RosterCount& count : result.counts) {
    table.rows.push_back({count.party, count.site, count.product, print::grouped(count.roster),
                          print::grouped(count.book), print::grouped(count.chips),
                          print::grouped(count.replay), count.agrees() ? "" : "differs"});
    counts.push_back(count_json(count));
  }
  auto printer = context.printer();
  printer.table(table);
  for (const std::string& party : result.other_chips) {
    printer.note(party + ": the replay has other chips than the roster");
  }
  printer.json({{"entries", size},
                {"agrees", result.agrees()},
                {"counts", std::move(counts)},
                {"other_chips", result.other_chips},
                {"replay_faults", result.replay_faults}});
  return result.agrees() ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_roster_blind_commands(CLI::App& app, Context& context) {
  CLI::App& roster = noun(app, "roster", "who has which chips");
  auto& made = context.keep<BlindOptions>();
  CLI::App& blind = add_verb(roster, "blind", "a roster that shows sums and no chips", context,
                             [&] { return blind_roster(context, made); });
  add_roster_query(blind, made.query);
  blind.add_option("--key", made.key, "a file of 64 hex digits that hides the lines")->required();
  blind.add_option("--out", made.file, "a new file; else print");

  auto& opened = context.keep<OpenLineOptions>();
  CLI::App& open = add_verb(roster, "open", "one line of a blinded roster, with its proof", context,
                            [&] { return open_roster_line(context, opened); });
  open.add_option("roster", opened.roster, "the blinded roster's file")->required();
  open.add_option("--chip", opened.chip, "whose line")->required();
  open.add_option("--key", opened.key, "the key that hides its lines")->required();
  open.add_option("--out", opened.file, "a new file; else print");

  auto& checked = context.keep<RosterCheckOptions>();
  CLI::App& check = add_verb(roster, "check", "whether a blinded roster, and a line, hold", context,
                             [&] { return check_roster(context, checked); });
  check.add_option("roster", checked.roster, "the blinded roster's file")->required();
  check.add_option("--opening", checked.opening, "a line that should be one of its");
  check.add_option("--key", checked.key, "its key: compare all of it with this registry's log");

  auto& compared = context.keep<RosterQuery>();
  CLI::App& verb = add_verb(roster, "compare", "rosters with books, chips and a replay", context,
                            [&] { return compare_all(context, compared); });
  verb.add_option("--index", compared.index, "as known after this entry");
}

}  // namespace muster::cli
