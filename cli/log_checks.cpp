#include "cli/log_checks.hpp"

#include <algorithm>

#include "cli/home.hpp"
#include "cli/log_operator.hpp"
#include "cli/pair_facts.hpp"
#include "ledger/backup.hpp"

namespace muster::cli {

ledger::AuditOptions LogChecks::options() {
  ledger::AuditOptions options;
  options.checkpoint_key_at = [this](ledger::TreeSize size) { return rules_.checkpoint_key(size); };
  options.named_blobs = [this](const ledger::Entry& entry) { return rules_.named_blobs(entry); };
  options.visit = [this](const ledger::Entry& entry) { rules_.visit(entry); };
  options.key_lookup = [this](const crypto::KeyId& id, ledger::LogIndex) { return rules_.key(id); };
  return options;
}

Result<void> LogChecks::rules() const {
  if (rules_.faults().empty()) return {};
  return failure(Errc::corrupt, "audit: " + ledger::describe(rules_.faults().front()));
}

bool add_keys(std::vector<ledger::VerifierKey>& keys, std::span<const ledger::VerifierKey> more) {
  const std::size_t before = keys.size();
  for (const ledger::VerifierKey& key : more) {
    const auto is_same = [&](const ledger::VerifierKey& known) {
      return known.to_string() == key.to_string();
    };
    if (std::ranges::none_of(keys, is_same)) keys.push_back(key);
  }
  return keys.size() > before;
}

Result<std::vector<ledger::VerifierKey>> given_keys(const std::vector<std::string>& keys,
                                                    const std::optional<ledger::Policy>& policy) {
  MUSTER_TRY_ASSIGN(auto given, log_keys(keys));
  if (!policy) return given;
  for (const ledger::PolicyLog& log : policy->logs()) add_keys(given, std::span(&log.key, 1));
  return given;
}

Result<void> renew_view(Context& context) {
  MUSTER_TRY_ASSIGN(const auto folder, registry_folder(context));
  ledger::remove_log_file(folder / "view.db");
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  return home->registry().flush();
}

}  // namespace muster::cli
