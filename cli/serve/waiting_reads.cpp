#include "cli/serve/waiting_reads.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace muster::serve {

WaitingReads::WaitingReads(const Terms& terms) : terms_(terms), thread_([this] { run(); }) {}

WaitingReads::~WaitingReads() { stop(); }

bool WaitingReads::add(const std::string& caller, std::chrono::milliseconds most, Ask ask,
                       http::Reply reply) {
  {
    const std::scoped_lock lock(mutex_);
    std::size_t& own = waiting_[caller];
    if (stopping_ || count_ >= terms_.most || own >= terms_.most_each) {
      if (own == 0) waiting_.erase(caller);
      return false;
    }
    ++own;
    ++count_;
    reads_.push_back({caller, Clock::now() + most, std::move(ask), std::move(reply)});
    news_ = true;  // which may have come before it stood here
  }
  changed_.notify_all();
  return true;
}

void WaitingReads::news() {
  {
    const std::scoped_lock lock(mutex_);
    if (reads_.empty()) return;
    news_ = true;
  }
  changed_.notify_all();
}

void WaitingReads::begin_stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
}

void WaitingReads::stop() {
  begin_stop();
  if (thread_.joinable()) thread_.join();
}

std::size_t WaitingReads::count() const {
  const std::scoped_lock lock(mutex_);
  return count_;
}

void WaitingReads::forget(const std::string& caller) {
  const std::scoped_lock lock(mutex_);
  --count_;
  const auto own = waiting_.find(caller);
  if (--own->second == 0) waiting_.erase(own);
}

WaitingReads::Clock::time_point WaitingReads::next_end() const {
  auto end = Clock::now() + std::chrono::minutes(1);
  for (const Read& read : reads_) end = std::min(end, read.until);
  return end;
}

std::vector<WaitingReads::Read> WaitingReads::asked(std::vector<Read> reads, bool stopping) {
  std::vector<Read> rest;
  for (Read& read : reads) {
    auto answer = read.ask(stopping || read.until <= Clock::now());
    if (!answer) {
      rest.push_back(std::move(read));
      continue;
    }
    forget(read.caller);
    read.reply(std::move(*answer));
  }
  return rest;
}

void WaitingReads::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait_until(lock, next_end(), [this] { return news_ || stopping_; });
    news_ = false;
    const bool stopping = stopping_;
    std::vector<Read> reads = std::exchange(reads_, {});
    lock.unlock();
    std::vector<Read> rest = asked(std::move(reads), stopping);
    lock.lock();
    // What came meanwhile stands behind those that wait longer.
    std::ranges::move(reads_, std::back_inserter(rest));
    reads_ = std::move(rest);
    if (stopping && reads_.empty()) return;
  }
}

}  // namespace muster::serve
