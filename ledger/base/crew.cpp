#include "ledger/base/crew.hpp"

#include <algorithm>
#include <atomic>

#include "ledger/base/check.hpp"

namespace muster {
namespace {

/// Taken at once: few enough to share the end of a job evenly, one by one if there are few in all.
constexpr std::size_t most_in_piece = 8;
constexpr std::size_t pieces_per_thread = 8;

}  // namespace

class Crew::Job {
 public:
  Job(std::size_t count, std::size_t threads, std::function<void(std::size_t)> work)
      : count_(count),
        piece_(std::clamp<std::size_t>(count / (threads * pieces_per_thread), 1, most_in_piece)),
        work_(std::move(work)) {}

  /// Works until nothing is left to take.
  void help() {
    while (true) {
      const std::size_t first = next_.fetch_add(piece_);
      if (first >= count_) return;
      const std::size_t end = std::min(count_, first + piece_);
      for (std::size_t i = first; i < end; ++i) work_(i);
    }
  }
  [[nodiscard]] bool is_open() const { return next_.load() < count_; }

  unsigned helpers = 0;  ///< Threads in `help`; guarded by the crew's mutex.

 private:
  const std::size_t count_;
  const std::size_t piece_;
  const std::function<void(std::size_t)> work_;
  std::atomic<std::size_t> next_{0};
};

Crew::Crew(unsigned threads) {
  MUSTER_CHECK(threads > 0);
  for (unsigned i = 1; i < threads; ++i) others_.emplace_back([this] { serve(); });
}

Crew::~Crew() {
  {
    const std::scoped_lock lock(mutex_);
    MUSTER_CHECK(jobs_.empty());
    over_ = true;
  }
  changed_.notify_all();
  for (std::thread& other : others_) other.join();
}

Crew::Job& Crew::start(std::size_t count, std::function<void(std::size_t)> work) {
  auto job = std::make_unique<Job>(count, others_.size() + 1, std::move(work));
  Job& started = *job;
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_all();
  return started;
}

/// The oldest job that has something to take.
Crew::Job* Crew::first_open() {
  const auto open = std::ranges::find_if(jobs_, [](const auto& job) { return job->is_open(); });
  return open == jobs_.end() ? nullptr : open->get();
}

void Crew::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    Job* job = nullptr;
    changed_.wait(lock, [&] { return over_ || (job = first_open()) != nullptr; });
    if (job == nullptr) return;
    ++job->helpers;
    lock.unlock();
    job->help();
    lock.lock();
    --job->helpers;
    changed_.notify_all();
  }
}

void Crew::finish(Job& job) {
  job.help();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&job] { return job.helpers == 0; });
  const auto at = std::ranges::find(jobs_, &job, [](const auto& owned) { return owned.get(); });
  MUSTER_CHECK(at != jobs_.end());
  jobs_.erase(at);
}

}  // namespace muster
