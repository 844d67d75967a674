#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace muster {

/// Threads that do jobs in the order in which they were started, while their owner goes on with
/// something else: so that all cores are busy although one of them also reads and decides.
class Crew final {
 public:
  /// One call for each number below a count.
  class Job;

  /// Requires: `threads` above 0, the owner's among them. With one thread everything happens in
  /// `finish`.
  explicit Crew(unsigned threads);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  /// Requires: every job is finished.
  ~Crew();

  /// Has `work(i)` called once for every i below `count`, in any order. The job is this object's,
  /// and is to be finished once.
  /// Requires: calls for different i share nothing that one of them writes; they do not throw; what
  /// they use lives until the job is finished.
  [[nodiscard]] Job& start(std::size_t count, std::function<void(std::size_t)> work);
  /// Helps, and returns when all of the job is done. What it wrote is visible then; the job is
  /// gone.
  void finish(Job& job);

 private:
  void serve();
  Job* first_open();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Job>> jobs_;  // in the order they were started
  bool over_ = false;
  std::vector<std::thread> others_;
};

}  // namespace muster
