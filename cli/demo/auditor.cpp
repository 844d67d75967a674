#include "cli/demo/auditor.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "cli/child_process.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli::demo {
namespace {

namespace fs = std::filesystem;

/// A file that is there for one answer.
class AnswerFile final {
 public:
  AnswerFile() {
    std::string name = (fs::temp_directory_path() / "muster-answer-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor >= 0) ::close(descriptor);
    path_ = name;
  }
  AnswerFile(const AnswerFile&) = delete;
  AnswerFile& operator=(const AnswerFile&) = delete;
  ~AnswerFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Result<int> run_process(const std::vector<std::string>& command, const AnswerFile& out,
                        const AnswerFile& err) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const int flags = O_WRONLY | O_TRUNC;
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, out.path().c_str(), flags, 0600);
  ::posix_spawn_file_actions_addopen(&actions, 2, err.path().c_str(), flags, 0600);
  const pid_t child = start_child(command, actions);
  ::posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
    return failure(Errc::unavailable, "running " + command.front() + ": did not run to its end");
  }
  return WEXITSTATUS(status);
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  const auto feed = text.rfind('\n');
  return feed == std::string::npos ? text : text.substr(feed + 1);
}

}  // namespace

Result<Auditor::Answer> Auditor::ask(const std::vector<std::string>& arguments,
                                     Timestamp now) const {
  std::vector<std::string> command = {program_};
  command.insert(command.end(), arguments.begin(), arguments.end());
  for (const std::string& word : {std::string("--json"), std::string("--registry"),
                                  registry_.string(), std::string("--now"), now.to_string()}) {
    command.push_back(word);
  }
  const AnswerFile out;
  const AnswerFile err;
  const auto begun = std::chrono::steady_clock::now();
  MUSTER_TRY_ASSIGN(const int code, run_process(command, out, err));
  const auto took = std::chrono::steady_clock::now() - begun;
  MUSTER_TRY_ASSIGN(const std::string printed, read_text_file(out.path()));
  MUSTER_TRY_ASSIGN(const std::string said, read_text_file(err.path()));
  auto json = parse_foreign_json(printed);
  return Answer{code, json ? std::move(*json) : Json(), last_line(said),
                std::chrono::duration_cast<std::chrono::milliseconds>(took).count()};
}

Result<Auditor::Answer> Auditor::demand(const std::vector<std::string>& arguments, Timestamp now,
                                        std::initializer_list<int> codes) const {
  MUSTER_TRY_ASSIGN(Answer answer, ask(arguments, now));
  if (std::ranges::find(codes, answer.exit_code) != codes.end()) return answer;
  std::string command = "muster";
  for (const std::string& word : arguments) command += " " + word;
  return failure(Errc::corrupt, command + ": ended with " + std::to_string(answer.exit_code) +
                                    ": " + answer.message);
}

}  // namespace muster::cli::demo
