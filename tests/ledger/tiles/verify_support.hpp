#pragma once

#include <string>
#include <vector>

#include "ledger/tiles/verify.hpp"
#include "tests/ledger/support.hpp"
#include "tests/ledger/tiles/sample_log.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

using Names = std::vector<std::string>;

inline ledger::TileVerifyOptions options_for_tests() {
  ledger::TileVerifyOptions options{.key = must(ledger::VerifierKey::parse(tiled_log_key()))};
  options.threads = 1;
  return options;
}

inline ledger::TileVerification verified(
    const ledger::FileMap& files, const ledger::TileVerifyOptions& options = options_for_tests()) {
  return must(verify_tiles(ledger::memory_source(files), options));
}

/// "CODE PATH ITEM" of each fault.
inline Names named(const ledger::TileVerification& result) {
  Names names;
  for (const ledger::TileFault& fault : result.faults) {
    names.push_back(fault.code + " " + fault.path + (fault.item.empty() ? "" : " " + fault.item));
  }
  return names;
}

/// The text of a checkpoint signed by key number `key`.
inline std::string signed_head(const ledger::Checkpoint& head, std::uint64_t key = 1) {
  return sign_checkpoint(head, tiled_origin, signer_of(key));
}

inline ledger::Checkpoint head_of(std::span<const Bytes> entries) {
  return {tiled_origin, {entries.size()}, root_of(entries), {}};
}

/// The verdict on the log of `entries`, with `change` made to its files.
template <class Change>
ledger::TileVerification changed(std::span<const Bytes> entries, const Change& change) {
  ledger::FileMap files = tiled_log(entries);
  change(files);
  return verified(files);
}

}  // namespace muster::test
