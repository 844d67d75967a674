#include "cli/demo/filing.hpp"

#include "ledger/base/check.hpp"
#include "registry/state_root.hpp"

namespace muster::cli::demo {
namespace {

constexpr std::size_t batch_statements = 1'000;
constexpr std::size_t batch_bytes = std::size_t{64} << 20U;

std::size_t bytes_of(const registry::Submission& submission) {
  std::size_t bytes = submission.envelope.payload.size();
  for (const ledger::Blob& blob : submission.blobs) bytes += blob.bytes.size();
  return bytes;
}

}  // namespace

Filing::Filing(Tools tools, std::string origin) : tools_(tools), origin_(std::move(origin)) {}

registry::StatementMaker& Filing::maker(const std::string& org) {
  const auto found = makers_.find(org);
  if (found != makers_.end()) return found->second;
  registry::StatementMaker made({.origin = origin_, .org = org}, tools_.cast.signer(org),
                                tools_.random);
  return makers_.emplace(org, std::move(made)).first->second;
}

Result<void> Filing::begin(const std::string& stage, Timestamp at, std::uint64_t statements) {
  MUSTER_TRY(end());
  tools_.clock.set(at);
  stages_.push_back({stage, 0, 0, 0});
  expected_ = statements;
  began_ = std::chrono::steady_clock::now();
  under_way_ = true;
  if (tools_.progress) tools_.progress(stage, 0, expected_);
  return {};
}

Result<void> Filing::end() {
  if (!under_way_) return {};
  MUSTER_TRY(commit_state());
  const auto took = std::chrono::steady_clock::now() - began_;
  stages_.back().ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  under_way_ = false;
  return {};
}

Result<void> Filing::wait_until(Timestamp at) {
  MUSTER_TRY(commit_state());
  tools_.clock.set(at);
  return {};
}

/// What the operator owes at least once a day, and after the freezes. As long as there is no chip,
/// there is nothing to commit to.
Result<void> Filing::commit_state() {
  MUSTER_TRY(flush());
  if (state().tables().chips.size() == 0) return {};
  const Json body = registry::commit_body(registry::state_roots(state()));
  MUSTER_TRY(file(registrar_id, {.kind = "state.commit", .body = body}));
  return {};
}

Result<void> Filing::add(const std::string& org, registry::Draft draft, Enclosed enclosed) {
  MUSTER_CHECK(under_way_);
  draft.event_time = tools_.clock.now();
  std::vector<const crypto::Signer*> co_signers;
  if (enclosed.co_signer != nullptr) co_signers.push_back(&tools_.cast.signer(enclosed.co_signer));
  auto submission = maker(org).make(draft, &state(), co_signers);
  if (!submission) return failure(std::move(submission.error()).during(draft.kind + " of " + org));
  for (ledger::Blob& blob : enclosed.blobs) submission->blobs.push_back(std::move(blob));
  waiting_bytes_ += bytes_of(*submission);
  waiting_.push_back(std::move(*submission));
  waiting_names_.push_back(draft.kind + " of " + org);
  stages_.back().chips += draft.chips.empty() ? enclosed.chips : draft.chips.size();
  if (waiting_.size() >= batch_statements || waiting_bytes_ >= batch_bytes) return flush();
  return {};
}

Result<void> Filing::flush() {
  if (waiting_.empty()) return {};
  MUSTER_TRY_ASSIGN(auto outcomes, tools_.registry.record(waiting_));
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (outcomes[i].error) {
      return failure(std::move(*outcomes[i].error).during(waiting_names_[i]));
    }
  }
  last_ = outcomes.back().statement;
  stages_.back().statements += waiting_.size();
  waiting_.clear();
  waiting_names_.clear();
  waiting_bytes_ = 0;
  if (tools_.progress) {
    tools_.progress(stages_.back().stage, stages_.back().statements, expected_);
  }
  return {};
}

Result<Hash> Filing::file(const std::string& org, registry::Draft draft, Enclosed enclosed) {
  MUSTER_TRY(flush());
  MUSTER_TRY(add(org, std::move(draft), std::move(enclosed)));
  MUSTER_TRY(flush());
  return last_;
}

}  // namespace muster::cli::demo
