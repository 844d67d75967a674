#include "cli/remote/proven_parts.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "cli/entry_json.hpp"
#include "ledger/base/json_fields.hpp"
#include "registry/proof/claims.hpp"

namespace muster::cli {
namespace {

/// A member of `chip show` and the field of the committed record that says the same.
struct SameMember {
  std::string_view shown;
  std::string_view committed;
  /// Only an event of the chip changes it: `assurance` rises by answers that move nothing.
  bool moves = true;
};

constexpr std::array same_members{
    SameMember{"chip", "chip"},
    SameMember{"custodian", "custodian"},
    SameMember{"owner", "owner"},
    SameMember{"lessee", "lessee"},
    SameMember{"site", "site"},
    SameMember{"shipment", "shipment"},
    SameMember{"holder", "holder"},
    SameMember{"slot", "slot"},
    SameMember{"licence", "licence"},
    SameMember{"life", "life"},
    SameMember{"place", "place"},
    SameMember{"transport", "transport"},
    SameMember{"product", "product"},
    SameMember{"provenance", "provenance"},
    SameMember{"last_statement", "last"},
    SameMember{"device_key_sha256", "device_key"},
    SameMember{"assurance", "assurance", false},
};

constexpr std::size_t most_proof_bytes = registry::max_state_proof_bytes;

Json member(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  return found == object.end() ? Json() : *found;
}

/// The state proof in an answer. Errors: `invalid_input`; those of the proof's form.
Result<registry::StateProof> proof_in(std::string_view body) {
  MUSTER_TRY_ASSIGN(const Json json, parse_foreign_json(body));
  if (!json.is_object() || !json.contains("proof")) {
    return failure(Errc::invalid_input, "the server's answer: want a proof");
  }
  return registry::parse_state_proof(canonical_json(json["proof"]));
}

/// By whichever of the log's keys signed its checkpoint.
template <class Proof, class Verify>
auto verified(const Proof& proof, const TrustedLog& trusted, const Verify& verify)
    -> decltype(verify(proof, trusted.keys.front())) {
  auto facts = verify(proof, trusted.keys.front());
  for (std::size_t i = 1; i < trusted.keys.size() && !facts; ++i) {
    if (facts.error().rule != "checkpoint.unknown_key") break;
    facts = verify(proof, trusted.keys[i]);
  }
  return facts;
}

Json proven_json(const registry::CommitFacts& commit, const ledger::Checkpoint& checkpoint,
                 Json members, const registry::Claims& claims) {
  return {{"commit", commit.index.value},
          {"accepted_at", commit.accepted_at.to_string()},
          {"size", checkpoint.size.value},
          {"members", std::move(members)},
          {"since", Json::array()},
          {"sentences", claims.proven},
          {"but", claims.word}};
}

Json events_json(const std::vector<registry::ChipEvent>& events) {
  Json list = Json::array();
  for (const registry::ChipEvent& event : events) {
    list.push_back({{"index", event.index.value},
                    {"kind", event.kind},
                    {"party", event.org},
                    {"statement", event.statement.to_hex()}});
  }
  return list;
}

/// The members that are as committed. Errors: `remote.contradiction`.
Result<Json> members_as_committed(const Json& answer, const registry::ChipFacts& facts) {
  MUSTER_TRY_ASSIGN(const Json record, parse_json(registry::encode_state_record(facts.record)));
  const bool moved = !facts.tail.empty() || !facts.undecided.empty();
  Json members = Json::array();
  for (const SameMember& one : same_members) {
    const Json shown = member(answer, one.shown);
    const Json committed = member(record, one.committed);
    if (shown == committed) {
      members.push_back(one.shown);
    } else if (!moved && one.moves) {
      return refusal("remote.contradiction",
                     "the server says that " + std::string(one.shown) + " is " + shown.dump() +
                         "; the log commits to " + committed.dump() + " by entry " +
                         std::to_string(facts.commit.index.value) +
                         ", and nothing is said to have moved the chip since");
    }
  }
  return members;
}

/// A proof from the server; nothing, with the server's reason, where it has none.
Result<std::optional<std::string>> asked_proof(const RemoteRegistry::Impl& remote,
                                               const std::string& target, std::string& why_not) {
  MUSTER_TRY_ASSIGN(http::Response answer,
                    remote.calls.call({.target = target, .most_bytes = most_proof_bytes}));
  if (answer.status == 200) return std::optional(std::move(answer.body));
  const Error error = server_error(answer);
  const bool has_none = answer.status == 404 || answer.status == 503;
  if (!has_none) return failure(error);
  why_not = error.message;
  return std::optional<std::string>();
}

}  // namespace

Result<ProvenParts> judged_chip_proof(const TrustedLog& trusted, std::string_view body,
                                      const Json& answer, std::string& checkpoint) {
  MUSTER_TRY_ASSIGN(const auto parsed, proof_in(body));
  const auto* const proof = std::get_if<registry::ChipProof>(&parsed);
  if (proof == nullptr) return failure(Errc::invalid_input, "the server's proof: is no chip's");
  MUSTER_TRY_ASSIGN(const auto facts, verified(*proof, trusted, registry::verify_chip_proof));
  checkpoint = proof->checkpoint;
  if (member(answer, "chip") != Json(facts.record.chip.to_string())) {
    return refusal("remote.contradiction", "the server proves the state of another chip");
  }
  MUSTER_TRY_ASSIGN(Json members, members_as_committed(answer, facts));
  ProvenParts parts{.proven = proven_json(facts.commit, facts.checkpoint, std::move(members),
                                          registry::claims_of(facts))};
  parts.proven["since"] = events_json(facts.tail);
  return parts;
}

Result<ProvenParts> proven_of_chip(const RemoteRegistry::Impl& remote, const Json& answer) {
  const Json chip = member(answer, "chip");
  if (!chip.is_string()) return failure(Errc::invalid_input, "the server's answer: names no chip");
  ProvenParts nothing;
  MUSTER_TRY_ASSIGN(
      const auto body,
      asked_proof(remote, "/v1/state-proofs/chips/" + percent_encoded(chip.get<std::string>()),
                  nothing.why_not));
  if (!body) return nothing;
  std::string checkpoint;
  MUSTER_TRY_ASSIGN(ProvenParts parts,
                    judged_chip_proof(remote.trusted, *body, answer, checkpoint));
  MUSTER_TRY(remote.mirror().connect(checkpoint));
  return parts;
}

Result<ProvenParts> proven_of_entry(const RemoteRegistry::Impl& remote, const Json& answer) {
  const Json statement = member(answer, "statement");
  if (!statement.is_string()) return ProvenParts{.why_not = "it is no statement"};
  ProvenParts nothing;
  MUSTER_TRY_ASSIGN(
      const auto body,
      asked_proof(remote, "/v1/receipts/" + percent_encoded(statement.get<std::string>()),
                  nothing.why_not));
  if (!body) return nothing;
  MUSTER_TRY_ASSIGN(const auto receipt, ledger::parse_receipt(*body));
  auto facts = ledger::verify_receipt(receipt, remote.trusted.keys);
  if (!facts) return refusal("remote.receipt", facts.error().message);
  MUSTER_TRY(remote.mirror().connect(receipt.proof.checkpoint));
  if (entry_json(facts->entry.index, receipt.entry) != answer) {
    return refusal("remote.contradiction",
                   "the server tells of another entry than its receipt has");
  }
  Json members = Json::array();
  for (const auto& [name, value] : answer.items()) members.push_back(name);
  return ProvenParts{
      .proven = {{"commit", nullptr},
                 {"accepted_at", facts->entry.accepted_at.to_string()},
                 {"size", facts->checkpoint.size.value},
                 {"members", std::move(members)},
                 {"since", Json::array()},
                 {"sentences", Json::array({"the entry is in the log's first " +
                                            std::to_string(facts->checkpoint.size.value) +
                                            " entries, in this place"})},
                 {"but", Json::array()}}};
}

Result<ProvenParts> proven_of_roster(const RemoteRegistry::Impl& remote, const Json& answer) {
  const Json party = member(answer, "party");
  if (!party.is_string()) return ProvenParts{.why_not = "it is not of a party alone"};
  ProvenParts nothing;
  MUSTER_TRY_ASSIGN(const auto body,
                    asked_proof(remote,
                                "/v1/state-proofs/rosters/" +
                                    percent_encoded(party.get<std::string>()) + "?summary=true",
                                nothing.why_not));
  if (!body) return nothing;
  MUSTER_TRY_ASSIGN(const auto parsed, proof_in(*body));
  const auto* const proof = std::get_if<registry::RosterProof>(&parsed);
  if (proof == nullptr) return failure(Errc::invalid_input, "the server's proof: is no roster's");
  MUSTER_TRY_ASSIGN(const auto facts,
                    verified(*proof, remote.trusted, registry::verify_roster_proof));
  MUSTER_TRY(remote.mirror().connect(proof->checkpoint));
  const registry::CustodianRecord& custodian = facts.custodian;
  if (Json(custodian.party) != party) {
    return refusal("remote.contradiction", "the server proves the roster of another party");
  }
  Json members = Json::array({"party"});
  for (const auto& [name, value] : {std::pair<const char*, Json>{"count", custodian.count},
                                    {"tpp", custodian.tpp},
                                    {"root", custodian.root.to_hex()}}) {
    if (member(answer, name) == value) members.push_back(name);
  }
  return ProvenParts{.proven = proven_json(facts.commit, facts.checkpoint, std::move(members),
                                           registry::claims_of(facts))};
}

}  // namespace muster::cli
