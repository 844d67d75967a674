#include "cli/remote/cache_folder.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t cache_name_digits = 16;

std::string environment(const char* name) {
  const char* const value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before threads
  return value == nullptr ? std::string() : std::string(value);
}

Result<fs::path> cache_base() {
  if (const std::string own = environment("MUSTER_CACHE"); !own.empty()) return fs::path(own);
  if (const std::string xdg = environment("XDG_CACHE_HOME"); xdg.starts_with('/')) {
    return fs::path(xdg) / "muster";
  }
  if (const std::string home = environment("HOME"); home.starts_with('/')) {
    return fs::path(home) / ".cache" / "muster";
  }
  return failure(Errc::invalid_input,
                 "no folder for what is kept of a served registry: set MUSTER_CACHE");
}

/// For people a name, and digits that tell apart what would be named alike.
std::string cache_name(const http::Url& url) {
  const std::string address = url.origin() + url.path;
  std::string name = url.host + "-" + std::to_string(url.port);
  std::ranges::replace_if(
      name,
      [](char c) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
        return !plain;
      },
      '_');
  constexpr std::size_t longest = 100;
  return name.substr(0, longest) + "-" +
         crypto::sha256(address).to_hex().substr(0, cache_name_digits);
}

Result<void> make_private(const fs::path& folder) {
  std::error_code problem;
  if (fs::is_directory(folder, problem)) {
    const fs::perms others = fs::perms::group_all | fs::perms::others_all;
    const fs::perms mode = fs::status(folder, problem).permissions();
    if (!problem && (mode & others) == fs::perms::none) return {};
    return failure(Errc::invalid_input,
                   folder.string() +
                       ": others may read or change what is kept of the registry; "
                       "run `chmod 700` on it if nobody has, else remove it");
  }
  fs::create_directories(folder, problem);
  if (!problem) fs::permissions(folder, fs::perms::owner_all, problem);
  if (!problem) return {};
  return failure(Errc::unavailable, folder.string() + ": " + problem.message());
}

}  // namespace

Result<CachePlaces> cache_places(const http::Url& url) {
  MUSTER_TRY_ASSIGN(const fs::path base, cache_base());
  CachePlaces places{fs::absolute(base / cache_name(url))};
  MUSTER_TRY(make_private(places.folder));
  return places;
}

}  // namespace muster::cli
