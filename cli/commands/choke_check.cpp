// `choke check`: a whole shipment by an extract, a file of scans and the filing.

#include "cli/choke_extract.hpp"
#include "cli/choke_words.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/number_option.hpp"
#include "cli/print/number.hpp"
#include "cli/print/utf8.hpp"
#include "cli/row_json.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "registry/chokepoint/shipment_check.hpp"

namespace muster::cli {
namespace {

struct ChokeCheckOptions {
  std::string extract;
  std::vector<std::string> keys;
  std::string scans;
  std::string filing;
  std::string goods;
  std::string level = "seal";
  std::string target = "0.95";
  std::string within = "0.95";
  std::uint64_t bad = 1;
  std::uint64_t bad_within = 1;
  std::string seed;
  std::string paper;
  std::string authority;
  std::string basis;
  int hold_days = 0;
  std::int64_t max_age_days = 0;
};

/// All that a check was made of, for its words.
struct CheckedShipment {
  choke::ExtractHeader extract;
  choke::Filing filing;
  choke::ShipmentCheck result;
  choke::Level wanted;
  choke::OpeningRule rule;
  std::string seed;
  Timestamp now;
};

Result<choke::Level> level_option(const std::string& text) {
  for (const choke::Level level :
       {choke::Level::paper, choke::Level::seal, choke::Level::mark, choke::Level::identity}) {
    if (text == choke::name_of(level)) return level;
  }
  return failure(Errc::invalid_input,
                 "--level: got \"" + text + "\", want paper, seal, mark or identity");
}

Result<void> check_paper_options(const ChokeCheckOptions& options) {
  if (options.paper.empty()) return {};
  if (options.basis.empty() || options.authority.empty() || options.hold_days < 1) {
    return failure(Errc::invalid_input,
                   "--hold-paper: want --authority, --basis and --hold-days as well: nothing is "
                   "held without a legal basis and an end");
  }
  return {};
}

/// A text of a file, parsed by `parse`, with the file's name before errors.
template <class Parse>
auto parsed_file(const std::string& path, Parse parse) -> decltype(parse(std::string())) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  return parse(text);
}

Result<CheckedShipment> checked(Context& context, const ChokeCheckOptions& options) {
  MUSTER_TRY_ASSIGN(const choke::Level level, level_option(options.level));
  MUSTER_TRY_ASSIGN(const auto target, probability_option(options.target, "--target"));
  MUSTER_TRY_ASSIGN(const auto within, probability_option(options.within, "--within"));
  MUSTER_TRY_ASSIGN(const auto scans, parsed_file(options.scans, [&](const std::string& text) {
                      return choke::read_scans(text, options.scans);
                    }));
  auto filing = parsed_file(options.filing, choke::parse_filing);
  if (!filing) return failure(std::move(filing.error()).during(options.filing));
  std::map<std::string, choke::Goods> goods;
  if (!options.goods.empty()) {
    MUSTER_TRY_ASSIGN(goods, parsed_file(options.goods, [&](const std::string& text) {
                        return choke::read_goods(text, options.goods);
                      }));
  }
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(choke::Extract extract,
                    open_extract(options.extract, options.keys, options.max_age_days));
  std::string seed = options.seed;
  if (seed.empty()) {
    std::array<std::uint8_t, 16> bytes{};
    context.random().fill(bytes);
    seed = to_hex(bytes);
  }
  const choke::OpeningRule rule{target, within, options.bad, options.bad_within};
  const Timestamp now = clock->now();
  MUSTER_TRY_ASSIGN(auto result, choke::check_shipment(extract, {.scans = scans,
                                                                 .filing = *filing,
                                                                 .goods = goods,
                                                                 .wanted = level,
                                                                 .rule = rule,
                                                                 .seed = seed,
                                                                 .now = now}));
  return CheckedShipment{extract.header(), *filing, std::move(result), level, rule,
                         std::move(seed),  now};
}

/// "OPEN 2 CARTONS, POWER 1 LOOSE CHIP"
std::string opening_words(const std::vector<choke::Opening>& openings) {
  std::uint64_t loose = 0;
  for (const choke::Opening& one : openings) loose += one.container.empty() ? 1 : 0;
  const std::uint64_t cartons = openings.size() - loose;
  std::string words;
  if (cartons > 0) words = "OPEN " + print::counted(cartons, "CARTON", "CARTONS");
  if (loose == 0) return words;
  return words + (words.empty() ? "" : ", ") + "POWER " +
         print::counted(loose, "LOOSE CHIP", "LOOSE CHIPS");
}

std::string decision_words(const choke::ShipmentCheck& result) {
  switch (result.decision) {
    case choke::Decision::clear:
      return "CLEAR";
    case choke::Decision::hold:
      return "HOLD";
    case choke::Decision::open:
      return opening_words(result.openings);
  }
  return "";
}

ExitCode code_of(choke::Decision decision) {
  switch (decision) {
    case choke::Decision::clear:
      return ExitCode::done;
    case choke::Decision::hold:
      return ExitCode::negative;
    case choke::Decision::open:
      return ExitCode::no_answer;
  }
  return ExitCode::failed;
}

Json texts_json(const std::vector<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

/// As `--target` takes it.
std::string probability_text(const stats::Probability& probability) {
  return probability.exact() ? probability.exact()->text() : std::string();
}

/// What a clear bill is worth: the level that was wanted and what the sample had to find.
Json rule_json(const CheckedShipment& check) {
  return {{"level", choke::name_of(check.wanted)},
          {"target", probability_text(check.rule.target)},
          {"within", probability_text(check.rule.within)},
          {"bad", check.rule.bad},
          {"bad_within", check.rule.bad_within}};
}

std::string rule_words(const CheckedShipment& check) {
  return "level " + std::string(choke::name_of(check.wanted)) + "; else opened so that of " +
         print::counted(check.rule.bad, "bad container") + " one is found with " +
         probability_text(check.rule.target) + ", of " +
         print::counted(check.rule.bad_within, "bad chip") + " in it one with " +
         probability_text(check.rule.within);
}

/// The extract's log, date and age.
std::string extract_words(const CheckedShipment& check) {
  return check.extract.origin + " of " + check.extract.made_at.to_string() + " (" +
         age_of(check.extract, check.now) + ")";
}

Json check_json(const CheckedShipment& check, const Json& paper) {
  const choke::ShipmentCheck& result = check.result;
  Json openings = Json::array();
  for (const choke::Opening& one : result.openings) {
    openings.push_back({{"container", text_or_null(one.container)},
                        {"chip", text_or_null(one.chip)},
                        {"chips", one.chips},
                        {"inspect", one.inspect},
                        {"why", one.why}});
  }
  Json proven = Json::object();
  for (const choke::Level level :
       {choke::Level::paper, choke::Level::seal, choke::Level::mark, choke::Level::identity}) {
    const auto found = result.proven.find(level);
    proven[std::string(choke::name_of(level))] = found == result.proven.end() ? 0 : found->second;
  }
  return {{"decision", choke::name_of(result.decision)},
          {"filing", check.filing.filing},
          {"shipment", text_or_null(result.shipment)},
          {"reasons", reasons_json(result.reasons)},
          {"remarks", reasons_json(result.remarks)},
          {"open", std::move(openings)},
          {"sampled_from", result.sampled_from},
          {"drawn", result.drawn},
          {"shown", result.shown},
          {"seed", check.seed},
          {"rule", rule_json(check)},
          {"declared", check.filing.count},
          {"presented", result.presented},
          {"proven", std::move(proven)},
          {"level", choke::name_of(result.weakest)},
          {"extract",
           {{"log", check.extract.origin},
            {"size", check.extract.head.size.value},
            {"made_at", check.extract.made_at.to_string()}}},
          {"checked_at", check.now.to_string()},
          {"not_checked", texts_json(result.not_checked)},
          {"hold_paper", paper}};
}

void print_check(print::Printer& printer, const CheckedShipment& check) {
  const choke::ShipmentCheck& result = check.result;
  const print::Tone tone = result.decision == choke::Decision::clear  ? print::Tone::good
                           : result.decision == choke::Decision::open ? print::Tone::warn
                                                                      : print::Tone::bad;
  printer.paragraph(decision_words(result), tone);
  print_reasons(printer, result.reasons, result.remarks);
  print::Table table{"Open or power", {{"container or chip"}, {"chips"}, {"look at"}, {"why"}}, {}};
  for (const choke::Opening& one : result.openings) {
    table.rows.push_back({one.container.empty() ? one.chip : one.container,
                          std::to_string(one.chips), std::to_string(one.inspect), one.why});
  }
  if (!table.rows.empty()) printer.table(table);
  print::Facts facts{"",
                     {{"filing", check.filing.filing},
                      {"shipment", text_or_dash(result.shipment)},
                      {"declared", print::counted(check.filing.count, "chip")},
                      {"presented", print::counted(result.presented, "chip")}}};
  for (const auto& [level, chips] : result.proven) {
    facts.rows.emplace_back("proven by " + std::string(choke::name_of(level)),
                            print::counted(chips, "chip"));
  }
  facts.rows.emplace_back("wanted", rule_words(check));
  facts.rows.emplace_back("below that", print::grouped(result.sampled_from));
  facts.rows.emplace_back("of them drawn", print::grouped(result.drawn));
  facts.rows.emplace_back("of those shown", print::grouped(result.shown));
  facts.rows.emplace_back("drawn by seed", check.seed);
  facts.rows.emplace_back("extract of", extract_words(check));
  printer.facts(facts);
  for (const std::string& what : result.not_checked) {
    printer.paragraph("Not checked: " + what + ".");
  }
  if (result.decision == choke::Decision::open) {
    printer.note(
        "add the chips that were looked at to the scans, with the keys that they proved, "
        "and check again with --seed " +
        check.seed);
  }
}

/// One line, whatever the text holds.
std::string paper_line(const std::string& name, const std::string& text) {
  return name + ": " + print::visible(text) + "\n";
}

/// What is handed to the carrier.
std::string hold_paper(const CheckedShipment& check, const ChokeCheckOptions& options) {
  const Timestamp until{check.now.ms + options.hold_days * ms_per_day};
  std::string text = "HOLD\n\n" + paper_line("Authority", options.authority) +
                     paper_line("Legal basis", options.basis) +
                     paper_line("Held from", check.now.to_string()) +
                     paper_line("Ends unless prolonged", until.to_string()) +
                     paper_line("Filing", check.filing.filing) +
                     paper_line("Shipment", text_or_dash(check.result.shipment)) +
                     paper_line("Declared", print::counted(check.filing.count, "chip")) +
                     paper_line("Presented", print::counted(check.result.presented, "chip")) +
                     paper_line("Wanted", rule_words(check)) + "\nReasons\n";
  for (const choke::Reason& reason : check.result.reasons) {
    text += "- " + reason_line(reason) + "\n";
  }
  text += "\n" +
          paper_line("Judged by the extract of",
                     extract_words(check) + ", " +
                         print::counted(check.extract.head.size.value, "entry", "entries")) +
          "Not checked\n";
  for (const std::string& what : check.result.not_checked) {
    text += "- " + print::visible(what) + "\n";
  }
  return text +
         "\nThis paper is no entry of the register: the hold counts there once choke.hold is "
         "recorded.\n";
}

Result<ExitCode> check_shipment_command(Context& context, const ChokeCheckOptions& options) {
  MUSTER_TRY(check_paper_options(options));
  MUSTER_TRY_ASSIGN(const CheckedShipment check, checked(context, options));
  Json paper = nullptr;
  Result<void> written;
  const bool held = check.result.decision == choke::Decision::hold;
  if (held && !options.paper.empty() && !context.options().dry_run) {
    written = create_file(options.paper, as_bytes(hold_paper(check, options)));
    if (written) paper = options.paper;
  }
  // The answer comes first: a disk that is full makes nothing pass.
  auto printer = context.printer();
  print_check(printer, check);
  printer.json(check_json(check, paper));
  if (!written) {
    return failure(Errc::unavailable,
                   "HOLD, and its paper could not be written: " + written.error().message);
  }
  return code_of(check.result.decision);
}

}  // namespace

void add_choke_check_command(CLI::App& app, Context& context) {
  CLI::App& choke = noun(app, "choke", "at a border or another chokepoint");
  auto& options = context.keep<ChokeCheckOptions>();
  CLI::App& verb = add_verb(choke, "check", "a shipment by scans and filing: clear, hold or open",
                            context, [&] { return check_shipment_command(context, options); });
  verb.add_option("--extract", options.extract, "file of choke extract")->required();
  verb.add_option("--key", options.keys, "the log's verifier key; again for older ones")
      ->required();
  verb.add_option("--scans", options.scans, "CSV scan,seal,seal_state,identity")->required();
  verb.add_option("--filing", options.filing, "the filing as JSON")->required();
  verb.add_option("--goods", options.goods,
                  "CSV product,codes,kg_min,kg_max,value_min,value_max,currency, for one chip");
  verb.add_option("--level", options.level,
                  "what every container and loose chip has to be proven by");
  verb.add_option("--target", options.target, "probability to find a bad container");
  verb.add_option("--within", options.within, "probability to find a bad chip in a bad container");
  verb.add_option("--bad", options.bad, "bad containers that it is about")->check(above_zero());
  verb.add_option("--bad-within", options.bad_within, "bad chips in each of them")
      ->check(above_zero());
  verb.add_option(
      "--seed", options.seed,
      "draws the containers; that of the first check to conclude it; else drawn and printed");
  verb.add_option("--max-age", options.max_age_days,
                  "days after which the extract is too old to release anything by it")
      ->check(CLI::Range(1, 3650));
  verb.add_option("--hold-paper", options.paper, "a new file for the paper of a hold");
  verb.add_option("--authority", options.authority, "who holds");
  verb.add_option("--basis", options.basis, "by what law");
  verb.add_option("--hold-days", options.hold_days, "when the hold ends")
      ->check(CLI::Range(1, 3650));
}

}  // namespace muster::cli
