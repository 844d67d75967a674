#include "cli/replay/confined_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

#include "cli/replay/confined_guard.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_output_bytes = 8'192;
constexpr std::size_t most_output_lines = 12;
constexpr std::uint64_t most_processes = 4'096;
constexpr int patience_ms = 2'000;  // for output, once the guard is gone

std::string said(int problem) { return std::generic_category().message(problem); }

/// A pipe; both ends are closed at the end, and neither is passed on.
class Pipe final {
 public:
  Pipe() { is_open_ = ::pipe2(ends_.data(), O_CLOEXEC) == 0; }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  [[nodiscard]] bool is_open() const { return is_open_; }
  [[nodiscard]] int reading() const { return ends_[0]; }
  [[nodiscard]] int writing() const { return ends_[1]; }
  void close_writing() { close_end(1); }

 private:
  void close_end(std::size_t end) {
    if (ends_[end] >= 0) ::close(ends_[end]);
    ends_[end] = -1;
  }
  std::array<int, 2> ends_{-1, -1};
  bool is_open_ = false;
};

/// Texts as `execve` wants them.
class Words final {
 public:
  explicit Words(std::vector<std::string> texts) : texts_(std::move(texts)) {
    words_.reserve(texts_.size() + 1);
    for (std::string& text : texts_) words_.push_back(text.data());
    words_.push_back(nullptr);
  }
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;
  ~Words() = default;
  [[nodiscard]] char* const* list() const { return words_.data(); }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> words_;
};

/// What came through both pipes.
struct Gathered {
  std::string output;
  std::string reports;
};

/// Reads once. False at the end of the pipe.
bool read_some(int from, std::string& text) {
  std::array<char, 4'096> piece{};
  const auto got = ::read(from, piece.data(), piece.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  text.append(piece.data(), static_cast<std::size_t>(got));
  return got > 0;
}

/// Reads both to their ends. What the program prints is thrown away but for the last of it.
Gathered gather(const Pipe& output, const Pipe& reports) {
  Gathered all;
  std::array<pollfd, 2> wanted{{{output.reading(), POLLIN, 0}, {reports.reading(), POLLIN, 0}}};
  while (wanted[0].fd >= 0 || wanted[1].fd >= 0) {
    const int found = ::poll(wanted.data(), wanted.size(), wanted[1].fd >= 0 ? -1 : patience_ms);
    if (found < 0 && errno == EINTR) continue;
    if (found <= 0) break;
    if (wanted[0].revents != 0 && !read_some(wanted[0].fd, all.output)) wanted[0].fd = -1;
    if (wanted[1].revents != 0 && !read_some(wanted[1].fd, all.reports)) wanted[1].fd = -1;
    if (all.output.size() > 2 * most_output_bytes) {
      all.output.erase(0, all.output.size() - most_output_bytes);
    }
  }
  if (all.output.size() > most_output_bytes) {
    all.output.erase(0, all.output.size() - most_output_bytes);
  }
  return all;
}

std::vector<GuardReport> reports_of(const std::string& bytes) {
  std::vector<GuardReport> reports(bytes.size() / sizeof(GuardReport));
  if (!reports.empty()) {
    std::memcpy(reports.data(), bytes.data(), reports.size() * sizeof(GuardReport));
  }
  return reports;
}

std::string stage_failure(const GuardReport& report) {
  const std::string why = said(report.problem);
  switch (report.stage) {
    case GuardStage::walls:
      return "the kernel refuses it a place without a network (" + why +
             "): user namespaces may be switched off here; --allow-network runs it without walls, "
             "and with the network";
    case GuardStage::identity:
      return "cannot be made to run as nobody: " + why;
    case GuardStage::limits:
      return "its limits cannot be set: " + why;
    case GuardStage::start:
    case GuardStage::ended:
    case GuardStage::cleared:
      break;
  }
  const bool is_root = ::geteuid() == 0;
  return "cannot be started: " + why +
         (is_root ? " (it runs as nobody, who must be able to read it and what it needs)" : "");
}

Result<ProgramRun> run_of(const std::vector<GuardReport>& reports, std::string output,
                          const std::string& name) {
  ProgramRun run;
  bool has_ended = false;
  bool is_cleared = false;
  for (const GuardReport& report : reports) {
    if (report.problem != 0) {
      return failure(Errc::unavailable, name + ": " + stage_failure(report));
    }
    if (report.stage == GuardStage::ended) {
      has_ended = true;
      run.exit_code = WIFEXITED(report.status) ? WEXITSTATUS(report.status) : 0;
      run.signal = WIFSIGNALED(report.status) ? WTERMSIG(report.status) : 0;
    } else if (report.stage == GuardStage::cleared) {
      is_cleared = true;
      run.is_timed_out = report.is_timed_out != 0;
      run.has_walls = report.has_walls != 0;
      run.seconds = static_cast<double>(report.milliseconds) / 1e3;
      run.cpu_seconds = static_cast<double>(report.cpu_microseconds) / 1e6;
    }
  }
  if (!is_cleared || (!has_ended && !run.is_timed_out)) {
    return failure(Errc::unavailable, name + ": was lost: the processes that guard it were killed");
  }
  run.output = std::move(output);
  return run;
}

/// Gives a folder and the files in it to nobody, where that is who the program runs as.
Result<void> hand_over(const fs::path& folder) {
  if (::geteuid() != 0) return {};
  std::vector<fs::path> paths{folder};
  std::error_code problem;
  for (const auto& file : fs::directory_iterator(folder, problem)) paths.push_back(file.path());
  for (const fs::path& path : paths) {
    if (!problem && ::chown(path.c_str(), nobody_id, nobody_id) == 0) continue;
    return failure(Errc::unavailable, "giving " + path.string() + " to nobody: " + said(errno));
  }
  return {};
}

Result<void> check_program(const fs::path& program) {
  std::error_code problem;
  if (fs::is_regular_file(program, problem) && ::access(program.c_str(), X_OK) == 0) return {};
  const std::string why = problem                        ? problem.message()
                          : fs::exists(program, problem) ? "no file that may be executed"
                                                         : "no such file";
  return failure(Errc::unavailable, program.string() + ": cannot be started: " + why);
}

/// A signal's name without what a locale makes of it.
std::string signal_text(int number) {
  const char* const words = ::sigdescr_np(number);
  return std::to_string(number) + (words == nullptr ? "" : " (" + std::string(words) + ")");
}

std::string last_lines(const std::string& output) {
  std::vector<std::string> lines;
  std::string line;
  for (const char letter : output + "\n") {
    if (letter != '\n') {
      line += letter;
    } else if (!line.empty()) {
      lines.push_back(std::exchange(line, {}));
    }
  }
  const std::size_t first = lines.size() - std::min(lines.size(), most_output_lines);
  std::string text;
  for (std::size_t i = first; i < lines.size(); ++i) text += "\n  " + lines[i].substr(0, 300);
  return text;
}

}  // namespace

Result<ProgramRun> run_confined(const fs::path& program, const fs::path& folder,
                                const ProgramLimits& limits) {
  std::error_code problem;
  const std::string path = fs::absolute(program, problem).string();
  const std::string home = fs::absolute(folder, problem).string();
  MUSTER_TRY(check_program(path));
  MUSTER_TRY(hand_over(home));
  const Words arguments({path, home});
  const Words environment(
      {"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=" + home, "TMPDIR=" + home, "LANG=C.UTF-8"});
  Pipe output;
  Pipe reports;
  if (!output.is_open() || !reports.is_open()) {
    return failure(Errc::unavailable, path + ": cannot be started: " + said(errno));
  }
  GuardPlan plan;
  plan.program = path.c_str();
  plan.arguments = arguments.list();
  plan.environment = environment.list();
  plan.folder = home.c_str();
  plan.milliseconds = limits.seconds * 1'000;
  plan.cpu_seconds = limits.seconds * std::max(1U, std::thread::hardware_concurrency());
  plan.memory_bytes = limits.memory_mib << 20U;
  plan.file_bytes = limits.file_bytes;
  plan.processes = most_processes;
  plan.has_network = limits.has_network;
  plan.output = output.writing();
  plan.report = reports.writing();
  const pid_t parent = ::getpid();
  const pid_t guard = ::fork();
  if (guard < 0) return failure(Errc::unavailable, path + ": cannot be started: " + said(errno));
  if (guard == 0) guard_program(plan, parent);
  output.close_writing();
  reports.close_writing();
  Gathered all = gather(output, reports);
  while (::waitpid(guard, nullptr, 0) < 0 && errno == EINTR) {
  }
  return run_of(reports_of(all.reports), std::move(all.output), path);
}

std::string why_not_well(const ProgramRun& run, const ProgramLimits& limits) {
  std::string why;
  if (run.is_timed_out) {
    why = "was killed at the time limit of " + std::to_string(limits.seconds) + " s";
  } else if (run.signal == SIGXCPU) {
    why = "was killed for using the processor longer than its time limit on each core";
  } else if (run.signal == SIGXFSZ) {
    why = "was killed for writing a file of more than " + std::to_string(limits.file_bytes) +
          " bytes";
  } else if (run.signal != 0) {
    why = "was killed by signal " + signal_text(run.signal);
  } else {
    why = "ended with exit code " + std::to_string(run.exit_code);
  }
  const std::string lines = last_lines(run.output);
  return lines.empty() ? why + " and printed nothing" : why + "; the last that it printed:" + lines;
}

}  // namespace muster::cli
