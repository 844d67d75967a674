#include "cli/refusal_recorder.hpp"

#include "cli/key_source.hpp"
#include "registry/logged_refusal.hpp"
#include "registry/statement.hpp"

namespace muster::cli {
namespace {

constexpr const char* refusal_stream = "refusals";

}  // namespace

std::vector<ledger::VerifierKey> operator_keys(const registry::State& state) {
  std::vector<ledger::VerifierKey> keys;
  for (const registry::OperatorKey& row : state.tables().operator_keys.rows()) {
    const auto key = crypto::PublicKey::parse(row.public_key);
    const bool fits = key && key->ed25519() != nullptr && ledger::is_key_name(state.origin());
    if (fits) keys.emplace_back(state.origin(), *key->ed25519());
  }
  return keys;
}

Result<RefusalRecorder> RefusalRecorder::open(Context& context, Home& home, std::string party,
                                              const std::vector<std::string>& keys) {
  MUSTER_TRY_ASSIGN(auto signers, open_signers(keys));
  return RefusalRecorder(context, home, std::move(party), std::move(signers));
}

Result<registry::Submission> RefusalRecorder::statement(const std::string& note) const {
  const registry::State& state = home_->state();
  MUSTER_TRY_ASSIGN(Clock * clock, context_->clock());
  const auto keys = operator_keys(state);
  MUSTER_TRY_ASSIGN(Json body, registry::refusal_body(note, keys));
  registry::StatementMaker maker(
      {.origin = state.origin(),
       .org = party_,
       .stream = refusal_stream,
       .next_number = registry::next_number(state, party_, refusal_stream)},
      *signers_.front(), context_->random());
  return maker.make({.kind = "refusal", .body = std::move(body), .event_time = clock->now()},
                    &state, co_signers_of(signers_));
}

}  // namespace muster::cli
