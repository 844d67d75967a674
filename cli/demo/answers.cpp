#include <algorithm>
#include <fstream>

#include "cli/audit/challenge.hpp"
#include "cli/audit/evidence_file.hpp"
#include "cli/audit/presence_answer.hpp"
#include "cli/audit/presence_appraisal.hpp"
#include "cli/demo/world.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/parallel.hpp"

namespace muster::cli::demo {
namespace {

namespace fs = std::filesystem;

Result<std::vector<Challenge>> read_challenges(const fs::path& file) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(file));
  return parse_challenges(text, file.string());
}

/// Evidence can be asked for again, so it is written without waiting for the disk.
Result<void> write_scratch(const fs::path& path, ByteView bytes) {
  std::ofstream file(path, std::ios::binary);
  file.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) return {};
  return failure(Errc::unavailable, "writing " + path.string() + ": the disk may be full");
}

Result<void> write_answer(const ProverSide& side, const Challenge& challenge,
                          const fs::path& folder, Timestamp read_at) {
  LineEvidence answer = side.answer(challenge.chip, challenge.nonce.view(), read_at);
  const audit::EvidenceFile file{.log = std::move(answer.read_out.log),
                                 .head = std::move(answer.read_out.head),
                                 .openings = std::move(answer.read_out.openings),
                                 .device_key = std::move(answer.device_key),
                                 .first_head = std::move(answer.first_head),
                                 .freeze_head = std::move(answer.freeze_head)};
  return write_scratch(folder / (challenge.chip.to_string() + ".evidence"),
                       audit::encoded_evidence(file));
}

}  // namespace

Result<void> World::answer_lines(const fs::path& challenge_file, const fs::path& evidence_folder,
                                 Timestamp read_at) const {
  MUSTER_TRY_ASSIGN(const auto challenges, read_challenges(challenge_file));
  std::vector<const ProverSide*> asked;
  for (const Challenge& challenge : challenges) {
    const auto side =
        std::ranges::find_if(sides_, [&](const auto& one) { return one->has(challenge.chip); });
    if (side == sides_.end()) {
      return failure(Errc::not_found, "chip " + challenge.chip.to_string() + ": no Prover has it");
    }
    asked.push_back(side->get());
  }
  std::error_code problem;
  fs::create_directories(evidence_folder, problem);
  std::vector<std::optional<Error>> errors(challenges.size());
  parallel_for(challenges.size(), options_.threads, [&](std::size_t i) {
    auto written = write_answer(*asked[i], challenges[i], evidence_folder, read_at);
    if (!written) errors[i] = std::move(written.error());
  });
  for (auto& error : errors) {
    if (error) return failure(std::move(*error));
  }
  return {};
}

Result<void> World::show_chips(const fs::path& challenge_file,
                               const fs::path& evidence_folder) const {
  MUSTER_TRY_ASSIGN(const auto challenges, read_challenges(challenge_file));
  std::error_code problem;
  fs::create_directories(evidence_folder, problem);
  for (const Challenge& challenge : challenges) {
    const auto has = [&](const auto& one) { return one->has(challenge.chip); };
    if (std::ranges::none_of(sides_, has)) {
      return failure(Errc::not_found, "chip " + challenge.chip.to_string() + ": no Prover has it");
    }
    const auto device = device_of(world_seed_, challenge.chip);
    const std::string message = presence_message(world_origin, challenge);
    const std::string answer = presence_answer_text(
        {challenge.chip, device.device_key(), device.answer(as_bytes(message))});
    MUSTER_TRY(write_scratch(evidence_folder / (challenge.chip.to_string() + ".evidence"),
                             as_bytes(answer)));
  }
  return {};
}

}  // namespace muster::cli::demo
