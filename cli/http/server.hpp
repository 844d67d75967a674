#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "cli/http/message.hpp"
#include "cli/http/tls.hpp"
#include "ledger/base/error.hpp"

namespace muster::http {

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
};

/// Answers a whole request. May take its time, and keeps one thread for as long.
using Handler = std::function<Response(const Request&)>;

/// An HTTP/1.1 server, over TLS or plain TCP. An idle or slow client costs memory for its
/// connection and no thread; each step of it has a time limit and a size limit. What is malformed
/// or too long is answered with 400, 413 or 431, what is too slow is not answered; then the
/// connection is closed. The handler sees whole requests only.
class HttpServer final {
 public:
  /// Binds and listens; from here on clients queue. Nothing is answered before `run`.
  /// Errors: `invalid_input` for an address that is none; `unavailable` if it cannot be had.
  static Result<std::unique_ptr<HttpServer>> listen(const ServerOptions& options, Handler handler);
  /// Requires: `run` is not under way.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// Answers until `stop`. Requires: called once.
  void run();

  /// Takes no more connections, closes idle ones, lets requests under way finish, and ends `run`.
  /// From any thread, any number of times.
  void stop();

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::http
