#include "cli/audit/presented.hpp"

#include <algorithm>
#include <filesystem>

#include "attestation/device/head.hpp"
#include "cli/audit/evidence_file.hpp"
#include "cli/audit/presence_answer.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

constexpr std::string_view evidence_suffix = ".evidence";
constexpr std::uint64_t most_file_bytes = std::uint64_t{1} << 28U;
constexpr std::uint8_t random_ueid = 0x01;

}  // namespace

Result<std::set<ChipId>> presented_chips(const std::string& folder) {
  std::set<ChipId> chips;
  std::error_code problem;
  for (std::filesystem::directory_iterator file(folder, problem), end; !problem && file != end;
       file.increment(problem)) {
    const std::string name = file->path().filename().string();
    if (!name.ends_with(evidence_suffix)) continue;
    auto chip = ChipId::parse(name.substr(0, name.size() - evidence_suffix.size()));
    if (!chip) return failure(std::move(chip.error()).during(folder + "/" + name));
    chips.insert(*chip);
  }
  if (!problem) return chips;
  return failure(Errc::invalid_input, folder + ": is no folder that can be read");
}

Result<std::optional<Bytes>> presented_evidence(const std::string& folder, const ChipId& chip) {
  const std::string path = folder + "/" + chip.to_string() + std::string(evidence_suffix);
  auto bytes = read_file(path, most_file_bytes);
  if (!bytes && bytes.error().code == Errc::not_found) return std::optional<Bytes>();
  if (!bytes) return failure(std::move(bytes).error());
  return std::optional<Bytes>(std::move(*bytes));
}

Result<std::vector<Challenge>> presented_challenges(const std::vector<Challenge>& challenges,
                                                    const std::string& folder) {
  MUSTER_TRY_ASSIGN(auto chips, presented_chips(folder));
  std::vector<Challenge> presented;
  std::set<ChipId> known;
  for (const Challenge& challenge : challenges) {
    known.insert(challenge.chip);
    if (chips.contains(challenge.chip)) presented.push_back(challenge);
  }
  for (const ChipId& chip : chips) {
    if (known.contains(chip)) continue;
    return refusal("inspect.substituted", folder + ": chip " + chip.to_string() +
                                              " is not among the challenges; no other chip "
                                              "answers a drawn one's line");
  }
  return presented;
}

std::optional<ChipId> substitute_for(const ChipId& chip, ByteView evidence) {
  if (const auto answer = parse_presence_answer(evidence)) {
    return answer->chip == chip ? std::nullopt : std::optional(answer->chip);
  }
  const auto file = audit::parsed_evidence(evidence);
  if (!file) return std::nullopt;
  const auto head = attestation::parsed_head(file->head);
  if (!head || head->head.ueid == attestation::ueid_of(chip)) return std::nullopt;
  const auto& ueid = head->head.ueid.bytes;
  if (ueid[0] != random_ueid) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  std::copy(ueid.begin() + 1, ueid.end(), bytes.begin());
  return ChipId::from_bytes(bytes);
}

}  // namespace muster::cli
