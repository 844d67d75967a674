#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/home.hpp"
#include "registry/statement.hpp"

namespace muster::cli {

/// Who signs what a verb records.
struct Author {
  std::string org;
  std::string key_file;
};

/// Makes the statements of one party and records them in batches: for verbs that record many.
class StatementWriter final {
 public:
  /// Errors: those of the key file.
  static Result<StatementWriter> open(Context& context, Home& home, const Author& author);

  /// Adds a statement; records the batch when it is full. With `--dry-run` it is only judged.
  /// Errors: the refusal, of this statement or of one before it in the batch.
  Result<void> add(const registry::Draft& draft);
  /// Records what is left. Nothing is recorded by the destructor.
  Result<void> finish();
  /// Statement hashes in the order of `add`.
  [[nodiscard]] const std::vector<Hash>& statements() const { return statements_; }

 private:
  StatementWriter(Context& context, Home& home, std::unique_ptr<crypto::Signer> signer,
                  std::string org);
  static constexpr std::size_t batch_size = 1000;

  Context* context_;
  Home* home_;
  std::unique_ptr<crypto::Signer> signer_;
  registry::StatementMaker::Identity identity_;
  std::vector<registry::Submission> batch_;
  std::vector<Hash> statements_;
};

}  // namespace muster::cli
