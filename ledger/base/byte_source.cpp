#include "ledger/base/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "ledger/base/check.hpp"

namespace muster {
namespace {

std::string reason_of(int number) {
  return std::error_code(number, std::generic_category()).message();
}

}  // namespace

ByteSource::ByteSource(Bytes bytes) : bytes_(std::move(bytes)), size_(bytes_.size()) {}

ByteSource::ByteSource(ByteSource&& other) noexcept
    : path_(std::move(other.path_)),
      bytes_(std::move(other.bytes_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(std::exchange(other.size_, 0)) {}

ByteSource& ByteSource::operator=(ByteSource&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(bytes_, other.bytes_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(size_, other.size_);
  return *this;
}

ByteSource::~ByteSource() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<ByteSource> ByteSource::open(const std::filesystem::path& path) {
  ByteSource source;
  source.path_ = path.string();
  // A pipe or a device might have to be waited for.
  source.descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat status {};
  if (source.descriptor_ < 0 || ::fstat(source.descriptor_, &status) != 0) {
    const bool absent = errno == ENOENT || errno == ENOTDIR;
    return failure(absent ? Errc::not_found : Errc::unavailable,
                   "opening " + source.path_ + ": " + reason_of(errno));
  }
  if (!S_ISREG(status.st_mode)) {
    return failure(Errc::invalid_input, "reading " + source.path_ + ": not a regular file");
  }
  source.size_ = static_cast<std::uint64_t>(status.st_size);
  return source;
}

Result<void> ByteSource::read(std::uint64_t first, std::span<std::uint8_t> into) const {
  MUSTER_CHECK(first <= size_ && into.size() <= size_ - first);
  if (descriptor_ < 0) {
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(first), into.size(), into.begin());
    return {};
  }
  for (std::size_t done = 0; done < into.size();) {
    const auto got = ::pread(descriptor_, into.data() + done, into.size() - done,
                             static_cast<off_t>(first + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return failure(Errc::unavailable, "reading " + path_ + ": " + reason_of(errno));
    }
    if (got == 0) {
      return failure(Errc::unavailable,
                     "reading " + path_ + ": it became shorter meanwhile: ends at byte " +
                         std::to_string(first + done) + " of " + std::to_string(size_));
    }
    done += static_cast<std::size_t>(got);
  }
  return {};
}

Result<void> ByteSource::pour(std::uint64_t first, std::uint64_t count,
                              const ByteSink& sink) const {
  MUSTER_CHECK(first <= size_ && count <= size_ - first);
  if (descriptor_ < 0) {
    return sink(
        ByteView(bytes_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
  }
  Bytes piece;
  for (std::uint64_t done = 0; done < count; done += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(max_piece_bytes, count - done)));
    MUSTER_TRY(read(first + done, piece));
    MUSTER_TRY(sink(piece));
  }
  return {};
}

}  // namespace muster
