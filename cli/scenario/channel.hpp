#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "ledger/base/json.hpp"

namespace muster::cli::scenario {

/// One side of a conversation in JSON lines between two processes. Owns neither end.
class Channel final {
 public:
  Channel(int in, int out) : in_(in), out_(out) {}

  /// Errors: `unavailable` if the other side has ended.
  Result<void> send(const Json& message);
  /// The next message; null at the end of the conversation.
  /// Errors: `unavailable`; `invalid_input` for a line that is no JSON, or is above 1 GiB.
  Result<Json> receive();

 private:
  int in_;
  int out_;
  std::string waiting_{};  // what was read beyond the last line
};

/// Another process at the other end of a channel. It ends with this object.
class OtherSide final {
 public:
  /// Starts `command`, program and arguments. It talks on its standard input and output.
  /// Errors: `unavailable`.
  static Result<OtherSide> start(const std::vector<std::string>& command);
  OtherSide(OtherSide&& other) noexcept;
  OtherSide& operator=(OtherSide&&) = delete;
  ~OtherSide();

  [[nodiscard]] Channel& channel() { return channel_; }

 private:
  OtherSide(pid_t process, int socket)
      : process_(process), socket_(socket), channel_(socket, socket) {}

  pid_t process_;
  int socket_;
  Channel channel_;
};

}  // namespace muster::cli::scenario
