#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "ledger/base/check.hpp"
#include "ledger/policy.hpp"

// A policy that is read stays within its limits, and more cosignatures never lose a quorum; an
// error names a line or the policy as a whole. The part after the first NUL is judged by it.
int fuzz_policy(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto text = input.substr(0, input.find('\0'));
  const auto policy = muster::ledger::Policy::parse(text);
  if (!policy) {
    const std::string& message = policy.error().message;
    MUSTER_CHECK(message.starts_with("line ") || message.starts_with("policy: "));
    return 0;
  }
  MUSTER_CHECK(policy->text() == text);
  MUSTER_CHECK(policy->witnesses().size() <= muster::ledger::max_policy_items);
  const std::size_t count = policy->witnesses().size();
  std::vector<bool> cosigned(count, false);
  bool before = policy->has_quorum(cosigned);
  MUSTER_CHECK(before == !policy->wants_witnesses());
  for (std::size_t i = 0; i < count; ++i) {
    cosigned[i] = true;
    const bool now = policy->has_quorum(cosigned);
    MUSTER_CHECK(now || !before);
    before = now;
  }
  MUSTER_CHECK(before);
  if (text.size() == input.size()) return 0;
  const auto verdict = muster::ledger::accepts(input.substr(text.size() + 1), *policy);
  if (verdict) MUSTER_CHECK(verdict->accepted() == verdict->missing.empty());
  return 0;
}
