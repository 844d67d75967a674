#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <sstream>
#include <string>
#include <vector>

#include "cli/home.hpp"

namespace muster::serve {

/// A command's context without a terminal, as what stands below cli wants one.
class QuietContext final {
 public:
  QuietContext(const std::filesystem::path& folder, Random& random, const std::string& now)
      : context_(words_, words_, random) {
    context_.options().registry = folder.string();
    context_.options().quiet = true;
    context_.options().now = now;
  }
  QuietContext(const QuietContext&) = delete;
  QuietContext& operator=(const QuietContext&) = delete;

  [[nodiscard]] cli::Context& context() { return context_; }

 private:
  std::ostringstream words_;
  cli::Context context_;
};

/// A shared mutex at which nobody waits for ever: who wants it alone is let in as soon as those
/// that share it now are through, whoever else comes. Not to be taken twice by one thread.
class TurnMutex final {
 public:
  void lock() {
    const std::scoped_lock turn(turnstile_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    const std::scoped_lock turn(turnstile_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turnstile_;
  std::shared_mutex mutex_;
};

class LiveRegistry;

/// A store of its own for one reader, back in the pool when this ends.
class StoreLease final {
 public:
  StoreLease(LiveRegistry& pool, std::unique_ptr<ledger::Store> store)
      : pool_(&pool), store_(std::move(store)) {}
  StoreLease(StoreLease&&) noexcept = default;
  StoreLease& operator=(StoreLease&&) = delete;
  StoreLease(const StoreLease&) = delete;
  StoreLease& operator=(const StoreLease&) = delete;
  ~StoreLease();

  [[nodiscard]] ledger::Store& operator*() const { return *store_; }
  [[nodiscard]] ledger::Store* operator->() const { return store_.get(); }

 private:
  LiveRegistry* pool_;
  std::unique_ptr<ledger::Store> store_;
};

/// One registry for many threads. Any number read the state at once; what also needs the view or
/// the log through the registry takes turns beside them; one writer at a time has it alone.
class LiveRegistry final {
 public:
  /// `now` fixes the clock, as `--now`; empty: the machine's. Errors: those of `Home::open`.
  static Result<std::unique_ptr<LiveRegistry>> open(std::filesystem::path folder, Random& random,
                                                    std::string now);

  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] Random& random() { return random_; }
  [[nodiscard]] const std::string& fixed_now() const { return now_; }

  /// Calls `act(const cli::Home&)` beside other readers: for its state alone.
  /// Errors: `unavailable` while the registry is being opened anew; those of `act`.
  template <class Act>
  auto with_state(const Act& act) -> decltype(act(std::declval<const cli::Home&>())) {
    const std::shared_lock lock(state_mutex_);
    if (!home_) return failure(not_open());
    return act(static_cast<const cli::Home&>(*home_));
  }

  /// Calls `act(cli::Home&)`, which may read everything: the view is as new as the state.
  template <class Act>
  auto with_view(const Act& act) -> decltype(act(std::declval<cli::Home&>())) {
    for (int tries = 0; tries < most_flushes; ++tries) {
      const std::uint64_t opening = openings();
      MUSTER_TRY(flush());
      {
        const std::shared_lock lock(state_mutex_);
        const std::scoped_lock turn(view_mutex_);
        if (!home_) return failure(not_open());
        if (!is_flushed()) continue;
        auto done = act(*home_);
        if (done || done.error().rule != registry::view_made_anew) return done;
      }
      MUSTER_TRY(wait_until_reopened(opening));  // another front end made the view anew
    }
    return alone(act);  // somebody writes all the time
  }

  /// Calls `act(cli::Home&)` while nobody else reads or writes.
  template <class Act>
  auto alone(const Act& act) -> decltype(act(std::declval<cli::Home&>())) {
    const std::unique_lock lock(state_mutex_);
    if (!home_) return failure(not_open());
    return act(*home_);
  }

  /// Calls `act(cli::Home&)` while others may read the state, for what writes into the store and
  /// leaves state and view alone, such as a checkpoint.
  template <class Act>
  auto with_store(const Act& act) -> decltype(act(std::declval<cli::Home&>())) {
    const std::shared_lock lock(state_mutex_);
    const std::scoped_lock turn(view_mutex_);
    if (!home_) return failure(not_open());
    return act(*home_);
  }

  /// Calls `act(cli::Home&)` with the registry as it was after entry `index`. The last few that
  /// were asked for are kept; one call at a time, so that not every thread goes back at once.
  /// Errors: `invalid_input` past the end; `refused` with `request.rate` while another call takes
  /// long.
  /// Cost: the whole log up to the entry is judged again where it is not kept.
  template <class Act>
  auto with_past(std::uint64_t index, const Act& act) -> decltype(act(std::declval<cli::Home&>())) {
    const std::unique_lock turn(past_mutex_, std::chrono::milliseconds(past_wait_ms));
    if (!turn) return failure(past_is_busy());
    MUSTER_TRY_ASSIGN(cli::Home * home, past(index));
    return act(*home);
  }

  /// A store for the calling thread. Errors: those of opening one.
  Result<StoreLease> store();

  /// Opens the registry anew, after an error that leaves nothing known of it.
  Result<void> reopen();
  [[nodiscard]] bool is_open();
  /// Whether somebody found that the view was made anew by another process. Batches that were begun
  /// are of the registry as it is open, so that only who writes them opens it anew.
  [[nodiscard]] bool is_stale();

 private:
  friend class StoreLease;
  struct Past {
    std::uint64_t index;
    std::unique_ptr<QuietContext> context;
    std::unique_ptr<cli::Home> home;
  };

  static constexpr int most_flushes = 3;
  static constexpr std::size_t most_past = 2;
  static constexpr int past_wait_ms = 200;

  LiveRegistry(std::filesystem::path folder, Random& random, std::string now)
      : folder_(std::move(folder)), random_(random), now_(std::move(now)) {}
  [[nodiscard]] static Error not_open();
  [[nodiscard]] static Error past_is_busy();
  Result<void> flush();
  /// How often the registry was opened.
  [[nodiscard]] std::uint64_t openings();
  /// Waits for the next opening after this one, which is stale. Errors: `unavailable` when that
  /// takes long.
  Result<void> wait_until_reopened(std::uint64_t opening);
  [[nodiscard]] bool is_flushed() const;
  Result<cli::Home*> past(std::uint64_t index);
  void give_back(std::unique_ptr<ledger::Store> store);

  std::filesystem::path folder_;
  Random& random_;
  std::string now_;
  TurnMutex state_mutex_;
  std::mutex view_mutex_;  // after state_mutex_
  std::unique_ptr<QuietContext> context_;
  std::unique_ptr<cli::Home> home_;
  std::mutex stale_mutex_;
  std::condition_variable reopened_;
  std::uint64_t openings_ = 0;  // both under stale_mutex_
  std::uint64_t stale_ = 0;     // the opening that was found stale last
  std::timed_mutex past_mutex_;
  std::vector<Past> past_;  // newest use last
  std::mutex pool_mutex_;
  std::vector<std::unique_ptr<ledger::Store>> pool_;
};

}  // namespace muster::serve
