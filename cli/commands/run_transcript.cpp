// `run data` and `run transcript`: the Prover's side of a run of a model of its own, which another
// program trained.

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/external_files.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

struct DataOptions {
  std::string folder;
  std::string random;
  std::uint64_t segments = 0;
};

struct ExternalTranscriptOptions {
  std::string folder;
  std::string spec;
  std::uint32_t shards = 1;
  std::uint64_t chunk_bytes = 4096;
};

Result<ExitCode> commit_data(Context& context, const DataOptions& options) {
  MUSTER_TRY_ASSIGN(const auto blocks, digest_data_blocks(options.folder));
  const std::string root = data_blocks_root(blocks).to_hex();
  print::Facts facts{"",
                     {{"blocks", print::grouped(std::uint64_t{blocks.size()})}, {"root", root}}};
  Json json{{"blocks", blocks.size()}, {"root", root}};
  if (!options.random.empty()) {
    auto random = Hash::from_hex(options.random);
    if (!random) return failure(std::move(random.error()).during("--random"));
    const Hash seed = data_seed(blocks, *random);
    const auto order = block_order(DataOrder::seeded, seed, blocks.size(), options.segments);
    std::string text;
    for (const std::uint64_t block : order) {
      text += (text.empty() ? "" : ", ") + std::to_string(block);
    }
    facts.rows.push_back({"seed", seed.to_hex()});
    if (!text.empty()) facts.rows.push_back({"block of each segment", text});
    json["seed"] = seed.to_hex();
    json["order"] = order;
  }
  auto printer = context.printer();
  printer.facts(facts);
  printer.json(json);
  return ExitCode::done;
}

/// The specification of a file, whose spaces and order of fields are free.
Result<ExternalSpec> read_external_spec(const std::filesystem::path& path) {
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  auto json = parse_json(text);
  if (!json) return failure(std::move(json.error()).during(path.string()));
  auto spec = parse_external_spec(canonical_json(*json));
  if (!spec) return failure(std::move(spec.error()).during(path.string()));
  return spec;
}

/// The leaves of all checkpoints, each of which must be what the specification says it is.
Result<std::vector<Hash>> leaves_of_checkpoints(const ExternalFiles& files,
                                                const ExternalTranscript& transcript,
                                                print::Printer& printer) {
  const ExternalSpec& spec = transcript.spec;
  std::vector<Hash> leaves;
  auto progress = printer.progress({.activity = "reading", .unit = "steps", .total = spec.steps});
  for (std::uint64_t step = 0; step <= spec.steps; step += spec.checkpoint_every) {
    MUSTER_TRY_ASSIGN(const ExternalState state, read_external_checkpoint(files, spec, step));
    if (state.step() != step) {
      return failure(Errc::invalid_input,
                     files.run.checkpoint(step).string() + ": __metadata__.step: got " +
                         std::to_string(state.step()) + ", want " + std::to_string(step));
    }
    MUSTER_TRY_ASSIGN(const auto own, state_leaves(state, transcript.layout()));
    leaves.insert(leaves.end(), own.begin(), own.end());
    progress.update(step);
  }
  return leaves;
}

void print_external_run(print::Printer& printer, const ExternalTranscript& transcript) {
  const ExternalSpec& spec = transcript.spec;
  const RunOutline outline = transcript.outline();
  const Precommitment logged = precommitment_of(transcript);
  printer.facts({"",
                 {{"model", spec.name + ", of others"},
                  {"parameters", print::grouped(spec.parameters) + ", as declared"},
                  {"FLOP", spec.flop().text() + ", as declared"},
                  {"steps", print::grouped(spec.steps)},
                  {"checkpoints", print::grouped(outline.checkpoints())},
                  {"blocks of data", print::grouped(transcript.data_blocks)},
                  {"shards", print::grouped(std::uint64_t{transcript.shards})},
                  {"its chips log", logged.metadata.to_hex()},
                  {"and", logged.data_order.to_hex()},
                  {"commitment", outline.commitment.to_hex()}}});
  printer.json(
      {{"model", spec.name},
       {"parameters", spec.parameters},
       {"flop", spec.flop().text()},
       {"steps", spec.steps},
       {"checkpoints", outline.checkpoints()},
       {"data_blocks", transcript.data_blocks},
       {"shards", transcript.shards},
       {"precommitment",
        {{"metadata", logged.metadata.to_hex()}, {"data_order", logged.data_order.to_hex()}}},
       {"commitment", outline.commitment.to_hex()}});
}

Result<ExitCode> make_transcript(Context& context, const ExternalTranscriptOptions& options) {
  const ExternalFiles files{{options.folder}};
  const std::filesystem::path path =
      options.spec.empty() ? files.run.folder / "spec.json" : std::filesystem::path(options.spec);
  MUSTER_TRY(check_new({files.run.states(), files.run.transcript()}));
  MUSTER_TRY_ASSIGN(ExternalSpec spec, read_external_spec(path));
  ExternalTranscript transcript{std::move(spec), 1, {}, options.shards, options.chunk_bytes, {}};
  // Its limits, before anything is read.
  MUSTER_TRY(parse_external_transcript(encode_external_transcript(transcript)));
  MUSTER_TRY_ASSIGN(const auto blocks, digest_data_blocks(files.data()));
  transcript.data_blocks = blocks.size();
  transcript.data_root = data_blocks_root(blocks);
  auto printer = context.printer();
  MUSTER_TRY_ASSIGN(const auto leaves, leaves_of_checkpoints(files, transcript, printer));
  transcript.states_root = ledger::root_hash(leaves);
  if (!context.options().dry_run) {
    MUSTER_TRY(write_states(files.run, leaves));
    MUSTER_TRY(
        create_file(files.run.transcript(), as_bytes(encode_external_transcript(transcript))));
  }
  print_external_run(printer, transcript);
  return ExitCode::done;
}

}  // namespace

void add_run_transcript_commands(CLI::App& app, Context& context) {
  CLI::App& run = noun(app, "run", "declared runs");
  auto& data = context.keep<DataOptions>();
  CLI::App& first =
      add_verb(run, "data", "the root that commits to blocks of data before they are trained on",
               context, [&] { return commit_data(context, data); });
  first.add_option("folder", data.folder, "the folder with the blocks 0, 1 …")->required();
  CLI::Option* const random = first.add_option(
      "--random", data.random, "64 hex digits that the Verifier gave after it had the root");
  first.add_option("--segments", data.segments, "print which block so many segments learn")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}))
      ->needs(random);

  auto& options = context.keep<ExternalTranscriptOptions>();
  CLI::App& verb = add_verb(run, "transcript",
                            "the transcript of a run of a model of your own, trained elsewhere",
                            context, [&] { return make_transcript(context, options); });
  verb.add_option("folder", options.folder,
                  "the run: spec.json, data/N, and checkpoints/STEP.safetensors or a folder "
                  "checkpoints/STEP of several safetensors files")
      ->required();
  verb.add_option("--spec", options.spec, "the specification, if not spec.json in the folder");
  verb.add_option("--shards", options.shards, "chips that hold the state, a part each");
  verb.add_option("--chunk-bytes", options.chunk_bytes, "bytes of a chunk of memory");
}

}  // namespace muster::cli
