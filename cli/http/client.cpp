#include "cli/http/client.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "cli/http/transport.hpp"

namespace muster::http {
namespace {

/// One call from look-up to response. One operation is under way at any time.
class Exchange final {
 public:
  /// Requires: all of them outlive this; `tls` for a call of https.
  Exchange(net::io_context& io, const Call& call, const ClientOptions& options,
           const TlsContext* tls)
      : call_(call),
        options_(options),
        resolver_(io),
        stream_(beast::tcp_stream(io), call.url.tls ? tls : nullptr),
        deadline_(io) {}

  void start();
  [[nodiscard]] Result<Response> result() const;

 private:
  void connect(const tcp::resolver::results_type& found);
  void shake_hands();
  void send();
  void receive();
  void finish(const char* step, error_code problem);

  const Call& call_;
  const ClientOptions& options_;
  tcp::resolver resolver_;
  Transport stream_;
  net::steady_timer deadline_;
  beast::flat_buffer buffer_;
  beast::http::request<beast::http::string_body> request_;
  beast::http::response_parser<beast::http::string_body> parser_;
  std::optional<error_code> problem_;
  const char* step_ = "waiting";
};

void Exchange::start() {
  deadline_.expires_after(milliseconds(options_.timeout_ms));
  deadline_.async_wait([this](error_code problem) {
    if (!problem) resolver_.cancel();
  });
  stream_.below().expires_after(milliseconds(options_.timeout_ms));
  resolver_.async_resolve(call_.url.host, std::to_string(call_.url.port),
                          [this](error_code problem, const tcp::resolver::results_type& found) {
                            if (problem) return finish("looking up the name", problem);
                            connect(found);
                          });
}

void Exchange::connect(const tcp::resolver::results_type& found) {
  stream_.below().async_connect(found, [this](error_code problem, const tcp::endpoint&) {
    if (problem) return finish("connecting", problem);
    no_delay(stream_.below().socket());
    shake_hands();
  });
}

void Exchange::shake_hands() {
  if (!stream_.is_tls()) return send();
  stream_.expect_name(call_.url.host);
  stream_.async_handshake(ssl::stream_base::client, [this](error_code problem) {
    if (problem) return finish("shaking hands by TLS", problem);
    send();
  });
}

void Exchange::send() {
  request_.version(11);
  request_.method_string(call_.method);
  request_.target(call_.url.path.empty() ? "/" : call_.url.path);
  request_.set(beast::http::field::host, call_.url.authority());
  request_.set(beast::http::field::user_agent, "muster");
  request_.keep_alive(false);
  for (const Header& header : call_.headers) request_.insert(header.name, header.value);
  if (!call_.body.empty() || call_.method == "POST" || call_.method == "PATCH") {
    request_.set(beast::http::field::content_type, call_.content_type);
    request_.body() = call_.body;
  }
  request_.prepare_payload();
  parser_.header_limit(static_cast<std::uint32_t>(options_.max_header_bytes));
  parser_.body_limit(options_.max_body_bytes);
  parser_.skip(call_.method == "HEAD");  // its answer has a length and no body
  beast::http::async_write(stream_, request_, [this](error_code problem, std::size_t) {
    if (problem == beast::error::timeout) return finish("sending", problem);
    // A server may answer before it has read everything, and close: its answer counts.
    receive();
  });
}

void Exchange::receive() {
  // In two steps: reading all in one loses the error of a body that is too long, in Boost 1.74.
  beast::http::async_read_header(
      stream_, buffer_, parser_, [this](error_code problem, std::size_t) {
        if (problem) return finish("reading the answer", problem);
        beast::http::async_read(stream_, buffer_, parser_, [this](error_code end, std::size_t) {
          finish("reading the answer", end);
        });
      });
}

void Exchange::finish(const char* step, error_code problem) {
  step_ = step;
  problem_ = problem;
  deadline_.cancel();
  stream_.below().close();
}

Result<Response> Exchange::result() const {
  const std::string where = call_.url.origin();
  const error_code problem = problem_.value_or(beast::error::timeout);
  if (problem) {
    const bool late = problem == beast::error::timeout || problem == net::error::operation_aborted;
    const std::string why = late ? "no answer within " + std::to_string(options_.timeout_ms) + " ms"
                                 : problem.message();
    return failure(Errc::unavailable, where + ": " + step_ + ": " + why);
  }
  const auto& message = parser_.get();
  Response response{.status = message.result_int(), .body = message.body()};
  response.content_type = text_of(message[beast::http::field::content_type]);
  for (const auto& field : message) {
    response.headers.push_back(
        {std::string(text_of(field.name_string())), std::string(text_of(field.value()))});
  }
  return response;
}

bool any_is_tls(std::span<const Call> calls) {
  return std::ranges::any_of(calls, [](const Call& call) { return call.url.tls; });
}

}  // namespace

std::vector<Result<Response>> call_all(std::span<const Call> calls, const ClientOptions& options) {
  std::optional<TlsContext> of_this_machine;
  if (options.tls == nullptr && any_is_tls(calls)) {
    auto made = TlsContext::for_client({});
    if (!made) return {calls.size(), failure(made.error())};
    of_this_machine = std::move(*made);
  }
  const TlsContext* const tls = of_this_machine ? &*of_this_machine : options.tls;
  net::io_context io(1);
  std::vector<std::unique_ptr<Exchange>> exchanges;
  for (const Call& call : calls) {
    exchanges.push_back(std::make_unique<Exchange>(io, call, options, tls));
    exchanges.back()->start();
  }
  io.run();
  std::vector<Result<Response>> results;
  results.reserve(exchanges.size());
  for (const auto& one : exchanges) results.push_back(one->result());
  return results;
}

}  // namespace muster::http
