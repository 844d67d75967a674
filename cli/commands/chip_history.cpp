// `chip history`: every state that a chip was in and every entry that names it without moving it:
// who signed, where it was, what shows it, and what became of the statement since.

#include "cli/chip_evidence.hpp"
#include "cli/chip_facts.hpp"
#include "cli/chip_history_json.hpp"
#include "cli/chip_names.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/record_json.hpp"
#include "cli/row_json.hpp"

namespace muster::cli {
namespace {

using registry::RowN;

struct HistoryOptions {
  std::string chip;
  HistoryWish wish;
};

/// "install (disputed)", "release (taken back by 17)".
std::string kind_text(const Json& change) {
  std::string text = change["kind"].get<std::string>();
  if (change.contains("how")) {
    text += ", " + change["how"].get<std::string>();
    if (!change["says"].is_null()) text += ": " + change["says"].get<std::string>();
  }
  if (change["receiver"].is_string()) text += " to " + change["receiver"].get<std::string>();
  if (change["disputed"].get<bool>()) text += " (disputed)";
  for (const auto& [field, words] :
       {std::pair{"corrected_by", "taken back by "}, std::pair{"restated_by", "said anew in "},
        std::pair{"corrects", "corrects "}}) {
    if (!change[field].is_null()) text += " (" + std::string(words) + change[field].dump() + ")";
  }
  return text;
}

std::string signers_text(const Json& change) {
  std::string text;
  for (const Json& signer : change["signers"]) {
    const std::string party = signer["party"].get<std::string>();
    text +=
        (text.empty() ? "" : ", ") + party + " " + signer["key"].get<std::string>().substr(0, 8);
  }
  return text;
}

/// "northwind-site, in rack-1, slot u7".
std::string place_text(const Json& change) {
  std::string text = change["site"].is_null() ? "-" : change["site"].get<std::string>();
  if (!change["holder"].is_null()) text += ", in " + change["holder"].get<std::string>();
  if (!change["slot"].is_null()) text += ", slot " + change["slot"].get<std::string>();
  return text;
}

std::string proof_text(const Json& change) {
  const Json& size = change["proof"]["checkpoint_size"];
  const std::string leaf = change["proof"]["leaf"].get<std::string>().substr(0, 8);
  return leaf + (size.is_null() ? ", no checkpoint yet" : ", checkpoint " + size.dump());
}

std::string text_of(const Json& change, const char* field) {
  return change[field].is_null() ? std::string("-") : change[field].get<std::string>();
}

/// "in transit", "quarantine (quarantine, rma)".
std::string state_text(const Json& line) {
  const std::string text = text_of(line, "display");
  return line["flags"].empty() ? text : text + " (" + flags_text(line["flags"]) + ")";
}

/// "shipment - -> S1, display in stock -> released"; of what was only seen, nothing.
std::string changed_text(const Json& line) {
  std::string text;
  for (const Json& one : line["changed"]) {
    text += (text.empty() ? "" : ", ") + one["what"].get<std::string>() + " " +
            value_text(one["from"]) + " -> " + value_text(one["to"]);
  }
  return text_or_dash(text);
}

print::Table table_of(const std::vector<Json>& lines) {
  print::Table table{.columns = {print::number_column("entry"),
                                 {"accepted"},
                                 {"kind"},
                                 {"signed by"},
                                 {"custodian"},
                                 {"place"},
                                 {"product"},
                                 {"state"},
                                 {"changed"},
                                 {"proof"}}};
  table.rows.reserve(lines.size());
  for (const Json& line : lines) {
    table.rows.push_back({line["index"].dump(), text_of(line, "accepted_at"), kind_text(line),
                          signers_text(line), text_of(line, "custodian"), place_text(line),
                          text_of(line, "product"), state_text(line), changed_text(line),
                          proof_text(line)});
  }
  return table;
}

/// Where a line stands among the others: what was said anew, in the place of what it replaces.
std::uint64_t place_of(const Json& line) {
  return (line["stands_for"].is_null() ? line["index"] : line["stands_for"]).get<std::uint64_t>();
}

/// States and sightings in one list; the states keep their order.
std::vector<Json> in_one(const Json& changes, const Json& observations) {
  std::vector<Json> lines(changes.begin(), changes.end());
  for (const Json& seen : observations) {
    const auto later = std::find_if(lines.begin(), lines.end(), [&](const Json& line) {
      return place_of(line) > place_of(seen);
    });
    lines.insert(later, seen);
  }
  return lines;
}

Result<ExitCode> show_history(Context& context, const HistoryOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const RowN row, chip_named(home->state(), options.chip));
  MUSTER_TRY_ASSIGN(const auto states, states_of(*home, row, home->state().size()));
  MUSTER_TRY_ASSIGN(const Json history, chip_history_json(*home, row, states, options.wish));
  const std::vector<Json> lines = in_one(history["changes"], history["observations"]);
  auto printer = context.printer();
  printer.table(table_of(lines));
  const Json& evidence = history["unsigned_evidence"];
  if (!evidence.empty()) {
    printer.raw("\n");
    printer.table(evidence_table(evidence));
  }
  if (options.wish.raw) {
    for (const Json& line : lines) {
      printer.lines("\nentry " + line["index"].dump() + "\n" + line["payload"].dump(2) + "\n");
    }
  }
  printer.json(history);
  return ExitCode::done;
}

}  // namespace

void add_chip_history_command(CLI::App& app, Context& context) {
  CLI::App& chip = noun(app, "chip", "chips: events and facts");
  auto& options = context.keep<HistoryOptions>();
  CLI::App& verb = add_verb(chip, "history", "every state of one chip, and every sighting", context,
                            [&] { return show_history(context, options); });
  verb.add_option("chip", options.chip, "its id, or a name of it")->required();
  verb.add_flag("--as-corrected", options.wish.corrected,
                "as it stands today: without what was taken back");
  verb.add_flag("--raw", options.wish.raw, "with the words of every statement");
  verb.add_flag("--moves-only", options.wish.moves_only,
                "without the entries that only saw or named it");
}

}  // namespace muster::cli
