#include "cli/chain_policy.hpp"

#include "ledger/base/file.hpp"

namespace muster::cli {

namespace spdm = attestation::spdm;

Result<spdm::ChainPolicy> read_chain_policy(Timestamp at, const std::vector<std::string>& roots,
                                            const std::vector<std::string>& lists) {
  spdm::ChainPolicy policy{.at = at};
  for (const std::string& file : roots) {
    MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file));
    auto root = spdm::trusted_root(text);
    if (!root) return failure(std::move(root.error()).during(file));
    policy.roots.push_back(std::move(*root));
  }
  for (const std::string& file : lists) {
    MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(file));
    auto read = spdm::revocation_lists(bytes);
    if (!read) return failure(std::move(read.error()).during(file));
    for (auto& list : *read) policy.lists.push_back(std::move(list));
  }
  return policy;
}

}  // namespace muster::cli
