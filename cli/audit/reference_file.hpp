#pragma once

#include <optional>
#include <string>

#include "attestation/appraise/device_reference.hpp"

namespace muster::cli {

/// The reference values in `file`; none when no file is named.
/// Errors: those of the file and of `parse_device_reference`, naming the file.
Result<std::optional<attestation::DeviceReference>> read_reference(const std::string& file);

}  // namespace muster::cli
