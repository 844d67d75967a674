#pragma once

#include <memory>
#include <vector>

#include "cli/home.hpp"
#include "registry/event.hpp"

namespace muster::cli {

/// A statement read back from the ledger, with the manifests that its items are borrowed from.
struct LedgerEvent {
  registry::Event event;
  ledger::Envelope envelope;
  Timestamp accepted_at;
  ledger::LogIndex index;
  std::vector<std::unique_ptr<Bytes>> blobs;

  [[nodiscard]] const Bytes* blob(const Hash& sha256) const;
};

/// Whether one of the statement's signatures is by a key that `party` had at its index.
[[nodiscard]] bool is_signed_by(const LedgerEvent& event, const registry::State& state,
                                const std::string& party);

/// The statement at `index`, items attached.
/// Errors: `not_found` past the end; `corrupt` when the ledger lacks a manifest.
Result<LedgerEvent> ledger_event(Home& home, std::uint64_t index);

}  // namespace muster::cli
