// `run text` and `run train`: the Prover's side of a run of the built-in trainer.

#include <cmath>

#include "attestation/replay/parameters.hpp"
#include "attestation/replay/trainer.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/new_folder.hpp"
#include "cli/print/number.hpp"
#include "cli/training_files.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"

namespace muster::cli {
namespace {

using namespace attestation;
namespace fs = std::filesystem;

struct TrainOptions {
  std::string folder;
  std::string text;
  std::string random;
  std::string model = "mlp";
  TrainingSpec spec;
  std::uint32_t shards = 16;
  std::uint64_t chunk_bytes = 4096;
  std::size_t threads = 1;
};

Result<TrainingText> text_to_train(const std::string& path, std::uint32_t context) {
  MUSTER_TRY_ASSIGN(Bytes bytes, read_file(path));
  if (bytes.size() > context) return TrainingText(std::move(bytes));
  return failure(Errc::invalid_input, path + ": got " + std::to_string(bytes.size()) +
                                          " bytes, want more than the context of " +
                                          std::to_string(context));
}

/// What is written of a run while it is trained.
struct TrainedRun {
  TranscriptCommitment transcript;
  std::vector<Hash> leaves;
  double first_loss = 0;
  double last_loss = 0;
  Hash end;
};

Result<void> keep_checkpoint(const TrainingFiles& files, const TrainingState& state,
                             TrainedRun& run) {
  const auto leaves = state_leaves(state, run.transcript);
  run.leaves.insert(run.leaves.end(), leaves.begin(), leaves.end());
  return create_file(files.checkpoint(state.step), encode_checkpoint(run.transcript.spec, state));
}

Result<void> train_into(const TrainingFiles& files, const TrainingText& text,
                        const TrainOptions& options, print::Printer& printer, TrainedRun& run) {
  const TrainingSpec& spec = run.transcript.spec;
  const Trainer trainer(spec, text, options.threads);
  auto progress = printer.progress({.activity = "training", .unit = "steps", .total = spec.steps});
  TrainingState state = trainer.initial();
  std::error_code problem;
  fs::create_directory(files.checkpoints(), problem);
  MUSTER_TRY(keep_checkpoint(files, state, run));
  while (state.step < spec.steps) {
    run.last_loss = trainer.advance(state);
    if (state.step == 1) run.first_loss = run.last_loss;
    if (state.step % spec.checkpoint_every == 0) MUSTER_TRY(keep_checkpoint(files, state, run));
    progress.update(state.step);
  }
  run.end = state_digest(state);
  run.transcript.states_root = ledger::root_hash(run.leaves);
  MUSTER_TRY(create_file(files.text(), text.bytes()));
  MUSTER_TRY(write_states(files, run.leaves));
  return create_file(files.transcript(), as_bytes(encode_transcript(run.transcript)));
}

Result<TrainingSpec> spec_of(const TrainOptions& options) {
  TrainingSpec spec = options.spec;
  if (options.model != "mlp" && options.model != "transformer") {
    return failure(Errc::invalid_input,
                   "--model: got \"" + options.model + "\", want mlp or transformer");
  }
  spec.model = options.model == "mlp" ? ModelKind::mlp : ModelKind::transformer;
  auto random = Hash::from_hex(options.random);
  if (!random) return failure(std::move(random.error()).during("--random"));
  spec.random = *random;
  MUSTER_TRY(check_training_spec(spec));
  return spec;
}

std::string loss_text(double loss) {
  return std::to_string(std::lround(loss * 1000) / 1000) + "." +
         std::to_string(1000 + std::lround(loss * 1000) % 1000).substr(1);
}

void print_run(print::Printer& printer, const TrainedRun& run, const std::string& folder) {
  const TrainingSpec& spec = run.transcript.spec;
  const std::uint64_t flop = flop_per_step(spec) * spec.steps;
  const std::string commitment = crypto::sha256(encode_transcript(run.transcript)).to_hex();
  printer.facts(
      {"",
       {{"model", std::string(model_kind_name(spec.model)) + ", " +
                      print::grouped(parameter_count(spec)) + " numbers"},
        {"steps", print::grouped(spec.steps)},
        {"loss", loss_text(run.first_loss) + " to " + loss_text(run.last_loss) + " nats a byte"},
        {"FLOP", print::grouped(flop)},
        {"checkpoints", print::grouped(run.transcript.checkpoints())},
        {"shards", print::grouped(std::uint64_t{run.transcript.shards})},
        {"end state", run.end.to_hex()},
        {"commitment", commitment},
        {"folder", folder}}});
  printer.json({{"model", model_kind_name(spec.model)},
                {"parameters", parameter_count(spec)},
                {"steps", spec.steps},
                {"first_loss", loss_text(run.first_loss)},
                {"last_loss", loss_text(run.last_loss)},
                {"flop", flop},
                {"checkpoints", run.transcript.checkpoints()},
                {"shards", run.transcript.shards},
                {"end_state", run.end.to_hex()},
                {"commitment", commitment},
                {"folder", folder}});
}

Result<ExitCode> train(Context& context, const TrainOptions& options) {
  MUSTER_TRY_ASSIGN(const TrainingSpec spec, spec_of(options));
  MUSTER_TRY_ASSIGN(const TrainingText text, text_to_train(options.text, spec.context));
  TrainedRun run{
      {spec, text.bytes().size(), text_root(text), options.shards, options.chunk_bytes, {}},
      {},
      0,
      0,
      {}};
  MUSTER_TRY(parse_transcript(encode_transcript(run.transcript)));  // its limits
  auto printer = context.printer();
  MUSTER_TRY(create_folder(options.folder, [&](const fs::path& aside) {
    return train_into({aside}, text, options, printer, run);
  }));
  print_run(printer, run, options.folder);
  return ExitCode::done;
}

Result<ExitCode> commit_text(Context& context, const std::string& path) {
  MUSTER_TRY_ASSIGN(const TrainingText text, text_to_train(path, 0));
  auto printer = context.printer();
  printer.facts({"",
                 {{"bytes", print::grouped(std::uint64_t{text.bytes().size()})},
                  {"blocks", print::grouped(std::uint64_t{text.block_digests().size()})},
                  {"root", text_root(text).to_hex()}}});
  printer.json({{"bytes", text.bytes().size()},
                {"blocks", text.block_digests().size()},
                {"root", text_root(text).to_hex()}});
  return ExitCode::done;
}

void add_model_options(CLI::App& verb, TrainOptions& options) {
  verb.add_option("--model", options.model, "mlp or transformer");
  verb.add_option("--context", options.spec.context, "bytes that a prediction sees");
  verb.add_option("--width", options.spec.width, "of the embedding");
  verb.add_option("--hidden", options.spec.hidden, "of the hidden layers");
  verb.add_option("--layers", options.spec.layers, "blocks of a transformer");
  verb.add_option("--heads", options.spec.heads, "of attention");
  verb.add_option("--batch", options.spec.batch, "samples in a step");
  verb.add_option("--steps", options.spec.steps, "steps of the run");
  verb.add_option("--checkpoint-every", options.spec.checkpoint_every,
                  "steps between checkpoints: the length of a segment");
  verb.add_option("--learning-rate", options.spec.learning_rate, "of Adam, a decimal");
}

}  // namespace

void add_run_train_commands(CLI::App& app, Context& context) {
  CLI::App& run = noun(app, "run", "declared runs");
  auto& path = context.keep<std::string>();
  CLI::App& text = add_verb(run, "text", "the root that commits to a text before it is trained on",
                            context, [&] { return commit_text(context, path); });
  text.add_option("file", path, "the text")->required();

  auto& options = context.keep<TrainOptions>();
  CLI::App& verb = add_verb(run, "train", "train a small model, and keep its transcript", context,
                            [&] { return train(context, options); });
  verb.add_option("folder", options.folder, "a new folder for the transcript")->required();
  verb.add_option("--text", options.text, "what it learns")->required();
  verb.add_option("--random", options.random,
                  "64 hex digits that the Verifier gave after it had the root of the text")
      ->required();
  add_model_options(verb, options);
  verb.add_option("--shards", options.shards, "chips that hold the state, a part each");
  verb.add_option("--chunk-bytes", options.chunk_bytes, "bytes of a chunk of memory");
  verb.add_option("--threads", options.threads, "they change no bit")->check(CLI::Range(1, 256));
}

}  // namespace muster::cli
