#pragma once

#include <string>
#include <string_view>
#include <thread>

#include "cli/http/client.hpp"
#include "cli/http/server.hpp"

namespace muster::test {

/// A server on a free port of this machine, answering on a thread of its own while this lives.
class HttpWorld final {
 public:
  explicit HttpWorld(http::Handler handler, const http::ServerOptions& options = {});
  HttpWorld(http::AsyncHandler handler, const http::ServerOptions& options);
  HttpWorld(const HttpWorld&) = delete;
  HttpWorld& operator=(const HttpWorld&) = delete;
  ~HttpWorld();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] http::HttpServer& server() { return *server_; }
  /// One call to `path`.
  Result<http::Response> call(const std::string& method, const std::string& path,
                              const std::string& body = {});
  /// Stops the server and waits for its end.
  void stop();

 private:
  std::unique_ptr<http::HttpServer> server_;
  std::uint16_t port_;
  std::thread thread_;
};

/// A connection that sends exactly the bytes it is told to.
class RawClient final {
 public:
  explicit RawClient(std::uint16_t port);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  /// Sends all of it, or as much as the server takes.
  void send(std::string_view bytes);
  /// What comes until `end` was read, the server closed, or 10 seconds passed.
  std::string read_until(std::string_view end);
  /// What comes until the server closes, or 10 seconds passed.
  std::string read_all() { return read_until({}); }

 private:
  int socket_;
};

}  // namespace muster::test
