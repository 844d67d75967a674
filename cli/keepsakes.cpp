#include "cli/keepsakes.hpp"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/proofs.hpp"
#include "ledger/refusal.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t refusal_name_digits = 16;

/// A message without the rule's code in front, which stands beside it.
std::string words_of(const Error& error) {
  const std::string prefix = error.rule + ": ";
  return ledger::refusal_message(error.message.starts_with(prefix)
                                     ? std::string_view(error.message).substr(prefix.size())
                                     : std::string_view(error.message));
}

Result<void> make_folder_ready(const char* option, const std::string& folder) {
  if (folder.empty()) return {};
  std::error_code problem;
  std::filesystem::path there = std::filesystem::absolute(folder, problem);
  while (!problem && !std::filesystem::exists(there, problem)) there = there.parent_path();
  if (!std::filesystem::is_directory(there, problem)) {
    problem = std::make_error_code(std::errc::not_a_directory);
  } else if (::access(there.c_str(), W_OK | X_OK) != 0) {
    problem = std::error_code(errno, std::generic_category());
  }
  if (!problem) return {};
  return failure(Errc::unavailable, std::string(option) + ": files cannot be put into " + folder +
                                        ": " + problem.message() + "; nothing was recorded");
}

}  // namespace

Result<void> make_ready(const Keepsakes& keepsakes) {
  MUSTER_TRY(make_folder_ready("--receipts", keepsakes.receipts));
  return make_folder_ready("--refusals", keepsakes.refusals);
}

void add_keepsake_options(CLI::App& verb, Keepsakes& keepsakes) {
  verb.add_option("--receipts", keepsakes.receipts, "a folder for <statement>.receipt");
  verb.add_option("--refusals", keepsakes.refusals,
                  "a folder for what the operator signs when a rule refuses");
}

Result<RefusalDesk> RefusalDesk::open(const Context& context, ledger::Store& store) {
  MUSTER_TRY_ASSIGN(auto keeper, log_operator(context, store));
  return RefusalDesk(store, std::move(keeper));
}

Result<std::optional<std::string>> RefusalDesk::note(const ledger::Envelope& envelope,
                                                     const registry::Outcome& outcome) const {
  // Before entry 0 there is no log that anybody could judge by.
  const bool by_rule = outcome.judged && outcome.judged->size.value > 0;
  if (!by_rule || !ledger::is_rule_code(outcome.error->rule)) return std::optional<std::string>();
  MUSTER_TRY(ledger::signable_head(*store_));
  MUSTER_TRY_ASSIGN(const Hash root, ledger::root_at(*store_, outcome.judged->size));
  const ledger::Refusal refusal{{operator_->origin,
                                 outcome.statement,
                                 ledger::envelope_hash(envelope),
                                 {outcome.judged->size, root}},
                                outcome.judged->at,
                                outcome.error->rule,
                                words_of(*outcome.error)};
  return std::optional(ledger::sign_refusal(refusal, operator_->signer));
}

Result<std::string> keep_refusal(const std::string& folder, const Hash& statement,
                                 const std::string& note) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  const auto file = std::filesystem::path(folder) /
                    (statement.to_hex() + "-" +
                     crypto::sha256(note).to_hex().substr(0, refusal_name_digits) + ".refusal");
  const auto written = create_file(file, as_bytes(note));
  // There already: the same note, as its name says.
  if (!written && written.error().code != Errc::conflict) return failure(written.error());
  return file.string();
}

}  // namespace muster::cli
