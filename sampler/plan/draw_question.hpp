#pragma once

#include <string>

#include "sampler/plan/draw_check.hpp"

namespace muster::sampler {

/// Collects the findings of one question to a draw.
class Question final {
 public:
  explicit Question(std::string name) : check_{std::move(name), CheckStatus::ok, {}} {}

  void fail(const std::string& finding) { note(CheckStatus::failed, finding); }
  void miss(const std::string& finding) { note(CheckStatus::unverified, finding); }
  [[nodiscard]] bool ok() const { return check_.status == CheckStatus::ok; }
  [[nodiscard]] NamedCheck answer() const { return check_; }

 private:
  static constexpr std::size_t most_findings = 20;

  void note(CheckStatus status, const std::string& finding) {
    if (check_.status != CheckStatus::failed) check_.status = status;
    if (++findings_ > most_findings) return;
    check_.detail +=
        (check_.detail.empty() ? "" : "; ") + (findings_ == most_findings ? "and more" : finding);
  }

  NamedCheck check_;
  std::size_t findings_ = 0;
};

/// Whether the value is the one that the plan names, and what of it is verified.
[[nodiscard]] NamedCheck value_check(const Plan& plan, const DrawEvidence& evidence);

/// Whether the value came to be after the plan, and at a gate after the arrival.
[[nodiscard]] NamedCheck value_time_check(const Plan& plan, const DrawEvidence& evidence);

}  // namespace muster::sampler
