// Device logs longer than memory, checked in pieces: chain and schema, without signatures.
//
//   device_log_bench file ENTRIES PATH     writes a log to PATH, maps it, checks it, removes it
//   device_log_bench pipe ENTRIES          checks what another process writes into a pipe
//
// Prints entries, bytes, seconds, rates, and the memory that is the process's own. SYNTHETIC.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <string>
#include <string_view>

#include "attestation/device/log_stream.hpp"
#include "attestation/device/memory.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/bench/usage.hpp"

namespace {

using namespace muster;
using namespace muster::attestation;

constexpr std::size_t piece_bytes = std::size_t{1} << 17U;

using Take = std::function<void(ByteView piece)>;

/// A chip's life of idle hours, as long as is asked for: one epoch, a snapshot an hour.
void generate(std::uint64_t entries, const Take& take) {
  Entry entry;
  entry.ueid = ueid_of(ChipId::from_parts({.block = 1, .ordinal = 1, .random = 1}));
  entry.clock_ms = 1'782'864'000'000;
  entry.firmware = crypto::sha256("firmware");
  entry.svn = 1;
  entry.body = EpochBody{
      EpochReason::manufacture, crypto::sha256("secret"), *SnapshotRate::parse("24"), {}, {}};
  SnapshotBody idle{zero_memory_root(32),  2'684'354'560,         32, 32, 0,
                    crypto::sha256("map"), crypto::sha256("code")};
  Bytes piece;
  piece.reserve(piece_bytes + max_entry_bytes);
  for (std::uint64_t i = 0; i < entries; ++i) {
    const std::size_t start = piece.size();
    append_entry(piece, entry);
    entry.previous = entry_hash(ByteView(piece).subspan(start));
    ++entry.counter;
    entry.clock_ms += ms_per_powered_hour;
    entry.powered_ms += ms_per_powered_hour;
    if (i == 0) entry.body = idle;
    if (piece.size() < piece_bytes) continue;
    take(piece);
    piece.clear();
  }
  take(piece);
}

/// The process's own memory, in kB: pages of a mapped file are not among them.
std::string own_memory() {
  const auto status = read_text_file("/proc/self/status");
  MUSTER_CHECK(status.has_value());
  const std::size_t at = status->find("RssAnon:");
  MUSTER_CHECK(at != std::string::npos);
  return status->substr(at + 8, status->find('\n', at) - at - 8);
}

void write_whole(int descriptor, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    MUSTER_CHECK(written > 0);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

/// Checks what `feed_all` feeds, and prints what it took.
void check(std::uint64_t entries, const std::function<void(LogStream&)>& feed_all) {
  bench::SpentTime spent;
  spent.begin();
  LogStream stream;
  feed_all(stream);
  const StreamedLog log = stream.end();
  spent.end();
  MUSTER_CHECK(log.findings.items().empty() && !log.unreadable_tail && log.entries == entries);
  const auto count = static_cast<double>(log.entries);
  std::printf(
      "%llu entries, %llu bytes: %.1f s wall, %.1f s core; %.2f M/s wall, %.2f M/s a core; "
      "own memory%s; load %.1f\n",
      static_cast<unsigned long long>(log.entries), static_cast<unsigned long long>(log.bytes),
      spent.wall_s(), spent.core_s(), count / spent.wall_s() / 1e6, count / spent.core_s() / 1e6,
      own_memory().c_str(), bench::load_now());
}

void from_mapped_file(std::uint64_t entries, const std::string& path) {
  const int out = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  MUSTER_CHECK(out >= 0);
  std::size_t size = 0;
  generate(entries, [&](ByteView piece) {
    write_whole(out, piece);
    size += piece.size();
  });
  close(out);
  const int in = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  MUSTER_CHECK(in >= 0);
  void* const mapped = mmap(nullptr, size, PROT_READ, MAP_SHARED, in, 0);
  MUSTER_CHECK(mapped != MAP_FAILED);
  madvise(mapped, size, MADV_SEQUENTIAL);
  check(entries, [&](LogStream& stream) {
    ByteView rest(static_cast<const std::uint8_t*>(mapped), size);
    while (!rest.empty()) {
      const ByteView piece = rest.first(std::min(rest.size(), piece_bytes));
      stream.feed(piece);
      rest = rest.subspan(piece.size());
    }
  });
  munmap(mapped, size);
  close(in);
  unlink(path.c_str());
}

void from_pipe(std::uint64_t entries) {
  int ends[2];
  MUSTER_CHECK(pipe2(ends, O_CLOEXEC) == 0);
  const pid_t generator = fork();
  MUSTER_CHECK(generator >= 0);
  if (generator == 0) {
    close(ends[0]);
    generate(entries, [&](ByteView piece) { write_whole(ends[1], piece); });
    _exit(0);
  }
  close(ends[1]);
  check(entries, [&](LogStream& stream) {
    Bytes piece(piece_bytes);
    while (true) {
      const ssize_t count = read(ends[0], piece.data(), piece.size());
      MUSTER_CHECK(count >= 0);
      if (count == 0) break;
      stream.feed(ByteView(piece).first(static_cast<std::size_t>(count)));
    }
  });
  close(ends[0]);
  int status = 0;
  MUSTER_CHECK(waitpid(generator, &status, 0) == generator && status == 0);
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view mode = count > 1 ? arguments[1] : "";
  const std::string_view number = count > 2 ? arguments[2] : "";
  std::uint64_t entries = 0;
  const auto read = std::from_chars(number.data(), number.data() + number.size(), entries);
  const bool good = !number.empty() && read.ec == std::errc() &&
                    read.ptr == number.data() + number.size() && entries > 0;
  if (good && mode == "file" && count == 4) {
    from_mapped_file(entries, arguments[3]);
  } else if (good && mode == "pipe" && count == 3) {
    from_pipe(entries);
  } else {
    std::fprintf(stderr, "usage: device_log_bench file ENTRIES PATH | pipe ENTRIES\n");
    return 2;
  }
  return 0;
}
