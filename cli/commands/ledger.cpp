// `ledger head` and `entry`: the log as it is.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/entry_json.hpp"
#include "cli/home.hpp"
#include "cli/log_operator.hpp"
#include "cli/print/number.hpp"

namespace muster::cli {
namespace {

struct EntryOptions {
  std::uint64_t index = 0;
};

Result<ExitCode> head(Context& context) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const ledger::TreeHead tree, store->head());
  MUSTER_TRY_ASSIGN(const auto keeper, log_operator(context));
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

Result<ledger::Entry> entry_at(ledger::Store& store, std::uint64_t index) {
  MUSTER_TRY_ASSIGN(const auto bytes, store.read({index}, 1));
  if (!bytes.empty()) return ledger::parse_entry(bytes.front());
  MUSTER_TRY_ASSIGN(const ledger::TreeHead tree, store.head());
  return failure(Errc::not_found, "entry " + std::to_string(index) + ": the log has " +
                                      print::counted(tree.size.value, "entry", "entries"));
}

Result<ExitCode> show_entry(Context& context, const EntryOptions& options) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const ledger::Entry entry, entry_at(*store, options.index));
  const Json json = entry_json(entry);
  auto printer = context.printer();
  printer.facts({"",
                 {{"entry", print::grouped(entry.index.value)},
                  {"accepted", entry.accepted_at.to_string()},
                  {"statement", json["statement"].get<std::string>()},
                  {"leaf", json["leaf"].get<std::string>()},
                  {"previous", entry.previous.to_hex()},
                  {"signed by", std::to_string(entry.envelope.signatures.size()) + " keys"}}});
  printer.raw("\n" + json["payload"].dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  printer.json(json);
  return ExitCode::done;
}

}  // namespace

void add_ledger_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  add_verb(ledger, "head", "size, root and signed checkpoint", context,
           [&] { return head(context); });
  auto& entry = context.keep<EntryOptions>();
  add_verb(ledger, "entry", "show one entry", context, [&] { return show_entry(context, entry); })
      .add_option("index", entry.index, "its place, from 0")
      ->required();
}

}  // namespace muster::cli
