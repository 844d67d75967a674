#include "ledger/base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace muster {
namespace {

tl::unexpected<Error> system_failure(const std::filesystem::path& path, const std::string& what,
                                     Errc code = Errc::unavailable) {
  const std::string reason = std::error_code(errno, std::generic_category()).message();
  return failure(code, what + " " + path.string() + ": " + reason);
}

/// What is to be read and is not there was named wrongly; what is to be written is not there yet.
tl::unexpected<Error> opening_failure(const std::filesystem::path& path) {
  const bool absent = errno == ENOENT || errno == ENOTDIR;
  return system_failure(path, "opening", absent ? Errc::not_found : Errc::unavailable);
}

/// Closes a file descriptor at the end of its scope.
class Descriptor final {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

Result<void> write_piece(const Descriptor& file, ByteView bytes,
                         const std::filesystem::path& path) {
  for (std::size_t done = 0; done < bytes.size();) {
    const auto wrote = ::write(file.number(), bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return system_failure(path, "writing");
    done += static_cast<std::size_t>(wrote);
  }
  return {};
}

/// A new or emptied file with what `fill` gives the sink, synced.
Result<void> write_synced_pieces(const std::filesystem::path& path,
                                 const std::function<Result<void>(const ByteSink&)>& fill,
                                 unsigned mode) {
  const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW;
  const Descriptor file(::open(path.c_str(), flags, mode));
  if (file.number() < 0) return system_failure(path, "creating");
  MUSTER_TRY(fill([&](ByteView piece) { return write_piece(file, piece, path); }));
  if (::fsync(file.number()) != 0) return system_failure(path, "syncing");
  return {};
}

Result<void> sync_folder_of(const std::filesystem::path& path) {
  return sync_folder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

Result<void> check_size(const std::filesystem::path& path, std::uint64_t size,
                        std::uint64_t limit) {
  if (size <= limit) return {};
  return failure(Errc::invalid_input, "reading " + path.string() + ": got more than " +
                                          std::to_string(limit) + " bytes, the limit here");
}

/// The whole file as a container of bytes, which is never longer than `limit` and a piece: whatever
/// length the file claims to have.
template <class Container>
Result<Container> read_whole(const std::filesystem::path& path, std::uint64_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return opening_failure(path);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return system_failure(path, "reading");
  if (S_ISDIR(status.st_mode)) {
    return failure(Errc::invalid_input, "reading " + path.string() + ": got a folder, want a file");
  }
  Container whole;
  if (S_ISREG(status.st_mode)) {
    const auto size = static_cast<std::uint64_t>(status.st_size);
    MUSTER_TRY(check_size(path, size, limit));
    whole.reserve(static_cast<std::size_t>(size));
  }
  std::array<std::uint8_t, 65536> piece{};
  while (true) {
    const auto got = ::read(file.number(), piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure(path, "reading");
    if (got == 0) return whole;
    whole.insert(whole.end(), piece.begin(), piece.begin() + got);
    MUSTER_TRY(check_size(path, whole.size(), limit));
  }
}

std::filesystem::path aside(const std::filesystem::path& path) {
  return path.string() + ".new." + std::to_string(::getpid());
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  return read_whole<Bytes>(path, limit);
}

Result<Bytes> read_regular_file(const std::filesystem::path& path, std::uint64_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.number() < 0) return opening_failure(path);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return system_failure(path, "reading");
  if (!S_ISREG(status.st_mode)) {
    return failure(Errc::invalid_input, "reading " + path.string() + ": not a regular file");
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size > limit) {
    return tl::unexpected<Error>(Error{Errc::invalid_input,
                                       "reading " + path.string() + ": got " +
                                           std::to_string(size) + " bytes, want at most " +
                                           std::to_string(limit),
                                       std::string(file_too_long)});
  }
  Bytes bytes(static_cast<std::size_t>(size));
  for (std::size_t done = 0; done < bytes.size();) {
    const auto got = ::read(file.number(), bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_failure(path, "reading");
    if (got == 0) bytes.resize(done);  // it shrank meanwhile
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<std::string> read_text_file(const std::filesystem::path& path, std::uint64_t limit) {
  return read_whole<std::string>(path, limit);
}

Result<void> write_synced_file(const std::filesystem::path& path, ByteView bytes, unsigned mode) {
  return write_synced_pieces(
      path, [&](const ByteSink& sink) { return sink(bytes); }, mode);
}

Result<void> sync_folder(const std::filesystem::path& folder) {
  const Descriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (file.number() < 0 || ::fsync(file.number()) != 0) return system_failure(folder, "syncing");
  return {};
}

Result<void> write_file_atomically(const std::filesystem::path& path, ByteView bytes,
                                   unsigned mode) {
  const auto temporary = aside(path);
  auto written = write_synced_file(temporary, bytes, mode);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = system_failure(path, "renaming to");
  }
  if (!written) {
    ::unlink(temporary.c_str());
    return written;
  }
  return sync_folder_of(path);
}

Result<void> create_file(const std::filesystem::path& path, ByteView bytes, unsigned mode) {
  return create_file_in_pieces(
      path, [&](const ByteSink& sink) { return sink(bytes); }, mode);
}

Result<void> create_file_in_pieces(const std::filesystem::path& path,
                                   const std::function<Result<void>(const ByteSink&)>& fill,
                                   unsigned mode) {
  const auto temporary = aside(path);
  auto written = write_synced_pieces(temporary, fill, mode);
  if (written && ::link(temporary.c_str(), path.c_str()) != 0) {
    written = errno == EEXIST
                  ? Result<void>(failure(Errc::conflict, path.string() + ": exists already, and is "
                                                                         "not overwritten"))
                  : Result<void>(system_failure(path, "creating"));
  }
  ::unlink(temporary.c_str());
  if (!written) return written;
  return sync_folder_of(path);
}

Result<void> move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::link(from.c_str(), to.c_str()) != 0) {
    const int reason = errno;
    if (reason == ENOENT && ::access(from.c_str(), F_OK) != 0) return opening_failure(from);
    errno = reason;
    if (errno != EEXIST) return system_failure(to, "creating");
    return failure(Errc::conflict, to.string() + ": exists already, and is not overwritten");
  }
  if (::unlink(from.c_str()) != 0) return system_failure(from, "removing");
  return sync_folder_of(to);
}

Result<void> replace_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return system_failure(to, "renaming to");
  return sync_folder_of(to);
}

}  // namespace muster
