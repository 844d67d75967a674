#include "ledger/audit_subtrees.hpp"

namespace muster::ledger {
namespace {

std::string named(unsigned level, std::uint64_t position) {
  return "subtree " + std::to_string(position) + " of level " + std::to_string(level);
}

}  // namespace

void SubtreeAudit::check(const Subtree& subtree, AuditFaults& faults) {
  if (subtree.height == 0 || subtree.height % subtree_height_step != 0) return;
  const unsigned level = subtree.height / subtree_height_step;
  const std::string want = named(level, subtree.position) + " with hash " + subtree.hash.to_hex();
  const auto stored = store_->subtree_hashes(level, subtree.position, 1);
  if (!stored) {
    faults.add({std::nullopt, "tree.subtree", want, stored.error().message});
  } else if (stored->empty()) {
    faults.add({std::nullopt, "tree.subtree", want, "nothing"});
  } else if (stored->front() != subtree.hash) {
    faults.add({std::nullopt, "tree.subtree", want, stored->front().to_hex()});
  }
}

void SubtreeAudit::finish(TreeSize size, AuditFaults& faults) {
  for (unsigned level = 1; level * subtree_height_step < 64; ++level) {
    const std::uint64_t beyond = size.value >> (level * subtree_height_step);
    const auto stored = store_->subtree_hashes(level, beyond, 1);
    if (stored && stored->empty()) continue;
    faults.add({std::nullopt, "tree.subtree", "no " + named(level, beyond),
                stored ? stored->front().to_hex() : stored.error().message});
  }
}

}  // namespace muster::ledger
