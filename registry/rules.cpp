#include "registry/rules.hpp"

#include <algorithm>

#include "ledger/crypto/key_id.hpp"
#include "registry/chip_rules.hpp"
#include "registry/correction.hpp"
#include "registry/delegation.hpp"
#include "registry/key_validity.hpp"
#include "registry/mention.hpp"

namespace muster::registry {
namespace {

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

/// Keys that may sign beside those of parties: the ones that the event registers, and, where the
/// operator's key passes on, the present one.
bool may_sign_unregistered(const Case& found, const std::string& id) {
  const auto is = [&](const std::string& text) {
    const auto key = crypto::PublicKey::parse(text);
    return key && crypto::KeyId::of(*key).text() == id;
  };
  if (std::ranges::any_of(brought_keys(found.event), is)) return true;
  return found.event.kind->name == "operator.succeed" &&
         found.tables().operator_keys.find(id) != no_row;
}

/// Fills keys and signers. Every signature must verify: a bad one is never carried along.
Result<void> check_signatures(Case& found, std::span<const CheckedSignature> signatures) {
  for (const CheckedSignature& signature : signatures) {
    if (!signature.known) return refusal("key.unknown", "no key has the id " + signature.keyid);
    if (!signature.verified) {
      return refusal("signature.invalid", "by key " + signature.keyid);
    }
    found.keys.push_back(signature.keyid);
    const RowN row = found.tables().keys.find(signature.keyid);
    if (row == no_row) {
      if (may_sign_unregistered(found, signature.keyid)) continue;
      return refusal("key.unknown", "no key of a party has the id " + signature.keyid);
    }
    const Key& key = found.tables().keys[row];
    MUSTER_TRY(check_key(key, found.state.size(), found.context.accepted_at));
    if (std::ranges::find(found.key_rows, row) == found.key_rows.end()) {
      found.key_rows.push_back(row);
    }
    if (std::ranges::find(found.signers, key.party) == found.signers.end()) {
      found.signers.push_back(key.party);
    }
  }
  return {};
}

/// Whether a key that `key` was rotated to signs as well: the two are one pair of hands.
bool successor_signs(const Case& found, RowN key) {
  RowN next = found.tables().keys[key].successor;
  for (; next != no_row; next = found.tables().keys[next].successor) {
    if (std::ranges::find(found.key_rows, next) != found.key_rows.end()) return true;
  }
  return false;
}

/// Distinct keys count, not signatures; those that the event itself registers do not, and a key
/// and its successor are one.
Result<void> check_threshold(const Case& found) {
  if (!found.event.kind->weighty) return {};
  const std::uint64_t want = found.tables().parties[found.signer].threshold;
  const auto got = static_cast<std::uint64_t>(std::ranges::count_if(found.key_rows, [&](RowN row) {
    return found.tables().keys[row].party == found.signer && !successor_signs(found, row);
  }));
  if (got >= want) return {};
  return refusal("signature.threshold",
                 found.event.header.kind + ": got signatures by " + std::to_string(got) +
                     " keys of " + found.event.header.org + ", want " + std::to_string(want));
}

/// What a suspended party may not say, it may not say with others or for others, either.
Result<void> check_suspension(const Case& found) {
  const Kind& kind = *found.event.kind;
  if (kind.suspended == Suspended::may) return {};
  if (kind.suspended == Suspended::may_to_authority) {
    const RowN receiver = found.tables().parties.find(found.body().text_or_empty("receiver"));
    if (receiver != no_row && has_role(found, receiver, Role::authority)) return {};
  }
  std::vector<RowN> parties = found.signers;
  parties.push_back(found.org);
  for (const RowN party : parties) {
    if (!found.tables().parties[party].is_suspended(found.state.size())) continue;
    return refusal("party.suspended",
                   found.state.party_name(party) + " since entry " +
                       std::to_string(found.tables().parties[party].suspended) +
                       ": it may report, correct, dispute, and release to an authority");
  }
  return {};
}

Result<void> check_party(Case& found) {
  const Header& header = found.event.header;
  found.signer = found.tables().parties.find(header.org);
  if (found.signer == no_row) return refusal("party.unknown", quoted(header.org));
  found.org = found.signer;
  if (std::ranges::find(found.signers, found.signer) == found.signers.end()) {
    return refusal("signature.missing", "no signature by a key of " + header.org);
  }
  if (header.on_behalf_of) MUSTER_TRY(find_delegation(found));
  MUSTER_TRY(check_threshold(found));
  MUSTER_TRY(check_suspension(found));
  const RoleSet has = found.tables().parties[found.org].roles;
  const RoleSet want = found.event.kind->roles;
  if (want != any_role && (has & want) == 0) {
    return refusal("role.missing", found.state.party_name(found.org) + " is " + text_of_roles(has) +
                                       ", " + header.kind + " wants " + text_of_roles(want));
  }
  return {};
}

Result<void> check_co_signer(const Case& found) {
  const Kind& kind = *found.event.kind;
  if (kind.co_signer == CoSigner::possession) {
    for (const std::string& text : brought_keys(found.event)) {
      const auto key = crypto::PublicKey::parse(text);
      if (!key) return refusal("key.not_valid", key.error().message);
      const std::string id = crypto::KeyId::of(key.value()).text();
      if (std::ranges::find(found.keys, id) == found.keys.end()) {
        return refusal("key.no_possession", "no signature by the new key " + id);
      }
    }
  }
  if (kind.co_signer == CoSigner::another_party) {
    const bool there = std::ranges::any_of(found.signers, [&](RowN party) {
      return party != found.org && party != found.signer &&
             (found.tables().parties[party].roles & kind.co_roles) != 0;
    });
    if (!there) {
      return refusal("signature.second_party",
                     "wants the signature of another party: " + text_of_roles(kind.co_roles));
    }
  }
  if (kind.co_party.empty()) return {};
  const std::string& name = found.body().text(kind.co_party);
  const RowN party = found.tables().parties.find(name);
  if (party == no_row) return refusal("party.unknown", quoted(name));
  if (std::ranges::find(found.signers, party) != found.signers.end()) return {};
  return refusal("signature.second_party", "wants the signature of " + name);
}

Result<void> check_number(const Case& found) {
  const Header& header = found.event.header;
  const RowN stream = found.tables().streams.find(header.org + "/" + header.stream);
  if (stream == no_row || header.number > found.tables().streams[stream].last) return {};
  return refusal("number.not_increasing", "stream " + quoted(header.stream) + ": got " +
                                              std::to_string(header.number) + ", want above " +
                                              std::to_string(found.tables().streams[stream].last));
}

Result<void> check_header(Case& found) {
  const Header& header = found.event.header;
  if (header.origin != found.state.origin()) {
    return refusal("origin.other_log", "got " + quoted(header.origin) + ", this log is " +
                                           quoted(found.state.origin()));
  }
  if (header.event_time.ms > found.context.accepted_at.ms + max_event_ahead_ms) {
    return refusal("time.ahead", "event time " + header.event_time.to_string() + ", accepted at " +
                                     found.context.accepted_at.to_string());
  }
  MUSTER_TRY(check_number(found));
  for (const Hash& hash : header.refs) {
    if (!found.state.statement_index(hash)) {
      return refusal("refs.unknown", "no statement " + hash.to_hex());
    }
  }
  return {};
}

Result<void> check_site(Case& found) {
  const auto& site = found.event.header.site;
  if (!site) {
    if (!found.event.kind->site) return {};
    return refusal("site.missing",
                   found.event.header.kind + " wants the site where it happened in its header");
  }
  found.site = found.tables().sites.find(*site);
  if (found.site == no_row) return refusal("site.unknown", quoted(*site));
  const Index32 closed = found.tables().sites[found.site].closed;
  if (closed != no_index) {
    return refusal("site.closed", quoted(*site) + " since entry " + std::to_string(closed));
  }
  if (found.event.kind->site && found.tables().sites[found.site].party != found.org) {
    return refusal("site.not_yours",
                   quoted(*site) + " belongs to " +
                       found.state.party_name(found.tables().sites[found.site].party));
  }
  return {};
}

std::string words_of(SubjectForm form) {
  switch (form) {
    case SubjectForm::none:
      return "none";
    case SubjectForm::chips:
      return "a list of chips";
    case SubjectForm::manifest:
      return "a manifest of chips";
    case SubjectForm::container:
      break;
  }
  return "a container";
}

/// With the options of `muster` that give it.
std::string words_of(TakesSubjects takes) {
  switch (takes) {
    case TakesSubjects::none:
      return "none";
    case TakesSubjects::new_chips:
    case TakesSubjects::loose_chips:
      return "a list or a manifest of chips (--chips)";
    case TakesSubjects::chips:
      return "a list or a manifest of chips (--chips), or a container or assembly (--in)";
    case TakesSubjects::container:
      return "a container or assembly (--in)";
    case TakesSubjects::optional_chips:
      return "a list or a manifest of chips (--chips), or none";
    case TakesSubjects::optional_manifest:
      break;
  }
  return "a manifest of chips (--chips), or none";
}

Result<void> check_subject_form(const Event& event) {
  const SubjectForm form = event.header.subjects.form;
  const bool listed = form == SubjectForm::chips || form == SubjectForm::manifest;
  switch (event.kind->subjects) {
    case TakesSubjects::none:
      if (form == SubjectForm::none) return {};
      break;
    case TakesSubjects::new_chips:
    case TakesSubjects::loose_chips:
      if (listed) return {};
      break;
    case TakesSubjects::chips:
      if (listed || form == SubjectForm::container) return {};
      break;
    case TakesSubjects::container:
      if (form == SubjectForm::container) return {};
      break;
    case TakesSubjects::optional_chips:
      if (listed || form == SubjectForm::none) return {};
      break;
    case TakesSubjects::optional_manifest:
      if (form == SubjectForm::manifest || form == SubjectForm::none) return {};
      break;
  }
  return refusal("subjects.form", event.header.kind + ": got as subjects " + words_of(form) +
                                      ", want " + words_of(event.kind->subjects));
}

/// Entry 0 has nobody to ask: it is signed by the registrar's key that it brings.
Result<Case> genesis(Case found) {
  if (found.state.size() != 0 || found.event.kind->name != "log.genesis") {
    return refusal("log.genesis", "the first entry, and no other, is log.genesis");
  }
  if (found.event.header.number != 1) return refusal("log.genesis", "its number is 1");
  MUSTER_TRY(check_co_signer(found));
  MUSTER_TRY(found.event.kind->rule(found));
  return found;
}

/// What is judged of an event once its parties are known.
Result<void> check_event(Case& found) {
  MUSTER_TRY(check_co_signer(found));
  MUSTER_TRY(check_site(found));
  MUSTER_TRY(check_subject_form(found.event));
  MUSTER_TRY(find_subjects(found));
  MUSTER_TRY(check_delegation(found));
  MUSTER_TRY(check_chips(found));
  return found.event.kind->rule(found);
}

void begin_statement(State& state, const Case& found) {
  const Header& header = found.event.header;
  const std::string stream_id = header.org + "/" + header.stream;
  RowN stream = state.tables().streams.find(stream_id);
  if (stream == no_row) stream = state.tables().streams.add({.id = stream_id});
  const bool corrects = header.kind.starts_with("correct.") && header.kind != "correct.affirm";
  state.begin(
      {.hash = found.event.statement,
       .stream = stream,
       .party = found.org,
       .number = header.number,
       .accepted_ms = found.context.accepted_at.ms,
       .key = found.key_rows.empty() ? no_row : found.key_rows.front(),
       .kind = header.kind,
       .delegate = found.signer == found.org ? no_row : found.signer,
       .corrects = corrects ? *state.statement_index(found.body().hash("target")) : no_index},
      std::span(found.key_rows).subspan(found.key_rows.empty() ? 0 : 1));
}

/// Judges the event that takes the target's place, as the party said that, signed by whoever signs
/// the correction.
Result<std::unique_ptr<Case>> judge_instead(const Case& found, Index32 target) {
  const Tables& tables = found.tables();
  auto inner = std::make_unique<Case>(Case{.state = found.state,
                                           .event = *found.event.instead,
                                           .context = found.context,
                                           .org = tables.statements[target].party,
                                           .signer = found.signer,
                                           .chips = {},
                                           .keys = found.keys,
                                           .key_rows = found.key_rows,
                                           .signers = found.signers});
  MUSTER_TRY(check_event(*inner));
  return inner;
}

}  // namespace

bool has_role(const Case& found, RowN party, Role role) {
  return (found.tables().parties[party].roles & static_cast<RoleSet>(role)) != 0;
}

bool is_signer(const Case& found, RowN party) {
  return std::ranges::find(found.signers, party) != found.signers.end();
}

std::vector<std::string> brought_keys(const Event& event) {
  if (event.kind->co_signer != CoSigner::possession) return {};
  std::vector<std::string> keys{event.fields().text("key")};
  for (std::string& more : event.fields().list("more_keys")) keys.push_back(std::move(more));
  return keys;
}

Result<Case> admissible(const State& state, const Event& event,
                        std::span<const CheckedSignature> signatures, const Context& context) {
  Case found{.state = state, .event = event, .context = context, .chips = {}};
  MUSTER_TRY(check_signatures(found, signatures));
  if (state.size() == 0 || event.kind->name == "log.genesis") return genesis(std::move(found));
  MUSTER_TRY(check_header(found));
  MUSTER_TRY(check_party(found));
  MUSTER_TRY(check_event(found));
  return found;
}

Result<Case> judge(State& state, const Event& event, std::span<const CheckedSignature> signatures,
                   const Context& context) {
  MUSTER_TRY_ASSIGN(Case found, admissible(state, event, signatures, context));
  if (!event.kind->replaces) return found;
  const Index32 target = *state.statement_index(event.fields().hash("target"));
  MUSTER_TRY_ASSIGN(const Weight weight, weight_of_change(found, target));
  if (weight != Weight::effect) return found;
  const StateMark mark = state.mark();
  begin_statement(state, found);
  take_back(state, target, true);
  auto instead = judge_instead(found, target);
  state.rollback(mark);
  if (!instead) return failure(std::move(instead.error()));
  found.instead = std::move(instead.value());
  return found;
}

void apply(State& state, const Case& found) {
  begin_statement(state, found);
  found.event.kind->effect(state, found);
  if (found.delegation != no_row) count_delegated(state, found);
  if (found.holder != no_row) state.touch_holder(found.holder);
  add_mentions(state, found);
  state.end();
}

void pass_over(State& state, const Hash& statement, Timestamp accepted_at) {
  const std::string stream_id = "/faults";
  RowN stream = state.tables().streams.find(stream_id);
  if (stream == no_row) stream = state.tables().streams.add({.id = stream_id});
  state.begin({.hash = statement,
               .stream = stream,
               .party = no_row,
               .number = state.size(),
               .accepted_ms = accepted_at.ms,
               .kind = {}});
  state.end();
}

}  // namespace muster::registry
