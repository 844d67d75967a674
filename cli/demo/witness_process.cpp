#include "cli/demo/witness_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "cli/child_process.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli::demo {
namespace {

constexpr std::size_t most_greeting_bytes = 65'536;

/// One end of a pipe, closed at the end.
class PipeEnd final {
 public:
  explicit PipeEnd(int number) : number_(number) {}
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;
  ~PipeEnd() { close(); }
  [[nodiscard]] int number() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

tl::unexpected<Error> not_started(const std::filesystem::path& folder) {
  return failure(Errc::unavailable, "starting the witness " + folder.string() + ": it ended");
}

/// What a process prints up to the end of its first JSON object; nothing if it ends before.
std::string greeting(const PipeEnd& from) {
  std::string text;
  std::array<char, 1024> piece{};
  while (!text.ends_with("}\n") && text.size() < most_greeting_bytes) {
    const auto got = ::read(from.number(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {};
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

Result<pid_t> spawned(const std::vector<std::string>& command, int output,
                      const std::filesystem::path& folder) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, 1);
  ::posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  const pid_t child = start_child(command, actions);
  ::posix_spawn_file_actions_destroy(&actions);
  if (child < 0) return not_started(folder);
  return child;
}

}  // namespace

Result<WitnessProcess> WitnessProcess::start(const std::string& program,
                                             const std::filesystem::path& folder, Timestamp now) {
  std::array<int, 2> ends{-1, -1};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return not_started(folder);
  PipeEnd reading(ends[0]);
  PipeEnd writing(ends[1]);
  const std::vector<std::string> command = {
      program,         "ledger",   "witness",      "serve",
      folder.string(), "--listen", "127.0.0.1:0",  "--ends-with-parent",
      "--json",        "--now",    now.to_string()};
  MUSTER_TRY_ASSIGN(const pid_t child, spawned(command, writing.number(), folder));
  WitnessProcess witness(child);
  writing.close();  // so that its end is seen here
  const auto said = parse_foreign_json(greeting(reading));
  if (!said || !said->is_object()) return not_started(folder);
  witness.url_ = said->value("url", "");
  witness.key_ = said->value("verifier_key", "");
  return witness;
}

WitnessProcess::WitnessProcess(WitnessProcess&& other) noexcept
    : process_(std::exchange(other.process_, -1)),
      url_(std::move(other.url_)),
      key_(std::move(other.key_)) {}

WitnessProcess::~WitnessProcess() {
  if (process_ < 0) return;
  ::kill(process_, SIGTERM);
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace muster::cli::demo
