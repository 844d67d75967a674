#pragma once

#include <vector>

#include "attestation/run/declaration.hpp"
#include "ledger/base/json.hpp"
#include "ledger/base/random.hpp"
#include "ledger/store.hpp"

namespace muster::cli::audit {

/// A declaration as the registry takes it: the body of `run.declare` and the two manifests that it
/// names, shards first.
struct DeclarationBlobs {
  Json body;
  std::vector<ledger::Blob> blobs;
};

/// For filing. Every item of the two manifests gets a salt from `random`. `model` says in words
/// what is trained or served.
/// Errors: `invalid_input` for what `run.declare` has no field for: restarts, parameters or bytes
/// per parameter that are not whole or too large, one chip with one shard twice, no item at all.
Result<DeclarationBlobs> declaration_blobs(const attestation::Declaration& declaration,
                                           const std::string& model, Random& random);

/// Reads them back, after checking both manifests against the body.
/// Requires: a body that the registry accepted.
/// Errors: `invalid_input` if the manifests are not those of the body, or are no declaration.
Result<attestation::Declaration> filed_declaration(const Json& body, ByteView shards,
                                                   ByteView steps);

/// Its step commitments alone, likewise.
Result<std::vector<attestation::StepCommitment>> filed_steps(const Json& body, ByteView steps);

/// Its shard map alone, likewise.
Result<std::vector<attestation::Assignment>> filed_assignments(const Json& body, ByteView shards);

}  // namespace muster::cli::audit
