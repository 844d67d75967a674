#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/home.hpp"
#include "ledger/note.hpp"

namespace muster::cli {

/// Every key that signs or signed for a registry's log, oldest first.
[[nodiscard]] std::vector<ledger::VerifierKey> operator_keys(const registry::State& state);

/// Records what the operator refused, in the name of a party: in its stream `refusals`.
class RefusalRecorder final {
 public:
  /// Errors: those of the key files. Borrows context and home.
  static Result<RefusalRecorder> open(Context& context, Home& home, std::string party,
                                      const std::vector<std::string>& keys);

  /// The statement that records the refusal in `note`.
  /// Errors: those of `verify_refusal` by the operator's keys; of the signers.
  Result<registry::Submission> statement(const std::string& note) const;

 private:
  RefusalRecorder(Context& context, Home& home, std::string party,
                  std::vector<std::unique_ptr<crypto::Signer>> signers)
      : context_(&context), home_(&home), party_(std::move(party)), signers_(std::move(signers)) {}

  Context* context_;
  Home* home_;
  std::string party_;
  std::vector<std::unique_ptr<crypto::Signer>> signers_;
};

}  // namespace muster::cli
