#include "cli/audit/reference_file.hpp"

#include "ledger/base/file.hpp"

namespace muster::cli {

Result<std::optional<attestation::DeviceReference>> read_reference(const std::string& file) {
  if (file.empty()) return std::optional<attestation::DeviceReference>();
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file));
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during(file));
  auto reference = attestation::parse_device_reference(*json);
  if (!reference) return failure(std::move(reference.error()).during(file));
  return std::optional(std::move(*reference));
}

}  // namespace muster::cli
