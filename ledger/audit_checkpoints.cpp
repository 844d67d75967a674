#include "ledger/audit_checkpoints.hpp"

namespace muster::ledger {
namespace {

/// Checkpoints whose sizes are remembered together.
constexpr std::uint64_t stretch_checkpoints = 1'024;
/// Read at once: 4 MiB of the longest texts.
constexpr std::size_t checkpoint_batch = 64;
/// Claims in memory: 48 bytes each.
constexpr std::size_t window_claims = 65'536;

}  // namespace

std::optional<AuditFault> CheckpointJob::fault() const {
  const auto verified = verify_log_checkpoint(text, key);
  if (verified) return std::nullopt;
  return AuditFault{std::nullopt, "checkpoint.signature", name + " signed by " + key.to_string(),
                    verified.error().message};
}

CheckpointAudit::CheckpointAudit(Store& store, const AuditOptions& options)
    : store_(&store), options_(&options) {}

/// Shows `use` the stored checkpoints [first, first + count) with their numbers.
template <class Use>
Result<void> CheckpointAudit::for_each_stored(std::uint64_t first, std::uint64_t count,
                                              const Use& use) {
  for (std::uint64_t done = 0; done < count;) {
    const auto most = std::min<std::uint64_t>(checkpoint_batch, count - done);
    MUSTER_TRY_ASSIGN(const auto texts,
                      store_->checkpoints_from(first + done, static_cast<std::size_t>(most)));
    for (const std::string& text : texts) use(first + done++, text);
    if (texts.size() < most) return {};
  }
  return {};
}

void CheckpointAudit::note_text(std::uint64_t number, const std::string& text,
                                AuditFaults& faults) {
  ++count_;
  const auto parsed = parse_checkpoint(text);
  if (!parsed) {
    const Claim unread{{}, number, {}};
    faults.add({std::nullopt, "checkpoint.text", name_of(unread) + " in its form",
                parsed.error().message});
    return;
  }
  if (number >= stored_) {
    held_.push_back({parsed->size, number, parsed->root});
    return;
  }
  const std::uint64_t first = number - number % stretch_checkpoints;
  if (stretches_.empty() || stretches_.back().first != first) {
    stretches_.push_back({first, parsed->size, parsed->size});
  }
  Stretch& stretch = stretches_.back();
  stretch.least = std::min(stretch.least, parsed->size);
  stretch.most = std::max(stretch.most, parsed->size);
}

void CheckpointAudit::survey(AuditFaults& faults) {
  stored_ = UINT64_MAX;
  std::uint64_t seen = 0;
  const auto read = for_each_stored(0, UINT64_MAX, [&](std::uint64_t number, const auto& text) {
    note_text(number, text, faults);
    seen = number + 1;
  });
  stored_ = seen;
  if (!read) {
    faults.add(
        {std::nullopt, "checkpoint.unreadable", "the stored checkpoints", read.error().message});
  }
  for (std::size_t i = 0; i < options_->held_checkpoints.size(); ++i) {
    note_text(stored_ + i, options_->held_checkpoints[i], faults);
  }
  std::ranges::sort(held_);
}

/// Keeps the claims that come first, as a heap with the last of them on top.
void CheckpointAudit::take(std::vector<Claim>& nearest, const Claim& claim) const {
  if (last_ && claim <= *last_) return;
  if (nearest.size() == window_claims) {
    if (claim >= nearest.front()) return;
    std::ranges::pop_heap(nearest);
    nearest.pop_back();
  }
  nearest.push_back(claim);
  std::ranges::push_heap(nearest);
}

/// Fills the window with the claims that come next.
void CheckpointAudit::refill(AuditFaults& faults) {
  std::vector<Claim> nearest;
  for (const Claim& claim : held_) take(nearest, claim);
  for (const Stretch& stretch : stretches_) {
    const bool is_done = last_ && stretch.most < last_->size;
    const bool is_far = nearest.size() == window_claims && stretch.least > nearest.front().size;
    if (is_done || is_far) continue;
    const auto most = std::min(stretch_checkpoints, stored_ - stretch.first);
    const auto read =
        for_each_stored(stretch.first, most, [&](std::uint64_t number, const auto& text) {
          const auto parsed = parse_checkpoint(text);
          if (parsed) take(nearest, {parsed->size, number, parsed->root});
        });
    if (read) continue;
    faults.add(
        {std::nullopt, "checkpoint.unreadable", "the stored checkpoints", read.error().message});
  }
  std::ranges::sort(nearest, std::greater());
  exhausted_ = nearest.size() < window_claims;
  if (!nearest.empty()) last_ = nearest.front();
  window_ = std::move(nearest);
}

const CheckpointAudit::Claim* CheckpointAudit::next(AuditFaults& faults) {
  if (window_.empty() && !exhausted_) refill(faults);
  return window_.empty() ? nullptr : &window_.back();
}

std::string CheckpointAudit::name_of(const Claim& claim) const {
  if (claim.number < stored_) return "checkpoint " + std::to_string(claim.number);
  return "held checkpoint " + std::to_string(claim.number - stored_);
}

std::optional<std::string> CheckpointAudit::text_of(const Claim& claim, AuditFaults& faults) {
  if (claim.number >= stored_) return options_->held_checkpoints[claim.number - stored_];
  auto texts = store_->checkpoints_from(claim.number, 1);
  if (texts && !texts->empty()) return std::move(texts->front());
  faults.add({std::nullopt, "checkpoint.unreadable", name_of(claim),
              texts ? "nothing" : texts.error().message});
  return std::nullopt;
}

/// The signature to check, if the audit knows who must have made it.
std::optional<CheckpointJob> CheckpointAudit::job_of(const Claim& claim, AuditFaults& faults) {
  auto key = options_->checkpoint_key;
  if (options_->checkpoint_key_at) key = options_->checkpoint_key_at(claim.size);
  if (!key) return std::nullopt;
  auto text = text_of(claim, faults);
  if (!text) return std::nullopt;
  return CheckpointJob{name_of(claim), std::move(*text), std::move(*key)};
}

void CheckpointAudit::check_at(TreeSize size, const CompactRange& range, AuditFaults& faults,
                               std::vector<CheckpointJob>& jobs) {
  std::optional<Hash> root;
  for (const Claim* claim = next(faults); claim != nullptr && claim->size == size;
       claim = next(faults)) {
    if (!root) root = range.root();
    if (auto job = job_of(*claim, faults)) jobs.push_back(std::move(*job));
    if (claim->root != *root) {
      faults.add({std::nullopt, "checkpoint.root",
                  name_of(*claim) + " of size " + std::to_string(size.value) + " with root " +
                      root->to_hex(),
                  claim->root.to_hex()});
    }
    window_.pop_back();
  }
}

void CheckpointAudit::finish(TreeSize size, AuditFaults& faults) {
  for (const Claim* claim = next(faults); claim != nullptr && !faults.full();
       claim = next(faults)) {
    if (const auto job = job_of(*claim, faults)) {
      if (auto fault = job->fault()) faults.add(std::move(*fault));
    }
    faults.add({std::nullopt, "checkpoint.size",
                name_of(*claim) + " of at most " + std::to_string(size.value) + " entries",
                std::to_string(claim->size.value)});
    window_.pop_back();
  }
}

}  // namespace muster::ledger
