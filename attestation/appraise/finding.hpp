#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/base/bytes.hpp"
#include "ledger/base/hash.hpp"

namespace muster::attestation {

/// One kind of thing that an appraisal can find. Each has a stable name; meaning, false-alarm rate
/// and limits of each are in README.md.
enum class FindingCode : std::uint8_t {
  not_presented,
  evidence_unreadable,
  enc_noncanonical,
  sig_bad,
  id_mismatch,
  head_stale,
  presence_weak,
  chain_break,
  chain_gap,
  chain_reorder,
  chain_duplicate,
  chain_rollback,
  chain_fork,
  epoch_order,
  epoch_secret,
  epoch_unledgered,
  epoch_rate,
  clock_backwards,
  clock_unsafe,
  clock_offset,
  power_unlogged,
  count_missing,
  count_unscheduled,
  log_wrapped,
  log_unsealed,
  snap_unexplained,
  snap_wrong_chip,
  snap_wrong_time,
  snap_order,
  snap_unopened,
  memory_over_budget,
  decl_after_draw,
  fw_svn_low,
  fw_unknown,
  fw_revoked,
  code_unknown,
  code_revoked,
  power_off_in_run,
  memory_partial,
  head_gap,
  snap_absent,
  precommit_late,
  precommit_absent,
  ack_missing,
  ack_time,
  ack_absent,
  delay_bad,
  delay_modulus,
  delay_clock,
  lic_issuer,
  lic_device,
  lic_replay,
  lic_expired,
  lic_gap,
  lic_overdrawn,
  head_unreported,
};
inline constexpr std::size_t finding_codes = 56;

/// What a finding does to the verdict, rising.
enum class Severity : std::uint8_t {
  note,           ///< worth knowing, changes nothing
  open,           ///< something could not be judged
  query,          ///< the Prover owes an answer; unanswered, it becomes a hit
  contradiction,  ///< the chip's own signatures contradict each other
};

/// The stable name, for example "chain.break".
[[nodiscard]] std::string_view code_name(FindingCode code);
/// The severity that a finding of this code has unless signatures raise it.
[[nodiscard]] Severity usual_severity(FindingCode code);
[[nodiscard]] std::string_view severity_name(Severity severity);

/// Where in the evidence a finding stands, with the bytes, so that others can check it alone.
struct Evidence {
  std::string what;  ///< "log entry", "head", "ledgered head", "acknowledgement"
  std::optional<std::uint64_t> offset{};
  std::optional<Hash> entry{};
  std::string hex{};  ///< The bytes, at most `max_evidence_bytes` of them.
};
inline constexpr std::size_t max_evidence_bytes = 1024;

/// Evidence with the bytes `bytes`, shortened if need be.
[[nodiscard]] Evidence evidence(std::string what, ByteView bytes);

/// A range [from, to] of counters that a finding speaks of.
struct CounterRange {
  std::uint64_t from = 0;
  std::uint64_t to = 0;
};

/// One thing that is not as it should be.
struct Finding {
  FindingCode code;
  Severity severity;
  std::string expected;
  std::string found;
  std::vector<Evidence> evidence{};
  /// For findings that entries of the chip state by themselves: the entries concerned. If heads
  /// seal these, the finding is the chip's own contradiction.
  std::optional<CounterRange> stated_by{};
};

/// A finding of its usual severity.
[[nodiscard]] Finding finding(FindingCode code, std::string expected, std::string found);

/// Findings in the order found. Of each code only the first `max_findings_of_a_code` are kept and
/// the rest counted: a hostile log may hold millions of faults.
class FindingList final {
 public:
  void add(Finding finding);
  void add_all(FindingList more);
  [[nodiscard]] std::vector<Finding>& items() { return items_; }
  [[nodiscard]] const std::vector<Finding>& items() const { return items_; }
  /// Findings of `code`, kept or not.
  [[nodiscard]] std::uint64_t count(FindingCode code) const;
  [[nodiscard]] bool has(FindingCode code) const { return count(code) > 0; }

 private:
  std::vector<Finding> items_;
  std::array<std::uint64_t, finding_codes> counts_{};
};
inline constexpr std::uint64_t max_findings_of_a_code = 64;

}  // namespace muster::attestation
