#include "ledger/tiles/blob_path.hpp"

namespace muster::ledger {

std::string blob_path(const Hash& sha256) {
  const std::string hex = sha256.to_hex();
  return "blob/" + hex.substr(0, 2) + "/" + hex;
}

Result<Hash> parse_blob_path(std::string_view path) {
  const auto slash = path.rfind('/');
  const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const auto hash = Hash::from_hex(name);
  if (hash && blob_path(*hash) == path) return *hash;
  return failure(Errc::invalid_input,
                 "blob path: got " + std::string(path.substr(0, 100)) + ", want blob/<2>/<64 hex>");
}

}  // namespace muster::ledger
