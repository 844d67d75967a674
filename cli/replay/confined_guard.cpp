// Three processes: the guard, which keeps the time; the keeper, first of the namespace of
// processes, with whose end the kernel ends all others; the program. Between fork and exec only
// calls that are safe there: no allocation, no locks.
#include "cli/replay/confined_guard.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

namespace muster::cli {
namespace {

constexpr int sweeps = 1'000;
constexpr std::uint64_t open_files = 1'024;

void tell(const GuardPlan& plan, const GuardReport& report) {
  [[maybe_unused]] const auto written = ::write(plan.report, &report, sizeof report);
}

[[noreturn]] void give_up(const GuardPlan& plan, GuardStage stage) {
  GuardReport report{};
  report.stage = stage;
  report.problem = errno;
  tell(plan, report);
  ::_exit(1);
}

std::int64_t now_ms() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::int64_t{time.tv_sec} * 1'000 + time.tv_nsec / 1'000'000;
}

bool write_whole(const char* path, std::string_view text) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return false;
  const bool is_written =
      ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(file);
  return is_written;
}

/// "ID ID 1" and a line feed: this user, and no other, inside as outside.
std::string_view id_map(unsigned id, std::array<char, 32>& text) {
  std::array<char, 10> digits{};
  std::size_t count = 0;
  do digits[count++] = static_cast<char>('0' + id % 10);
  while ((id /= 10) != 0);
  std::size_t size = 0;
  for (int twice = 0; twice < 2; ++twice) {
    for (std::size_t i = count; i-- > 0;) text[size++] = digits[i];
    text[size++] = ' ';
  }
  text[size++] = '1';
  text[size++] = '\n';
  return {text.data(), size};
}

/// Namespaces of processes, of messages between them and, without a network, of networks.
bool enter_namespaces(bool has_network) {
  const bool is_root = ::geteuid() == 0;
  const unsigned user = ::geteuid();
  const unsigned group = ::getegid();
  int kinds = CLONE_NEWPID | CLONE_NEWIPC;
  if (!has_network) kinds |= CLONE_NEWNET;
  if (!is_root) kinds |= CLONE_NEWUSER;
  if (::unshare(kinds) != 0) return false;
  if (is_root) return true;
  std::array<char, 32> text{};
  return write_whole("/proc/self/setgroups", "deny") &&
         write_whole("/proc/self/uid_map", id_map(user, text)) &&
         write_whole("/proc/self/gid_map", id_map(group, text));
}

/// `grace` more above the limit until the kernel kills without a word.
bool limit(__rlimit_resource_t what, std::uint64_t most, std::uint64_t grace = 0) {
  rlimit now{};
  if (::getrlimit(what, &now) != 0) return false;
  const rlimit wanted{std::min<rlim_t>(most, now.rlim_max),
                      std::min<rlim_t>(most + grace, now.rlim_max)};
  return ::setrlimit(what, &wanted) == 0;
}

bool set_limits(const GuardPlan& plan) {
  return limit(RLIMIT_CPU, plan.cpu_seconds, 1) && limit(RLIMIT_AS, plan.memory_bytes) &&
         limit(RLIMIT_FSIZE, plan.file_bytes) && limit(RLIMIT_NPROC, plan.processes) &&
         limit(RLIMIT_NOFILE, open_files) && limit(RLIMIT_CORE, 0);
}

/// Root runs no program of others as root.
bool become_nobody() {
  if (::geteuid() != 0) return true;
  return ::setgroups(0, nullptr) == 0 && ::setresgid(nobody_id, nobody_id, nobody_id) == 0 &&
         ::setresuid(nobody_id, nobody_id, nobody_id) == 0;
}

void reset_signals() {
  for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become_program(const GuardPlan& plan) {
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (::chdir(plan.folder) != 0 || nothing < 0 || ::dup2(nothing, 0) < 0 ||
      ::dup2(plan.output, 1) < 0 || ::dup2(plan.output, 2) < 0) {
    give_up(plan, GuardStage::start);
  }
  if (!set_limits(plan)) give_up(plan, GuardStage::limits);
  if (!become_nobody()) give_up(plan, GuardStage::identity);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  ::execve(plan.program, plan.arguments, plan.environment);
  give_up(plan, GuardStage::start);
}

[[noreturn]] void keep(const GuardPlan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::setpgid(0, 0);
  const pid_t program = ::fork();
  if (program < 0) give_up(plan, GuardStage::start);
  if (program == 0) become_program(plan);
  ::close(plan.output);
  for (;;) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, 0);
    if (ended < 0 && errno != EINTR) ::_exit(1);
    if (ended != program) continue;
    GuardReport report{};
    report.stage = GuardStage::ended;
    report.status = status;
    tell(plan, report);
    ::_exit(0);
  }
}

/// Waits until the other end is closed. False when the time is up first.
bool wait_closed(int end, std::int64_t until_ms) {
  for (;;) {
    pollfd wanted{end, POLLIN, 0};
    const std::int64_t left = std::max<std::int64_t>(until_ms - now_ms(), 0);
    const int most = static_cast<int>(std::min<std::int64_t>(left, 1'000'000));
    const int found = ::poll(&wanted, 1, most);
    if (found > 0) return true;
    if (found == 0 && now_ms() >= until_ms) return false;
    if (found < 0 && errno != EINTR) return false;
  }
}

/// Kills what outlived the keeper: without a namespace of processes it falls to this one.
void kill_children() {
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    if (errno == ECHILD) return;
    std::array<char, 4'096> text{};
    const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    const ssize_t size = ::read(file, text.data(), text.size());
    ::close(file);
    pid_t child = 0;
    for (ssize_t i = 0; i < size; ++i) {
      const char letter = text[static_cast<std::size_t>(i)];
      if (letter >= '0' && letter <= '9') {
        child = child * 10 + (letter - '0');
      } else {
        if (child > 1) ::kill(child, SIGKILL);
        child = 0;
      }
    }
    const timespec moment{0, 1'000'000};
    ::nanosleep(&moment, nullptr);
  }
}

std::int64_t microseconds(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

}  // namespace

void guard_program(const GuardPlan& plan, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  ::setpgid(0, 0);
  reset_signals();
  ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  GuardReport report{};
  report.has_walls = enter_namespaces(plan.has_network) ? 1 : 0;
  if (report.has_walls == 0 && !plan.has_network) give_up(plan, GuardStage::walls);
  std::array<int, 2> alive{-1, -1};
  if (::pipe2(alive.data(), O_CLOEXEC) != 0) give_up(plan, GuardStage::start);
  const std::int64_t begin = now_ms();
  const pid_t keeper = ::fork();
  if (keeper < 0) give_up(plan, GuardStage::start);
  if (keeper == 0) keep(plan);
  ::setpgid(keeper, keeper);
  ::close(alive[1]);
  ::close(plan.output);
  report.is_timed_out =
      wait_closed(alive[0], begin + static_cast<std::int64_t>(plan.milliseconds)) ? 0 : 1;
  ::kill(keeper, SIGKILL);
  ::kill(-keeper, SIGKILL);
  rusage used{};
  while (::wait4(keeper, nullptr, 0, &used) < 0 && errno == EINTR) {
  }
  kill_children();
  report.stage = GuardStage::cleared;
  report.milliseconds = now_ms() - begin;
  report.cpu_microseconds = microseconds(used.ru_utime) + microseconds(used.ru_stime);
  tell(plan, report);
  ::_exit(0);
}

}  // namespace muster::cli
