#pragma once

#include <optional>

#include "cli/http/beast.hpp"
#include "cli/http/server.hpp"
#include "cli/http/transport.hpp"

namespace muster::http {

class ServerCore;

/// One request of one session.
struct Turn {
  std::uint64_t session;
  std::uint64_t request;  ///< Counted from 1 on.
};

/// One connection and its requests, one after another. On the strand of its socket either exactly
/// one operation is under way, whose last one ends the session, or its request waits for its
/// answer.
class Session final {
 public:
  Session(ServerCore& core, std::uint64_t id, tcp::socket socket);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session();

  [[nodiscard]] Transport::executor_type executor() { return stream_.get_executor(); }

  // All on the session's strand.

  void start();
  /// The answer to a request, unless that is not what it waits for.
  void take_answer(std::uint64_t request, const Response& response);
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
  void begin_request_time();
  void end_request_time();
  void out_of_time(std::uint64_t number);
  /// Whether the body's bytes are within what all may have.
  [[nodiscard]] bool holds_body();
  void let_body_go();
  void refuse(error_code problem);
  void refuse_with(unsigned status, const std::string& detail);
  void send(const Response& response, bool keep_alive);
  void linger();
  void take_leave();
  void end();

  ServerCore& core_;
  std::uint64_t id_;
  Transport stream_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  Request request_;  ///< But for its body.
  std::optional<Reply> reply_;
  std::string remote_;
  std::string peer_certificate_;
  std::size_t lingered_bytes_ = 0;
  std::size_t held_bytes_ = 0;  ///< Of the budget of bodies.
  net::steady_timer request_time_;
  std::uint64_t time_number_ =
      0;  ///< Of the running time limit; the timers of others mean nothing.
  std::uint64_t requests_ = 0;
  bool keep_alive_ = false;  ///< Once the request is answered.
  bool is_late_ = false;     ///< The time of the request is over.
  bool awaits_answer_ = false;
  bool idle_ = false;
  bool wants_head_only_ = false;
  bool is_refusing_ = false;
};

}  // namespace muster::http
