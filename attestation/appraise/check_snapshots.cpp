#include <algorithm>

#include "attestation/appraise/examination.hpp"
#include "attestation/appraise/explain.hpp"
#include "attestation/appraise/shard_presence.hpp"
#include "attestation/device/memory.hpp"

namespace muster::attestation {
namespace {

struct AccountFacts {
  FindingCode code;
  std::string_view expected;
  std::string_view found;
};

AccountFacts facts_of(Account account) {
  switch (account) {
    case Account::over_budget:
      return {FindingCode::memory_over_budget, "memory as declared",
              "more memory in use than declared steps and scratch budget explain"};
    case Account::wrong_time:
      return {FindingCode::snap_wrong_time, "the step declared for this time",
              "chunks of the declared shard at a step of another time"};
    case Account::wrong_chip:
      return {FindingCode::snap_wrong_chip, "what this chip is declared to hold then",
              "declared chunks that this chip is not declared to hold then"};
    case Account::after_draw:
      return {FindingCode::decl_after_draw, "a declaration filed before the freeze",
              "chunks that only a declaration filed later knows; it explains nothing"};
    case Account::explained:
    case Account::unexplained:
      break;
  }
  return {FindingCode::snap_unexplained, "memory as declared", "chunks that no declaration knows"};
}

class SnapshotCheck final {
 public:
  explicit SnapshotCheck(Examination& exam)
      : exam_(&exam), openings_(openings_in(exam.subject->openings)) {
    if (exam.subject->declarations != nullptr) declared_ = exam.subject->declarations;
  }

  void check(const LoggedSnapshot& snapshot) {
    ++exam_->result.coverage.snapshots;
    const SnapshotBody& body = snapshot.body;
    check_whole(snapshot);
    const bool empty = body.zero_chunks == body.chunks && body.root == zero_root(body.chunks);
    const auto chunks = empty ? std::span<const Hash>() : opened_chunks(openings_, body.root);
    if (!empty && (chunks.empty() || chunks.size() != body.chunks)) {
      add(snapshot, finding(FindingCode::snap_unopened,
                            "the chunk digests under root " + body.root.to_hex(), "none"));
      return;
    }
    const Timestamp at{static_cast<std::int64_t>(snapshot.clock_ms)};
    const Explanation found =
        explanation(*declared_, {exam_->subject->chip, at, body.chunk_bytes, chunks},
                    exam_->subject->policy.clock_tolerance_ms);
    presence_.add(found);
    if (found.account == Account::explained) {
      remember(found);
      if (found.run) exam_->first_explained.try_emplace(*found.run, snapshot.point);
      check_order(snapshot, found, at);
    } else {
      report(snapshot, found, at);
    }
  }

  /// What only all of them together show.
  void finish() {
    for (const ShardPresence::Absent& item : presence_.absent(*declared_)) {
      exam_->add(
          finding(FindingCode::snap_absent,
                  "shard " + std::to_string(item.assigned->shard) + " of run " + item.run.text() +
                      " in memory",
                  "no chunk of it in any of " + std::to_string(item.snapshots) + " snapshots"));
    }
  }

 private:
  // All snapshots of a chip have as many chunks: one root is remembered.
  const Hash& zero_root(std::size_t chunks) {
    if (zero_chunks_ != chunks) zero_root_ = zero_memory_root(chunks);
    zero_chunks_ = chunks;
    return zero_root_;
  }

  // What is not hashed may hold anything. Told of once.
  void check_whole(const LoggedSnapshot& snapshot) {
    const SnapshotBody& body = snapshot.body;
    const std::uint64_t wanted = exam_->subject->policy.memory_bytes;
    const std::uint64_t least = body.chunks == 0 ? wanted : (wanted - 1) / body.chunks + 1;
    if (wanted == 0 || body.chunk_bytes >= least) return;
    if (exam_->result.findings.has(FindingCode::memory_partial)) return;
    add(snapshot, finding(FindingCode::memory_partial,
                          "all " + std::to_string(wanted) + " bytes of memory hashed",
                          std::to_string(body.chunks) + " chunks of " +
                              std::to_string(body.chunk_bytes) + " bytes"));
  }

  void add(const LoggedSnapshot& snapshot, Finding made) {
    made.evidence.push_back(evidence_of(exam_->log.points[snapshot.point], exam_->log_bytes()));
    exam_->add(std::move(made));
  }

  void report(const LoggedSnapshot& snapshot, const Explanation& found, Timestamp at) {
    const AccountFacts facts = facts_of(found.account);
    add(snapshot, finding(facts.code, std::string(facts.expected),
                          std::string(facts.found) + ": " +
                              std::to_string(found.unexplained_bytes) + " bytes, budget " +
                              std::to_string(found.budget_bytes) + ", at " + at.to_string()));
  }

  void remember(const Explanation& found) {
    Unexplained& most = exam_->result.unexplained;
    if (found.unexplained_bytes <= most.bytes) return;
    most.bytes = found.unexplained_bytes;
    if (found.run) {
      most.millibytes_per_parameter =
          millibytes_per_parameter(declared_->declaration(*found.run).metadata);
    }
  }

  // A run goes forward in time, but for restarts that it declares.
  void check_order(const LoggedSnapshot& snapshot, const Explanation& found, Timestamp at) {
    if (!found.step || !found.run) return;
    const bool same_run = last_.run == found.run && last_.shard == found.shard;
    if (same_run && last_.step && *found.step < *last_.step && !restarted(*found.run, at)) {
      add(snapshot,
          finding(FindingCode::snap_order,
                  "step " + std::to_string(*last_.step) + " or later, or a declared restart",
                  "step " + std::to_string(*found.step)));
    }
    last_ = found;
    last_at_ = at;
  }

  [[nodiscard]] bool restarted(std::uint32_t run, Timestamp at) const {
    const std::int64_t tolerance = exam_->subject->policy.clock_tolerance_ms;
    return std::ranges::any_of(
        declared_->declaration(run).metadata.restarts, [&](const Restart& restart) {
          return restart.at.ms >= last_at_.ms - tolerance && restart.at.ms <= at.ms + tolerance;
        });
  }

  Examination* exam_;
  std::vector<Opening> openings_;
  const DeclarationIndex nothing_;
  const DeclarationIndex* declared_ = &nothing_;
  Hash zero_root_{};
  std::size_t zero_chunks_ = 0;
  ShardPresence presence_;
  Explanation last_;
  Timestamp last_at_{};
};

}  // namespace

void check_snapshots(Examination& exam) {
  SnapshotCheck check(exam);
  for (const LoggedSnapshot& snapshot : exam.log.snapshots) {
    if (exam.is_sealed(snapshot.point) && exam.judged_at(snapshot.clock_ms)) check.check(snapshot);
  }
  check.finish();
}

}  // namespace muster::attestation
