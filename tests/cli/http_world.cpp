#include "tests/cli/http_world.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/support/must.hpp"

namespace muster::test {

HttpWorld::HttpWorld(http::Handler handler, const http::ServerOptions& options)
    : HttpWorld(http::AsyncHandler([answer = std::move(handler)](const http::Request& request,
                                                                 const http::Reply& reply) {
                  reply(answer(request));
                }),
                options) {}

HttpWorld::HttpWorld(http::AsyncHandler handler, const http::ServerOptions& options)
    : server_(must(http::HttpServer::listen(options, std::move(handler)))),
      port_(server_->port()),
      thread_([this] { server_->run(); }) {}

HttpWorld::~HttpWorld() { stop(); }

void HttpWorld::stop() {
  server_->stop();
  if (thread_.joinable()) thread_.join();
}

Result<http::Response> HttpWorld::call(const std::string& method, const std::string& path,
                                       const std::string& body) {
  const http::Call call{.method = method, .url = {"127.0.0.1", port_, path}, .body = body};
  return std::move(http::call_all(std::span(&call, 1), {})[0]);
}

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{10, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  REQUIRE(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
}

RawClient::~RawClient() { ::close(socket_); }

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string RawClient::read_until(std::string_view end) {
  std::string text;
  char piece[4096];
  while (end.empty() || text.find(end) == std::string::npos) {
    const auto got = ::recv(socket_, piece, sizeof piece, 0);
    if (got <= 0) break;
    text.append(piece, static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace muster::test
