#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/demo/cast.hpp"
#include "ledger/base/clock.hpp"
#include "registry/registry.hpp"
#include "registry/statement.hpp"

namespace muster::cli::demo {

/// What one step of the story wrote.
struct StageCount {
  std::string stage;
  std::uint64_t statements;
  std::uint64_t chips;  ///< that these statements are about, repetitions included
  std::int64_t ms;      ///< of this machine's time
};

/// Told what is under way, and how much of it is done.
using Progress =
    std::function<void(std::string_view activity, std::uint64_t done, std::uint64_t total)>;

/// What goes with a draft.
struct Enclosed {
  std::uint64_t chips = 0;          ///< Counted for the table when the draft lists none.
  const char* co_signer = nullptr;  ///< Signs as well.
  std::vector<ledger::Blob> blobs{};
};

/// Signs and records the statements of all parties, in batches, and keeps count.
///
/// Statements of one batch see the state before it: `flush` before drafting one that follows
/// another on the same chip. Borrows everything.
class Filing final {
 public:
  struct Tools {
    registry::Registry& registry;
    FixedClock& clock;
    const Cast& cast;
    Random& random;
    const Progress& progress;
  };
  Filing(Tools tools, std::string origin);

  /// Ends the stage under way and begins another at `at`, expecting `statements` or so.
  Result<void> begin(const std::string& stage, Timestamp at, std::uint64_t statements);
  /// Ends the last stage: its day ends with a commitment to the state.
  Result<void> end();
  /// A later day within the stage; the one under way ends as in `end`.
  Result<void> wait_until(Timestamp at);

  /// Adds a statement of `org` to the batch, and records the batch when it is full.
  /// Errors: a refusal, naming kind and party.
  Result<void> add(const std::string& org, registry::Draft draft, Enclosed enclosed = {});
  /// Records what is waiting.
  Result<void> flush();
  /// Records one statement, after what is waiting. Returns its hash.
  Result<Hash> file(const std::string& org, registry::Draft draft, Enclosed enclosed = {});

  [[nodiscard]] const registry::State& state() const { return tools_.registry.state(); }
  [[nodiscard]] const std::vector<StageCount>& stages() const { return stages_; }
  [[nodiscard]] Random& random() const { return tools_.random; }

 private:
  registry::StatementMaker& maker(const std::string& org);
  Result<void> commit_state();

  Tools tools_;
  std::string origin_;
  std::map<std::string, registry::StatementMaker> makers_;
  std::vector<registry::Submission> waiting_;
  std::vector<std::string> waiting_names_;
  std::size_t waiting_bytes_ = 0;
  Hash last_{};
  std::vector<StageCount> stages_;
  std::uint64_t expected_ = 0;
  std::chrono::steady_clock::time_point began_{};
  bool under_way_ = false;
};

}  // namespace muster::cli::demo
