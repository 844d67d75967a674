#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "registry/kinds/groups.hpp"
#include "registry/logged_refusal.hpp"

namespace muster::registry {
namespace {

std::string id_of_refusal(const ledger::Refusal& refusal) {
  return crypto::sha256(ledger::refusal_text(refusal)).to_hex();
}

/// A key of the operator whose term was not over when the log had `size` entries.
bool is_signed_by_operator(const Case& found, const LoggedRefusal& logged) {
  const auto& keys = found.tables().operator_keys.rows();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const bool over =
        i + 1 < keys.size() && keys[i + 1].index < logged.refusal.about.head.size.value;
    if (over) continue;
    const auto key = crypto::PublicKey::parse(keys[i].public_key);
    if (key && key->ed25519() != nullptr && logged.is_signed_by(*key->ed25519())) return true;
  }
  return false;
}

/// Whether the time is one at which the log had so many entries.
Result<void> time_fits(const Case& found, const ledger::Refusal& refused) {
  const auto& statements = found.tables().statements;
  const std::uint64_t size = refused.about.head.size.value;
  if (size == 0 || size > statements.size()) {
    return refusal("refusal.size", "got " + std::to_string(size) + ", the log has " +
                                       std::to_string(statements.size()));
  }
  const auto last = static_cast<RowN>(size - 1);
  const std::string judged = "judged at " + refused.judged_at.to_string();
  if (refused.judged_at.ms < statements[last].accepted_ms ||
      refused.judged_at > found.context.accepted_at) {
    return refusal("refusal.time", judged + ", want from " +
                                       Timestamp{statements[last].accepted_ms}.to_string() +
                                       " to " + found.context.accepted_at.to_string());
  }
  const RowN next = last + 1;
  if (next == statements.size() ||
      statements[next].accepted_ms + ledger::max_judgement_age_ms >= refused.judged_at.ms) {
    return {};
  }
  return refusal("refusal.time", judged + " without entry " + std::to_string(next) + " of " +
                                     Timestamp{statements[next].accepted_ms}.to_string());
}

Result<void> refusal_rule(const Case& found) {
  MUSTER_TRY_ASSIGN(const LoggedRefusal logged, refusal_in(found.event));
  const ledger::Refusal& refused = logged.refusal;
  MUSTER_TRY(time_fits(found, refused));
  if (!is_signed_by_operator(found, logged)) {
    return refusal("refusal.signature", "not signed by the operator's key of its time");
  }
  const auto before = found.state.statement_index(refused.about.statement);
  if (before && *before < refused.about.head.size.value) {
    return refusal("refusal.recorded",
                   "entry " + std::to_string(*before) + " is the statement that it refuses");
  }
  const RowN row = found.tables().refusals.find(id_of_refusal(refused));
  if (row == no_row) return {};
  return refusal("refusal.logged",
                 "entry " + std::to_string(found.tables().refusals[row].index) + " has it");
}

void refusal_effect(State& state, const Case& found) {
  const auto logged = refusal_in(found.event);
  MUSTER_CHECK(logged.has_value());
  const ledger::Refusal& refused = logged->refusal;
  state.tables().refusals.add({.id = id_of_refusal(refused),
                               .statement = refused.about.statement,
                               .envelope = refused.about.envelope,
                               .size = refused.about.head.size.value,
                               .judged_at = refused.judged_at,
                               .rule = refused.rule,
                               .party = found.org,
                               .index = state.now_index()});
}

constexpr std::array<Field, 8> refusal_fields{{{"statement", FieldType::hash},
                                               {"envelope", FieldType::hash},
                                               {"size", FieldType::positive},
                                               {"root", FieldType::hash},
                                               {"judged_at", FieldType::time},
                                               {"rule", FieldType::name},
                                               {"message", FieldType::text},
                                               {"signature", FieldType::hex}}};

constexpr std::array<Kind, 1> refusal_rows{{
    {.code = "P8",
     .name = "refusal",
     .signers = "any party; inside, the operator",
     .body = refusal_fields,
     .change = "no chip",
     .guard = "a refusal that the operator signed in time; not logged yet; not of a statement that "
              "was in the log",
     .rule = refusal_rule,
     .effect = refusal_effect},
}};

}  // namespace

std::span<const Kind> refusal_kinds() { return refusal_rows; }

}  // namespace muster::registry
