#pragma once

#include <functional>

#include "attestation/allowance/allowance_book.hpp"
#include "attestation/device/log_reader.hpp"

namespace muster::attestation {

/// What a metered chip says that it loaded and spent.
struct AllowanceUse {
  std::uint64_t loaded = 0;                ///< Allowances loaded in this log.
  std::uint64_t number = 0;                ///< Of the last one.
  std::uint64_t remaining_megacycles = 0;  ///< Of it, at the last entry.
  std::uint64_t spent_megacycles = 0;      ///< In the life of the chip, at the last entry.

  friend bool operator==(const AllowanceUse&, const AllowanceUse&) = default;
};

/// What the allowance entries of one log come to.
struct JudgedAllowances {
  AllowanceUse use;
  FindingList findings;
};

/// Whose log it is and how it is to be judged.
struct AllowanceQuestion {
  ChipId chip;
  const AllowanceBook* book = nullptr;
  std::int64_t tolerance_ms = 0;  ///< Of the chip's clock.
  bool must_be_metered = true;    ///< Whether a log without any such entry is a finding.
  /// Which entries are taken into account, such as those that a head seals, and of which of them
  /// findings are told, such as those in a window.
  std::function<bool(const LoggedAllowance&)> is_sealed{};
  std::function<bool(const LoggedAllowance&)> is_judged{};
};

/// Goes through the allowance entries of `log` in order and holds loads to the issued documents
/// and spending to what was loaded; `bytes` are the log's. Findings are those of README.md.
[[nodiscard]] JudgedAllowances judged_allowances(const DeviceLog& log, ByteView bytes,
                                                 const AllowanceQuestion& question);

/// Whether `book` has an allowance of `chip`.
[[nodiscard]] bool is_issued_any(const AllowanceBook& book, const ChipId& chip);

/// The most megacycles that a log can have spent in `window`: between the last entry before it and
/// the first one after it.
[[nodiscard]] std::uint64_t most_spent_in(const DeviceLog& log, const Window& window,
                                          const AllowanceQuestion& question);

}  // namespace muster::attestation
