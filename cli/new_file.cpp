#include "cli/new_file.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <streambuf>

#include "cli/new_folder.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {

namespace fs = std::filesystem;

namespace {

/// Takes everything and keeps nothing.
class Nowhere final : public std::streambuf {
  int_type overflow(int_type c) override { return traits_type::not_eof(c); }
  std::streamsize xsputn(const char* /*text*/, std::streamsize count) override { return count; }
};

}  // namespace

Result<void> write_aside(const Context& context, const std::string& path,
                         const std::function<Result<void>(std::ostream&)>& write) {
  if (context.options().dry_run) {
    Nowhere nowhere;
    std::ostream out(&nowhere);
    return write(out);
  }
  std::error_code problem;
  if (fs::exists(path, problem)) {
    return failure(Errc::conflict, path + ": exists; nothing is ever written over a file");
  }
  const fs::path aside = name_aside(path);
  std::ofstream out(aside, std::ios::binary);
  if (!out) {
    return failure(Errc::unavailable,
                   "creating " + aside.string() + ": " + std::generic_category().message(errno));
  }
  auto written = write(out);
  out.close();
  if (written && !out)
    written = failure(Errc::unavailable, "writing " + aside.string() + ": failed");
  if (!written) {
    fs::remove(aside, problem);
    return written;
  }
  return move_file(aside, path);
}

}  // namespace muster::cli
