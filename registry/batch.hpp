#pragma once

#include <memory>
#include <span>
#include <vector>

#include "registry/submission.hpp"

namespace muster {
class Crew;
}

namespace muster::registry {

/// Submissions on their way into the log: being read, and their signatures being checked on other
/// threads while their owner goes on with something else, such as writing the batch before.
///
/// Nothing that this object finds out depends on when it does so: a statement is the same, and the
/// key that an id names is the same, whatever the log comes to meanwhile. Not thread-safe.
class Batch final {
 public:
  /// Who helps, and with which keys: both are borrowed until the batch ends. Keys may be added to
  /// the ring meanwhile, and none taken away.
  struct Help {
    const KeyRing* keys;
    Crew* crew;  ///< Null: everything happens in the calling thread.
  };

  /// Reads the statements and has the signatures checked whose keys are in the ring.
  static Batch begin(std::vector<Submission> submissions, Help help);
  /// The same with submissions that are borrowed until the batch ends.
  static Batch begin_borrowed(std::span<const Submission> submissions, Help help);

  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;
  /// Waits for the threads that are still at work for it.
  ~Batch();

  [[nodiscard]] std::span<const Submission> submissions() const;

  /// Waits until everything is read and checked, also by keys that came into the ring since, and by
  /// those that the batch brings itself. May be called again when there are more keys.
  void settle();
  /// One for each submission. Requires: `settle` was called.
  [[nodiscard]] std::span<const Prepared> prepared() const;

 private:
  struct Work;
  explicit Batch(std::unique_ptr<Work> work);

  std::unique_ptr<Work> work_;
};

}  // namespace muster::registry
