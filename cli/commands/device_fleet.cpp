// `device-log fleet`: a trained run on emulated chips, one on each shard, some of which may evade.
// SYNTHETIC.

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <functional>

#include "attestation/replay/emulated_fleet.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/emulated_run.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/window_text.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using namespace attestation;
namespace fs = std::filesystem;

struct FleetOptions {
  std::string trained;
  std::string run;
  std::string window;
  std::string rate = "0.5";
  std::string nonce;
  std::string seed = "emulated world";
  std::uint32_t svn = 1;
  std::int64_t heads_every_days = 0;
  std::vector<std::string> chips;
  std::vector<std::string> evade;
  std::vector<std::string> mishaps;
  std::string folder;
};

Result<FleetSpec> spec_of(const FleetOptions& options) {
  auto run = RunId::parse(options.run);
  if (!run) return failure(std::move(run.error()).during("--run"));
  auto rate = SnapshotRate::parse(options.rate);
  if (!rate) return failure(std::move(rate.error()).during("--rate"));
  auto window = parse_window(options.window);
  if (!window) return failure(std::move(window.error()).during("--window"));
  constexpr std::int64_t longest_ms = ms_per_day * 366 * 20;
  if (window->length_ms() > longest_ms || window->length_ms() < 3 * ms_per_day ||
      window->from.ms < 10 * ms_per_day) {
    return failure(Errc::invalid_input,
                   "--window: want 3 days to 20 years, from 1970-01-11 at the earliest");
  }
  auto nonce = bytes_from_hex(options.nonce);
  if (!nonce) return failure(std::move(nonce.error()).during("--nonce"));
  if (nonce->size() < min_nonce_bytes || nonce->size() > max_nonce_bytes) {
    return failure(Errc::invalid_input,
                   "--nonce: got " + std::to_string(nonce->size()) + " bytes, want 8 to 64");
  }
  return FleetSpec{.run = *run,
                   .world = crypto::sha256(options.seed),
                   .window = *window,
                   .rate = *rate,
                   .nonce = std::move(*nonce),
                   .svn = options.svn,
                   .head_every_ms = options.heads_every_days * ms_per_day};
}

/// The chips that are named, or as many made-up ones as there are shards.
Result<std::vector<ChipId>> chips_of(const FleetOptions& options, std::uint32_t shards) {
  std::vector<ChipId> chips;
  for (const std::string& text : options.chips) {
    auto chip = ChipId::parse_typed(text);
    if (!chip) return failure(std::move(chip.error()).during("--chip"));
    if (std::ranges::find(chips, *chip) != chips.end()) {
      return failure(Errc::invalid_input, "--chip: got " + chip->to_string() + " twice");
    }
    chips.push_back(*chip);
  }
  if (!chips.empty() && chips.size() != shards) {
    return failure(Errc::invalid_input, "--chip: got " + std::to_string(chips.size()) +
                                            ", want one for each of the run's " +
                                            std::to_string(shards) + " shards");
  }
  for (std::uint64_t i = chips.size(); i < shards; ++i) {
    chips.push_back(ChipId::from_parts({.block = 1, .ordinal = i, .random = i * 977 % 1000}));
  }
  return chips;
}

/// What an option says of shards: NAME=SHARD, each shard once.
template <class T>
Result<std::map<std::uint32_t, T>> by_shard(
    const std::vector<std::string>& texts, const std::string& option, const std::string& names,
    const std::function<std::optional<T>(std::string_view)>& named, std::uint32_t shards) {
  std::map<std::uint32_t, T> made;
  for (const std::string& text : texts) {
    const std::size_t middle = std::min(text.find('='), text.size());
    const auto value = named(std::string_view(text).substr(0, middle));
    if (!value) {
      return failure(Errc::invalid_input,
                     option + ": got \"" + text + "\", want NAME=SHARD with one of " + names);
    }
    std::uint32_t shard = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + std::min(middle + 1, text.size()), end, shard);
    if (read.ec != std::errc{} || read.ptr != end || shard >= shards) {
      return failure(Errc::invalid_input, option + ": got \"" + text +
                                              "\", want NAME=SHARD with a shard below " +
                                              std::to_string(shards));
    }
    if (!made.try_emplace(shard, *value).second) {
      return failure(Errc::invalid_input,
                     option + ": got shard " + std::to_string(shard) + " twice, want it once");
    }
  }
  return made;
}

/// The run that chips hold whose owner declares another.
Result<TrainedWeights> hidden_run(const TrainingFiles& files, const AnyTranscript& transcript,
                                  const TrainedWeights& shown, print::Printer& printer) {
  const auto* const own = std::get_if<TranscriptCommitment>(&transcript);
  if (own == nullptr) return shown.replaced_by_names();
  MUSTER_TRY_ASSIGN(const TrainingText text, read_training_text(files, *own));
  return other_weights(*own, text, printer);
}

Result<EmulatedFleet> fleet_of(const FleetOptions& options, FleetSpec spec,
                               const AnyTranscript& transcript, print::Printer& printer) {
  const TrainingFiles files{options.trained};
  const std::uint32_t shards = outline_of(transcript).layout.shards;
  MUSTER_TRY_ASSIGN(const auto chips, chips_of(options, shards));
  MUSTER_TRY_ASSIGN(const auto evasions, by_shard<Evasion>(options.evade, "--evade",
                                                           evasion_names(), evasion_named, shards));
  MUSTER_TRY_ASSIGN(spec.mishaps, by_shard<Mishap>(options.mishaps, "--mishap", mishap_names(),
                                                   mishap_named, shards));
  MUSTER_TRY_ASSIGN(const TrainedWeights shown, trained_weights(files, transcript, printer));
  const bool hides = std::ranges::any_of(
      evasions, [](const auto& item) { return item.second == Evasion::hidden_run; });
  if (!hides) return emulated_fleet(spec, chips, shown, shown, evasions);
  MUSTER_TRY_ASSIGN(const TrainedWeights hidden, hidden_run(files, transcript, shown, printer));
  return emulated_fleet(spec, chips, shown, hidden, evasions);
}

/// The names of one chip's files in the folder.
std::string file_of(const FleetChip& chip, const std::string& ending) {
  return chip.seat.chip.to_string() + ending;
}

Result<void> write_fleet(const fs::path& folder, const EmulatedFleet& fleet) {
  for (const FleetChip& chip : fleet.chips) {
    if (!chip.read.head.empty()) {
      MUSTER_TRY(create_file(folder / file_of(chip, ".head"), chip.read.head));
      MUSTER_TRY(create_file(folder / file_of(chip, ".log"), chip.read.log));
      MUSTER_TRY(create_file(folder / file_of(chip, ".openings"), chip.read.openings));
    }
    for (std::size_t i = 0; i < chip.ledgered.size(); ++i) {
      MUSTER_TRY(create_file(folder / file_of(chip, ".ledgered-" + std::to_string(i)),
                             chip.ledgered[i].first));
    }
  }
  const DeclarationFiles documents = encoded_declaration(fleet.declaration);
  const std::string stem = fleet.declaration.metadata.run.text();
  MUSTER_TRY(create_file(folder / (stem + ".json"), as_bytes(documents.metadata)));
  MUSTER_TRY(create_file(folder / (stem + ".assignments.ndjson"), as_bytes(documents.assignments)));
  return create_file(folder / (stem + ".steps.ndjson"), as_bytes(documents.steps));
}

/// What a chip holds of each tensor; nothing where the transcript does not name tensors.
Json slices_json(const AnyTranscript& transcript, std::uint32_t shard) {
  const auto* const external = std::get_if<ExternalTranscript>(&transcript);
  if (external == nullptr) return nullptr;
  Json slices = Json::array();
  for (const TensorSlice& slice : slices_of_shard(*external, shard)) {
    slices.push_back({{"tensor", slice.tensor}, {"from", slice.begin}, {"to", slice.end}});
  }
  return slices;
}

Json chip_json(const fs::path& folder, const FleetChip& chip, const AnyTranscript& transcript) {
  const auto file = [&](const char* ending) {
    return chip.read.head.empty() ? Json(nullptr) : Json((folder / file_of(chip, ending)).string());
  };
  Json ledgered = Json::array();
  for (std::size_t i = 0; i < chip.ledgered.size(); ++i) {
    ledgered.push_back((folder / file_of(chip, ".ledgered-" + std::to_string(i))).string() + "@" +
                       chip.ledgered[i].second.to_string());
  }
  return {{"chip", chip.seat.chip.to_string()},
          {"shard", chip.seat.shard},
          {"holds", slices_json(transcript, chip.seat.shard)},
          {"evasion", evasion_name(chip.evasion)},
          {"mishap", mishap_name(chip.mishap)},
          {"device_key", to_hex(chip.device_key->bytes())},
          {"snapshots", chip.instants.size()},
          {"head", file(".head")},
          {"log", file(".log")},
          {"openings", file(".openings")},
          {"ledgered", std::move(ledgered)}};
}

void print_fleet(print::Printer& printer, const FleetOptions& options, const FleetSpec& spec,
                 const AnyTranscript& transcript, const EmulatedFleet& fleet) {
  const fs::path folder = options.folder;
  print::Table table{.columns = {print::whole_id_column("chip"),
                                 print::number_column("shard"),
                                 {"evasion"},
                                 {"mishap"},
                                 print::number_column("snapshots")}};
  Json chips = Json::array();
  for (const FleetChip& chip : fleet.chips) {
    table.rows.push_back(
        {chip.seat.chip.to_string(), print::grouped(std::uint64_t{chip.seat.shard}),
         std::string(evasion_name(chip.evasion)), std::string(mishap_name(chip.mishap)),
         print::grouped(std::uint64_t{chip.instants.size()})});
    chips.push_back(chip_json(folder, chip, transcript));
  }
  const std::uint64_t memory = fleet.memory_chunks * fleet.declaration.metadata.chunk_bytes;
  const std::string stem = (folder / spec.run.text()).string();
  printer.table(table);
  printer.facts({"SIMULATED: keys, secrets and time follow from the seed; the weights are trained",
                 {{"declaration", stem},
                  {"made on", spec.made_at().to_string()},
                  {"heads reported on", spec.frozen_at().to_string()},
                  {"read on", spec.read_at().to_string()},
                  {"memory of a chip", print::byte_size(memory)}}});
  printer.json(
      {{"simulated", true},
       {"run", spec.run.text()},
       {"declaration", stem},
       {"window", {{"from", spec.window.from.to_string()}, {"to", spec.window.to.to_string()}}},
       {"made_at", spec.made_at().to_string()},
       {"frozen_at", spec.frozen_at().to_string()},
       {"read_at", spec.read_at().to_string()},
       {"memory_bytes", memory},
       {"chips", std::move(chips)}});
}

Result<ExitCode> emulate_fleet(Context& context, const FleetOptions& options) {
  MUSTER_TRY_ASSIGN(const FleetSpec spec, spec_of(options));
  auto printer = context.printer();
  MUSTER_TRY_ASSIGN(const AnyTranscript transcript, read_any_transcript({options.trained}));
  MUSTER_TRY_ASSIGN(const EmulatedFleet fleet, fleet_of(options, spec, transcript, printer));
  if (!context.options().dry_run) {
    MUSTER_TRY(create_folder(options.folder,
                             [&](const fs::path& aside) { return write_fleet(aside, fleet); }));
  }
  print_fleet(printer, options, spec, transcript, fleet);
  return ExitCode::done;
}

}  // namespace

void add_device_fleet_command(CLI::App& app, Context& context) {
  CLI::App& device_log = noun(app, "device-log", "logs that chips keep of themselves");
  auto& options = context.keep<FleetOptions>();
  CLI::App& verb =
      add_verb(device_log, "fleet", "a trained run on emulated chips, their logs and declaration",
               context, [&] { return emulate_fleet(context, options); });
  verb.add_option(
          "trained", options.trained,
          "the folder that `run train` made, or `run transcript` of a run trained elsewhere")
      ->required();
  verb.add_option("--run", options.run, "what the run is declared as")->required();
  verb.add_option("--window", options.window, "when it ran: FROM..TO")->required();
  verb.add_option("--nonce", options.nonce, "the inspector's, 8 to 64 bytes in hex")->required();
  verb.add_option("--rate", options.rate, "snapshots per powered day")->capture_default_str();
  verb.add_option("--seed", options.seed, "any text: the same seed gives the same chips");
  verb.add_option("--svn", options.svn, "security version of the firmware");
  verb.add_option("--heads-every", options.heads_every_days,
                  "days from one head filed at a beacon time to the next; 0: none is")
      ->check(CLI::Range(0, 3650));
  verb.add_option("--chip", options.chips, "chip ids by shard; made up when not given");
  verb.add_option("--evade", options.evade,
                  "NAME=SHARD: how that chip, or its owner, cheats; repeatable "
                  "(attestation/README.md has the names)");
  verb.add_option("--mishap", options.mishaps,
                  "NAME=SHARD: what befalls that chip, honest as it is: power-cut, drift, "
                  "firmware-update, read-out; repeatable");
  verb.add_option("--out", options.folder, "a new folder for the files")->required();
}

}  // namespace muster::cli
