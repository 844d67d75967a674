// `device-log acknowledge`: the acknowledger's side of acknowledged mode, one snapshot at a time.

#include "attestation/device/acknowledgement.hpp"
#include "attestation/device/log_items.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/key_source.hpp"
#include "ledger/base/file.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

struct AcknowledgeOptions {
  std::string entry;
  std::string chip;
  std::string key;
  std::string out;
};

/// The entry that a chip sent, if it is one snapshot of that chip.
Result<Entry> snapshot_of(const std::string& file, const ChipId& chip, ByteView bytes) {
  CborReader reader(bytes);
  const auto entry = entry_from(reader);
  if (!entry || !reader.at_end()) {
    const std::string_view fault =
        entry ? "bytes follow the entry" : cbor_fault_text(reader.fault());
    return failure(Errc::invalid_input, file + ": offset " + std::to_string(reader.offset()) +
                                            ": " + std::string(fault) +
                                            "; want one entry of a device log");
  }
  if (!std::holds_alternative<SnapshotBody>(entry->body)) {
    return failure(Errc::invalid_input, file + ": want a snapshot: nothing else is acknowledged");
  }
  if (entry->ueid != ueid_of(chip)) {
    return failure(Errc::invalid_input, file + ": got an entry of chip " + entry->ueid.to_hex() +
                                            ", want " + ueid_of(chip).to_hex());
  }
  return *entry;
}

Result<ExitCode> acknowledge(Context& context, const AcknowledgeOptions& options) {
  auto chip = ChipId::parse_typed(options.chip);
  if (!chip) return failure(std::move(chip.error()).during("--chip"));
  MUSTER_TRY_ASSIGN(const Bytes bytes, read_file(options.entry, max_entry_bytes));
  MUSTER_TRY_ASSIGN(const Entry entry, snapshot_of(options.entry, *chip, bytes));
  MUSTER_TRY_ASSIGN(const auto signer, open_signer(options.key));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  const Timestamp now = clock->now();
  const Acknowledgement made{entry.ueid, entry.counter, entry_hash(bytes),
                             static_cast<std::uint64_t>(now.ms)};
  MUSTER_TRY_ASSIGN(const Bytes message, signed_acknowledgement(made, *signer));
  if (!context.options().dry_run) MUSTER_TRY(create_file(options.out, message));
  auto printer = context.printer();
  printer.facts({"",
                 {{"counter", std::to_string(entry.counter)},
                  {"entry", made.entry.to_hex()},
                  {"time", now.to_string()},
                  {"written", options.out}}});
  printer.json({{"chip", chip->to_string()},
                {"counter", entry.counter},
                {"entry", made.entry.to_hex()},
                {"time", now.to_string()},
                {"acknowledger", acknowledger_name(signer->verifying_key()).to_hex()},
                {"written", options.out}});
  return ExitCode::done;
}

}  // namespace

void add_device_acknowledge_command(CLI::App& app, Context& context) {
  CLI::App& device_log = noun(app, "device-log", "logs that chips keep of themselves");
  auto& options = context.keep<AcknowledgeOptions>();
  CLI::App& verb = add_verb(device_log, "acknowledge", "sign that a snapshot was seen, and when",
                            context, [&] { return acknowledge(context, options); });
  verb.add_option("entry", options.entry, "the snapshot's entry, as the chip sent it")->required();
  verb.add_option("--chip", options.chip, "the chip that waits")->required();
  verb.add_option("--key", options.key, "the acknowledger's key")->required();
  verb.add_option("--out", options.out, "the new file")->required();
  verb.footer(
      "example: muster device-log acknowledge snapshot.cbor --chip ID --key ack.key --out 7.ack");
}

}  // namespace muster::cli
