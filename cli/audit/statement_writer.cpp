#include "cli/audit/statement_writer.hpp"

#include "cli/key_source.hpp"

namespace muster::cli {

StatementWriter::StatementWriter(Context& context, Home& home,
                                 std::unique_ptr<crypto::Signer> signer, std::string org)
    : context_(&context), home_(&home), signer_(std::move(signer)) {
  const registry::State& state = home.state();
  identity_ = {.origin = state.origin(),
               .org = org,
               .stream = "main",
               .next_number = registry::next_number(state, org)};
}

Result<StatementWriter> StatementWriter::open(Context& context, Home& home, const Author& author) {
  MUSTER_TRY_ASSIGN(auto signer, open_signer(author.key_file));
  return StatementWriter(context, home, std::move(signer), author.org);
}

Result<void> StatementWriter::add(const registry::Draft& draft) {
  MUSTER_TRY_ASSIGN(Clock * clock, context_->clock());
  registry::Draft dated = draft;
  dated.event_time = clock->now();
  registry::StatementMaker maker(identity_, *signer_, context_->random());
  MUSTER_TRY_ASSIGN(auto submission, maker.make(dated, &home_->state()));
  identity_ = maker.identity();
  statements_.push_back(ledger::statement_hash(submission.envelope));
  if (context_->options().dry_run) return home_->registry().check(submission);
  batch_.push_back(std::move(submission));
  return batch_.size() < batch_size ? Result<void>() : finish();
}

Result<void> StatementWriter::finish() {
  if (batch_.empty()) return {};
  MUSTER_TRY_ASSIGN(const auto outcomes,
                    home_->record(batch_, registry::BatchMode::all_or_nothing));
  batch_.clear();
  for (const registry::Outcome& outcome : outcomes) {
    if (outcome.error) return failure(*outcome.error);
  }
  return {};
}

}  // namespace muster::cli
