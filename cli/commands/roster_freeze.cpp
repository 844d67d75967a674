// `roster freeze`: a Prover's frame of a window, computed from the register and put on record.

#include "cli/audit/committed_plan.hpp"
#include "cli/audit/freeze_draft.hpp"
#include "cli/audit/ledger_event.hpp"
#include "cli/audit/statement_writer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/window_text.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t frame_key_bytes = 32;
constexpr std::size_t most_shown = 20;

struct RosterFreezeOptions {
  std::string party;
  std::string window;
  std::string freeze;
  std::string frame_key;
  bool existing = false;
  Author author;
};

/// A chip of the frame without a log head, and whether the freeze can be made all the same.
struct Lacking {
  const draw::FrameLine* line;
  bool said;  ///< A heads.commit says that it has none.
};

Result<audit::FreezeWish> freeze_wish(const RosterFreezeOptions& options) {
  MUSTER_TRY_ASSIGN(PartyId prover, PartyId::parse(options.party));
  MUSTER_TRY_ASSIGN(const Window window, parse_window(options.window));
  if (options.author.org != prover.text()) {
    return failure(Errc::invalid_input, "--as: got \"" + options.author.org +
                                            "\", want the Prover that freezes its frame, " +
                                            prover.text());
  }
  std::string freeze = options.freeze;
  if (freeze.empty()) freeze = prover.text() + "." + window.from.to_string().substr(0, 7);
  return audit::FreezeWish{std::move(freeze), std::move(prover), window};
}

Result<Bytes> frame_key_for(Context& context, const RosterFreezeOptions& options) {
  if (options.existing) {
    MUSTER_TRY_ASSIGN(auto keys, read_frame_keys({options.party + "=" + options.frame_key}));
    return std::move(keys.begin()->second);
  }
  MUSTER_TRY(check_new({options.frame_key}));
  Bytes key(frame_key_bytes);
  context.random().fill(key);
  return key;
}

/// The chips that the quoted heads list, each with whether it has one.
Result<std::map<std::string, bool>> listed_heads(Home& home, const audit::QuotedHeads& heads) {
  std::map<std::string, bool> listed;
  for (const registry::Index32 part : heads.parts) {
    MUSTER_TRY_ASSIGN(const LedgerEvent found, ledger_event(home, part));
    const registry::ItemTable& items = found.event.items;
    const auto& columns = found.event.kind->columns;
    const auto no_head = static_cast<std::size_t>(
        std::ranges::find(columns, "none", &registry::Field::name) - columns.begin());
    for (std::size_t i = 0; i < items.items.size(); ++i) {
      const bool none = items.cell(i, no_head).type != registry::Cell::Type::absent;
      listed[items.items[i].chip.to_string()] = !none;
    }
  }
  return listed;
}

Result<std::vector<Lacking>> without_heads(Home& home, const audit::MadeFreeze& made) {
  MUSTER_TRY_ASSIGN(const auto listed, listed_heads(home, made.heads));
  std::vector<Lacking> lacking;
  for (const draw::FrameLine& line : made.frame.lines) {
    const auto found = listed.find(line.chip);
    if (found == listed.end()) {
      lacking.push_back({&line, false});
    } else if (!found->second) {
      lacking.push_back({&line, true});
    }
  }
  return lacking;
}

/// The key is on the disk before its root is in the ledger, where it stays for ever.
Result<std::string> record_freeze(Context& context, Home& home, const RosterFreezeOptions& options,
                                  const registry::Draft& draft, ByteView key) {
  MUSTER_TRY_ASSIGN(auto writer, StatementWriter::open(context, home, options.author));
  const bool writes = !options.existing && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(options.frame_key, as_bytes(to_hex(key) + "\n"), 0600));
  Result<void> recorded = writer.add(draft);
  if (recorded) recorded = writer.finish();
  if (recorded) return writer.statements().front().to_hex();
  // Only what was judged, and refused, is sure to have left nothing that the key belongs to.
  const Errc code = recorded.error().code;
  std::error_code ignored;
  if (writes && (code == Errc::refused || code == Errc::invalid_input)) {
    std::filesystem::remove(options.frame_key, ignored);
  }
  return failure(std::move(recorded.error()));
}

std::string lacks(const Lacking& chip) {
  return chip.said ? "a log: its heads.commit says that it has none" : "a line in a heads.commit";
}

void print_lacking(print::Printer& printer, const std::vector<Lacking>& lacking) {
  if (lacking.empty()) return;
  print::Table table{
      "Who lacks what",
      {{"chip", print::Align::left, print::Overflow::keep}, {"product"}, {"site"}, {"lacks"}},
      {}};
  for (const Lacking& chip : lacking) {
    if (table.rows.size() == most_shown) break;
    table.rows.push_back({chip.line->chip, chip.line->klass, chip.line->site, lacks(chip)});
  }
  printer.table(table);
  if (lacking.size() > most_shown) {
    printer.note("and " + print::counted(lacking.size() - most_shown, "chip") +
                 " more; --json lists all");
  }
}

/// What is told of a freeze, made or not.
Json freeze_json(const registry::State& state, const audit::FreezeWish& wish,
                 const audit::MadeFreeze& made, const std::vector<Lacking>& lacking) {
  std::map<std::string, std::uint64_t> counts;
  for (const draw::FrameLine& line : made.frame.lines) ++counts[line.site];
  Json sites = Json::array();
  for (const auto& [site, chips] : counts) sites.push_back({{"site", site}, {"chips", chips}});
  Json parts = Json::array();
  for (const registry::Index32 part : made.heads.parts) {
    parts.push_back(state.tables().statements[part].hash.to_hex());
  }
  Json chips = Json::array();
  for (const Lacking& chip : lacking) {
    chips.push_back({{"chip", chip.line->chip},
                     {"product", chip.line->klass},
                     {"site", chip.line->site},
                     {"lacks", chip.said ? "log" : "head"}});
  }
  return {
      {"party", wish.prover.text()},
      {"freeze", wish.freeze},
      {"window", {{"from", wish.window.from.to_string()}, {"to", wish.window.to.to_string()}}},
      {"count", made.frame.lines.size()},
      {"sites", std::move(sites)},
      {"lacking", std::move(chips)},
      {"frame_root", audit::frame_root(made.frame).to_hex()},
      {"heads",
       {{"root", made.heads.root.to_hex()}, {"count", made.heads.count}, {"parts", parts}}},
      {"declarations", {{"root", made.declarations_root.to_hex()}, {"count", made.declarations}}}};
}

void print_freeze(print::Printer& printer, const audit::FreezeWish& wish,
                  const audit::MadeFreeze& made, const Json& json) {
  print::Facts facts{
      "",
      {{"freeze", wish.freeze},
       {"chips of the frame", print::grouped(std::uint64_t{made.frame.lines.size()})}}};
  for (const Json& site : json["sites"]) {
    facts.rows.emplace_back("at " + site["site"].get<std::string>(),
                            print::grouped(site["chips"].get<std::uint64_t>()));
  }
  facts.rows.emplace_back("frame root", json["frame_root"].get<std::string>());
  facts.rows.emplace_back(
      "heads root", made.heads.root.to_hex() + ", " + print::counted(made.heads.count, "chip"));
  facts.rows.emplace_back("declarations root", made.declarations_root.to_hex() + ", " +
                                                   print::counted(made.declarations, "statement"));
  if (json["statement"].is_string()) {
    facts.rows.emplace_back("frame key", json["frame_key"].get<std::string>());
    facts.rows.emplace_back("statement", json["statement"].get<std::string>());
  }
  printer.facts(facts);
}

/// Nothing is recorded while a chip of the frame is in no `heads.commit` of the window.
ExitCode tell_unready(Context& context, const audit::FreezeWish& wish,
                      const audit::MadeFreeze& made, const std::vector<Lacking>& lacking,
                      Json json) {
  json["frame_key"] = Json();
  json["statement"] = Json();
  auto printer = context.printer();
  print_freeze(printer, wish, made, json);
  print_lacking(printer, lacking);
  printer.paragraph(
      "Not frozen: each chip of the frame is listed in a heads.commit of this window, with its "
      "head or with none; `muster device-log commit --window`.",
      print::Tone::bad);
  printer.json(json);
  return ExitCode::negative;
}

Result<ExitCode> roster_freeze(Context& context, const RosterFreezeOptions& options) {
  MUSTER_TRY_ASSIGN(const auto wish, freeze_wish(options));
  MUSTER_TRY_ASSIGN(const Bytes key, frame_key_for(context, options));
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  MUSTER_TRY_ASSIGN(const auto made, audit::made_freeze(state, models, wish, key));
  if (made.frame.lines.empty()) {
    return failure(Errc::invalid_input, wish.prover.text() + ": held no chip in that window");
  }
  MUSTER_TRY_ASSIGN(const auto lacking, without_heads(*home, made));
  Json json = freeze_json(state, wish, made, lacking);
  if (std::ranges::any_of(lacking, [](const Lacking& chip) { return !chip.said; })) {
    return tell_unready(context, wish, made, lacking, std::move(json));
  }
  const auto draft = audit::freeze_draft(state, wish, made);
  MUSTER_TRY_ASSIGN(const auto statement, record_freeze(context, *home, options, draft, key));
  json["frame_key"] = options.frame_key;
  json["statement"] = statement;
  auto printer = context.printer();
  print_freeze(printer, wish, made, json);
  print_lacking(printer, lacking);
  printer.note("keep " + options.frame_key +
               " secret and safe, and give the Verifier a copy in escrow: without it nobody can "
               "draw from this frame, or check a draw");
  printer.json(json);
  return ExitCode::done;
}

}  // namespace

void add_roster_freeze_command(CLI::App& app, Context& context) {
  auto& options = context.keep<RosterFreezeOptions>();
  CLI::App& verb = add_verb(noun(app, "roster", "who has which chips"), "freeze",
                            "freeze a Prover's frame of a window, with heads and declarations",
                            context, [&] { return roster_freeze(context, options); });
  verb.add_option("party", options.party, "the Prover")->required();
  verb.add_option("--window", options.window, "FROM..TO, as its heads were committed for")
      ->required();
  verb.add_option("--freeze", options.freeze, "the freeze's id; PARTY and the window's month");
  verb.add_option("--frame-key", options.frame_key, "new file for the secret frame key")
      ->required();
  verb.add_flag("--existing", options.existing,
                "the file is there: 64 hex digits, thrown by dice or left by a try before");
  verb.add_option("--as", options.author.org, "the Prover")->required();
  verb.add_option("--sign", options.author.key_file, "its key file")->required();
}

}  // namespace muster::cli
