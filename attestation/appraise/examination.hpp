#pragma once

#include <map>
#include <optional>

#include "attestation/appraise/appraise.hpp"
#include "attestation/device/head.hpp"
#include "attestation/device/log_reader.hpp"

namespace muster::attestation {

/// An earlier head of the chip that its key verifies.
struct VerifiedHead {
  Head head;
  ByteView bytes;
  Timestamp accepted_at;
};

/// What signatures say about the log: which entries lie on an unbroken chain below a verified head.
struct Seal {
  std::optional<std::size_t> sealed_point{};  ///< The entry that the presented head names.
  std::size_t first_attested = 0;             ///< From here to `sealed_point` all are linked,
  std::optional<CounterRange> attested{};     ///< with these counters. Nothing if no head verifies.
  bool pinned = false;                        ///< An earlier ledgered head names one of these, too.
};

/// One appraisal under way: the evidence taken apart, and the result as far as it is known.
struct Examination {
  const Subject* subject;
  Appraisal result;
  std::optional<PresentedHead> head;
  bool head_verified = false;
  bool head_fresh = false;
  std::vector<VerifiedHead> ledgered;
  DeviceLog log;
  Seal seal;
  /// By run, the point of the first snapshot that it explains. Filled by `check_snapshots`.
  std::map<std::uint32_t, std::size_t> first_explained{};

  void add(Finding made) { result.findings.add(std::move(made)); }
  void not_run(std::string check, std::string reason) {
    result.not_run.push_back({std::move(check), std::move(reason)});
  }
  [[nodiscard]] ByteView log_bytes() const { return *subject->log; }
  /// Whether the chip was in the window and held at `clock_ms`.
  [[nodiscard]] bool judged_at(std::uint64_t clock_ms) const;
  /// Whether any instant in [from_ms, to_ms) was in the window and held.
  [[nodiscard]] bool judged_between(std::uint64_t from_ms, std::uint64_t to_ms) const;
  /// Whether a point is not above the entry that the head seals.
  [[nodiscard]] bool is_sealed(std::size_t point) const {
    return !seal.sealed_point || point <= *seal.sealed_point;
  }
};

/// Presence, serial, head: parse, identity, signature, nonce, clock, firmware. False if nothing of
/// this chip was presented, so that the rest has no object.
[[nodiscard]] bool check_head(Examination& exam);
/// Verifies the ledgered heads.
void check_ledgered_heads(Examination& exam);
/// The log's beginning and end, the entry that the head names, forks and rollbacks.
void check_seal(Examination& exam);
/// Secrets, rates, ledgered epochs, due snapshots.
void check_epochs(Examination& exam);
/// What ran, by the reference values.
void check_reference(Examination& exam);
/// How often heads came into the ledger.
void check_head_gaps(Examination& exam);
/// Whether a head binds what the log says of the window.
void check_window_head(Examination& exam);
/// Whether it was on while it is declared to work.
void check_power(Examination& exam);
/// What delay proofs say of elapsed time.
void check_delays(Examination& exam);
/// What a metered chip spent, by the allowances that were issued to it.
void check_allowances(Examination& exam);
/// What lay in memory.
void check_snapshots(Examination& exam);
/// Whether chips were bound to the runs before they computed them. After `check_snapshots`.
void check_precommitments(Examination& exam);
/// The modes of the epochs, and the acknowledgements of those that need them.
void check_acknowledgements(Examination& exam);

}  // namespace muster::attestation
