#include "cli/home.hpp"

#include <charconv>

#include "cli/key_source.hpp"
#include "cli/log_operator.hpp"
#include "cli/log_place.hpp"
#include "cli/new_folder.hpp"
#include "cli/registry_settings.hpp"
#include "cli/remote/remote_registry.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/key_file.hpp"
#include "registry/rules.hpp"
#include "registry/statement.hpp"

namespace muster::cli {
namespace {

namespace fs = std::filesystem;

Result<void> found_settings(const fs::path& folder, const std::string& origin,
                            const std::string& log_url) {
  Json settings = {{"origin", origin}, {"v", 1}};
  if (!log_url.empty()) settings["log"] = log_url;
  return write_settings(folder, settings);
}

/// Entry 0, signed by the registrar.
Result<registry::Submission> genesis(Context& context, const Founding& founding,
                                     const crypto::Signer& registrar,
                                     const crypto::Ed25519Signer& operator_key, Timestamp now) {
  registry::StatementMaker maker({.origin = founding.origin, .org = founding.registrar}, registrar,
                                 context.random());
  const Json body = {{"name", founding.name},
                     {"country", founding.country},
                     {"key", registrar.verifying_key().text()},
                     {"operator_key", to_hex(operator_key.public_key().bytes())},
                     {"rules_version", registry::rules_version},
                     {"policy", Json::object()}};
  return maker.make({.kind = "log.genesis", .body = body, .event_time = now}, nullptr);
}

Result<void> record_genesis(Context& context, const fs::path& folder, const Founding& founding,
                            const crypto::Ed25519Signer& operator_key) {
  MUSTER_TRY_ASSIGN(const auto registrar, open_signer(founding.key_file));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(const auto submission,
                    genesis(context, founding, *registrar, operator_key, clock->now()));
  MUSTER_TRY_ASSIGN(const auto store, create_log({folder, founding.log_url}));
  MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(*store));
  MUSTER_TRY_ASSIGN(auto registry, registry::Registry::open(log, *clock, {}));
  MUSTER_TRY_ASSIGN(const auto outcome, registry.record(submission));
  if (outcome.error) return failure(*outcome.error);
  return {};
}

/// Builds the registry aside and moves it into place, so that a failure leaves nothing behind.
Result<void> build_aside(Context& context, const fs::path& aside, const Founding& founding) {
  const auto operator_key = crypto::Ed25519Signer::generate(context.random());
  MUSTER_TRY(crypto::create_key_file(aside / "operator.key", operator_key));
  MUSTER_TRY(found_settings(aside, founding.origin, founding.log_url));
  // Last: of all this, a log on a server alone is not gone with the folder.
  return record_genesis(context, aside, founding, operator_key);
}

Result<std::uint64_t> parse_entry_number(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem == std::errc() && end == text.data() + text.size()) return value;
  return failure(Errc::invalid_input, "--as-of: got \"" + text + "\", want the number of an entry");
}

}  // namespace

Result<void> check_is_present(const Context& context) {
  if (context.options().as_of.empty()) return {};
  return failure(Errc::invalid_input, "--as-of: nothing is recorded or kept in the past");
}

Result<fs::path> registry_folder(const Context& context) {
  const std::string& folder = context.options().registry;
  if (folder.empty()) {
    return failure(
        Errc::invalid_input,
        "no registry named: give --registry FOLDER or set MUSTER_REGISTRY; `muster init` "
        "makes a new one");
  }
  MUSTER_TRY_ASSIGN(RemoteRegistry* const remote, context.remote());
  if (remote != nullptr) return remote->folder();
  return fs::path(folder);
}

Result<void> Home::create(Context& context, const fs::path& folder, const Founding& founding) {
  std::error_code problem;
  if (fs::exists(folder, problem) && !fs::is_empty(folder, problem)) {
    return failure(Errc::conflict, folder.string() +
                                       ": exists and is not empty; a registry is "
                                       "never made over something else");
  }
  return create_folder(
      folder, [&](const fs::path& aside) { return build_aside(context, aside, founding); });
}

Result<std::unique_ptr<ledger::Store>> open_store(const Context& context) {
  if (!context.options().as_of.empty()) {
    return failure(Errc::invalid_input, "--as-of: not for this command, which reads the whole log");
  }
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  MUSTER_TRY_ASSIGN(const LogPlace place, log_place(folder));
  return open_log(place);
}

/// The log as it was after the entry, and a view of it that goes with this object.
Result<void> Home::go_back_to(const std::string& entry) {
  MUSTER_TRY_ASSIGN(const std::uint64_t index, parse_entry_number(entry));
  MUSTER_TRY_ASSIGN(const ledger::TreeHead head, store_->head());
  if (index >= head.size.value) {
    return failure(Errc::invalid_input, "--as-of: got entry " + entry + ", want one below " +
                                            std::to_string(head.size.value));
  }
  MUSTER_TRY_ASSIGN(past_, ledger::PrefixStore::open(*store_, {index + 1}));
  MUSTER_TRY_ASSIGN(auto scratch, ScratchFolder::make());
  scratch_.emplace(std::move(scratch));
  return {};
}

Result<std::unique_ptr<Home>> Home::open(Context& context) {
  MUSTER_TRY_ASSIGN(const fs::path folder, registry_folder(context));
  std::unique_ptr<Home> home(new Home(folder));
  MUSTER_TRY_ASSIGN(const LogPlace place, log_place(folder));
  MUSTER_TRY_ASSIGN(home->store_, open_log(place));
  const std::string& at = context.options().as_of;
  if (!at.empty()) MUSTER_TRY(home->go_back_to(at));
  MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(home->store()));
  home->log_ = std::make_unique<ledger::Log>(log);
  // Clocks that ran then are judged by that day.
  if (const auto past = home->past_time()) context.stand_at(*past);
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  registry::RegistryOptions options{.view = view_place(place, home->store_->only_reads()),
                                    .evidence = folder / "evidence"};
  if (home->scratch_) options = {.view = home->scratch_->path() / "view.db"};
  MUSTER_TRY_ASSIGN(auto registry, registry::Registry::open(*home->log_, *clock, options));
  home->registry_ = std::make_unique<registry::Registry>(std::move(registry));
  if (!home->state().origin().empty()) {
    MUSTER_TRY(check_is_log_of_folder(folder, home->state().origin()));
  }
  if (!home->scratch_ && home->state().tables().operator_keys.size() > 1) {
    // Best effort: a copy that nobody may write to is still good to read.
    static_cast<void>(note_successions(folder, home->state()).has_value());
  }
  MUSTER_TRY_ASSIGN(home->remote_, context.remote());
  const bool may_ask = home->past_ == nullptr && !context.options().dry_run;
  if (home->remote_ != nullptr && may_ask) {
    MUSTER_TRY(home->remote_->settle_outbox({*home->store_, *home->registry_}));
  }
  return home;
}

Result<std::unique_ptr<Home>> Home::over(std::unique_ptr<ledger::Store> store, Clock& clock) {
  MUSTER_TRY_ASSIGN(auto scratch, ScratchFolder::make());
  std::unique_ptr<Home> home(new Home(scratch.path()));
  home->scratch_.emplace(std::move(scratch));
  home->store_ = std::move(store);
  MUSTER_TRY_ASSIGN(ledger::Log log, ledger::Log::open(*home->store_));
  home->log_ = std::make_unique<ledger::Log>(log);
  MUSTER_TRY_ASSIGN(
      auto registry,
      registry::Registry::open(*home->log_, clock, {.view = home->scratch_->path() / "view.db"}));
  home->registry_ = std::make_unique<registry::Registry>(std::move(registry));
  return home;
}

Result<std::vector<registry::Outcome>> Home::hand_in(
    std::span<const registry::Submission> submissions, registry::BatchMode mode) {
  MUSTER_TRY_ASSIGN(auto settled, remote_->record({*store_, *registry_}, submissions, mode));
  for (std::size_t i = 0; i < settled.outcomes.size(); ++i) {
    if (!settled.refusals[i]) continue;
    refusals_.insert_or_assign(settled.outcomes[i].statement, std::move(*settled.refusals[i]));
  }
  return std::move(settled.outcomes);
}

Result<std::vector<registry::Outcome>> Home::record(
    std::span<const registry::Submission> submissions, registry::BatchMode mode) {
  if (remote_ != nullptr) return hand_in(submissions, mode);
  return registry_->record(submissions, mode);
}

Result<std::vector<registry::Outcome>> Home::record(registry::Batch& batch,
                                                    registry::BatchMode mode) {
  if (remote_ != nullptr) return hand_in(batch.submissions(), mode);
  return registry_->record(batch, mode);
}

Result<registry::Outcome> Home::record(const registry::Submission& submission) {
  MUSTER_TRY_ASSIGN(auto outcomes, record(std::span(&submission, 1)));
  return std::move(outcomes.front());
}

std::optional<std::string> Home::refusal_of(const Hash& statement) const {
  const auto found = refusals_.find(statement);
  return found == refusals_.end() ? std::nullopt : std::optional(found->second);
}

Result<crypto::Ed25519Signer> Home::operator_key() const {
  return open_ed25519(folder_ / "operator.key");
}

}  // namespace muster::cli
