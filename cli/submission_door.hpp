#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "cli/keepsakes.hpp"
#include "cli/statement_file.hpp"

namespace muster::cli {

/// How statements are let in.
struct DoorOptions {
  Keepsakes keep;
  bool all_or_nothing = false;
  bool judge_only = false;
  /// A batch is read, and its signatures checked, while the one before is written. Not where
  /// whoever gives the statements may wait for what became of them before giving more.
  bool reads_ahead = false;
};

/// One statement of a batch, and what became of it.
struct Settled {
  const Incoming& place;  ///< Where it was read; its submission is the next member.
  const registry::Submission& submission;
  const registry::Outcome& outcome;
  const std::optional<std::string>& refusal;  ///< The signed note, where one could be signed.
};

/// Gives the statements one after another; nothing at the end.
using StatementSource = std::function<Result<std::optional<Incoming>>()>;

/// Records statements in batches, tells of each, and keeps receipts and refusals. Borrows all that
/// it is given.
class SubmissionDoor final {
 public:
  /// `settled`: told of each statement once it is durable or refused; may be empty.
  SubmissionDoor(Context& context, Home& home, const DoorOptions& options,
                 std::function<Result<void>(const Settled&)> settled = {});

  /// The worst of what became of the statements.
  /// Errors: those of the source, of the log, and of files that could not be written.
  Result<ExitCode> run(const StatementSource& next);

 private:
  /// Statements that are handled at once.
  struct Load {
    std::vector<Incoming> places{};          // without their submissions, which are in the batch
    std::optional<registry::Batch> batch{};  // where they are recorded
    std::vector<registry::Submission> only_judged{};

    [[nodiscard]] std::span<const registry::Submission> submissions() const;
  };
  struct Tally {
    std::uint64_t recorded = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t refused = 0;
    ExitCode worst = ExitCode::done;

    [[nodiscard]] std::uint64_t all() const { return recorded + duplicates + refused; }
  };

  [[nodiscard]] bool writes() const;
  Result<void> take(Incoming incoming);
  Result<void> hand_over();
  Result<void> settle(Load load);
  Result<void> settle_begun();
  Result<void> keep_receipts(const std::vector<registry::Outcome>& outcomes);
  Result<std::vector<std::optional<std::string>>> signed_refusals(
      const Load& load, const std::vector<registry::Outcome>& outcomes);
  Result<std::vector<registry::Outcome>> judged(Load& load) const;
  Result<void> tell(const Incoming& incoming, const registry::Outcome& outcome,
                    const std::optional<std::string>& refusal);
  void sum_up();

  Context* context_;
  Home* home_;
  const DoorOptions* options_;
  std::function<Result<void>(const Settled&)> settled_;
  print::Printer printer_;
  std::optional<Load> begun_;     // before what is being taken
  std::vector<Incoming> places_;  // without their submissions, which are in `batch_`
  std::vector<registry::Submission> batch_;
  std::size_t batch_bytes_ = 0;
  Tally tally_;
};

}  // namespace muster::cli
