#include "cli/registry_settings.hpp"

#include "ledger/base/canonical_json.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {

Result<Json> read_settings(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "muster.json";
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file));
  auto settings = parse_json(text);
  if (!settings) return failure(std::move(settings.error()).during(file.string()));
  if (!settings->is_object()) return failure(Errc::invalid_input, file.string() + ": no object");
  return settings;
}

Result<void> write_settings(const std::filesystem::path& folder, const Json& settings) {
  return write_file_atomically(folder / "muster.json", as_bytes(canonical_json(settings) + "\n"));
}

}  // namespace muster::cli
