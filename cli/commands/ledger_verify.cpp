// `ledger verify`: everything recomputed from the entries, and compared with all that is kept.

#include <algorithm>
#include <chrono>

#include "cli/checkpoint_file.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/log_anchor.hpp"
#include "cli/log_operator.hpp"
#include "cli/number_option.hpp"
#include "cli/pair_facts.hpp"
#include "cli/projection_audit.hpp"
#include "cli/rules_audit.hpp"
#include "cli/verification.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/parallel.hpp"
#include "ledger/proofs.hpp"
#include "registry/audit.hpp"

namespace muster::cli {
namespace {

struct VerifyOptions {
  bool log = false;
  bool rules = false;
  bool projection = false;
  std::size_t max_faults = 1'000;
  unsigned threads = 0;
  std::vector<std::string> checkpoints;
  std::string trusted;
  std::uint64_t sample = 0;
  std::string seed;
  std::string policy;
  std::vector<std::string> keys;
  std::uint64_t memory_mib = 0;
  std::string scratch;

  [[nodiscard]] bool all() const { return !log && !rules && !projection; }
  [[nodiscard]] bool looks_at_log() const { return all() || log; }
  [[nodiscard]] bool looks_at_rules() const { return all() || rules; }
  [[nodiscard]] unsigned used_threads() const { return threads == 0 ? useful_threads() : threads; }
};

Result<void> check_options(const VerifyOptions& options) {
  const bool about_log = !options.checkpoints.empty() || !options.trusted.empty() ||
                         options.sample > 0 || !options.seed.empty() || !options.policy.empty() ||
                         !options.keys.empty();
  if (about_log && !options.looks_at_log()) {
    return failure(
        Errc::invalid_input,
        "--checkpoint, --trusted, --sample, --sample-seed, --policy and --key are about the log: "
        "give --log too");
  }
  if (options.sample == 0 && !options.seed.empty()) {
    return failure(Errc::invalid_input, "--sample-seed: give --sample too");
  }
  const bool about_rules = options.memory_mib > 0 || !options.scratch.empty();
  if (about_rules && !options.looks_at_rules()) {
    return failure(Errc::invalid_input,
                   "--memory and --scratch are about the rules: give --rules too");
  }
  if (options.memory_mib == 0 && !options.scratch.empty()) {
    return failure(Errc::invalid_input, "--scratch: give --memory too");
  }
  return {};
}

/// What the auditor brings along, read before anything is looked at.
struct Brought {
  std::vector<std::string> checkpoints;
  SampleWish wish;
  std::optional<ledger::Policy> policy;
  std::vector<ledger::VerifierKey> keys;
};

Result<Brought> brought_along(Context& context, const VerifyOptions& options) {
  Brought brought;
  for (const std::string& file : options.checkpoints) {
    MUSTER_TRY_ASSIGN(std::string text, read_checkpoint_file(file));
    brought.checkpoints.push_back(std::move(text));
  }
  if (!options.trusted.empty()) {
    MUSTER_TRY_ASSIGN(std::string text, read_checkpoint_file(options.trusted));
    MUSTER_TRY_ASSIGN(const auto parsed, ledger::parse_checkpoint(text));
    brought.wish.first = parsed.size.value;
    // It is held against the entries like any other: only then may it be trusted.
    brought.checkpoints.push_back(std::move(text));
  }
  if (options.sample > 0) {
    brought.wish.draw = options.sample;
    brought.wish.seed = options.seed;
    if (options.seed.empty()) {
      Bytes fresh(16);
      context.random().fill(fresh);
      brought.wish.seed = to_hex(fresh);
    }
  }
  if (!options.policy.empty()) {
    MUSTER_TRY_ASSIGN(brought.policy, read_policy(options.policy));
  }
  MUSTER_TRY_ASSIGN(brought.keys, log_keys(options.keys));
  return brought;
}

/// The policy's word on the newest checkpoint that is kept.
void judge_by_policy(ledger::Store& store, const ledger::Policy& policy, const RulesAudit& keys,
                     Verification& result) {
  const auto fault = [&](std::string found) {
    result.log.faults.push_back({std::nullopt, "checkpoint.policy",
                                 "a newest checkpoint that the policy takes", std::move(found)});
  };
  const auto newest = store.newest_checkpoint();
  if (!newest || !*newest) return fault(newest ? "none is kept" : newest.error().message);
  const auto parsed = ledger::parse_checkpoint(**newest);
  if (!parsed) return fault(parsed.error().message);
  const auto key = keys.checkpoint_key(parsed->size);
  const auto verdict = ledger::accepts(**newest, policy, key ? &*key : nullptr);
  if (!verdict) return fault(verdict.error().message);
  if (!verdict->accepted()) fault(verdict->missing);
}

/// How far a key that the auditor has from elsewhere vouches for the log. Not at all is a fault:
/// the log may be whole and another one than he thinks.
void judge_by_keys(ledger::Store& store, std::span<const ledger::VerifierKey> keys,
                   const std::vector<std::string>& held, Verification& result) {
  if (keys.empty()) return;
  const auto newest = newest_signed_by(store, keys, held);
  if (newest && *newest) {
    result.vouched = (*newest)->size.value;
    return;
  }
  std::string expected = "a checkpoint signed by ";
  for (const ledger::VerifierKey& key : keys) {
    expected += (&key == keys.data() ? "" : " or ") + key.to_string();
  }
  result.log.faults.push_back({std::nullopt, "checkpoint.key", std::move(expected),
                               newest ? "none" : newest.error().message});
}

/// The rules cannot know the root of so many entries; whoever has the entries can. Larger sizes
/// than the log's are a matter of the rules.
void judge_own_anchors(ledger::Store& store, const RulesAudit& audit, Verification& result) {
  for (const OwnAnchor& anchor : audit.own_anchors()) {
    if (anchor.size > result.log.head.size) continue;
    const auto root = ledger::root_at(store, anchor.size);
    if (root && *root == anchor.root) continue;
    result.log.faults.push_back({anchor.index, "checkpoint.anchor",
                                 "the root of the first " + std::to_string(anchor.size.value) +
                                     " entries" + (root ? ", " + root->to_hex() : ""),
                                 root ? anchor.root.to_hex() : root.error().message});
  }
}

void verify_log(Context& context, ledger::Store& store, const VerifyOptions& options,
                Brought brought, Verification& result) {
  const auto head = store.head();
  SignatureSample sample(brought.wish, head ? head->size.value : 0);
  RulesAudit keys(store, false);
  auto printer = context.printer();
  auto progress = printer.progress(
      {.activity = "verifying", .unit = "entries", .total = head ? head->size.value : 0});
  ledger::AuditOptions audit;
  audit.threads = options.used_threads();
  audit.max_faults = options.max_faults;
  audit.held_checkpoints = std::move(brought.checkpoints);
  audit.named_blobs = [&](const ledger::Entry& entry) { return keys.named_blobs(entry); };
  audit.progress = [&](std::uint64_t done) { progress.update(done); };
  audit.checkpoint_key_at = [&](ledger::TreeSize size) { return keys.checkpoint_key(size); };
  audit.key_lookup = [&](const crypto::KeyId& id, ledger::LogIndex) { return keys.key(id); };
  audit.check_signatures_of = [&](ledger::LogIndex index) { return sample.takes(index); };
  result.log = ledger::audit_log(store, audit);
  judge_own_anchors(store, keys, result);
  judge_by_keys(store, brought.keys, audit.held_checkpoints, result);
  if (const auto own = keys.checkpoint_key(result.log.head.size)) result.key = own->to_string();
  result.entries = result.log.head.size.value;
  result.trusted = brought.wish.first;
  if (brought.wish.draw) {
    result.sample = std::pair(sample.population(), sample.drawn());
    result.sample_seed = brought.wish.seed;
  }
  if (brought.policy) judge_by_policy(store, *brought.policy, keys, result);
  result.modes.emplace_back("log");
}

Result<void> verify_rules(Context& context, ledger::Store& store, const VerifyOptions& options,
                          Verification& result) {
  auto printer = context.printer();
  const auto head = store.head();
  auto progress = printer.progress(
      {.activity = "judging", .unit = "entries", .total = head ? head->size.value : 0});
  registry::AuditOptions audit;
  audit.threads = options.used_threads();
  audit.max_faults = options.max_faults;
  audit.signatures = false;  // of the log's mode
  audit.memory_bytes = options.memory_mib << 20U;
  audit.scratch = options.scratch;
  audit.progress = [&](std::uint64_t done) { progress.update(done); };
  const auto report = registry::audit_registry(store, audit);
  if (!report && report.error().code != Errc::corrupt) return failure(report.error());
  result.modes.emplace_back("rules");
  auto& faults = result.log.faults;
  if (!report) {
    faults.push_back(
        {std::nullopt, "rules.unreadable", "entries to judge", report.error().message});
    return {};
  }
  result.entries = report->entries;
  result.judged = report->admitted;
  result.items = report->items;
  result.spilled_bytes = report->spilled_bytes;
  result.log.complete = result.log.complete && report->complete;
  // Each is judged as if those refused before it were not there: said so, since a later one may
  // only follow from the first.
  std::string expected = "a statement that the rules admit";
  for (const registry::AuditFault& fault : report->faults) {
    faults.push_back({fault.index, fault.rule.empty() ? "rules.entry" : "rules." + fault.rule,
                      expected, fault.message});
    expected = "a statement that the rules admit, the refused ones before it left out";
  }
  return {};
}

Result<void> verify_projection(Context& context, const VerifyOptions& options,
                               Verification& result) {
  if (!result.log.good()) {
    result.skipped = "the projection: it can only be made from a log without faults";
    return {};
  }
  MUSTER_TRY_ASSIGN(const ProjectionAudit audit, audit_projection(context, options.max_faults));
  auto& faults = result.log.faults;
  faults.insert(faults.end(), audit.faults.begin(), audit.faults.end());
  // A view is written behind: it may not have seen the last of what the other modes looked at.
  result.entries = std::max(result.entries, audit.entries);
  result.log.complete = result.log.complete && audit.complete;
  result.modes.emplace_back("projection");
  return {};
}

std::string seconds_text(std::chrono::steady_clock::time_point since) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - since;
  const std::string text = std::to_string(passed.count());
  return text.substr(0, text.find('.') + 4);
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
  MUSTER_TRY(check_options(options));
  MUSTER_TRY_ASSIGN(auto brought, brought_along(context, options));
  Verification result;
  auto store = open_store(context);
  if (!store && store.error().code != Errc::corrupt) return failure(std::move(store.error()));
  if (store) {
    if (options.looks_at_log()) {
      verify_log(context, **store, options, std::move(brought), result);
    }
    if (options.looks_at_rules()) MUSTER_TRY(verify_rules(context, **store, options, result));
    store->reset();
  } else {
    result = unreadable(store.error());
  }
  if (options.all() || options.projection) {
    MUSTER_TRY(verify_projection(context, options, result));
  }
  result.seconds = seconds_text(begun);
  print_verification(context, result);
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
                  "a signed checkpoint you kept: the log must go on from it; may be repeated")
      ->allow_extra_args(false);
  verb.add_option("--trusted", options.trusted,
                  "a signed checkpoint you verified before: signatures of the entries below it are "
                  "not checked again");
  verb.add_option("--sample", options.sample,
                  "check the signatures of so many entries, drawn at random, and say what that "
                  "would find")
      ->check(above_zero());
  verb.add_option("--sample-seed", options.seed, "draw as an earlier run did");
  verb.add_option("--policy", options.policy,
                  "witnesses that must have cosigned the newest checkpoint (C2SP tlog-policy)");
  verb.add_option("--key", options.keys,
                  "the log's verifier key, as you have it from elsewhere: it must have signed; "
                  "again for further ones")
      ->allow_extra_args(false);
  verb.add_option("--memory", options.memory_mib,
                  "MiB to hold in memory while judging; the rest of the state goes into a file")
      ->check(CLI::Range(std::uint64_t{64}, std::uint64_t{1} << 30U));
  verb.add_option("--scratch", options.scratch, "a folder on a disk for that file");
  verb.add_option("--threads", options.threads, "threads to use; as many as help without it");
  verb.add_option("--max-faults", options.max_faults, "stop after so many faults");
}

}  // namespace muster::cli
