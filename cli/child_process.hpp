#pragma once

#include <spawn.h>
#include <sys/types.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace muster::cli {

/// Starts `command`, program and arguments, with this process's environment and after `actions`.
/// The child, or -1 if it did not start. The caller destroys the actions, and waits for the child.
/// Requires: a command of at least one word.
[[nodiscard]] inline pid_t start_child(const std::vector<std::string>& command,
                                       const posix_spawn_file_actions_t& actions) {
  std::vector<char*> argv;
  argv.reserve(command.size() + 1);
  // The words are not written to: `argv` is of C, which has no other way to say so.
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  pid_t child = -1;
  const int problem =
      ::posix_spawn(&child, argv.front(), &actions, nullptr, argv.data(), ::environ);
  return problem == 0 ? child : -1;
}

}  // namespace muster::cli
