#include "cli/http/server.hpp"

#include "cli/http/server_core.hpp"

namespace muster::http {

/// Keeps Boost out of the header.
struct HttpServer::Impl {
  ServerCore core;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const ServerOptions& options,
                                                       Handler handler) {
  return listen(options, AsyncHandler([answer = std::move(handler)](const Request& request,
                                                                    const Reply& reply) {
                  reply(answer(request));
                }));
}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(const ServerOptions& options,
                                                       AsyncHandler handler) {
  std::unique_ptr<Impl> impl(new Impl{ServerCore(options, std::move(handler))});
  MUSTER_TRY(impl->core.listen());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const { return impl_->core.port(); }

void HttpServer::run() { impl_->core.run(); }

void HttpServer::run_ready() { impl_->core.run_ready(); }

ServerLoad HttpServer::load() const { return impl_->core.load(); }

void HttpServer::stop() { impl_->core.stop(); }

}  // namespace muster::http
