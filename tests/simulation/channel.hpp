#pragma once

#include <cstdio>
#include <string>

#include "ledger/base/json.hpp"

namespace muster::test {

/// One side of a conversation in JSON lines between two processes.
class Channel final {
 public:
  Channel(std::FILE* in, std::FILE* out) : in_(in), out_(out) {}

  void send(const Json& message);
  /// The next message; null at the end of the conversation.
  Json receive();

 private:
  std::FILE* in_;
  std::FILE* out_;
};

/// Starts `program argument` and gives a channel to its standard input and output. Ends the program
/// if that fails.
Channel start_other_side(const std::string& program, const std::string& argument);

}  // namespace muster::test
