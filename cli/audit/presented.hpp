#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "cli/audit/challenge.hpp"
#include "ledger/base/bytes.hpp"
#include "ledger/base/chip_id.hpp"
#include "ledger/base/error.hpp"

namespace muster::cli {

/// The evidence files CHIP.evidence of a folder, by the chips that they are named after. Other
/// names are passed over.
/// Errors: `invalid_input` for a folder that is none, and for a name that is no chip's;
/// `unavailable`.
Result<std::set<ChipId>> presented_chips(const std::string& folder);

/// What the folder has for `chip`; nothing when there is no such file. Errors: those of files.
Result<std::optional<Bytes>> presented_evidence(const std::string& folder, const ChipId& chip);

/// The challenges to chips of which the folder has evidence, in their order.
/// Errors: `refused` by `inspect.substituted` for evidence of a chip that is not among them;
/// `invalid_input` for a folder without any; those of `presented_chips`.
Result<std::vector<Challenge>> presented_challenges(const std::vector<Challenge>& challenges,
                                                    const std::string& folder);

/// The chip that signed readable evidence names in its head, if that is another than `chip`.
[[nodiscard]] std::optional<ChipId> substitute_for(const ChipId& chip, ByteView evidence);

}  // namespace muster::cli
