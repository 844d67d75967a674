#include "tests/simulation/channel.hpp"

#include <unistd.h>

#include "ledger/base/check.hpp"

namespace muster::test {

void Channel::send(const Json& message) {
  const std::string line = message.dump() + "\n";
  MUSTER_CHECK(std::fwrite(line.data(), 1, line.size(), out_) == line.size());
  MUSTER_CHECK(std::fflush(out_) == 0);
}

Json Channel::receive() {
  char* line = nullptr;
  std::size_t room = 0;
  const auto size = ::getline(&line, &room, in_);
  Json message;
  if (size > 0) {
    message = parse_json(std::string_view(line, static_cast<std::size_t>(size))).value_or(Json());
  }
  ::free(line);
  return message;
}

Channel start_other_side(const std::string& program, const std::string& argument) {
  int to_child[2] = {-1, -1};
  int from_child[2] = {-1, -1};
  MUSTER_CHECK(::pipe(to_child) == 0 && ::pipe(from_child) == 0);
  const pid_t child = ::fork();
  MUSTER_CHECK(child >= 0);
  if (child == 0) {
    ::dup2(to_child[0], 0);
    ::dup2(from_child[1], 1);
    for (const int end : {to_child[0], to_child[1], from_child[0], from_child[1]}) ::close(end);
    ::execl(program.c_str(), program.c_str(), argument.c_str(), nullptr);
    ::_exit(127);
  }
  ::close(to_child[0]);
  ::close(from_child[1]);
  return Channel(::fdopen(from_child[0], "r"), ::fdopen(to_child[1], "w"));
}

}  // namespace muster::test
