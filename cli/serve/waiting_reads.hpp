#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cli/http/server.hpp"

namespace muster::serve {

/// Reads that wait for what comes, all on one thread: an idle one costs its memory.
class WaitingReads final {
 public:
  /// How many may wait, and how many of one caller.
  struct Terms {
    std::size_t most = 200;
    std::size_t most_each = 50;
  };
  /// Gives the answer if there is one, and in any case when it is the `last` time.
  using Ask = std::function<std::optional<http::Response>(bool last)>;

  explicit WaitingReads(const Terms& terms);
  WaitingReads(const WaitingReads&) = delete;
  WaitingReads& operator=(const WaitingReads&) = delete;
  ~WaitingReads();

  /// Asks at once, whenever there are news, and when the time is over. False when too many wait,
  /// or after `stop`: nothing is replied then.
  [[nodiscard]] bool add(const std::string& caller, std::chrono::milliseconds most, Ask ask,
                         http::Reply reply);
  /// Something came. From any thread.
  void news();
  /// Has all of them answered and takes no more. Returns at once.
  void begin_stop();
  /// The same, and waits until they are.
  void stop();

  [[nodiscard]] std::size_t count() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Read {
    std::string caller;
    Clock::time_point until;
    Ask ask;
    http::Reply reply;
  };

  void run();
  [[nodiscard]] Clock::time_point next_end() const;
  /// Those that are not answered yet.
  [[nodiscard]] std::vector<Read> asked(std::vector<Read> reads, bool stopping);
  void forget(const std::string& caller);

  Terms terms_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Read> reads_;
  std::map<std::string, std::size_t> waiting_;  ///< By caller; those that are being asked, too.
  std::size_t count_ = 0;
  bool news_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace muster::serve
