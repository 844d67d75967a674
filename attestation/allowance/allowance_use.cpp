#include "attestation/allowance/allowance_use.hpp"

#include <algorithm>

namespace muster::attestation {
namespace {

std::string megacycles_text(std::uint64_t count) { return std::to_string(count) + " megacycles"; }
std::string allowance_text(std::uint64_t number) { return "allowance " + std::to_string(number); }

/// Goes from entry to entry with what the chip must have.
class AllowanceJudge final {
 public:
  AllowanceJudge(const DeviceLog& log, ByteView bytes, const AllowanceQuestion& question)
      : log_(&log), bytes_(bytes), question_(&question) {
    // A log that lost its beginning does not tell what was loaded there.
    is_known_ = log.first && log.first->counter == 0;
  }

  void judge(const LoggedAllowance& entry) {
    entry_ = &entry;
    if (is_known_) {
      judge_spending();
    } else {
      take_over();
    }
    if (entry.body.event == AllowanceEvent::loaded) {
      judge_load();
    } else {
      judge_rest();
    }
    is_known_ = true;
    spent_ = entry.body.spent;
    result_.use.number = entry.body.number;
    result_.use.remaining_megacycles = entry.body.remaining;
    result_.use.spent_megacycles = entry.body.spent;
  }

  void judge_book() {
    std::map<std::uint64_t, Hash> numbers;
    for (const auto& [statement, known] : question_->book->allowances) {
      if (!known.by_issuer || known.terms.chip != question_->chip) continue;
      const auto [first, is_new] = numbers.try_emplace(known.terms.number, statement);
      if (is_new) continue;
      result_.findings.add(finding(
          FindingCode::lic_issuer, "one " + allowance_text(known.terms.number) + " of the chip",
          "two that were signed: " + first->second.to_hex() + " and " + statement.to_hex()));
    }
    if (log_->allowances.empty() && question_->must_be_metered) {
      result_.findings.add(finding(FindingCode::lic_gap, "entries of a metered chip", "none"));
    }
  }

  [[nodiscard]] JudgedAllowances result() { return std::move(result_); }

 private:
  void take_over() {
    const AllowanceBody& body = entry_->body;
    spent_ = body.spent;
    if (body.event == AllowanceEvent::loaded) return;
    number_ = body.number;
    statement_ = body.statement;
    remaining_ = body.remaining;
    in_force_ = body.number > 0 && body.event == AllowanceEvent::reading;
    if (const KnownAllowance* known = known_as(body.statement)) ends_ = known->terms.not_after;
  }

  [[nodiscard]] std::uint64_t newly_spent() const {
    return entry_->body.spent > spent_ ? entry_->body.spent - spent_ : 0;
  }

  void judge_spending() {
    const AllowanceBody& body = entry_->body;
    if (body.spent < spent_) {
      add(FindingCode::lic_overdrawn, "at least " + megacycles_text(spent_) + " spent in all",
          megacycles_text(body.spent));
    }
    const std::uint64_t spent = newly_spent();
    if (spent == 0) return;
    if (!in_force_) {
      add(FindingCode::lic_gap, "nothing spent while no allowance is in force",
          megacycles_text(spent));
    } else if (spent > remaining_) {
      add(FindingCode::lic_overdrawn,
          "at most " + megacycles_text(remaining_) + " more under " + allowance_text(number_),
          megacycles_text(spent));
    } else if (body.event != AllowanceEvent::expired && ends_ && is_after(*ends_)) {
      add(FindingCode::lic_expired,
          "nothing spent under " + allowance_text(number_) + " from " + ends_->to_string() + " on",
          megacycles_text(spent) + " by the clock of an entry after it");
    }
  }

  void judge_load() {
    const AllowanceBody& body = entry_->body;
    ++result_.use.loaded;
    if (body.number <= number_) {
      add(FindingCode::lic_replay, "a number above " + std::to_string(number_),
          allowance_text(body.number));
    }
    ends_.reset();
    if (const KnownAllowance* known = known_as(body.statement)) {
      judge_terms(*known);
    } else {
      add(FindingCode::lic_issuer, "an allowance that was issued",
          allowance_text(body.number) + " with statement " + body.statement.to_hex() +
              ", which is not among those given");
    }
    number_ = std::max(number_, body.number);
    statement_ = body.statement;
    remaining_ = body.remaining;
    in_force_ = true;
  }

  void judge_terms(const KnownAllowance& known) {
    const Allowance& terms = known.terms;
    const AllowanceBody& body = entry_->body;
    const auto& policy = question_->book->policy;
    ends_ = terms.not_after;
    if (!known.by_issuer) {
      add(FindingCode::lic_issuer, "an allowance signed by the issuer",
          allowance_text(body.number) + " without such a signature");
    } else if (terms.number != body.number || (policy && terms.policy != *policy)) {
      add(FindingCode::lic_issuer,
          terms.number != body.number ? "number " + std::to_string(terms.number)
                                      : "terms " + policy->to_hex(),
          terms.number != body.number ? "number " + std::to_string(body.number)
                                      : "terms " + terms.policy.to_hex());
    } else if (body.number > number_ && terms.previous < number_) {
      add(FindingCode::lic_issuer,
          allowance_text(body.number) + " issued after " + allowance_text(number_),
          "one that was issued after " + allowance_text(terms.previous));
    }
    if (terms.chip != question_->chip) {
      add(FindingCode::lic_device, "an allowance of chip " + question_->chip.to_string(),
          "one of chip " + terms.chip.to_string());
    }
    if (is_before(terms.not_before) || is_after(terms.not_after)) {
      add(FindingCode::lic_expired,
          "a load in [" + terms.not_before.to_string() + ", " + terms.not_after.to_string() + ")",
          "one at " + std::to_string(entry_->clock_ms) + " ms by the chip's clock");
    }
    if (body.remaining > terms.megacycles) {
      add(FindingCode::lic_overdrawn, "at most " + megacycles_text(terms.megacycles),
          megacycles_text(body.remaining) + " after the load");
    }
  }

  void judge_rest() {
    const AllowanceBody& body = entry_->body;
    if (body.number != number_ || body.statement != statement_) {
      add(FindingCode::lic_gap, allowance_text(number_) + ", which was loaded last",
          allowance_text(body.number) + ", which no entry loads");
    } else if (body.spent >= spent_ && newly_spent() <= remaining_ &&
               body.remaining != remaining_ - newly_spent()) {
      add(FindingCode::lic_overdrawn, megacycles_text(remaining_ - newly_spent()) + " left",
          megacycles_text(body.remaining));
    }
    number_ = std::max(number_, body.number);
    statement_ = body.statement;
    remaining_ = body.remaining;
    if (body.event != AllowanceEvent::reading) in_force_ = false;
  }

  [[nodiscard]] const KnownAllowance* known_as(const Hash& statement) const {
    const auto found = question_->book->allowances.find(statement);
    return found == question_->book->allowances.end() ? nullptr : &found->second;
  }
  [[nodiscard]] bool is_before(Timestamp instant) const {
    return static_cast<std::int64_t>(entry_->clock_ms) + question_->tolerance_ms < instant.ms;
  }
  // An entry at the very end is not after it.
  [[nodiscard]] bool is_after(Timestamp instant) const {
    return static_cast<std::int64_t>(entry_->clock_ms) - question_->tolerance_ms > instant.ms;
  }

  void add(FindingCode code, std::string expected, std::string found) {
    if (!question_->is_judged(*entry_)) return;
    Finding made = finding(code, std::move(expected), std::move(found));
    made.evidence.push_back(evidence_of(log_->points[entry_->point], bytes_));
    result_.findings.add(std::move(made));
  }

  const DeviceLog* log_;
  ByteView bytes_;
  const AllowanceQuestion* question_;
  const LoggedAllowance* entry_ = nullptr;
  bool is_known_ = false;  // what the chip had before this entry
  bool in_force_ = false;  // an allowance is loaded, neither spent nor expired
  std::uint64_t number_ = 0;
  Hash statement_{};
  std::uint64_t remaining_ = 0;
  std::uint64_t spent_ = 0;
  std::optional<Timestamp> ends_{};
  JudgedAllowances result_;
};

}  // namespace

JudgedAllowances judged_allowances(const DeviceLog& log, ByteView bytes,
                                   const AllowanceQuestion& question) {
  AllowanceJudge judge(log, bytes, question);
  judge.judge_book();
  for (const LoggedAllowance& entry : log.allowances) {
    if (question.is_sealed(entry)) judge.judge(entry);
  }
  return judge.result();
}

bool is_issued_any(const AllowanceBook& book, const ChipId& chip) {
  return std::ranges::any_of(book.allowances,
                             [&](const auto& item) { return item.second.terms.chip == chip; });
}

std::uint64_t most_spent_in(const DeviceLog& log, const Window& window,
                            const AllowanceQuestion& question) {
  std::uint64_t before = 0;
  std::uint64_t most = 0;
  for (const LoggedAllowance& entry : log.allowances) {
    if (!question.is_sealed(entry)) continue;
    const auto clock = static_cast<std::int64_t>(entry.clock_ms);
    most = std::max(most, entry.body.spent);
    if (clock + question.tolerance_ms <= window.from.ms) before = entry.body.spent;
    if (clock - question.tolerance_ms >= window.to.ms) break;
  }
  return most > before ? most - before : 0;
}

}  // namespace muster::attestation
