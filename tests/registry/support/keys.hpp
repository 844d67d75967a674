#pragma once

#include <string>

#include "ledger/crypto/key_id.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/must.hpp"

namespace muster::test {

/// The public key of a signer of the world, as statements spell it.
inline std::string public_of(World& world, const std::string& name) {
  return crypto::PublicKey(world.signer(name).public_key()).text();
}

inline std::string key_id(World& world, const std::string& name) {
  return crypto::KeyId::of(world.signer(name).public_key()).text();
}

/// Binds the key called `name` to `org`, signed by `org`'s first key and `others`.
inline void add_key(World& world, const std::string& org, const std::string& name,
                    std::vector<std::string> others = {}) {
  others.push_back(name);
  world.record(org, {.kind = "key.add", .body = {{"key", public_of(world, name)}}}, others);
}

/// The statement with the signatures of `signers` alone.
inline registry::Submission signed_by(World& world, const std::string& org, registry::Draft draft,
                                      const std::vector<std::string>& signers) {
  auto submission = world.statement(org, std::move(draft));
  submission.envelope.signatures.clear();
  for (const std::string& name : signers) {
    must(ledger::add_signature(submission.envelope, world.signer(name)));
  }
  return submission;
}

}  // namespace muster::test
