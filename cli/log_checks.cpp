#include "cli/log_checks.hpp"

#include "cli/home.hpp"
#include "ledger/backup.hpp"

namespace muster::cli {

ledger::AuditOptions LogChecks::options() {
  ledger::AuditOptions options;
  options.checkpoint_key = key_;
  options.named_blobs = named_blobs();
  options.key_lookup = [this](const crypto::KeyId& id, ledger::LogIndex) { return rules_.key(id); };
  return options;
}

ledger::NamedBlobs LogChecks::named_blobs() {
  return [this](const ledger::Entry& entry) { return rules_.named_blobs(entry); };
}

Result<void> renew_view(Context& context) {
  MUSTER_TRY_ASSIGN(const auto folder, registry_folder(context));
  ledger::remove_log_file(folder / "view.db");
  MUSTER_TRY_ASSIGN(const auto home, Home::open(context));
  return home->registry().flush();
}

}  // namespace muster::cli
