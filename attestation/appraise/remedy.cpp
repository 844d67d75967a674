#include "attestation/appraise/remedy.hpp"

#include <array>
#include <utility>

namespace muster::attestation {
namespace {

using RemedyRow = std::pair<FindingCode, std::string_view>;
using enum FindingCode;

constexpr std::string_view another_reading = "read the chip out again, and file what it gives";
constexpr std::string_view bench_examination =
    "keep the chip as it is and have it examined on a bench: no filing mends this";
constexpr std::string_view amended_map =
    "file or amend the run with the shard map as it was, before the freeze";

constexpr std::array<RemedyRow, finding_codes> remedies{{
    {not_presented, "read the chip out; a dead one goes to a bench with its carcass"},
    {evidence_unreadable, another_reading},
    {enc_noncanonical, another_reading},
    {sig_bad, "check that the enrolled key is this chip's; correct the enrolment if it is not"},
    {id_mismatch, "find which chip the evidence is of, and present each chip's own"},
    {head_stale, "read the chip out with the nonce that was given"},
    {presence_weak, "have it read with the uplink cut, or on a bench"},
    {chain_break, another_reading},
    {chain_gap, "present the log whole, from its first entry on"},
    {chain_reorder, "present the entries in the order in which the chip wrote them"},
    {chain_duplicate, "nothing: a double entry does no harm"},
    {chain_rollback, bench_examination},
    {chain_fork, bench_examination},
    {epoch_order, bench_examination},
    {epoch_secret, "read the chip out once more, so that it opens the secret of the epoch"},
    {epoch_unledgered, "file the head of each epoch when it begins; say why this one was late"},
    {epoch_rate, "load the firmware profile that the plan names"},
    {clock_backwards, bench_examination},
    {clock_unsafe, "replace the battery of its clock, and keep the record of the repair"},
    {clock_offset, "keep the record of the last adjustment, and read it out again"},
    {power_unlogged, "keep the power records of the machine for this time"},
    {count_missing, bench_examination},
    {count_unscheduled, "name the firmware that took it; load the profile that the plan names"},
    {log_wrapped, "read logs out before the store is full"},
    {log_unsealed, "nothing: read it out when the chip is at rest, if the entries matter"},
    {snap_unexplained, amended_map},
    {snap_wrong_chip, amended_map},
    {snap_wrong_time, "file the times of the run's steps as they were, restarts included"},
    {snap_order, "declare the restart, with the step that it went back to"},
    {snap_unopened, "present the openings that the chip gave with its log"},
    {memory_over_budget, "declare what else lay in memory, or a scratch budget that is true"},
    {decl_after_draw, "file declarations before the freeze: later ones explain nothing"},
    {fw_svn_low, "update the firmware; the time before stays a query"},
    {fw_unknown, "have its digest added to the reference values by the maker"},
    {fw_revoked, "replace the firmware; the time after its revocation stays a query"},
    {code_unknown, "have the digest of the device code accepted, or show its build"},
    {code_revoked, "replace the device code; the time after its revocation stays a query"},
    {power_off_in_run, "amend the shard map: which chip worked in its place, and from when"},
    {memory_partial, "load firmware that hashes all of the memory"},
    {head_gap, "file a head at the times that the plan names, also of chips that rest"},
    {snap_absent, amended_map},
    {precommit_late, "show by other records when metadata and data order of the run were fixed"},
    {precommit_absent,
     "have chips log the run's digests before its first snapshot, and declare them"},
    {ack_missing, "present the acknowledgements that the chip was given; ask the acknowledger"},
    {ack_time, "keep the records of both clocks, and of the line between chip and acknowledger"},
    {ack_absent, "run the chip in acknowledged mode, by an acknowledger that the plan names"},
    {delay_bad, another_reading},
    {delay_modulus, "have the modulus of the firmware taken into the policy, or load the policy's"},
    {delay_clock, "have the fastest rate of squaring checked, and the chip's clocks on a bench"},
    {lic_issuer, "present the allowance as its issuer signed it"},
    {lic_device, "find which chip the allowance was issued for, and how another came to load it"},
    {lic_replay, bench_examination},
    {lic_expired, "have the next allowance issued before the last one ends"},
    {lic_gap, "present every allowance that the chip loaded; say what it did without one"},
    {lic_overdrawn, "keep the chip as it is for a bench; amend the run if its figures were wrong"},
    {head_unreported, "read the chip out when the window has ended, and file that head"},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < remedies.size(); ++i) {
    if (static_cast<std::size_t>(remedies[i].first) != i) return false;
  }
  return true;
}
static_assert(in_order());

}  // namespace

std::string_view remedy_of(FindingCode code) {
  return remedies[static_cast<std::size_t>(code)].second;
}

}  // namespace muster::attestation
