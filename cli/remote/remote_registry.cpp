#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/remote/hand_in.hpp"
#include "cli/remote/remote_registry_impl.hpp"
#include "cli/remote/server_address.hpp"
#include "ledger/base/check.hpp"
#include "ledger/refusal.hpp"

namespace muster::cli {
namespace {

using registry::Outcome;

constexpr int await_ms = 20'000;  // a server signs for what it recorded within a second
constexpr int await_pause_ms = 100;

/// The refusal as it is judged here, where the copy bears the server out; else its word.
Error refusal_of(registry::Registry& registry, const registry::Submission& submission,
                 const ServerVerdict& verdict) {
  Error said = verdict.error.value_or(Error{Errc::invalid_input, "the server records nothing", {}});
  if (said.rule == "batch.not_all") return said;
  auto judged = registry.check(submission);
  if (!judged) return std::move(judged.error());
  said.message += " (the server's word: the copy of the log here would admit it)";
  return said;
}

Result<Outcome> outcome_of(const OpenCopy& copy, const registry::Submission& submission,
                           const ServerVerdict& verdict) {
  Outcome outcome{.statement = ledger::statement_hash(submission.envelope),
                  .index = {},
                  .leaf = {},
                  .error = {}};
  if (!verdict.is_recorded()) {
    outcome.error = refusal_of(copy.registry, submission, verdict);
    return outcome;
  }
  const auto index = copy.registry.state().statement_index(outcome.statement);
  MUSTER_CHECK(index.has_value());  // waited for
  outcome.index = {*index};
  MUSTER_TRY_ASSIGN(const auto leaves, copy.store.leaf_hashes(outcome.index, 1));
  if (!leaves.empty()) outcome.leaf = leaves.front();
  outcome.status = verdict.status == ServerVerdict::Status::duplicate ? Outcome::Status::duplicate
                                                                      : Outcome::Status::recorded;
  return outcome;
}

}  // namespace

RemoteRegistry::RemoteRegistry(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RemoteRegistry::~RemoteRegistry() = default;

Result<std::unique_ptr<RemoteRegistry>> RemoteRegistry::open(const Context& context) {
  MUSTER_TRY_ASSIGN(http::Url url, server_address(context.options().registry));
  MUSTER_TRY_ASSIGN(CachePlaces places, cache_places(url));
  MUSTER_TRY_ASSIGN(ServerCalls calls, ServerCalls::open(std::move(url), context.options().served));
  MUSTER_TRY_ASSIGN(TrustedLog trusted, read_trusted_log(places.trust(), calls.address()));
  auto impl = std::make_unique<Impl>(
      Impl{&context, std::move(calls), std::move(places), std::move(trusted)});
  return std::unique_ptr<RemoteRegistry>(new RemoteRegistry(std::move(impl)));
}

Result<std::filesystem::path> RemoteRegistry::folder() {
  if (!impl_->followed) MUSTER_TRY(impl_->mirror().follow());
  impl_->followed = true;
  return impl_->places.registry();
}

Result<void> check_receipt(const TrustedLog& trusted, const ServerVerdict& verdict,
                           const Hash& statement) {
  if (!verdict.receipt) return {};
  auto facts = ledger::verify_receipt(*verdict.receipt, trusted.keys);
  if (!facts) {
    return refusal("remote.receipt", "the receipt that the server gives: " + facts.error().message);
  }
  if (ledger::statement_hash(facts->entry.envelope) == statement) return {};
  return refusal("remote.receipt",
                 "the server gives the receipt of another statement than " + statement.to_hex());
}

std::optional<std::string> good_refusal(const RemoteRegistry::Impl& remote,
                                        const ServerVerdict& verdict,
                                        const ledger::Envelope& envelope) {
  if (!verdict.refusal || verdict.is_recorded()) return std::nullopt;
  const auto good = ledger::verify_refusal(*verdict.refusal, remote.trusted.keys);
  const bool is_of_it = good && good->about.statement == ledger::statement_hash(envelope) &&
                        good->about.envelope == ledger::envelope_hash(envelope);
  if (is_of_it) return verdict.refusal;
  remote.context->printer().error("what the server gives as its signed refusal is none: " +
                                  (good ? "is of another statement" : good.error().message));
  return std::nullopt;
}

bool was_answered(const Error& error) {
  return error.code != Errc::unavailable &&
         error.message.find("the server says: ") != std::string::npos;
}

Error unanswered(Error error) {
  if (was_answered(error)) return error;
  error.message += "; what was handed in is kept, and asked about by the next command";
  return error;
}

void tell_of_before(const RemoteRegistry::Impl& remote, const Outcome& outcome) {
  const std::string name = "handed in before: statement " + outcome.statement.to_hex();
  auto printer = remote.context->printer();
  if (outcome.error) {
    printer.error(name + " was refused: " + outcome.error->message);
  } else {
    printer.note(name + " is entry " + std::to_string(outcome.index.value));
  }
}

Result<void> RemoteRegistry::Impl::await(const OpenCopy& copy, const Outbox::Parcel& parcel,
                                         const std::vector<ServerVerdict>& verdicts) const {
  std::vector<Hash> wanted;
  const auto is_refused = [](const ServerVerdict& one) { return !one.is_recorded(); };
  if (std::ranges::any_of(verdicts, is_refused)) {
    // Why may stand in entries that are not here yet.
    MUSTER_TRY(mirror().follow(copy.store, copy.registry));
  }
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (!verdicts[i].is_recorded()) continue;
    wanted.push_back(ledger::statement_hash(parcel.submissions[i].envelope));
    MUSTER_TRY(check_receipt(trusted, verdicts[i], wanted.back()));
  }
  for (int waited = 0;; waited += await_pause_ms) {
    std::erase_if(wanted, [&](const Hash& one) {
      return copy.registry.state().statement_index(one).has_value();
    });
    if (wanted.empty()) return {};
    if (waited >= await_ms) break;
    if (waited > 0) std::this_thread::sleep_for(std::chrono::milliseconds(await_pause_ms));
    MUSTER_TRY(mirror().follow(copy.store, copy.registry));
  }
  return refusal("remote.not_recorded", "the server says that statement " +
                                            wanted.front().to_hex() +
                                            " was recorded, and its signed log does not have it");
}

Result<RemoteOutcomes> RemoteRegistry::Impl::settle(const OpenCopy& copy,
                                                    const Outbox::Parcel& parcel) const {
  auto verdicts = hand_in(calls, parcel.submissions, parcel.mode);
  if (!verdicts) {
    // Who was answered knows that nothing was recorded; else nobody does.
    if (was_answered(verdicts.error())) MUSTER_TRY(outbox().remove(parcel.file));
    return failure(unanswered(std::move(verdicts.error())));
  }
  MUSTER_TRY(await(copy, parcel, *verdicts));
  RemoteOutcomes handed;
  for (std::size_t i = 0; i < verdicts->size(); ++i) {
    const registry::Submission& submission = parcel.submissions[i];
    MUSTER_TRY_ASSIGN(auto outcome, outcome_of(copy, submission, (*verdicts)[i]));
    handed.outcomes.push_back(std::move(outcome));
    handed.refusals.push_back(good_refusal(*this, (*verdicts)[i], submission.envelope));
  }
  MUSTER_TRY(outbox().remove(parcel.file));
  return handed;
}

Result<RemoteOutcomes> RemoteRegistry::record(const OpenCopy& copy,
                                              std::span<const registry::Submission> submissions,
                                              registry::BatchMode mode) {
  Outbox::Parcel parcel{
      .file = {}, .mode = mode, .submissions = {submissions.begin(), submissions.end()}};
  MUSTER_TRY_ASSIGN(parcel.file, impl_->outbox().put(submissions, mode));
  return impl_->settle(copy, parcel);
}

Result<void> RemoteRegistry::settle_outbox(const OpenCopy& copy) {
  MUSTER_TRY_ASSIGN(const auto parcels, impl_->outbox().list());
  for (const Outbox::Parcel& parcel : parcels) {
    auto handed = impl_->settle(copy, parcel);
    if (!handed) {
      return failure(
          std::move(handed.error()).during("what was handed in before, " + parcel.file.string()));
    }
    for (const Outcome& outcome : handed->outcomes) tell_of_before(*impl_, outcome);
  }
  return {};
}

}  // namespace muster::cli
