#include "ledger/store/local_disk.hpp"

#include <sys/vfs.h>

#include <algorithm>
#include <array>

namespace muster::ledger {
namespace {

/// The `f_type` of NFS, SMB, CIFS, SMB2, AFS, Coda and NCP. Source: statfs(2).
constexpr std::array<std::uint32_t, 7> network_types{0x6969,     0x517B,     0xFF534D42, 0xFE534D42,
                                                     0x5346414F, 0x73757245, 0x564C};

}  // namespace

Result<void> check_local_disk(const std::filesystem::path& path) {
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  struct statfs status {};
  // A folder that cannot be asked is met again, with a better message, when the file is opened.
  if (::statfs(folder.c_str(), &status) != 0) return {};
  const auto type = static_cast<std::uint32_t>(status.f_type);
  if (std::ranges::find(network_types, type) == network_types.end()) return {};
  return failure(Errc::unavailable, "opening " + path.string() +
                                        ": on a network file system, which cannot keep a log safe");
}

}  // namespace muster::ledger
