#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cli/http/message.hpp"
#include "cli/http/tls.hpp"
#include "ledger/base/error.hpp"

namespace muster::http {

/// A request that no handler saw: it could not be read, or its handler threw.
struct Refusal {
  unsigned status = 400;  ///< 400, 408, 413, 431, 500 or 503.
  std::string detail{};   ///< For people; of an exception, what it says.
  std::string remote{};   ///< The client's address in numbers.
};

struct ServerOptions {
  std::string address = "127.0.0.1";  ///< Of this machine, in numbers: IPv4 or IPv6.
  std::uint16_t port = 0;             ///< 0: any that is free; `port()` says which.
  std::size_t max_header_bytes = std::size_t{1} << 14U;
  std::size_t max_body_bytes = std::size_t{1} << 20U;
  std::size_t max_connections = 1'000;  ///< Beyond it, new ones are closed at once.
  int idle_timeout_ms = 60'000;         ///< Until the first byte of a connection's next request.
  int request_timeout_ms = 10'000;      ///< From there to its last byte; and to send the response.
  int drain_timeout_ms = 5'000;         ///< What `stop` gives requests that are under way.
  unsigned threads = 1;                 ///< Above 1, the handler is called from several at once.
  bool stop_on_signals = false;         ///< SIGTERM and SIGINT stop the server.
  const TlsContext* tls = nullptr;      ///< Borrowed, of a server; without, bytes go in the clear.
  /// What all bodies that are read or answered just now may have together, and half of it those of
  /// one address; 503 above.
  std::size_t max_bodies_bytes = std::size_t{1} << 28U;
  /// Words a refusal; empty: plain text. From any thread.
  std::function<Response(const Refusal&)> on_refusal{};
  /// Called once when a stop begins, so that answers that wait for something are given. Must not
  /// take long.
  std::function<void()> on_stop{};
};

/// What a server has under way.
struct ServerLoad {
  std::size_t connections = 0;
  std::size_t body_bytes = 0;  ///< Of all bodies that are read or answered just now.
};

/// Answers a whole request. May take its time, and keeps one thread for as long.
using Handler = std::function<Response(const Request&)>;

/// Takes the answer to one request: once, from any thread, now or later, as long as the server is
/// there. One that comes when the client is gone, or `run` has ended, is dropped.
using Reply = std::function<void(Response)>;

/// Sees to it that a whole request is answered. Until it is, its connection waits, and no thread
/// does. It may throw only before it has the answer given.
using AsyncHandler = std::function<void(const Request&, const Reply&)>;

/// An HTTP/1.1 server, over TLS or plain TCP. An idle or slow client costs memory for its
/// connection and no thread; each step of it has a time limit and a size limit. What is malformed,
/// ambiguous, too long or too slow is answered with 400, 413, 431 or 408; then the connection is
/// closed. The handler sees whole requests only.
class HttpServer final {
 public:
  /// Binds and listens; from here on clients queue. Nothing is answered before `run`.
  /// Errors: `invalid_input` for an address that is none; `unavailable` if it cannot be had.
  static Result<std::unique_ptr<HttpServer>> listen(const ServerOptions& options, Handler handler);
  static Result<std::unique_ptr<HttpServer>> listen(const ServerOptions& options,
                                                    AsyncHandler handler);
  /// Requires: `run` is not under way.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// Answers until `stop`. Requires: called once.
  void run();

  /// Instead of `run`: does what can be done without waiting, and returns. For a program that waits
  /// in a loop of its own; always from one thread.
  void run_ready();

  /// From any thread.
  [[nodiscard]] ServerLoad load() const;

  /// Takes no more connections, closes idle ones, lets requests under way finish, and ends `run`.
  /// From any thread, any number of times.
  void stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::http
