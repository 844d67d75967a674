// `choke extract` and `choke lookup`: what an officer carries of the register, and asks it.

#include <ostream>

#include "cli/choke_extract.hpp"
#include "cli/choke_json.hpp"
#include "cli/choke_words.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/new_file.hpp"
#include "cli/print/number.hpp"
#include "cli/print/utf8.hpp"
#include "cli/row_json.hpp"
#include "registry/chokepoint/lookup.hpp"

namespace muster::cli {
namespace {

struct ChokeExtractOptions {
  std::string file;
  std::string aliases;
  bool all_chips = false;
};

struct ChokeLookupOptions {
  std::vector<std::string> scans;
  std::string extract;
  std::vector<std::string> keys;
  std::int64_t max_age_days = 0;
};

Result<ExitCode> make_extract(Context& context, const ChokeExtractOptions& options) {
  if (!context.options().as_of.empty()) {
    return failure(Errc::invalid_input,
                   "choke extract: --as-of: an extract is signed as the register of its date, and "
                   "no earlier state may pass for that; leave it out");
  }
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const auto scope = options.all_chips ? choke::Scope::all : choke::Scope::border;
  MUSTER_TRY_ASSIGN(const MadeExtract made, made_extract(context, *home, scope, options.aliases));
  MUSTER_TRY(write_aside(context, options.file, [&](std::ostream& out) -> Result<void> {
    out << made.file;
    return {};
  }));
  const choke::ExtractHeader& header = made.header;
  auto printer = context.printer();
  printer.facts(
      {"",
       {{"extract", context.options().dry_run ? "none: nothing was written" : options.file},
        {"of the log", header.origin},
        {"entries", print::grouped(header.head.size.value)},
        {"made at", header.made_at.to_string()},
        {"chips", options.all_chips ? "all" : "hot list and open releases"},
        {"rows", print::grouped(header.rows)},
        {"bytes", print::grouped(std::uint64_t{made.file.size()})},
        {"signed by", made.key.to_string()}}});
  Json json = choke_extract_json(header);
  json["file"] = context.options().dry_run ? Json(nullptr) : Json(options.file);
  json["bytes"] = made.file.size();
  json["verifier_key"] = made.key.to_string();
  printer.json(json);
  return ExitCode::done;
}

void add_shipment(print::Facts& facts, const choke::Answer& answer) {
  if (!answer.shipment) return;
  const choke::ShipmentRow& shipment = *answer.shipment;
  facts.rows.emplace_back("shipment", answer.shipment_id);
  facts.rows.emplace_back("from", shipment.sender);
  facts.rows.emplace_back(
      "to", shipment.receiver + ", " + shipment.destination + " in " + shipment.country);
  facts.rows.emplace_back("end user", shipment.end_user);
  std::string right = "none: released inside a country";
  if (!shipment.exception.empty()) right = "exception " + shipment.exception;
  if (!shipment.licence.empty()) right = "licence " + shipment.licence;
  facts.rows.emplace_back("right", right);
  facts.rows.emplace_back("chips on their way", print::grouped(shipment.chips()));
  facts.rows.emplace_back("outermost containers", print::grouped(shipment.containers));
}

void print_answer(print::Printer& printer, const choke::Answer& answer) {
  const bool good = answer.verdict == choke::Verdict::released;
  std::string word = good ? "RELEASED" : "HOLD";
  if (answer.verdict == choke::Verdict::unknown) word = "UNKNOWN";
  const std::string name = answer.id.empty() ? answer.scan : answer.space + " " + answer.id;
  printer.paragraph(word + ": " + print::visible(name),
                    good ? print::Tone::good : print::Tone::bad);
  print_reasons(printer, answer.reasons, answer.remarks);
  print::Facts facts;
  if (!answer.alias.empty()) facts.rows.emplace_back("found as", answer.alias);
  if (answer.chip) {
    facts.rows.emplace_back("product", answer.chip->product);
    facts.rows.emplace_back("state", answer.chip->display);
    facts.rows.emplace_back("packed in", text_or_dash(answer.chip->container));
    facts.rows.emplace_back("identity", answer.chip->assurance);
  }
  if (answer.container) {
    facts.rows.emplace_back("kind", answer.container->kind);
    facts.rows.emplace_back("seal", text_or_dash(answer.container->seal));
    facts.rows.emplace_back("chips in it", print::grouped(answer.container->chips));
  }
  add_shipment(facts, answer);
  if (!facts.rows.empty()) printer.facts(facts);
}

void print_extract(print::Printer& printer, const choke::ExtractHeader& header, Timestamp now) {
  printer.paragraph("By the extract of " + header.origin + " of " + header.made_at.to_string() +
                    " (" + age_of(header, now) + ", " +
                    print::counted(header.head.size.value, "entry", "entries") +
                    "), signed by the operator. Proven: that a mark of this name was read.");
  for (const std::string& what : choke_not_checked(header))
    printer.paragraph("Not checked: " + what + ".");
}

Result<ExitCode> look_up(Context& context, const ChokeLookupOptions& options) {
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(choke::Extract extract,
                    open_extract(options.extract, options.keys, options.max_age_days));
  const Timestamp now = clock->now();
  auto printer = context.printer();
  ExitCode code = ExitCode::done;
  for (const std::string& scan : options.scans) {
    MUSTER_TRY_ASSIGN(const choke::Answer answer, choke::look_up(extract, scan, now));
    if (answer.verdict != choke::Verdict::released) code = ExitCode::negative;
    print_answer(printer, answer);
    printer.json_line(choke_answer_json(answer, extract.header()));
  }
  print_extract(printer, extract.header(), now);
  return code;
}

}  // namespace

void add_choke_commands(CLI::App& app, Context& context) {
  CLI::App& choke = noun(app, "choke", "at a border or another chokepoint");
  auto& extract = context.keep<ChokeExtractOptions>();
  CLI::App& make = add_verb(choke, "extract", "a signed extract of the register to carry offline",
                            context, [&] { return make_extract(context, extract); });
  make.add_option("--out", extract.file, "a new file")->required();
  make.add_option("--aliases", extract.aliases,
                  "CSV uri,space,id: what other marks name, by the word of the list");
  make.add_flag("--all-chips", extract.all_chips,
                "every chip, not only the hot list and open releases");
  auto& lookup = context.keep<ChokeLookupOptions>();
  CLI::App& ask = add_verb(choke, "lookup", "what an extract says of a scan", context,
                           [&] { return look_up(context, lookup); });
  ask.add_option("scan", lookup.scans,
                 "a chip's id, serial, ECID, GS1 key, mark or device key's SHA-256, a URI, "
                 "container or shipment")
      ->required();
  ask.add_option("--extract", lookup.extract, "file of choke extract")->required();
  ask.add_option("--key", lookup.keys, "the log's verifier key; again for older ones")->required();
  ask.add_option("--max-age", lookup.max_age_days,
                 "days after which the extract is too old to release anything by it")
      ->check(CLI::Range(1, 3650));
}

}  // namespace muster::cli
