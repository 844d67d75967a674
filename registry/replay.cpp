#include "registry/replay.hpp"

#include <algorithm>

#include "ledger/log.hpp"
#include "registry/rules.hpp"
#include "registry/submission.hpp"

namespace muster::registry {
namespace {

constexpr std::size_t entries_per_replay = 256;

}  // namespace

Result<void> apply_recorded(State& state, ledger::Store& store, const ledger::Entry& entry) {
  std::vector<std::unique_ptr<Bytes>> blobs;
  std::optional<Error> trouble;
  const auto source = [&](const Hash& hash) -> const Bytes* {
    auto bytes = store.blob(hash);
    if (!bytes) {
      trouble = std::move(bytes.error());
      return nullptr;
    }
    blobs.push_back(std::make_unique<Bytes>(std::move(bytes.value())));
    return blobs.back().get();
  };
  const Prepared prepared = prepare(entry.envelope, source);
  if (trouble) return failure(std::move(*trouble));
  const std::string where = "entry " + std::to_string(entry.index.value);
  if (prepared.error) {
    return failure(Errc::corrupt, where + ": " + prepared.error->message);
  }
  std::vector<CheckedSignature> signatures;
  for (const auto& signature : entry.envelope.signatures) {
    signatures.push_back({.keyid = signature.keyid.text(), .known = true, .verified = true});
  }
  auto found = judge(state, prepared.event, signatures, {entry.accepted_at});
  if (!found) return failure(Errc::corrupt, where + ": " + found.error().message);
  apply(state, found.value());
  state.commit();
  return {};
}

Result<std::unique_ptr<State>> replayed_state(ledger::Store& store, Index32 size) {
  MUSTER_TRY_ASSIGN(const ledger::Log log, ledger::Log::open(store));
  auto state = std::make_unique<State>();
  while (state->size() < size) {
    const std::size_t count = std::min<std::size_t>(size - state->size(), entries_per_replay);
    MUSTER_TRY_ASSIGN(const auto entries, log.read({state->size()}, count));
    if (entries.empty()) {
      return failure(Errc::corrupt, "log: entry " + std::to_string(state->size()) + " is missing");
    }
    for (const ledger::Entry& entry : entries) MUSTER_TRY(apply_recorded(*state, store, entry));
  }
  return state;
}

}  // namespace muster::registry
