#pragma once

#include <optional>

#include "cli/http/beast.hpp"
#include "cli/http/server.hpp"

namespace muster::http {

class ServerCore;

/// One connection and its requests, one after another. Exactly one operation is under way at any
/// time, on the strand of its socket; the last one ends the session.
class Session final {
 public:
  Session(ServerCore& core, std::uint64_t id, tcp::socket socket);

  [[nodiscard]] beast::tcp_stream::executor_type executor() { return stream_.get_executor(); }

  // All on the session's strand.

  void start() { await_request(); }
  /// Ends the session if no request is under way.
  void leave_if_idle();
  /// Breaks off whatever is under way; its end follows.
  void break_off();

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;
  using Reply = beast::http::response<beast::http::string_body>;

  void await_request();
  void read_header();
  void take_header();
  void read_body();
  void respond();
  void refuse(error_code problem);
  void send(const Response& response, bool keep_alive);
  void linger();
  void end();

  ServerCore& core_;
  std::uint64_t id_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  std::optional<Reply> reply_;
  std::string remote_;
  std::size_t lingered_bytes_ = 0;
  bool idle_ = false;
  bool wants_head_only_ = false;
  bool is_refusing_ = false;
};

}  // namespace muster::http
