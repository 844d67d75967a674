#include <algorithm>

#include "ledger/crypto/ed25519.hpp"
#include "ledger/crypto/key_id.hpp"
#include "registry/key_validity.hpp"
#include "registry/kinds/groups.hpp"

namespace muster::registry {
namespace {

std::string key_id_of(const std::string& text) {
  const auto key = crypto::PublicKey::parse(text);
  MUSTER_CHECK(key.has_value());  // the row's possession check came first
  return crypto::KeyId::of(key.value()).text();
}

/// Keys of `party` that may sign the statement under judgement.
std::uint64_t valid_keys(const Case& found, RowN party) {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(found.tables().keys.rows(), [&](const Key& key) {
        return key.party == party && key.until_ms == Key::open_ms &&
               key_is_valid(key, found.state.size(), found.context.accepted_at);
      }));
}

Result<void> out_of_reach(std::uint64_t want, std::uint64_t keys) {
  return refusal("threshold.out_of_reach", "a threshold of " + std::to_string(want) +
                                               " wants as many keys, got " + std::to_string(keys));
}

Result<void> key_add_rule(const Case& found) { return keys_are_new(found); }

void key_add_effect(State& state, const Case& found) { add_keys(state, found, found.org); }

Result<void> threshold_rule(const Case& found) {
  RowN party = found.org;
  if (found.body().has("party")) {
    party = found.tables().parties.find(found.body().text("party"));
    if (party == no_row) return refusal("party.unknown", found.body().text("party"));
  }
  const std::uint64_t want = found.body().integer("threshold");
  const Party& row = found.tables().parties[party];
  if (party != found.org &&
      (!has_role(found, found.org, Role::registrar) || want >= row.threshold)) {
    return refusal("threshold.not_yours",
                   "a party sets its own; the registrar may only lower it for another");
  }
  const std::uint64_t keys = valid_keys(found, party);
  return party == found.org && want > keys ? out_of_reach(want, keys) : Result<void>();
}

void threshold_effect(State& state, const Case& found) {
  const Body body = found.body();
  const RowN party =
      body.has("party") ? state.tables().parties.find(body.text("party")) : found.org;
  state.tables().parties.edit(party).threshold = body.integer("threshold");
}

Result<void> rotate_rule(const Case& found) {
  const Body body = found.body();
  MUSTER_TRY(keys_are_new(found));
  const std::string& id = body.text("old");
  const RowN row = found.tables().keys.find(id);
  if (row == no_row || found.tables().keys[row].party != found.org) {
    return refusal("key.not_yours", "no key of " + found.event.header.org + " has the id " + id);
  }
  const Key& key = found.tables().keys[row];
  MUSTER_TRY(check_key(key, found.state.size(), found.context.accepted_at));
  if (key.until_ms != Key::open_ms) {
    return refusal("key.rotated", "key " + id + " was rotated to " +
                                      found.tables().keys[key.successor].id + " and ends at " +
                                      Timestamp{key.until_ms}.to_string());
  }
  if (std::ranges::find(found.key_rows, row) == found.key_rows.end()) {
    return refusal("key.no_old_signature", "no signature by the old key " + id +
                                               "; a key that is lost is revoked, not rotated");
  }
  if (body.time("overlap_until") <= found.context.accepted_at) {
    return refusal("key.overlap", "overlap_until: got " + body.time("overlap_until").to_string() +
                                      ", want after " + found.context.accepted_at.to_string());
  }
  return {};
}

void rotate_effect(State& state, const Case& found) {
  add_keys(state, found, found.org);
  const RowN old = state.tables().keys.find(found.body().text("old"));
  Key& key = state.tables().keys.edit(old);
  key.until_ms = found.body().time("overlap_until").ms;
  key.successor = state.tables().keys.find(key_id_of(found.body().text("key")));
}

/// A registrar that cannot reach its own threshold could never sign a weighty statement again.
Result<void> registrar_keeps_its_reach(const Case& found, const Key& key) {
  if (key.party != found.org || !has_role(found, found.org, Role::registrar)) return {};
  const std::uint64_t want = found.tables().parties[found.org].threshold;
  const std::uint64_t left = valid_keys(found, found.org) - (key.until_ms == Key::open_ms ? 1 : 0);
  return left < want ? out_of_reach(want, left) : Result<void>();
}

Result<void> revoke_rule(const Case& found) {
  const Body body = found.body();
  const std::string& id = body.text("key_id");
  const RowN row = found.tables().keys.find(id);
  if (row == no_row) return refusal("key.unknown", id);
  const Key& key = found.tables().keys[row];
  if (key.party != found.org && !has_role(found, found.org, Role::registrar)) {
    return refusal("key.not_yours",
                   "key " + id + " belongs to " + found.state.party_name(key.party));
  }
  if (key.to != no_index) {
    return refusal("key.revoked", "key " + id + " ended with entry " + std::to_string(key.to));
  }
  if (body.has("last_good") && body.integer("last_good") >= found.state.size()) {
    return refusal("key.last_good", "got " + std::to_string(body.integer("last_good")) +
                                        ", want an entry of the log, which has " +
                                        std::to_string(found.state.size()));
  }
  if (body.has("bad_since") && body.time("bad_since") > found.context.accepted_at) {
    return refusal("key.bad_since",
                   "got " + body.time("bad_since").to_string() + ", which is later than now");
  }
  return registrar_keeps_its_reach(found, key);
}

/// The first statement that `key` may not be trusted for any more: after the last good one, and
/// none accepted after `bad_since`, whichever is earlier.
Index32 first_bad(const State& state, const Body& body) {
  Index32 first = no_index;
  if (body.has("last_good")) first = static_cast<Index32>(body.integer("last_good") + 1);
  if (body.has("bad_since")) {
    const auto& rows = state.tables().statements.rows();
    const auto after =
        std::ranges::upper_bound(rows, body.time("bad_since").ms, {}, &StatementRow::accepted_ms);
    first = std::min(first, static_cast<Index32>(after - rows.begin()));
  }
  return first;
}

void revoke_effect(State& state, const Case& found) {
  const RowN row = state.tables().keys.find(found.body().text("key_id"));
  Key& key = state.tables().keys.edit(row);
  key.to = state.now_index();
  key.bad_from = first_bad(state, found.body());
}

Result<void> succeed_rule(const Case& found) {
  const Body body = found.body();
  const std::string id = key_id_of(body.text("key"));
  MUSTER_TRY(is_operator_key(body.text("key")));
  const auto& operators = found.tables().operator_keys;
  if (operators.find(id) != no_row || found.tables().keys.find(id) != no_row) {
    return refusal("operator.key_taken", "key " + id + " has or had another use in this log");
  }
  const std::string& present = operators.rows().back().id;
  const auto signed_by = [&](const std::string& key) {
    return std::ranges::find(found.keys, key) != found.keys.end();
  };
  if (std::ranges::any_of(operators.rows(), [&](const OperatorKey& row) {
        return row.id != present && signed_by(row.id);
      })) {
    return refusal("operator.ended", "signed by an operator's key that was succeeded before");
  }
  if (body.text("reason") == "lost" || signed_by(present)) return {};
  return refusal("operator.no_old_signature", "no signature by the operator's present key " +
                                                  present +
                                                  "; only the reason lost goes without it");
}

void succeed_effect(State& state, const Case& found) {
  add_operator_key(state, found.body().text("key"));
}

constexpr std::array<Field, 2> key_add_fields{
    {{"key", FieldType::public_key}, {"purpose", FieldType::text, false}}};
constexpr std::array<Field, 2> threshold_fields{
    {{"threshold", FieldType::positive}, {"party", FieldType::name, false}}};
constexpr std::array<Field, 4> rotate_fields{{{"old", FieldType::name},
                                              {"key", FieldType::public_key},
                                              {"overlap_until", FieldType::time},
                                              {"reason", FieldType::text, false}}};
constexpr std::array<Field, 4> key_revoke_fields{{{"key_id", FieldType::name},
                                                  {"reason", FieldType::text},
                                                  {"bad_since", FieldType::time, false},
                                                  {"last_good", FieldType::integer, false}}};
constexpr std::array<Field, 2> succeed_fields{
    {{"key", FieldType::public_key},
     {"reason", FieldType::text, true, "planned|compromised|lost"}}};

constexpr std::array<Kind, 5> key_rows{{
    {.code = "N0b",
     .name = "operator.succeed",
     .signers = "registrar, the new operator key and, unless it is lost, the present one",
     .weighty = true,
     .roles = roles({Role::registrar}),
     .co_signer = CoSigner::possession,
     .body = succeed_fields,
     .change = "operator's key -> the new key, for checkpoints that hold this entry",
     .guard = "an Ed25519 key without another use in the log; signed by no earlier operator's key",
     .rule = succeed_rule,
     .effect = succeed_effect},
    {.code = "A3",
     .name = "key.add",
     .signers = "the party, and the new key",
     .weighty = true,
     .co_signer = CoSigner::possession,
     .body = key_add_fields,
     .change = "no chip",
     .guard = "key bound to no party",
     .rule = key_add_rule,
     .effect = key_add_effect},
    {.code = "A3b",
     .name = "org.threshold",
     .signers = "the party; the registrar to lower another's",
     .weighty = true,
     .body = threshold_fields,
     .change = "no chip",
     .guard = "as many keys that are neither revoked nor rotated",
     .rule = threshold_rule,
     .effect = threshold_effect},
    {.code = "A4",
     .name = "key.rotate",
     .signers = "the party with the old key, and the new key",
     .weighty = true,
     .co_signer = CoSigner::possession,
     .body = rotate_fields,
     .change = "no chip; the old key ends with the overlap, by accepted_at",
     .guard = "old key valid, not rotated yet; new key bound to no party; overlap ends later",
     .rule = rotate_rule,
     .effect = rotate_effect},
    {.code = "A5",
     .name = "key.revoke",
     .signers = "the party, or the registrar",
     .weighty = true,
     .body = key_revoke_fields,
     .change = "no chip; what the key alone signed since it was bad is disputed",
     .guard = "key of the party (or registrar signs), not yet revoked; a registrar keeps as many "
              "keys as its threshold",
     .rule = revoke_rule,
     .effect = revoke_effect},
}};

}  // namespace

std::span<const Kind> key_kinds() { return key_rows; }

Result<void> keys_are_new(const Case& found) {
  std::vector<std::string> seen;
  for (const std::string& text : brought_keys(found.event)) {
    const std::string id = key_id_of(text);
    const RowN row = found.tables().keys.find(id);
    if (row != no_row) {
      return refusal("key.taken", "key " + id + " belongs to " +
                                      found.state.party_name(found.tables().keys[row].party));
    }
    if (found.tables().operator_keys.find(id) != no_row) {
      return refusal("key.taken", "key " + id + " signs the log's checkpoints");
    }
    if (std::ranges::find(seen, id) != seen.end()) {
      return refusal("key.taken", "key " + id + " stands twice");
    }
    seen.push_back(id);
  }
  return {};
}

void add_keys(State& state, const Case& found, RowN party) {
  for (const std::string& text : brought_keys(found.event)) {
    state.tables().keys.add(
        {.id = key_id_of(text), .public_key = text, .party = party, .from = state.now_index()});
  }
}

Result<void> threshold_is_in_reach(const Case& found) {
  const std::uint64_t want = found.body().integer_or("threshold", 1);
  const std::uint64_t keys = brought_keys(found.event).size();
  return want > keys ? out_of_reach(want, keys) : Result<void>();
}

Result<void> is_operator_key(const std::string& public_key) {
  const auto key = crypto::PublicKey::parse(public_key);
  if (key && key->ed25519() != nullptr) return {};
  return refusal("operator.key", "checkpoints are signed with Ed25519, got " + public_key);
}

void add_operator_key(State& state, const std::string& public_key) {
  state.tables().operator_keys.add(
      {.id = key_id_of(public_key), .public_key = public_key, .index = state.now_index()});
}

}  // namespace muster::registry
