#pragma once

#include <string>

#include "ledger/checkpoint.hpp"
#include "tests/ledger/support.hpp"

namespace muster::test {

/// The operator of the log that most tests of one log are about.
inline const std::string log_name = "log.example/one";
inline const crypto::Ed25519Signer operator_key = signer_of(9);
inline const ledger::CheckpointSigner log_signer{log_name, &operator_key};
inline const ledger::VerifierKey log_key(log_name, operator_key.public_key());

}  // namespace muster::test
