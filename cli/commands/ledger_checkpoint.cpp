// `ledger checkpoint` and `ledger policy`: checkpoints with the witnesses' cosignatures.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/home.hpp"
#include "cli/log_operator.hpp"
#include "cli/print/number.hpp"
#include "cli/witness/witness_service.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

struct CheckpointOptions {
  std::string policy;
  bool alone = false;
  int timeout_s = 10;
};

struct PolicyOptions {
  std::string file;
  std::string checkpoint;
  std::string key;
};

/// Errors: `invalid_input` when the policy takes other logs and not this one.
Result<void> check_takes(const ledger::Policy& policy, const ledger::VerifierKey& key) {
  if (policy.logs().empty()) return {};
  for (const ledger::PolicyLog& log : policy.logs()) {
    if (log.key == key) return {};
  }
  return failure(Errc::invalid_input,
                 "policy: does not take this log; add the line `log " + key.to_string() + "`");
}

/// Signs the head, asks the witnesses, and keeps what came of it.
Result<ledger::Cosigning> publish(Context& context, ledger::Store& store, const LogOperator& keeper,
                                  const CheckpointOptions& options,
                                  const std::optional<ledger::Policy>& policy) {
  if (policy) MUSTER_TRY(check_takes(*policy, keeper.verifier_key()));
  MUSTER_TRY_ASSIGN(std::string note,
                    ledger::publish_checkpoint(store, {keeper.origin, &keeper.signer}));
  if (!policy || options.alone) return ledger::Cosigning{std::move(note), {}};
  context.printer().note("asking " +
                         print::counted(policy->witnesses().size(), "witness", "witnesses"));
  MUSTER_TRY_ASSIGN(auto cosigning,
                    ledger::collect_cosignatures(store, note, *policy,
                                                 witness_transport(options.timeout_s * 1'000)));
  if (cosigning.gained) MUSTER_TRY(store.put_checkpoint(cosigning.note));
  return cosigning;
}

Json witnesses_json(const std::vector<ledger::WitnessAsked>& asked) {
  Json list = Json::array();
  for (const ledger::WitnessAsked& one : asked) {
    list.push_back({{"witness", one.witness},
                    {"outcome", ledger::witness_outcome_name(one.outcome)},
                    {"time", one.time ? Json(one.time->to_string()) : Json(nullptr)},
                    {"detail", one.detail}});
  }
  return list;
}

void print_witnesses(print::Printer& printer, const std::vector<ledger::WitnessAsked>& asked) {
  print::Table table{"Witnesses", {{"witness"}, {"answer"}, {"time or reason"}}, {}};
  for (const ledger::WitnessAsked& one : asked) {
    const bool good = one.outcome == ledger::WitnessOutcome::cosigned;
    table.rows.push_back({one.witness,
                          {std::string(ledger::witness_outcome_name(one.outcome)),
                           good ? print::Tone::good : print::Tone::warn},
                          one.time ? one.time->to_string() : one.detail});
  }
  if (!asked.empty()) printer.table(table);
}

void print_cosigners(print::Printer& printer, const ledger::PolicyVerdict& verdict) {
  print::Table table{"Cosigned", {{"witness"}, {"time"}, {"key"}}, {}};
  for (const ledger::CosignedBy& by : verdict.cosigned_by) {
    table.rows.push_back({by.witness, by.time.to_string(), by.key});
  }
  if (!table.rows.empty()) printer.table(table);
}

/// What the policy says, as one line for people.
void print_acceptance(print::Printer& printer, const ledger::PolicyVerdict& verdict) {
  if (!verdict.accepted()) {
    printer.paragraph("NOT ACCEPTED YET by the policy: " + verdict.missing, print::Tone::warn);
  } else if (verdict.quorum_at) {
    printer.paragraph(
        "Accepted by the policy: a quorum cosigned by " + verdict.quorum_at->to_string() + ".",
        print::Tone::good);
  } else {
    printer.paragraph("Accepted by the policy, which wants no witness.");
  }
}

Json cosigned_json(const ledger::PolicyVerdict& verdict) {
  Json list = Json::array();
  for (const ledger::CosignedBy& by : verdict.cosigned_by) {
    list.push_back({{"witness", by.witness}, {"key", by.key}, {"time", by.time.to_string()}});
  }
  return list;
}

Result<ExitCode> checkpoint(Context& context, const CheckpointOptions& options) {
  MUSTER_TRY_ASSIGN(const auto store, open_store(context));
  MUSTER_TRY_ASSIGN(const auto keeper, log_operator(context, *store));
  if (!keeper) {
    return failure(
        Errc::invalid_input,
        "checkpoint: no operator.key in the registry's folder, or not the one that the log names");
  }
  MUSTER_TRY_ASSIGN(const auto policy, witness_policy(context, options.policy));
  ledger::Cosigning cosigning;
  if (context.options().dry_run) {
    MUSTER_TRY_ASSIGN(const auto kept, store->newest_checkpoint());
    if (!kept) return failure(Errc::not_found, "checkpoint: none is kept yet");
    cosigning.note = *kept;
  } else {
    MUSTER_TRY_ASSIGN(cosigning, publish(context, *store, *keeper, options, policy));
  }
  MUSTER_TRY_ASSIGN(const auto tree, ledger::parse_checkpoint(cosigning.note));
  auto printer = context.printer();
  printer.facts({"", {{"entries", print::grouped(tree.size.value)}, {"root", tree.root.to_hex()}}});
  Json json = {{"checkpoint", cosigning.note},
               {"size", tree.size.value},
               {"root", tree.root.to_hex()},
               {"witnesses", witnesses_json(cosigning.asked)},
               {"accepted", nullptr},
               {"quorum_at", nullptr},
               {"missing", nullptr}};
  bool accepted = true;
  if (policy) {
    const auto key = keeper->verifier_key();
    MUSTER_TRY_ASSIGN(const auto verdict, ledger::accepts(cosigning.note, *policy, &key));
    print_witnesses(printer, cosigning.asked);
    print_acceptance(printer, verdict);
    accepted = verdict.accepted();
    json["accepted"] = accepted;
    json["missing"] = accepted ? Json(nullptr) : Json(verdict.missing);
    if (verdict.quorum_at) json["quorum_at"] = verdict.quorum_at->to_string();
  }
  printer.raw("\n" + cosigning.note);
  printer.json(json);
  return accepted ? ExitCode::done : ExitCode::no_answer;
}

Json policy_json(const ledger::Policy& policy) {
  Json logs = Json::array();
  for (const auto& log : policy.logs()) {
    logs.push_back({{"key", log.key.to_string()}, {"url", log.url}});
  }
  Json witnesses = Json::array();
  for (const auto& witness : policy.witnesses()) {
    witnesses.push_back(
        {{"name", witness.name}, {"key", witness.key.to_string()}, {"url", witness.url}});
  }
  return {{"logs", std::move(logs)},
          {"witnesses", std::move(witnesses)},
          {"quorum", policy.quorum_name()}};
}

void print_policy(print::Printer& printer, const ledger::Policy& policy) {
  print::Table table{"Logs and witnesses", {{"kind"}, {"name"}, {"key"}, {"url"}}, {}};
  for (const auto& log : policy.logs()) {
    table.rows.push_back({"log", log.key.name(), log.key.to_string(), log.url});
  }
  for (const auto& witness : policy.witnesses()) {
    table.rows.push_back({"witness", witness.name, witness.key.to_string(), witness.url});
  }
  printer.table(table);
  printer.facts({"", {{"quorum", policy.quorum_name()}}});
}

/// A checkpoint is evidence: one that cannot be read, or is forged, is not accepted.
Result<ExitCode> judge_checkpoint(Context& context, const PolicyOptions& options,
                                  const ledger::Policy& policy) {
  MUSTER_TRY_ASSIGN(const std::string note, read_text_file(options.checkpoint));
  std::optional<ledger::VerifierKey> key;
  if (!options.key.empty()) {
    auto parsed = ledger::VerifierKey::parse(options.key);
    if (!parsed) return failure(std::move(parsed).error().during("--key"));
    key = std::move(*parsed);
  }
  const auto verdict = ledger::accepts(note, policy, key ? &*key : nullptr);
  auto printer = context.printer();
  Json json = policy_json(policy);
  json["accepted"] = verdict && verdict->accepted();
  json["missing"] = !verdict              ? Json(verdict.error().message)
                    : verdict->accepted() ? Json(nullptr)
                                          : Json(verdict->missing);
  json["cosigned_by"] = verdict ? cosigned_json(*verdict) : Json::array();
  json["quorum_at"] =
      verdict && verdict->quorum_at ? Json(verdict->quorum_at->to_string()) : Json(nullptr);
  if (verdict) {
    print_cosigners(printer, *verdict);
    print_acceptance(printer, *verdict);
  } else {
    printer.paragraph("NOT ACCEPTED: " + verdict.error().message, print::Tone::bad);
  }
  printer.json(json);
  return verdict && verdict->accepted() ? ExitCode::done : ExitCode::negative;
}

Result<ExitCode> policy(Context& context, const PolicyOptions& options) {
  MUSTER_TRY_ASSIGN(const auto policy, read_policy(options.file));
  auto printer = context.printer();
  print_policy(printer, policy);
  if (!options.checkpoint.empty()) return judge_checkpoint(context, options, policy);
  printer.json(policy_json(policy));
  return ExitCode::done;
}

}  // namespace

void add_ledger_checkpoint_commands(CLI::App& app, Context& context) {
  CLI::App& ledger = noun(app, "ledger", "the log: entries, head, proofs, verification");
  auto& options = context.keep<CheckpointOptions>();
  CLI::App& verb = add_verb(ledger, "checkpoint", "sign the head and have witnesses cosign it",
                            context, [&] { return checkpoint(context, options); });
  verb.add_option("--policy", options.policy,
                  "witnesses to ask; else witnesses.policy beside log.db");
  verb.add_flag("--alone", options.alone, "ask nobody");
  verb.add_option("--timeout", options.timeout_s, "seconds for each witness")
      ->check(CLI::Range(1, 3'600));
  auto& judged = context.keep<PolicyOptions>();
  CLI::App& policy_verb =
      add_verb(ledger, "policy", "read a witness policy; judge a checkpoint by it", context,
               [&] { return policy(context, judged); });
  policy_verb.add_option("file", judged.file, "the policy")->required();
  policy_verb.add_option("--checkpoint", judged.checkpoint, "a signed checkpoint to judge");
  policy_verb.add_option("--key", judged.key, "the log's verifier key, when the policy has none");
}

}  // namespace muster::cli
