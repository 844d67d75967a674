#include "cli/audit/ledger_event.hpp"

#include "ledger/crypto/sha256.hpp"

namespace muster::cli {

const Bytes* LedgerEvent::blob(const Hash& sha256) const {
  for (const auto& bytes : blobs) {
    if (crypto::sha256(ByteView(*bytes)) == sha256) return bytes.get();
  }
  return nullptr;
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
