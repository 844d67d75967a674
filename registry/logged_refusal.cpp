#include "registry/logged_refusal.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "registry/kind.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view refusal_kind = "refusal";

}  // namespace

bool LoggedRefusal::is_signed_by(const crypto::Ed25519PublicKey& key) const {
  return crypto::ed25519_verifies(key, as_bytes(ledger::refusal_text(refusal)), signature);
}

Result<Json> refusal_body(std::string_view note, std::span<const ledger::VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const ledger::Refusal refusal, ledger::verify_refusal(note, keys));
  MUSTER_TRY_ASSIGN(const ledger::Note parsed, ledger::parse_note(note));
  for (const ledger::NoteSignature& line : parsed.signatures) {
    const bool by_operator = std::ranges::any_of(keys, [&](const ledger::VerifierKey& key) {
      return key.name() == refusal.about.origin && key.name() == line.name &&
             key.key_id() == line.key_id;
    });
    if (!by_operator) continue;
    return Json{{"statement", refusal.about.statement.to_hex()},
                {"envelope", refusal.about.envelope.to_hex()},
                {"size", refusal.about.head.size.value},
                {"root", refusal.about.head.root.to_hex()},
                {"judged_at", refusal.judged_at.to_string()},
                {"rule", refusal.rule},
                {"message", refusal.message},
                {"signature", to_hex(line.signature)}};
  }
  MUSTER_CHECK(false && "verify_refusal found a signature");
}

Result<LoggedRefusal> refusal_in(const Event& event) {
  const Body body = event.fields();
  auto signature = bytes_from_hex(body.text("signature"));
  const std::string& message = body.text("message");
  // What the operator signs is one line, and reads back as itself.
  if (!signature || ledger::refusal_message(message) != message) {
    return refusal("refusal.form", "signature or message are not those of a signed refusal");
  }
  LoggedRefusal found{{{event.header.origin,
                        body.hash("statement"),
                        body.hash("envelope"),
                        {{body.integer("size")}, body.hash("root")}},
                       body.time("judged_at"),
                       body.text("rule"),
                       message},
                      std::move(*signature)};
  const bool may_be_signed =
      ledger::is_key_name(event.header.origin) && ledger::is_rule_code(found.refusal.rule);
  if (may_be_signed) return found;
  return refusal("refusal.form", "no rule has the code " + found.refusal.rule);
}

std::optional<LoggedRefusal> refusal_recorded_by(const ledger::Envelope& envelope) {
  if (envelope.payload.find("\"kind\":\"refusal\"") == std::string::npos) return std::nullopt;
  const auto event = parse_event(envelope.payload, ledger::statement_hash(envelope));
  if (!event || event->kind->name != refusal_kind) return std::nullopt;
  auto found = refusal_in(*event);
  if (!found) return std::nullopt;
  return std::move(*found);
}

}  // namespace muster::registry
