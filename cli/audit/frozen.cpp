#include "cli/audit/frozen.hpp"

#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"

namespace muster::cli {
namespace {

Result<Frozen> frozen_of(const registry::State& state, const registry::Freeze& row) {
  MUSTER_TRY_ASSIGN(const PartyId prover, PartyId::parse(state.party_name(row.party)));
  return Frozen{row.id,
                prover,
                Window{row.from, row.to},
                state.tables().statements[row.index].hash,
                row.index,
                row.frame_root,
                row.frame_count,
                row.heads_root,
                row.heads,
                row.declarations_root};
}

}  // namespace

Result<Frozen> newest_freeze(const registry::State& state, const PartyId& prover) {
  const registry::Freeze* newest = nullptr;
  for (const registry::Freeze& row : state.tables().freezes.rows()) {
    if (state.party_name(row.party) == prover.text()) newest = &row;
  }
  if (newest == nullptr) {
    return failure(Errc::not_found, "prover " + prover.text() +
                                        ": has frozen nothing; a plan needs its freeze.commit");
  }
  return frozen_of(state, *newest);
}

Result<Frozen> freeze_by_statement(const registry::State& state, const Hash& statement) {
  for (const registry::Freeze& row : state.tables().freezes.rows()) {
    if (state.tables().statements[row.index].hash == statement) return frozen_of(state, row);
  }
  return failure(Errc::not_found, "freeze " + statement.to_hex() + ": not in this ledger");
}

Result<registry::Frame> registry_frame(const registry::State& state, const Frozen& frozen) {
  return registry::frame(state, frozen.prover, frozen.window, frozen.index);
}

Result<FrameKeys> read_frame_keys(const std::vector<std::string>& options) {
  FrameKeys keys;
  for (const std::string& option : options) {
    const auto equals = option.find('=');
    if (equals == std::string::npos) {
      return failure(Errc::invalid_input, "--frame-key: got \"" + option + "\", want PROVER=FILE");
    }
    MUSTER_TRY_ASSIGN(std::string text, read_text_file(option.substr(equals + 1), 1024));
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
    auto key = bytes_from_hex(text);
    if (!key || key->size() != 32) {
      return failure(Errc::invalid_input, option.substr(equals + 1) + ": want 64 hex digits");
    }
    keys[option.substr(0, equals)] = std::move(*key);
  }
  return keys;
}

}  // namespace muster::cli
