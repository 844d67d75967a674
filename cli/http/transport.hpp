#pragma once

#include <optional>
#include <string>

#include "cli/http/tls_impl.hpp"

namespace muster::http {

/// Whole messages are written, so nothing is gained by waiting for more; and TLS writes a long one
/// in pieces, the last of which would wait until the other side acknowledged those before: 40 ms.
inline void no_delay(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
}

/// The bytes of one connection, over TLS or plain: to Beast, one kind of stream. Its time limits
/// are those of the stream below. Not final: Asio 1.74 derives from it to see what it can do.
class Transport {
 public:
  using executor_type = beast::tcp_stream::executor_type;

  /// Plain without `tls`. Requires: `tls` outlives this.
  Transport(beast::tcp_stream stream, const TlsContext* tls) : below_(std::move(stream)) {
    if (tls != nullptr) tls_.emplace(below_, tls->impl().context);
  }
  Transport(const Transport&) = delete;  // the upper stream refers to the lower one
  Transport& operator=(const Transport&) = delete;

  [[nodiscard]] executor_type get_executor() { return below_.get_executor(); }
  [[nodiscard]] beast::tcp_stream& below() { return below_; }
  [[nodiscard]] bool is_tls() const { return tls_.has_value(); }

  /// SHA-256 of the other side's certificate in hex, once hands were shaken; empty without one.
  [[nodiscard]] std::string peer_certificate();

  /// Whether the other side showed a certificate that has run out by now, since hands were shaken.
  [[nodiscard]] bool peer_ran_out();

  /// The name that the other side must show a certificate for. Requires: `is_tls`, a client.
  void expect_name(const std::string& name);

  template <typename Handler>
  void async_handshake(ssl::stream_base::handshake_type side, Handler&& handler) {
    tls_->async_handshake(side, std::forward<Handler>(handler));
  }
  template <typename Handler>
  void async_shutdown(Handler&& handler) {
    tls_->async_shutdown(std::forward<Handler>(handler));
  }
  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_read_some(buffers, std::forward<Handler>(handler));
    below_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_) return tls_->async_write_some(buffers, std::forward<Handler>(handler));
    below_.async_write_some(buffers, std::forward<Handler>(handler));
  }

 private:
  beast::tcp_stream below_;
  std::optional<beast::ssl_stream<beast::tcp_stream&>> tls_;
};

}  // namespace muster::http
