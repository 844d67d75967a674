// `operator succeed` and `ledger keys`: whose key signs the log's checkpoints, and since when.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/key_source.hpp"
#include "cli/log_operator.hpp"
#include "cli/outcome.hpp"
#include "cli/print/number.hpp"
#include "cli/statement_author.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

constexpr unsigned owner_only = 0600;

struct SucceedOptions {
  StatementAuthor author;
  std::string new_key;
  std::string reason = "planned";
};

/// Signed by the registrar's keys, the new key and, if it is here and not lost, the present one.
Result<registry::Submission> succession(Context& context, Home& home,
                                        const SucceedOptions& options) {
  MUSTER_TRY_ASSIGN(const auto fresh, open_ed25519(options.new_key));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  std::vector<const crypto::Signer*> others{&fresh};
  std::optional<LogOperator> present;
  if (options.reason != "lost") {
    MUSTER_TRY_ASSIGN(present, log_operator(context, home.store()));
  }
  if (present) others.push_back(&present->signer);
  return next_statement(
      context, home.state(), options.author,
      {.kind = "operator.succeed",
       .body = {{"key", crypto::PublicKey(fresh.public_key()).text()}, {"reason", options.reason}},
       .event_time = clock->now()},
      others);
}

/// The new key takes the place of the old one, which is kept under the entry that named it.
Result<void> install_key(const Home& home) {
  const auto& terms = home.state().tables().operator_keys.rows();
  const fs::path& folder = home.folder();
  const std::string kept = "operator." + std::to_string(terms[terms.size() - 2].index) + ".key";
  std::error_code problem;
  if (fs::exists(folder / "operator.key", problem)) {
    fs::rename(folder / "operator.key", folder / kept, problem);
  }
  if (!problem) fs::rename(folder / "operator.next.key", folder / "operator.key", problem);
  if (problem) {
    return failure(Errc::unavailable,
                   "the succession is recorded, operator.next.key is in use; "
                   "renaming it: " +
                       problem.message());
  }
  return sync_folder(folder);
}

Result<ExitCode> succeed(Context& context, const SucceedOptions& options) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  MUSTER_TRY_ASSIGN(const auto submission, succession(context, *home, options));
  if (context.options().dry_run) return submit(context, *home, submission);
  MUSTER_TRY(home->registry().check(submission));
  // There before the entry is: a log is never without the key that its newest entry names.
  const fs::path waiting = home->folder() / "operator.next.key";
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(options.new_key));
  MUSTER_TRY(write_file_atomically(waiting, bytes, owner_only));
  auto outcome = submit(context, *home, submission);
  if (!outcome) {
    // After any other failure the entry may stand in the log, and the key must stay.
    std::error_code ignored;
    if (outcome.error().code == Errc::refused) fs::remove(waiting, ignored);
    return outcome;
  }
  MUSTER_TRY(install_key(*home));
  MUSTER_TRY(current_checkpoint(context, home->store()));
  return outcome;
}

Result<ExitCode> list_keys(Context& context) {
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  const registry::State& state = home->state();
  const auto& rows = state.tables().operator_keys.rows();
  print::Table table{.columns = {{"verifier key", print::Align::left, print::Overflow::keep},
                                 print::number_column("from size"),
                                 print::number_column("to size")}};
  Json list = Json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto key = crypto::PublicKey::parse(rows[i].public_key);
    MUSTER_CHECK(key.has_value() && key->ed25519() != nullptr);  // the rule asks for it
    const std::string text = ledger::VerifierKey(state.origin(), *key->ed25519()).to_string();
    const bool last = i + 1 == rows.size();
    // The entry that names the next key has as many before it as the last size of this one.
    const Json to = last ? Json(nullptr) : Json(rows[i + 1].index);
    table.rows.push_back({text, print::grouped(std::uint64_t{rows[i].index} + 1),
                          last ? "-" : print::grouped(std::uint64_t{rows[i + 1].index})});
    list.push_back({{"verifier_key", text},
                    {"key_id", rows[i].id},
                    {"entry", rows[i].index},
                    {"from_size", rows[i].index + std::uint64_t{1}},
                    {"to_size", to}});
  }
  auto printer = context.printer();
  printer.table(table);
  printer.json({{"keys", std::move(list)}});
  return ExitCode::done;
}

}  // namespace

void add_operator_commands(CLI::App& app, Context& context) {
  auto& options = context.keep<SucceedOptions>();
  CLI::App& verb = add_verb(noun(app, "operator", "who runs the log"), "succeed",
                            "put a new key in the place of the one that signs checkpoints", context,
                            [&] { return succeed(context, options); });
  add_author_options(verb, options.author, "the registrar");
  verb.add_option("--new-key", options.new_key,
                  "file of the new key, Ed25519; copied to the folder")
      ->required();
  verb.add_option("--reason", options.reason, "planned, compromised or lost");
  add_verb(noun(app, "ledger", "the log: entries, head, proofs, verification"), "keys",
           "the keys that sign checkpoints, with the sizes they are good for", context,
           [&context] { return list_keys(context); });
}

}  // namespace muster::cli
