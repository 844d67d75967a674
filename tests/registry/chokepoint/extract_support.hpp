#pragma once

#include <string>
#include <vector>

#include "ledger/checkpoint.hpp"
#include "ledger/crypto/sha256.hpp"
#include "registry/chokepoint/extract_make.hpp"
#include "registry/chokepoint/lookup.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

// Extracts of a small world, and what they answer.

namespace muster::test {

inline const std::string origin = "test.example/registry";

inline crypto::Ed25519Signer operator_signer() {
  crypto::SeededRandom random("operator");
  return crypto::Ed25519Signer::generate(random);
}

inline ledger::VerifierKey operator_key(const std::string& name = origin) {
  return {name, operator_signer().public_key()};
}

inline const Timestamp now = must(Timestamp::parse("2026-01-06T00:00:00.000Z"));

/// The file of an extract of `world`.
inline std::string extract_of(const World& world, choke::Scope scope = choke::Scope::border,
                              const exchange::Resolver& aliases = exchange::Resolver(origin)) {
  const choke::ExtractHeader header{.origin = origin,
                                    .head = {{world.state().size()}, crypto::sha256("root")},
                                    .made_at = now,
                                    .scope = scope};
  return must(choke::encode_extract(header, choke::extract_table(world.state(), scope, aliases),
                                    operator_signer()));
}

inline Result<choke::Extract> opened(const std::string& file,
                                     const ledger::VerifierKey& key = operator_key()) {
  return choke::Extract::open(
      [file](std::uint64_t offset, std::size_t bytes) -> Result<std::string> {
        return offset > file.size() ? std::string() : file.substr(offset, bytes);
      },
      file.size(), std::span(&key, 1));
}

inline std::vector<std::string> codes(const choke::Answer& answer) {
  std::vector<std::string> list;
  for (const choke::Reason& reason : answer.reasons) list.push_back(reason.code);
  return list;
}

inline choke::Answer asked(const std::string& file, const std::string& scan) {
  choke::Extract extract = must(opened(file));
  return must(choke::look_up(extract, scan, now));
}

}  // namespace muster::test
