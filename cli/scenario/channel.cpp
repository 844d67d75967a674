#include "cli/scenario/channel.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "cli/child_process.hpp"

namespace muster::cli::scenario {
namespace {

constexpr std::size_t most_line_bytes = std::size_t{1} << 30U;

/// Without a signal where the other end is closed; a pipe or a file takes `write`.
ssize_t write_some(int out, std::string_view bytes) {
  const ssize_t sent = ::send(out, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0 || errno != ENOTSOCK) return sent;
  return ::write(out, bytes.data(), bytes.size());
}

tl::unexpected<Error> ended() {
  return failure(Errc::unavailable, "the other side of the audit: it ended");
}

}  // namespace

Result<void> Channel::send(const Json& message) {
  const std::string line = message.dump() + "\n";
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t sent = write_some(out_, rest);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return ended();
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<Json> Channel::receive() {
  std::array<char, 65'536> piece{};
  std::size_t searched = 0;
  for (;;) {
    const auto feed = waiting_.find('\n', searched);
    if (feed != std::string::npos) {
      auto message = parse_foreign_json(std::string_view(waiting_).substr(0, feed));
      waiting_.erase(0, feed + 1);
      return message;
    }
    searched = waiting_.size();
    if (searched > most_line_bytes) {
      return failure(Errc::invalid_input, "the other side of the audit: a line above 1 GiB");
    }
    const ssize_t got = ::read(in_, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ended();
    if (got == 0) return Json();
    waiting_.append(piece.data(), static_cast<std::size_t>(got));
  }
}

Result<OtherSide> OtherSide::start(const std::vector<std::string>& command) {
  std::array<int, 2> ends{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return ended();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], 0);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  const pid_t child = start_child(command, actions);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (child >= 0) return OtherSide(child, ends[0]);
  ::close(ends[0]);
  return failure(Errc::unavailable, "starting " + command.front() + ": it did not start");
}

OtherSide::OtherSide(OtherSide&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      socket_(std::exchange(other.socket_, -1)),
      channel_(other.channel_) {}

OtherSide::~OtherSide() {
  if (socket_ >= 0) ::close(socket_);  // the other side sees the end, and ends
  if (process_ < 0) return;
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace muster::cli::scenario
