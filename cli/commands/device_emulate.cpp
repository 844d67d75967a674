// `device-log emulate`: one emulated chip with its log, for trying everything else out. SYNTHETIC.

#include <filesystem>

#include "attestation/device/emulated_chip.hpp"
#include "attestation/run/synthetic_run.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/emulated_life.hpp"
#include "cli/key_source.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using namespace attestation;
namespace fs = std::filesystem;

struct EmulateOptions {
  std::string chip;
  std::string seed = "emulated world";
  std::string from;
  std::string to;
  std::string rate = "0.1";
  std::string nonce;
  std::string run;
  std::uint32_t shard = 0;
  std::uint32_t shards = 8;
  std::uint32_t svn = 1;
  std::string key = "ed25519";
  std::string precommit = "before";
  std::string acknowledger;
  bool suppress = false;
  bool hide = false;
  LifeOptions life;
  std::string folder;
};

/// All that the options say, understood.
struct Emulation {
  ChipId chip;
  Hash seed;
  Window window;
  ChipProfile profile;
  Bytes nonce;
  std::optional<SyntheticRun> run;
  std::unique_ptr<crypto::Signer> acknowledger;
};

Result<Timestamp> instant(const std::string& text, const char* option) {
  auto time = Timestamp::parse_day_or_instant(text);
  if (!time) return failure(std::move(time.error()).during(option));
  return time;
}

Result<Bytes> nonce_of(const std::string& hex) {
  auto nonce = bytes_from_hex(hex);
  if (!nonce) return failure(std::move(nonce.error()).during("--nonce"));
  if (nonce->size() >= min_nonce_bytes && nonce->size() <= max_nonce_bytes) return nonce;
  return failure(Errc::invalid_input,
                 "--nonce: got " + std::to_string(nonce->size()) + " bytes, want 8 to 64");
}

Result<DeviceKeyKind> key_kind(const std::string& name) {
  for (const DeviceKeyKind kind :
       {DeviceKeyKind::ed25519, DeviceKeyKind::p256, DeviceKeyKind::p384}) {
    if (device_key_kind_name(kind) == name) return kind;
  }
  return failure(Errc::invalid_input,
                 "--key-kind: got \"" + name + "\", want ed25519, p256 or p384");
}

Result<std::optional<SyntheticRun>> run_of(const EmulateOptions& options, const Window& window,
                                           const ChipProfile& profile) {
  if (options.run.empty()) return std::optional<SyntheticRun>();
  auto id = RunId::parse(options.run);
  if (!id) return failure(std::move(id.error()).during("--run"));
  if (options.shards == 0 || options.shard >= options.shards) {
    return failure(Errc::invalid_input, "--shard: want a number below --shards");
  }
  SyntheticRunSpec spec{.run = *id,
                        .seed = crypto::sha256("run " + options.run + " of " + options.seed),
                        .window = window};
  spec.shards = options.shards;
  spec.chunk_bytes = profile.chunk_bytes;
  spec.precommitted = true;
  return std::optional(SyntheticRun(std::move(spec)));
}

Result<Emulation> emulation_of(const EmulateOptions& options) {
  auto chip = ChipId::parse_typed(options.chip);
  if (!chip) return failure(std::move(chip.error()).during("--chip"));
  MUSTER_TRY_ASSIGN(const Timestamp from, instant(options.from, "--from"));
  MUSTER_TRY_ASSIGN(const Timestamp to, instant(options.to, "--to"));
  constexpr std::int64_t longest_ms = ms_per_day * 366 * 20;
  if (from >= to || to.ms - from.ms > longest_ms) {
    return failure(Errc::invalid_input, "--to: want an instant after --from, within 20 years");
  }
  auto rate = SnapshotRate::parse(options.rate);
  if (!rate) return failure(std::move(rate.error()).during("--rate"));
  ChipProfile profile = emulated_profile(*rate);
  profile.svn = options.svn;
  MUSTER_TRY_ASSIGN(profile.key, key_kind(options.key));
  std::unique_ptr<crypto::Signer> acknowledger;
  if (!options.acknowledger.empty()) {
    MUSTER_TRY_ASSIGN(acknowledger, open_signer(options.acknowledger));
    profile.acknowledger = acknowledger_name(acknowledger->verifying_key());
  }
  if (options.precommit != "before" && options.precommit != "late" &&
      options.precommit != "never") {
    return failure(Errc::invalid_input,
                   "--precommit: got \"" + options.precommit + "\", want before, late or never");
  }
  MUSTER_TRY_ASSIGN(Bytes nonce, nonce_of(options.nonce));
  const Window window{from, to};
  MUSTER_TRY_ASSIGN(auto run, run_of(options, window, profile));
  return Emulation{*chip,
                   emulated_chip_seed(crypto::sha256(options.seed), *chip),
                   window,
                   profile,
                   nonce,
                   std::move(run),
                   std::move(acknowledger)};
}

/// The life of the chip from its making until it is read out.
Result<ReadOut> live(const Emulation& world, const EmulateOptions& options, EmulatedChip& chip) {
  MUSTER_TRY_ASSIGN(LifePlan plan, life_plan(options.life));
  chip.suppress_snapshots(options.suppress);
  if (world.acknowledger) chip.ask(acknowledger_with(*world.acknowledger));
  if (!world.run) return lived(chip, plan, world.window.to, idle_memory, world.nonce);
  const auto memory = world.run->memory({world.chip, options.shard});
  if (options.precommit == "before") chip.precommit(world.run->precommitment());
  if (options.precommit == "late") {
    plan.halfway = [&] { chip.precommit(world.run->precommitment()); };
  }
  return lived(chip, plan, world.window.to, memory, world.nonce);
}

/// What the files of one chip are called.
struct Files {
  fs::path folder;
  std::string stem;

  [[nodiscard]] fs::path of(const char* ending) const { return folder / (stem + ending); }
};

Result<void> write_declaration(const Files& files, const SyntheticRun& run, const Seat& seat,
                               const EmulatedChip& chip) {
  const Declaration declaration = run.declaration(std::span(&seat, 1), chip.snapshot_instants());
  const DeclarationFiles documents = encoded_declaration(declaration);
  const std::string stem = run.spec().run.text();
  MUSTER_TRY(create_file(files.folder / (stem + ".json"), as_bytes(documents.metadata)));
  MUSTER_TRY(
      create_file(files.folder / (stem + ".assignments.ndjson"), as_bytes(documents.assignments)));
  return create_file(files.folder / (stem + ".steps.ndjson"), as_bytes(documents.steps));
}

Result<void> write_files(const Files& files, const Bytes& enrolment, const ReadOut& out) {
  std::error_code problem;
  fs::create_directories(files.folder, problem);
  MUSTER_TRY(create_file(files.of(".enrolment"), enrolment));
  MUSTER_TRY(create_file(files.of(".log"), out.log));
  MUSTER_TRY(create_file(files.of(".openings"), out.openings));
  MUSTER_TRY(create_file(files.of(".head"), out.head));
  if (out.acknowledgements.empty()) return {};
  return create_file(files.of(".acknowledgements"), out.acknowledgements);
}

Result<ExitCode> emulate(Context& context, const EmulateOptions& options) {
  MUSTER_TRY_ASSIGN(const Emulation world, emulation_of(options));
  EmulatedChip chip(world.chip, world.seed, world.profile, world.window.from);
  const Bytes enrolment = chip.sealed_head(world.nonce);
  MUSTER_TRY_ASSIGN(const ReadOut out, live(world, options, chip));
  const Files files{options.folder, world.chip.to_string()};
  const bool declared = world.run && !options.hide;
  if (!context.options().dry_run) {
    MUSTER_TRY(write_files(files, enrolment, out));
    const Seat seat{world.chip, options.shard};
    if (declared) MUSTER_TRY(write_declaration(files, *world.run, seat, chip));
  }
  const bool acknowledged = !out.acknowledgements.empty();
  const std::string key = chip.device_key().text();
  auto printer = context.printer();
  printer.facts({"SIMULATED: keys, secrets and memory follow from the seed",
                 {{"chip", world.chip.to_string()},
                  {"device key", key},
                  {"snapshots", print::grouped(std::uint64_t{chip.snapshot_instants().size()})},
                  {"log", files.of(".log").string()},
                  {"openings", files.of(".openings").string()},
                  {"head", files.of(".head").string()},
                  {"head at enrolment", files.of(".enrolment").string()},
                  {"acknowledgements",
                   acknowledged ? files.of(".acknowledgements").string() : "none: air-gapped"},
                  {"declaration", declared ? (files.folder / options.run).string() : "none"}}});
  printer.json(
      {{"simulated", true},
       {"chip", world.chip.to_string()},
       {"device_key", key},
       {"device_key_sha256", crypto::sha256(ByteView(chip.device_key().bytes())).to_hex()},
       {"snapshots", chip.snapshot_instants().size()},
       {"log", files.of(".log").string()},
       {"openings", files.of(".openings").string()},
       {"head", files.of(".head").string()},
       {"enrolment", files.of(".enrolment").string()},
       {"acknowledgements",
        acknowledged ? Json(files.of(".acknowledgements").string()) : Json(nullptr)},
       {"declaration", declared ? Json((files.folder / options.run).string()) : Json(nullptr)}});
  return ExitCode::done;
}

}  // namespace

void add_device_emulate_command(CLI::App& app, Context& context) {
  CLI::App& device_log = noun(app, "device-log", "logs that chips keep of themselves");
  auto& options = context.keep<EmulateOptions>();
  CLI::App& verb = add_verb(device_log, "emulate", "write the log of an emulated chip", context,
                            [&] { return emulate(context, options); });
  verb.add_option("--chip", options.chip, "chip id")->required();
  verb.add_option("--seed", options.seed, "any text: the same seed gives the same chip");
  verb.add_option("--from", options.from, "when it was made")->required();
  verb.add_option("--to", options.to, "when it is read out")->required();
  verb.add_option("--rate", options.rate, "snapshots per powered day");
  verb.add_option("--nonce", options.nonce, "the reader's nonce, 8 to 64 bytes in hex")->required();
  verb.add_option("--run", options.run, "work for a run of this id, and declare it");
  verb.add_option("--shards", options.shards, "shards of the run");
  verb.add_option("--shard", options.shard, "the chip's shard");
  verb.add_option("--svn", options.svn, "security version of the firmware");
  verb.add_option("--key-kind", options.key, "what it signs with: ed25519, p256 or p384");
  verb.add_option("--precommit", options.precommit,
                  "when it logs what the run is bound to: before, late or never");
  verb.add_option("--acknowledger", options.acknowledger,
                  "key that acknowledges its snapshots; air-gapped when not given");
  verb.add_flag("--hide", options.hide, "do not declare the run");
  verb.add_flag("--suppress", options.suppress, "dishonest firmware: takes no snapshots");
  add_life_options(verb, options.life);
  verb.add_option("--out", options.folder, "folder for the files")->required();
}

}  // namespace muster::cli
