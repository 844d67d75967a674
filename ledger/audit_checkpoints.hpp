#pragma once

#include <utility>

#include "ledger/audit_faults.hpp"

namespace muster::ledger {

/// One checkpoint with the key that must have signed it.
struct CheckpointJob {
  std::string name;  ///< For messages: "checkpoint 3".
  std::string text;
  VerifierKey key;

  /// What is wrong with the signature, if anything. Thread-safe.
  [[nodiscard]] std::optional<AuditFault> fault() const;
};

/// Compares each stored checkpoint, and each that the auditor holds, with the root that the entries
/// have at its size. Part of audit.cpp.
///
/// Checkpoints are kept in the order in which they were made, which need not be that of their
/// sizes, and there may be more of them than fit into memory. So their texts are read twice: once
/// to learn which sizes each stretch of them has, and again when the audit gets there.
class CheckpointAudit final {
 public:
  CheckpointAudit(Store& store, const AuditOptions& options);

  /// Reads all of them, and names those that are not in their form.
  void survey(AuditFaults& faults);

  /// Compares the checkpoints of this size. Requires: sizes in ascending order; cheap where there
  /// is none of this size. Those whose signature is to be checked are added to `jobs`.
  void check_at(TreeSize size, const CompactRange& range, AuditFaults& faults,
                std::vector<CheckpointJob>& jobs);
  /// The log ends here: checkpoints beyond are faults.
  void finish(TreeSize size, AuditFaults& faults);

  [[nodiscard]] std::uint64_t count() const { return count_; }

 private:
  /// A checkpoint in its place: by size, then in the order they were kept; held ones come last.
  struct Claim {
    TreeSize size;
    std::uint64_t number;
    Hash root;
    friend auto operator<=>(const Claim&, const Claim&) = default;
  };
  /// Checkpoints [first, first + stretch) have sizes from `least` to `most`.
  struct Stretch {
    std::uint64_t first;
    TreeSize least;
    TreeSize most;
  };
  template <class Use>
  Result<void> for_each_stored(std::uint64_t first, std::uint64_t count, const Use& use);
  void note_text(std::uint64_t number, const std::string& text, AuditFaults& faults);
  void refill(AuditFaults& faults);
  void take(std::vector<Claim>& nearest, const Claim& claim) const;
  [[nodiscard]] const Claim* next(AuditFaults& faults);
  [[nodiscard]] std::string name_of(const Claim& claim) const;
  std::optional<std::string> text_of(const Claim& claim, AuditFaults& faults);
  std::optional<CheckpointJob> job_of(const Claim& claim, AuditFaults& faults);

  Store* store_;
  const AuditOptions* options_;
  std::uint64_t stored_ = 0;  // checkpoints of the store
  std::uint64_t count_ = 0;
  std::vector<Stretch> stretches_;
  std::vector<Claim> held_;    // by rising size
  std::vector<Claim> window_;  // the nearest claims not done yet, the last one first
  std::optional<Claim> last_;  // the last one that was in a window
  bool exhausted_ = false;     // no claim is beyond the window
};

}  // namespace muster::ledger
