#pragma once

#include "attestation/device/head.hpp"
#include "attestation/device/log_reader.hpp"
#include "ledger/base/json.hpp"

namespace muster::cli {

/// One entry of a device log as `device-log read` prints it: its twin (attestation/README.md), and
/// where it lies, its hash, and its clock as people write it.
[[nodiscard]] Json device_entry_json(const attestation::Entry& entry, std::size_t offset,
                                     ByteView bytes);

[[nodiscard]] Json device_head_json(const attestation::Head& head);

/// Findings as `attest appraise` prints them.
[[nodiscard]] Json device_findings_json(const attestation::FindingList& findings);

}  // namespace muster::cli
