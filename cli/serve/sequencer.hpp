#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/serve/live_registry.hpp"
#include "registry/registry.hpp"

namespace muster::serve {

/// What somebody hands in at once.
struct Handed {
  std::vector<registry::Submission> statements{};
  registry::BatchMode mode = registry::BatchMode::each;
  bool patient = false;         ///< Taken in however many wait: for who hands in little at once.
  bool wants_receipts = false;  ///< A checkpoint is signed before the verdicts are given out.
};

/// What became of one statement.
struct Verdict {
  registry::Outcome outcome;
  std::optional<std::string> refusal{};  ///< Signed by the operator, where the key is here.
};

/// Statements that were handed in and are not settled yet. To be waited for.
class Pending final {
 public:
  using Verdicts = Result<std::vector<Verdict>>;
  explicit Pending(std::vector<std::future<Verdicts>> parts) : parts_(std::move(parts)) {}

  /// Until each is durable or refused: one verdict for each, in order. Errors: `unavailable`, when
  /// the disk fails: nothing is known to be recorded then, and the same may be sent again.
  Verdicts wait();

 private:
  std::vector<std::future<Verdicts>> parts_;
};

/// Counts for `/metrics`.
struct SequencerCounts {
  std::uint64_t recorded = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t refused = 0;
  std::uint64_t batches = 0;
  std::uint64_t waiting = 0;  ///< Statements that were handed in and are not settled.
};

/// The one thread that writes. What many hand in meanwhile becomes one durable batch; the
/// signatures of the next batch are checked while the one before is written. Between batches it
/// reads what other processes recorded. What is recorded is signed for before the answer where
/// somebody wants a receipt, and else within half a second.
class Sequencer final {
 public:
  struct Options {
    std::uint64_t most_waiting = 100'000;
    int poll_ms = 100;  ///< How long others' entries may go unseen.
    /// Told what went wrong outside of any call; may be empty.
    std::function<void(const Error&)> tell{};
    /// Called when there are new entries, here or from other processes; may be empty.
    std::function<void()> news{};
  };

  Sequencer(LiveRegistry& live, Options options);
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;
  ~Sequencer();

  /// Queues statements and returns. Many that need not stand or fall together become several
  /// batches. Errors: `refused` with `request.rate` when too many wait; `unavailable` after `stop`.
  Result<Pending> hand_in(Handed handed);
  /// The same, and waits.
  Result<std::vector<Verdict>> record(Handed handed);

  /// Takes nothing more in, settles what was taken, writes the view, and ends.
  void stop();

  [[nodiscard]] SequencerCounts counts() const;

 private:
  using Verdicts = Pending::Verdicts;
  struct Ticket {
    Handed handed;
    std::promise<Verdicts> done{};
  };
  /// Tickets that are recorded as one batch.
  struct Load {
    std::vector<std::unique_ptr<Ticket>> tickets{};
    std::vector<std::size_t> sizes{};
    registry::BatchMode mode = registry::BatchMode::each;
    bool wants_receipts = false;
    std::optional<registry::Batch> batch{};
  };

  void run();
  [[nodiscard]] std::optional<Load> gathered();
  [[nodiscard]] bool much_waits() const;
  void begin(Load& load);
  void settle(Load& load, std::optional<Load>& next);
  void give_out(Load& load, Verdicts all);
  Result<std::vector<Verdict>> verdicts_of(Load& load);
  void count(const std::vector<Verdict>& verdicts);
  void look_around();
  void open_anew();
  void sign_head();
  void sign_if_due();
  void tell(const Error& error) const;

  LiveRegistry& live_;
  Options options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Ticket>> queue_;
  SequencerCounts counts_;
  bool stopping_ = false;
  // Of the thread alone: since when something is recorded and not signed for.
  std::optional<std::chrono::steady_clock::time_point> unsigned_since_;
  std::thread thread_;
};

}  // namespace muster::serve
