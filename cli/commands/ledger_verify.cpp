// `ledger verify`: everything recomputed from the entries, and compared with all that is kept.

#include <chrono>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/entry_ranges.hpp"
#include "cli/home.hpp"
#include "cli/print/number.hpp"
#include "cli/projection_audit.hpp"
#include "cli/rules_audit.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct VerifyOptions {
  bool log = false;
  bool rules = false;
  bool projection = false;
  std::size_t max_faults = 1'000;
  std::vector<std::string> checkpoints;

  [[nodiscard]] bool all() const { return !log && !rules && !projection; }
};

/// What all chosen modes found together.
struct Verification {
  ledger::LogAudit log;
  std::uint64_t judged = 0;
  std::vector<std::string> modes;
};

Result<std::vector<std::string>> held_checkpoints(const VerifyOptions& options) {
  std::vector<std::string> texts;
  for (const std::string& file : options.checkpoints) {
    MUSTER_TRY_ASSIGN(std::string text, read_text_file(file, ledger::max_checkpoint_bytes));
    texts.push_back(std::move(text));
  }
  return texts;
}

void audit_entries(Context& context, ledger::Store& store, const VerifyOptions& options,
                   std::vector<std::string> held, Verification& result) {
  RulesAudit rules(store, options.all() || options.rules);
  auto printer = context.printer();
  auto progress = printer.progress({.activity = "verifying", .unit = "entries"});
  ledger::AuditOptions audit;
  audit.max_faults = options.max_faults;
  audit.held_checkpoints = std::move(held);
  audit.visit = [&](const ledger::Entry& entry) { rules.visit(entry); };
  audit.named_blobs = [&](const ledger::Entry& entry) { return rules.named_blobs(entry); };
  audit.progress = [&](std::uint64_t done) { progress.update(done); };
  if (options.all() || options.log) {
    audit.checkpoint_key_at = [&](ledger::TreeSize size) { return rules.checkpoint_key(size); };
    audit.key_lookup = [&](const crypto::KeyId& id, ledger::LogIndex) { return rules.key(id); };
  }
  result.log = ledger::audit_log(store, audit);
  result.judged = rules.judged();
  result.log.faults.insert(result.log.faults.end(), rules.faults().begin(), rules.faults().end());
}

Result<void> add_projection(Context& context, const VerifyOptions& options, Verification& result) {
  if (!result.log.good()) {
    // A view can only be made from a log that holds; its faults come first.
    return {};
  }
  MUSTER_TRY_ASSIGN(const ProjectionAudit audit, audit_projection(context, options.max_faults));
  auto& faults = result.log.faults;
  faults.insert(faults.end(), audit.faults.begin(), audit.faults.end());
  result.log.complete = result.log.complete && audit.complete;
  return {};
}

Json faults_json(const std::vector<ledger::AuditFault>& faults) {
  Json list = Json::array();
  for (const ledger::AuditFault& fault : faults) {
    list.push_back({{"index", fault.index ? Json(fault.index->value) : Json(nullptr)},
                    {"count", fault.count},
                    {"code", fault.code},
                    {"expected", fault.expected},
                    {"found", fault.found}});
  }
  return list;
}

std::string seconds_text(std::chrono::steady_clock::time_point since) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - since;
  const std::string text = std::to_string(passed.count());
  return text.substr(0, text.find('.') + 4);
}

void print(Context& context, const Verification& result, const std::string& seconds) {
  const ledger::LogAudit& log = result.log;
  auto printer = context.printer();
  const bool good = log.good();
  printer.paragraph(good ? "Everything verifies." : "NOT VALID.",
                    good ? print::Tone::good : print::Tone::bad);
  printer.facts({"",
                 {{"entries", print::grouped(log.head.size.value)},
                  {"root", log.head.root.to_hex()},
                  {"signatures", print::grouped(log.signatures)},
                  {"judged by the rules", print::grouped(result.judged)},
                  {"manifests", print::grouped(log.blobs)},
                  {"checkpoints", print::grouped(log.checkpoints)},
                  {"faults", print::grouped(std::uint64_t{log.faults.size()}) +
                                 (log.complete ? "" : " and more")},
                  {"damaged entries", ranges_text(ledger::damaged_entries(log))},
                  {"time", seconds + " s"}}});
  for (const ledger::AuditFault& fault : log.faults) printer.raw(ledger::describe(fault) + "\n");
  printer.json({{"valid", good},
                {"entries", log.head.size.value},
                {"root", log.head.root.to_hex()},
                {"statements_verified", log.signatures},
                {"statements_judged", result.judged},
                {"checkpoints", log.checkpoints},
                {"manifests", log.blobs},
                {"modes", result.modes},
                {"seconds", seconds},
                {"complete", log.complete},
                {"damaged", ranges_json(ledger::damaged_entries(log))},
                {"faults", faults_json(log.faults)}});
}

/// A store that is damaged so far that it cannot be opened is an answer, too.
Verification unreadable(const Error& error) {
  Verification result;
  result.log.faults.push_back(
      {std::nullopt, "store.unreadable", "a log that can be opened", error.message});
  return result;
}

Result<ExitCode> verify(Context& context, const VerifyOptions& options) {
  const auto begun = std::chrono::steady_clock::now();
  Verification result;
  MUSTER_TRY_ASSIGN(auto held, held_checkpoints(options));
  auto store = open_store(context);
  if (!store && store.error().code != Errc::corrupt) return failure(std::move(store.error()));
  if (store) {
    audit_entries(context, **store, options, std::move(held), result);
  } else {
    result = unreadable(store.error());
  }
  if (options.all() || options.log) result.modes.emplace_back("log");
  if (options.all() || options.rules) result.modes.emplace_back("rules");
  if (options.all() || options.projection) {
    result.modes.emplace_back("projection");
    if (store) store->reset();
    MUSTER_TRY(add_projection(context, options, result));
  }
  print(context, result, seconds_text(begun));
  return result.log.good() ? ExitCode::done : ExitCode::negative;
}

}  // namespace

void add_ledger_verify_command(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& options = context.keep<VerifyOptions>();
  CLI::App& verb = add_verb(ledger, "verify", "recompute everything from the entries", context,
                            [&] { return verify(context, options); });
  verb.add_flag("--log", options.log, "chain, tree, signatures, checkpoints, manifests");
  verb.add_flag("--rules", options.rules, "judge every statement again");
  verb.add_flag("--projection", options.projection, "compare the view with one made anew");
  verb.add_option("--checkpoint", options.checkpoints,
                  "a signed checkpoint you kept: the log must go on from it");
  verb.add_option("--max-faults", options.max_faults, "stop after so many faults");
}

}  // namespace muster::cli
