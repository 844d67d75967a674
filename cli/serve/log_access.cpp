#include "cli/serve/log_access.hpp"

#include "cli/receipts.hpp"
#include "cli/refusal_recorder.hpp"
#include "cli/serve/reading.hpp"

namespace muster::serve {

Result<ledger::Receipt> receipt_of(Service& service, ledger::LogIndex index) {
  MUSTER_TRY_ASSIGN(const auto keys,
                    service.live().with_state(
                        [](const cli::Home& home) -> Result<std::vector<ledger::VerifierKey>> {
                          return cli::operator_keys(home.state());
                        }));
  if (keys.empty()) return failure(Errc::unavailable, "receipt: nobody signs for this log");
  LiveRegistry& live = service.live();
  QuietContext quiet(live.folder(), live.random(), live.fixed_now());
  MUSTER_TRY_ASSIGN(auto policy, cli::witness_policy(quiet.context(), {}));
  MUSTER_TRY_ASSIGN(const StoreLease store, live.store());
  auto desk = cli::ReceiptDesk::with(quiet.context(), *store, keys.back(), std::move(policy));
  return desk.receipt(index);
}

Result<void> check_takes_in(Service& service) {
  MUSTER_TRY_ASSIGN(const StoreLease store, service.live().store());
  if (!store->only_reads()) return {};
  return failure(Error{Errc::refused,
                       "this front end reads a replica of the log, and takes nothing in",
                       rule_only_reads});
}

Result<std::string> newest_checkpoint(ledger::Store& store) {
  MUSTER_TRY_ASSIGN(auto text, store.newest_checkpoint());
  if (text) return std::move(*text);
  return failure(Errc::unavailable, "checkpoint: none is signed yet");
}

Result<ledger::LogIndex> index_of_statement(Service& service, const std::string& hash) {
  const auto parsed = Hash::from_hex(hash);
  if (!parsed) return failure(bad_parameter("statement", "want 64 lower-case hex digits"));
  return service.live().with_state([&](const cli::Home& home) -> Result<ledger::LogIndex> {
    const auto index = home.state().statement_index(*parsed);
    if (!index) return failure(nothing_here("statement", hash));
    return ledger::LogIndex{*index};
  });
}

bool may_read_entry(const Visibility& visibility, ledger::LogIndex index, ByteView bytes) {
  if (visibility.sees_all()) return true;
  const auto entry = ledger::parse_entry(bytes);
  if (!entry) return false;
  const auto payload = parse_json(entry->envelope.payload);
  return payload && visibility.entry(static_cast<registry::Index32>(index.value), *payload);
}

Result<Bytes> visible_entry(Service& service, const Principal& principal, ledger::LogIndex index) {
  MUSTER_TRY_ASSIGN(const StoreLease store, service.live().store());
  MUSTER_TRY_ASSIGN(auto read, store->read(index, 1));
  const Error nothing = nothing_here("entry", std::to_string(index.value));
  if (read.empty()) return failure(nothing);
  MUSTER_TRY_ASSIGN(
      const bool may, service.live().with_state([&](const cli::Home& home) -> Result<bool> {
        return may_read_entry(Visibility(home.state(), principal), index, read.front());
      }));
  if (!may) return failure(nothing);
  return std::move(read.front());
}

}  // namespace muster::serve
