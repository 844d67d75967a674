#pragma once

#include <string>

#include "attestation/device/entry.hpp"
#include "ledger/base/error.hpp"
#include "ledger/base/json_line.hpp"

namespace muster::attestation {

/// "snapshot", "epoch" … as the twin names the type of an entry.
[[nodiscard]] std::string_view entry_type_name(const Entry& entry);
/// "manufacture", "read-out", "reset" or "firmware".
[[nodiscard]] std::string_view epoch_reason_name(EpochReason reason);

/// Appends `entry` as one line of the NDJSON twin, with its LF. The format is in README.md.
void append_entry_line(std::string& out, const Entry& entry);

/// Reads lines of the NDJSON twin back. What it accepts is an entry of device_log.cddl, and has the
/// bytes that `append_entry` gives it: white space and the case of hex digits are free.
class EntryLineReader final {
 public:
  /// Reads one line, without its LF. Requires: `JsonLineReader::padding` readable bytes behind it.
  /// Errors: `invalid_input`, naming the field.
  Result<Entry> read(std::string_view line);

 private:
  JsonLineReader line_;
};

}  // namespace muster::attestation
