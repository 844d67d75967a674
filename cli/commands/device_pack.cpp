// `device-log pack`: what was read from a chip, in the one file that kits and appraisals take.

#include "attestation/device/head.hpp"
#include "cli/audit/evidence_file.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"

namespace muster::cli {
namespace {

struct DevicePackOptions {
  std::string chip;
  std::string log;
  std::string head;
  std::string openings;
  std::string device_key;
  std::string first_head;
  std::string freeze_head;
  std::string acknowledgements;
  std::vector<std::string> more_heads;
  std::string folder = ".";
};

Result<Bytes> file_or_nothing(const std::string& path) {
  if (path.empty()) return Bytes();
  return read_file(path, audit::max_evidence_bytes);
}

Result<Bytes> device_key_from(const std::string& text) {
  auto key = crypto::PublicKey::parse(text);
  if (!key) return failure(std::move(key.error()).during("--device-key"));
  return key->bytes();
}

Result<ExitCode> pack_evidence(Context& context, const DevicePackOptions& options) {
  auto chip = ChipId::parse_typed(options.chip);
  if (!chip) return failure(std::move(chip.error()).during("--chip"));
  audit::EvidenceFile evidence;
  MUSTER_TRY_ASSIGN(evidence.log, file_or_nothing(options.log));
  MUSTER_TRY_ASSIGN(evidence.head, file_or_nothing(options.head));
  MUSTER_TRY_ASSIGN(evidence.openings, file_or_nothing(options.openings));
  MUSTER_TRY_ASSIGN(evidence.first_head, file_or_nothing(options.first_head));
  MUSTER_TRY_ASSIGN(evidence.freeze_head, file_or_nothing(options.freeze_head));
  MUSTER_TRY_ASSIGN(evidence.acknowledgements, file_or_nothing(options.acknowledgements));
  for (const std::string& file : options.more_heads) {
    MUSTER_TRY_ASSIGN(auto head, read_file(file, audit::max_head_bytes));
    evidence.more_heads.push_back(std::move(head));
  }
  MUSTER_TRY_ASSIGN(evidence.device_key, device_key_from(options.device_key));
  auto head = attestation::parsed_head(evidence.head);
  if (!head) return failure(std::move(head.error()).during(options.head));
  const Bytes bytes = audit::encoded_evidence(evidence);
  const auto again = audit::parsed_evidence(bytes);
  if (!again) return failure(again.error());
  const std::string path = options.folder + "/" + chip->to_string() + ".evidence";
  if (!context.options().dry_run) MUSTER_TRY(create_file(path, bytes));
  auto printer = context.printer();
  printer.facts({"",
                 {{"evidence", path},
                  {"size", print::byte_size(bytes.size())},
                  {"head at counter", print::grouped(head->head.counter)}}});
  printer.json({{"evidence", path}, {"bytes", bytes.size()}, {"counter", head->head.counter}});
  return ExitCode::done;
}

}  // namespace

void add_device_pack_command(CLI::App& app, Context& context) {
  CLI::App& device_log = noun(app, "device-log", "logs that chips keep of themselves");
  auto& options = context.keep<DevicePackOptions>();
  CLI::App& verb = add_verb(device_log, "pack", "what was read from a chip, in one evidence file",
                            context, [&] { return pack_evidence(context, options); });
  verb.add_option("--chip", options.chip, "chip id; the file is CHIP.evidence")->required();
  verb.add_option("--log", options.log, "its log")->required();
  verb.add_option("--head", options.head, "the head over the reader's nonce")->required();
  verb.add_option("--openings", options.openings, "memory openings of its snapshots");
  verb.add_option("--device-key", options.device_key,
                  "its public key: 64 hex digits, or p256: or p384: and a point")
      ->required();
  verb.add_option("--first-head", options.first_head, "the head filed when it was installed");
  verb.add_option("--freeze-head", options.freeze_head, "the head filed at the freeze");
  verb.add_option(
      "--filed-head", options.more_heads,
      "any other head of it that was filed, at an earlier freeze or read-out; repeatable");
  verb.add_option("--acknowledgements", options.acknowledgements,
                  "acknowledgements of its snapshots, where its epochs are acknowledged");
  verb.add_option("--out", options.folder, "folder for the file");
}

}  // namespace muster::cli
