#include "cli/chain_policy.hpp"

#include "ledger/base/file.hpp"

namespace muster::cli {

namespace spdm = attestation::spdm;

namespace {

Result<void> add_root(const std::string& pem, const std::string& name, spdm::ChainPolicy& policy) {
  auto root = spdm::trusted_root(pem);
  if (!root) return failure(std::move(root.error()).during(name));
  policy.roots.push_back(std::move(*root));
  return {};
}

Result<void> add_lists(const Bytes& bytes, const std::string& name, spdm::ChainPolicy& policy) {
  auto read = spdm::revocation_lists(bytes);
  if (!read) return failure(std::move(read.error()).during(name));
  policy.lists.reserve(policy.lists.size() + read->size());
  for (auto& list : *read) policy.lists.push_back(std::move(list));
  return {};
}

}  // namespace

Result<spdm::ChainPolicy> carried_chain_policy(Timestamp at, const std::vector<std::string>& roots,
                                               const std::vector<Bytes>& lists) {
  spdm::ChainPolicy policy{.at = at};
  for (std::size_t i = 0; i < roots.size(); ++i) {
    MUSTER_TRY(add_root(roots[i], "root " + std::to_string(i + 1), policy));
  }
  for (std::size_t i = 0; i < lists.size(); ++i) {
    MUSTER_TRY(add_lists(lists[i], "list " + std::to_string(i + 1), policy));
  }
  return policy;
}

Result<spdm::ChainPolicy> read_chain_policy(Timestamp at, const std::vector<std::string>& roots,
                                            const std::vector<std::string>& lists) {
  spdm::ChainPolicy policy{.at = at};
  for (const std::string& file : roots) {
    MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file));
    MUSTER_TRY(add_root(text, file, policy));
  }
  for (const std::string& file : lists) {
    MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(file));
    MUSTER_TRY(add_lists(bytes, file, policy));
  }
  return policy;
}

}  // namespace muster::cli
