// `ledger head` and `entry`: the log as it is.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/entry_json.hpp"
#include "cli/home.hpp"
#include "cli/log_operator.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/stored_entry.hpp"
#include "ledger/tiles/tiled_log.hpp"

namespace muster::cli {
namespace {

struct EntryOptions {
  std::uint64_t index = 0;
  std::string tiles;
  std::string file;
};

Result<ExitCode> head(Context& context) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const ledger::TreeHead tree, store->head());
  MUSTER_TRY_ASSIGN(const auto keeper, log_operator(context, *store));
  MUSTER_TRY_ASSIGN(const auto checkpoint, current_checkpoint(context, *store));
  const Json key = keeper ? Json(keeper->verifier_key().to_string()) : Json(nullptr);
  auto printer = context.printer();
  printer.facts(
      {"",
       {{"entries", print::grouped(tree.size.value)},
        {"root", tree.root.to_hex()},
        {"verifier key", keeper ? key.get<std::string>() : "the operator's key is not here"}}});
  if (checkpoint) printer.raw("\n" + *checkpoint);
  printer.json({{"size", tree.size.value},
                {"root", tree.root.to_hex()},
                {"checkpoint", checkpoint ? Json(*checkpoint) : Json(nullptr)},
                {"verifier_key", key}});
  return ExitCode::done;
}

Result<Bytes> entry_at(ledger::Store& store, std::uint64_t index) {
  MUSTER_TRY_ASSIGN(auto bytes, store.read({index}, 1));
  if (!bytes.empty()) return std::move(bytes.front());
  MUSTER_TRY_ASSIGN(const ledger::TreeHead tree, store.head());
  return failure(Errc::not_found, "entry " + std::to_string(index) + ": the log has " +
                                      print::counted(tree.size.value, "entry", "entries"));
}

/// The entry from the folder of tiles that was named, or else from the registry.
Result<Bytes> chosen_entry(const Context& context, const EntryOptions& options) {
  if (!options.tiles.empty()) {
    MUSTER_TRY_ASSIGN(auto log, ledger::TiledLog::open(ledger::folder_source(options.tiles)));
    return log.entry({options.index});
  }
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(auto bytes, entry_at(*store, options.index));
  MUSTER_TRY(ledger::parse_stored_entry(bytes, {options.index}));
  return bytes;
}

/// What `payload` is when it is shown to people.
std::string payload_text(const Json& payload) {
  return "\n" + payload.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<ExitCode> show_entry(Context& context, const EntryOptions& options) {
  MUSTER_TRY_ASSIGN(const Bytes bytes, chosen_entry(context, options));
  const bool writes = !options.file.empty() && !context.options().dry_run;
  if (writes) MUSTER_TRY(create_file(options.file, bytes));
  const Json json = entry_json({options.index}, bytes);
  const auto text = [&json](const char* field) {
    return json[field].is_null() ? std::string("not one of Muster's entries")
                                 : json[field].get<std::string>();
  };
  auto printer = context.printer();
  printer.facts(
      {"",
       {{"entry", print::grouped(options.index)},
        {"accepted", text("accepted_at")},
        {"statement", text("statement")},
        {"leaf", json["leaf"].get<std::string>()},
        {"previous", text("previous")},
        {"signed by",
         json["key_ids"].is_null() ? "-" : std::to_string(json["key_ids"].size()) + " keys"},
        {"bytes", print::grouped(std::uint64_t{bytes.size()})}}});
  if (!json["accepted_at"].is_null()) printer.lines(payload_text(json["payload"]));
  printer.json(json);
  return ExitCode::done;
}

}  // namespace

void add_ledger_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  add_verb(ledger, "head", "size, root and signed checkpoint", context,
           [&] { return head(context); });
  auto& entry = context.keep<EntryOptions>();
  CLI::App& entry_verb = add_verb(ledger, "entry", "show one entry", context,
                                  [&] { return show_entry(context, entry); });
  entry_verb.add_option("index", entry.index, "its place, from 0")->required();
  entry_verb.add_option("--tiles", entry.tiles, "an exported log, instead of the registry");
  entry_verb.add_option("--out", entry.file, "a new file for its bytes");
}

}  // namespace muster::cli
