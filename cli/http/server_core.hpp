#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "cli/http/body_budget.hpp"
#include "cli/http/session.hpp"

namespace muster::http {

/// What stands behind HttpServer: the listening socket and the sessions.
class ServerCore final {
 public:
  ServerCore(const ServerOptions& options, AsyncHandler handler)
      : options_(options), handler_(std::move(handler)), budget_(options.max_bodies_bytes) {}

  Result<void> listen();
  void run();
  void run_ready();
  void stop();
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] ServerLoad load();

  // For the sessions.

  [[nodiscard]] const ServerOptions& options() const { return options_; }
  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] BodyBudget& budget() { return budget_; }
  /// Has a request answered: `Session::take_answer` is called with it on the session's strand, now
  /// or later.
  void answer(const Request& request, const Turn& turn);
  /// In the words of the options.
  [[nodiscard]] Response refusal(const Refusal& refusal) const;
  /// The session, on its own strand: nothing else removes it. Null: it is gone.
  Session* find(std::uint64_t id);
  /// Ends the session: it is gone when this returns.
  void remove(std::uint64_t id);

 private:
  void begin();
  void accept();
  void take_waiting();
  void take(tcp::socket socket);
  void begin_stop();
  /// Calls `act` on the strand of every session that is still there then.
  void each_session(void (Session::*act)());
  void deliver(const Turn& turn, Response response);

  ServerOptions options_;
  AsyncHandler handler_;
  BodyBudget budget_;
  std::atomic<bool> stopping_ = false;
  bool begun_ = false;  // of the thread that runs the server
  net::io_context io_;
  // Acceptor, signals and timer are touched on this strand only.
  net::strand<net::io_context::executor_type> strand_{io_.get_executor()};
  tcp::acceptor acceptor_{strand_};
  net::signal_set signals_{strand_};
  net::steady_timer timer_{strand_};
  std::mutex mutex_;  // of all below
  std::unordered_map<std::uint64_t, std::unique_ptr<Session>> sessions_;
  std::uint64_t next_id_ = 0;
};

}  // namespace muster::http
