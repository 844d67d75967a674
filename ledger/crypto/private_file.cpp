#include "ledger/crypto/private_file.hpp"

#include <system_error>

namespace muster::crypto {

Result<void> check_private(const std::filesystem::path& path) {
  namespace fs = std::filesystem;
  std::error_code problem;
  const fs::perms mode = fs::status(path, problem).permissions();
  const fs::perms others = fs::perms::group_all | fs::perms::others_all;
  if (!problem && (mode & others) != fs::perms::none) {
    return failure(Errc::invalid_input,
                   path.string() + ": others may read or write this file; run `chmod 600 " +
                       path.string() + "` if nobody has");
  }
  return {};
}

}  // namespace muster::crypto
