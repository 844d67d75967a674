#include "cli/audit/ledger_event.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"
#include "registry/key_validity.hpp"

namespace muster::cli {

const Bytes* LedgerEvent::blob(const Hash& sha256) const {
  for (const auto& bytes : blobs) {
    if (crypto::sha256(ByteView(*bytes)) == sha256) return bytes.get();
  }
  return nullptr;
}

bool is_signed_by(const LedgerEvent& event, const registry::State& state,
                  const std::string& party) {
  return std::ranges::any_of(event.envelope.signatures, [&](const auto& signature) {
    const registry::RowN row = state.tables().keys.find(signature.keyid.text());
    if (row == registry::no_row) return false;
    const registry::Key& key = state.tables().keys[row];
    const auto index = static_cast<registry::Index32>(event.index.value);
    if (!registry::key_is_valid(key, index, event.accepted_at) ||
        state.party_name(key.party) != party)
      return false;
    const auto public_key = crypto::PublicKey::parse(key.public_key);
    return public_key && ledger::signature_verifies(event.envelope, signature, *public_key);
  });
}

Result<LedgerEvent> ledger_event(Home& home, std::uint64_t index) {
  MUSTER_TRY_ASSIGN(const auto entries, home.registry().log().read({index}, 1));
  if (entries.empty()) {
    return failure(Errc::not_found, "entry " + std::to_string(index) + ": past the end of the log");
  }
  const ledger::Entry& entry = entries.front();
  LedgerEvent found;
  found.accepted_at = entry.accepted_at;
  found.index = entry.index;
  found.envelope = entry.envelope;
  MUSTER_TRY_ASSIGN(found.event, registry::parse_event(entry.envelope.payload,
                                                       ledger::statement_hash(entry.envelope)));
  for (const auto& ref : registry::manifests_of(found.event)) {
    MUSTER_TRY_ASSIGN(Bytes bytes, home.store().blob(ref.sha256));
    found.blobs.push_back(std::make_unique<Bytes>(std::move(bytes)));
  }
  MUSTER_TRY(
      registry::attach_items(found.event, [&](const Hash& sha256) { return found.blob(sha256); }));
  return found;
}

}  // namespace muster::cli
