// Kills a process that appends, at random points, and looks what is left.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "ledger/audit.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/log.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::must;
using muster::test::signer_of;

namespace {

/// Appends for ever, in batches of 1 to 7, and writes each acknowledged size to `pipe`.
[[noreturn]] void append_for_ever(const std::filesystem::path& path, int pipe) {
  const auto operator_key = signer_of(9);
  auto store = SqliteStore::open(path);
  auto log = store ? Log::open(**store) : Result<Log>(failure(store.error()));
  while (log) {
    const std::uint64_t size = log->size().value;
    const auto appended = log->append({size}, {1000}, envelopes_of(size % 7 + 1, size));
    if (!appended || !publish_checkpoint(**store, {"log.example/one", &operator_key})) break;
    const std::uint64_t acknowledged = appended->head.size.value;
    if (::write(pipe, &acknowledged, sizeof acknowledged) != sizeof acknowledged) break;
  }
  ::_exit(1);
}

/// Starts a writer, kills it after `acknowledgements` and `pause`, and returns the last size that
/// it acknowledged.
std::uint64_t killed_writer(const std::filesystem::path& path, std::uint64_t acknowledgements,
                            std::chrono::microseconds pause) {
  int ends[2] = {-1, -1};
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    append_for_ever(path, ends[1]);
  }
  ::close(ends[1]);
  std::uint64_t acknowledged = 0;
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < acknowledgements; ++i) {
    if (::read(ends[0], &acknowledged, sizeof acknowledged) != sizeof acknowledged) break;
    last = acknowledged;
  }
  std::this_thread::sleep_for(pause);  // the random point: anywhere in the next append
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  while (::read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged) {
    last = acknowledged;
  }
  ::close(ends[0]);
  REQUIRE(WIFSIGNALED(status));
  return last;
}

void kill_and_look(std::size_t times) {
  const test::Folder folder("kill");
  const auto path = folder.path() / "log.db";
  must(SqliteStore::create(path));
  crypto::SeededRandom random("kill test");
  AuditOptions options;
  options.checkpoint_key = VerifierKey("log.example/one", signer_of(9).public_key());
  options.key_lookup = [key = signer_of(1).public_key()](const crypto::KeyId&, LogIndex) {
    return std::optional(key);
  };
  std::uint64_t size = 0;

  for (std::size_t i = 0; i < times; ++i) {
    CAPTURE(i);
    const std::uint64_t acknowledgements = random.below(4);
    const std::chrono::microseconds pause(random.below(3'000));
    const std::uint64_t acknowledged = killed_writer(path, acknowledgements, pause);

    const auto store = must(SqliteStore::open(path));
    const std::uint64_t now = must(Log::open(*store)).size().value;
    CHECK(now >= std::max(size, acknowledged));
    size = now;
    if (i % 10 == 0 || i + 1 == times) {
      const LogAudit audit = audit_log(*store, options);
      CHECK(audit.good());
      CHECK(audit.signatures == size);
    }
  }
  CHECK(size > times);
}

}  // namespace

TEST_CASE("a writer killed at 10 random points leaves every acknowledged entry and a good log") {
  kill_and_look(10);
}

TEST_CASE("a writer killed at 150 random points leaves every acknowledged entry and a good log" *
          doctest::test_suite("slow") * doctest::skip()) {
  kill_and_look(150);
}
