#include "cli/state_proof_verdict.hpp"

#include "cli/print/number.hpp"
#include "registry/proof/claims.hpp"

namespace muster::cli {
namespace {

using registry::ChipEvent;
using registry::ChipFacts;
using registry::ChipProof;
using registry::RosterFacts;
using registry::RosterProof;

/// What a proof shows, whichever it is.
struct ShownState {
  std::string title;
  print::Facts facts;
  Json json;
  registry::Claims claims;
  ledger::Checkpoint checkpoint;
  std::string note;
};

Json event_json(const ChipEvent& event) {
  return {{"index", event.index.value},
          {"accepted_at", event.accepted_at.to_string()},
          {"statement", event.statement.to_hex()},
          {"kind", event.kind},
          {"party", event.org},
          {"named", registry::name_of(event.naming)},
          {"follows", event.follows}};
}

std::string event_text(const ChipEvent& event) {
  return "entry " + std::to_string(event.index.value) + ", " + event.kind + " by " + event.org +
         ", " + event.accepted_at.to_string();
}

Json commit_json(const registry::CommitFacts& commit) {
  return {{"index", commit.index.value},
          {"accepted_at", commit.accepted_at.to_string()},
          {"statement", commit.statement.to_hex()},
          {"party", commit.org},
          {"chips", commit.chips},
          {"root", commit.root.to_hex()},
          {"parties", commit.parties},
          {"custodians", commit.custodians.to_hex()}};
}

Json tail_json(const ChipFacts& facts) {
  Json events = Json::array();
  for (const ChipEvent& event : facts.tail) events.push_back(event_json(event));
  Json undecided = Json::array();
  for (const auto& entry : facts.undecided) {
    undecided.push_back({{"index", entry.index.value}, {"why", entry.why}});
  }
  return {{"events", std::move(events)},
          {"whole", facts.whole},
          {"undecided", std::move(undecided)},
          {"complete", facts.tail_is_complete()}};
}

std::string flags_text(std::uint64_t flags) {
  std::string text;
  for (const registry::Flag flag : registry::all_flags()) {
    if ((flags & static_cast<std::uint64_t>(flag)) == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(registry::name_of(flag));
  }
  return text.empty() ? "-" : text;
}

Result<ShownState> shown(const ChipProof& proof, const ledger::VerifierKey& key) {
  MUSTER_TRY_ASSIGN(const ChipFacts facts, registry::verify_chip_proof(proof, key));
  const Json record = parse_json(registry::encode_state_record(facts.record)).value_or(Json());
  ShownState result{.title = "The log commits to this state of the chip.",
                    .facts = {"", {{"log", facts.checkpoint.origin}}},
                    .json = {{"kind", "chip-state"},
                             {"record", record},
                             {"number", facts.number},
                             {"last", event_json(facts.last)},
                             {"tail", tail_json(facts)},
                             {"roster", nullptr},
                             {"commit", commit_json(facts.commit)}},
                    .claims = registry::claims_of(facts),
                    .checkpoint = facts.checkpoint,
                    .note = proof.checkpoint};
  for (const char* field :
       {"chip", "product", "custodian", "owner", "lessee", "site", "slot", "holder", "shipment",
        "licence", "life", "place", "transport", "assurance", "device_key"}) {
    const Json& value = record[field];
    result.facts.rows.emplace_back(field,
                                   value.is_null() ? std::string("-") : value.get<std::string>());
  }
  result.facts.rows.emplace_back("flags", flags_text(facts.record.flags));
  result.facts.rows.emplace_back("last event", event_text(facts.last));
  for (const ChipEvent& event : facts.tail) {
    result.facts.rows.emplace_back("then", event_text(event));
  }
  return result;
}

Result<ShownState> shown(const RosterProof& proof, const ledger::VerifierKey& key) {
  MUSTER_TRY_ASSIGN(const RosterFacts facts, registry::verify_roster_proof(proof, key));
  const registry::CustodianRecord& custodian = facts.custodian;
  Json roster{{"party", custodian.party},
              {"count", custodian.count},
              {"tpp", custodian.tpp},
              {"root", custodian.root.to_hex()},
              {"complete_list", facts.list},
              {"chip", facts.chip ? Json(facts.chip->chip.to_string()) : Json(nullptr)}};
  return ShownState{.title = "The log commits to this roster.",
                    .facts = {"",
                              {{"log", facts.checkpoint.origin},
                               {"party", custodian.party},
                               {"chips", print::grouped(custodian.count)},
                               {"TPP", print::grouped(custodian.tpp)},
                               {"root", custodian.root.to_hex()}}},
                    .json = {{"kind", "roster"},
                             {"record", nullptr},
                             {"number", nullptr},
                             {"last", nullptr},
                             {"tail", nullptr},
                             {"roster", std::move(roster)},
                             {"commit", commit_json(facts.commit)}},
                    .claims = registry::claims_of(facts),
                    .checkpoint = facts.checkpoint,
                    .note = proof.checkpoint};
}

/// A proof is evidence: one that cannot be read proves nothing, and that is the answer.
ExitCode print_not_proven(Context& context, const Error& error) {
  auto printer = context.printer();
  printer.paragraph("NOT PROVEN: " + error.message, print::Tone::bad);
  printer.json({{"valid", false},
                {"code", error.rule.empty() ? "proof.unreadable" : error.rule},
                {"reason", error.message},
                {"kind", nullptr},
                {"record", nullptr},
                {"number", nullptr},
                {"last", nullptr},
                {"tail", nullptr},
                {"roster", nullptr},
                {"commit", nullptr},
                {"checkpoint", nullptr},
                {"level", nullptr},
                {"cosigned_by", Json::array()},
                {"quorum_at", nullptr},
                {"proven", Json::array()},
                {"servers_word", Json::array()}});
  return ExitCode::negative;
}

void print_list(print::Printer& printer, const std::string& heading,
                const std::vector<std::string>& sentences) {
  printer.heading(heading);
  for (const std::string& sentence : sentences) printer.paragraph("* " + sentence);
}

/// Who stands behind the checkpoint beside its log.
Result<std::optional<ledger::PolicyVerdict>> witnesses_of(
    const ShownState& state, const ledger::VerifierKey& key,
    const std::optional<ledger::Policy>& policy) {
  if (!policy) return std::optional<ledger::PolicyVerdict>();
  MUSTER_TRY_ASSIGN(auto verdict, ledger::accepts(state.note, *policy, &key));
  if (verdict.accepted()) return std::optional(std::move(verdict));
  return refusal("checkpoint.policy", verdict.missing);
}

ExitCode print_proven(Context& context, ShownState& state,
                      const std::optional<ledger::PolicyVerdict>& verdict) {
  const bool witnessed = verdict && verdict->quorum_at;
  Json cosigned = Json::array();
  if (verdict) {
    for (const ledger::CosignedBy& by : verdict->cosigned_by) {
      cosigned.push_back({{"witness", by.witness}, {"key", by.key}, {"time", by.time.to_string()}});
    }
  }
  if (witnessed) {
    state.claims.proven.push_back("a quorum of witnesses saw the same history by " +
                                  verdict->quorum_at->to_string());
  } else {
    state.claims.word.push_back(
        "that nobody was shown another history: no witnesses were asked "
        "for (--policy)");
  }
  state.facts.rows.emplace_back("of the log's first", print::grouped(state.checkpoint.size.value));
  auto printer = context.printer();
  printer.paragraph(state.title, print::Tone::good);
  printer.facts(state.facts);
  print_list(printer, "Proven", state.claims.proven);
  print_list(printer, "The server's word", state.claims.word);
  state.json.update({{"valid", true},
                     {"code", nullptr},
                     {"reason", nullptr},
                     {"checkpoint",
                      {{"origin", state.checkpoint.origin},
                       {"size", state.checkpoint.size.value},
                       {"root", state.checkpoint.root.to_hex()}}},
                     {"level", witnessed ? 2 : 1},
                     {"cosigned_by", std::move(cosigned)},
                     {"quorum_at", witnessed ? Json(verdict->quorum_at->to_string()) : Json()},
                     {"proven", state.claims.proven},
                     {"servers_word", state.claims.word}});
  printer.json(state.json);
  return ExitCode::done;
}

}  // namespace

ExitCode judge_state_proof(Context& context, const std::string& text,
                           const ledger::VerifierKey& key,
                           const std::optional<ledger::Policy>& policy) {
  const auto proof = registry::parse_state_proof(text);
  if (!proof) return print_not_proven(context, proof.error());
  auto state = std::visit([&](const auto& one) { return shown(one, key); }, *proof);
  if (!state) return print_not_proven(context, state.error());
  const auto verdict = witnesses_of(*state, key, policy);
  if (!verdict) return print_not_proven(context, verdict.error());
  return print_proven(context, *state, *verdict);
}

}  // namespace muster::cli
