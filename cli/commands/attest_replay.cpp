// `attest replay`: a declared run held to its transcript, and segments of it done again.

#include <algorithm>
#include <functional>
#include <variant>

#include "attestation/replay/external_transcript.hpp"
#include "attestation/replay/parameters.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/declaration_files.hpp"
#include "cli/document_limit.hpp"
#include "cli/external_review.hpp"
#include "cli/key_source.hpp"
#include "cli/new_folder.hpp"
#include "cli/replay/confidential_desk.hpp"
#include "cli/replay_choice.hpp"
#include "cli/scratch_folder.hpp"
#include "cli/training_files.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

/// Who is told of every state that is read or trained.
using Observer = std::function<void(const TrainingState&)>;

Result<AnyTranscript> committed_transcript(const ReplayOptions& options, const TrainingFiles& files,
                                           std::string& digest) {
  const std::filesystem::path path =
      options.transcript.empty() ? files.transcript() : std::filesystem::path(options.transcript);
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path, max_document_bytes));
  auto transcript = parse_any_transcript(text);
  if (!transcript) return failure(std::move(transcript.error()).during(path.string()));
  digest = crypto::sha256(text).to_hex();
  return transcript;
}

/// A run of the built-in trainer, whose transcript is at hand.
struct BuiltInRun {
  const TrainingFiles& files;
  const TranscriptCommitment& transcript;
  const Trainer& trainer;
  const RunOutline& outline;

  /// Whether a checkpoint's leaves are those that stand in the tree.
  [[nodiscard]] bool has_committed(const TrainingState& state, std::span<const Hash> leaves) const {
    return is_committed(state.step, state_leaves(state, transcript), leaves, outline);
  }
};

/// Reads every checkpoint once, in order.
Result<void> look_at_all(const BuiltInRun& run, std::span<const Hash> leaves,
                         const Observer& observe, RunReview& review) {
  const TrainingSpec& spec = run.transcript.spec;
  ContinuityCheck check(run.trainer, spec);
  for (std::uint64_t step = 0; step <= spec.steps; step += spec.checkpoint_every) {
    MUSTER_TRY_ASSIGN(const TrainingState state, read_checkpoint(run.files, run.transcript, step));
    if (state.step != step || !run.has_committed(state, leaves)) {
      review.uncommitted.push_back(step);
    }
    check.add(state);
    observe(state);
  }
  check.finish();
  review.faults = check.faults();
  review.signs = check.signs();
  return {};
}

/// Who does segments again, and on what.
struct Replayer {
  const BuiltInRun& run;
  const TrainingText& text;
  const Room& room;
  bool looks_at_ends;  // since nobody has looked at all checkpoints
  const Observer& observe;
};

/// One segment, by the trainer or by the program. A program that fails is not asked again.
Result<void> replay_one(const Replayer& replayer, const TrainingState& begin,
                        const TrainingState& end, RunReview& review) {
  if (!review.program) {
    TrainingState state = begin;
    while (state.step < end.step) {
      replayer.run.trainer.advance(state);
      replayer.observe(state);
    }
    review.replays.push_back(compare_replay(begin, end, state, review.tolerance));
    return {};
  }
  const auto has_fault = [&](const RunFaultAt& fault) {
    return fault.fault == RunFault::not_a_state && fault.step == begin.step;
  };
  // A program is not asked about what is no state.
  if (review.program_failure || std::ranges::any_of(review.faults, has_fault)) return {};
  MUSTER_TRY_ASSIGN(const ScratchFolder scratch, ScratchFolder::make());
  auto state = review.program->replay(replayer.run.transcript.spec, replayer.text, begin, end.step,
                                      scratch.path());
  if (state) {
    review.replays.push_back(compare_replay(begin, end, *state, review.tolerance));
    return {};
  }
  if (state.error().code != Errc::unavailable) return failure(std::move(state.error()));
  review.program_failure = std::move(state.error());
  return {};
}

/// Holds the ends of segments to their leaves and to what a state must be, where nobody looks at
/// all checkpoints. Ends come in rising order; the end of one segment may begin the next.
class EndCheck final {
 public:
  EndCheck(const BuiltInRun& run, std::span<const Hash> leaves, RunReview& review)
      : run_(&run), initial_(run.trainer.initial()), leaves_(leaves), review_(&review) {}

  void look(const TrainingState& state, std::uint64_t step) {
    if (step < next_) return;
    next_ = step + 1;
    if (state.step != step || !run_->has_committed(state, leaves_)) {
      review_->uncommitted.push_back(step);
    }
    for (RunFaultAt& fault : state_faults(state, initial_)) {
      review_->faults.push_back(std::move(fault));
    }
  }

 private:
  const BuiltInRun* run_;
  TrainingState initial_;
  std::span<const Hash> leaves_;
  RunReview* review_;
  std::uint64_t next_ = 0;
};

Result<void> replay_chosen(const Replayer& replayer, print::Printer& printer, RunReview& review) {
  const BuiltInRun& run = replayer.run;
  const std::uint64_t every = review.outline.checkpoint_every;
  const auto all = chosen_segments(review);
  auto progress = printer.progress(
      {.activity = "replaying", .unit = "segments", .total = std::uint64_t{all.size()}});
  EndCheck ends(run, replayer.room.leaves, review);
  for (const std::uint64_t segment : all) {
    MUSTER_TRY_ASSIGN(const TrainingState begin,
                      read_checkpoint(run.files, run.transcript, segment * every));
    MUSTER_TRY_ASSIGN(const TrainingState end,
                      read_checkpoint(run.files, run.transcript, (segment + 1) * every));
    if (replayer.looks_at_ends) {
      ends.look(begin, segment * every);
      ends.look(end, (segment + 1) * every);
    }
    if (begin.step != segment * every || end.step != begin.step + every) continue;  // a fault
    MUSTER_TRY(replay_one(replayer, begin, end, review));
    if (end.step < review.outline.steps && !replayer.room.draw) {
      review.remembered.push_back(memorisation_of(replayer.run.trainer, begin, end, 4));
    }
    progress.update(review.replays.size());
  }
  return {};
}

Result<void> review_built_in(const ReplayOptions& options, const TranscriptCommitment& transcript,
                             print::Printer& printer, Room& room, RunReview& review) {
  const TrainingFiles files{options.folder};
  review.flop_per_step = flop_per_step(transcript.spec);
  MUSTER_TRY_ASSIGN(const TrainingText text, read_training_text(files, transcript));
  MUSTER_TRY_ASSIGN(room.leaves, read_states(files, review.outline));
  const Trainer trainer(transcript.spec, text, options.threads);
  const BuiltInRun run{files, transcript, trainer, review.outline};
  std::optional<Declaration> declaration;
  std::optional<DeclaredSteps> declared;
  if (!options.declaration.empty()) {
    MUSTER_TRY_ASSIGN(declaration, read_declaration(options.declaration));
    declared.emplace(*declaration, transcript);
  }
  const Observer observe = [&declared](const TrainingState& state) {
    if (declared) declared->compare(state);
  };
  if (!options.only_chosen) MUSTER_TRY(look_at_all(run, room.leaves, observe, review));
  MUSTER_TRY(choose_for_review(options, room, review));
  MUSTER_TRY(replay_chosen({run, text, room, options.only_chosen, observe}, printer, review));
  if (declared) {
    review.declared = {declared->declared(), declared->compared(), declared->otherwise()};
  }
  return {};
}

Result<RunReview> review_run(const ReplayOptions& options, print::Printer& printer, Room& room) {
  RunReview review;
  review.is_given = !options.transcript.empty() || room.draw;
  MUSTER_TRY_ASSIGN(review.tolerance,
                    room.draw ? attestation::tolerance_of(*room.draw) : cli::tolerance_of(options));
  if (!options.program.empty()) {
    MUSTER_TRY_ASSIGN(review.program, ReplayProgram::open(options.program, options.limits));
  }
  MUSTER_TRY_ASSIGN(const AnyTranscript transcript,
                    committed_transcript(options, {options.folder}, review.commitment));
  review.outline = outline_of(transcript);
  if (room.draw) MUSTER_TRY(check_room(*room.draw, review, options.only_chosen));
  if (const auto* const external = std::get_if<ExternalTranscript>(&transcript)) {
    MUSTER_TRY(review_external(options, *external, printer, room, review));
  } else {
    MUSTER_TRY(review_built_in(options, std::get<TranscriptCommitment>(transcript), printer, room,
                               review));
  }
  return review;
}

/// In the Prover's room: nothing is printed and nothing written but what the Verifier may see.
Result<ExitCode> replay_sealed(Context& context, const ReplayOptions& options) {
  auto printer = context.printer();
  Room room;
  MUSTER_TRY_ASSIGN(room.draw, read_replay_draw(options.request));
  MUSTER_TRY(check_new({options.sealed, options.sealed + ".openings"}));
  MUSTER_TRY_ASSIGN(const auto signer, open_signer(options.sign));
  MUSTER_TRY_ASSIGN(Clock * clock, context.clock());
  MUSTER_TRY_ASSIGN(const RunReview review, review_run(options, printer, room));
  // A result that is not whole is not sealed.
  if (review.program_failure) return failure(Error(*review.program_failure));
  return seal_review(review, *room.draw, room.leaves,
                     {options.sealed, clock->now().to_string(), signer.get(), !options.only_chosen,
                      context.options().dry_run},
                     printer);
}

Result<ExitCode> replay_run(Context& context, const ReplayOptions& options) {
  if (options.seed.empty() == options.request.empty()) {
    return failure(Errc::invalid_input, "--seed, --request: give one of the two");
  }
  if (!options.request.empty()) return replay_sealed(context, options);
  auto printer = context.printer();
  Room room;
  MUSTER_TRY_ASSIGN(const RunReview review, review_run(options, printer, room));
  // What was found stands, whatever became of the program.
  if (review.program_failure && review.is_clean()) return failure(Error(*review.program_failure));
  print_review(printer, review);
  if (!review.is_clean()) return ExitCode::negative;
  if (!review.is_judged()) return ExitCode::no_answer;
  // Whoever brings the run brings a transcript that suits it: without the committed one it shows
  // that the run is one, and not which.
  return review.is_given ? ExitCode::done : ExitCode::no_answer;
}

void add_program_options(CLI::App& verb, ReplayOptions& options) {
  CLI::Option* const with =
      verb.add_option("--with", options.program,
                      "a program that does the segments in the trainer's place, without a network "
                      "(attestation/replay/README.md)");
  verb.add_option("--time-limit", options.limits.seconds, "seconds that it has for a segment")
      ->check(CLI::Range(1, 31'536'000))
      ->needs(with)
      ->capture_default_str();
  verb.add_option("--memory-limit", options.limits.memory_mib,
                  "MiB of address space for each of its processes")
      ->check(CLI::Range(16, 16'777'216))
      ->needs(with)
      ->capture_default_str();
  verb.add_flag("--allow-network", options.limits.has_network,
                "let it use the network, and run it also where the kernel refuses walls")
      ->needs(with);
}

void add_room_options(CLI::App& verb, ReplayOptions& options) {
  CLI::Option* const request = verb.add_option(
      "--request", options.request,
      "a Verifier's draw (attest request), in place of --seed: only a sealed result "
      "goes out");
  CLI::Option* const sign = verb.add_option("--sign", options.sign, "the key of who runs this");
  CLI::Option* const sealed =
      verb.add_option("--sealed", options.sealed, "the sealed result; FILE.openings beside it");
  request->needs(sign)->needs(sealed);
  sign->needs(request);
  sealed->needs(request);
  verb.add_flag("--only-chosen", options.only_chosen,
                "look at no checkpoints but the ends of the segments drawn")
      ->needs(request);
}

}  // namespace

void add_attest_replay_command(CLI::App& app, Context& context) {
  CLI::App& attest = noun(app, "attest", "evidence from devices, judged");
  auto& options = context.keep<ReplayOptions>();
  CLI::App& verb = add_verb(attest, "replay", "do segments of a run again, and look at all of it",
                            context, [&] { return replay_run(context, options); });
  verb.add_option("folder", options.folder, "the run's transcript, as `run train` writes it")
      ->required();
  verb.add_option("--transcript", options.transcript, "transcript.json as it was committed to");
  verb.add_option("--seed", options.seed,
                  "64 hex digits that nobody knew when the transcript was committed to");
  verb.add_option("--segments", options.segments,
                  "segments drawn uniformly; enough for --target if not given");
  verb.add_option("--largest", options.largest, "further ones, with the largest updates");
  verb.add_option("--forged", options.forged, "share of the segments that a forger needs")
      ->check(CLI::Range(0.0, 1.0));
  verb.add_option("--target", options.target, "probability to draw one of them")
      ->check(CLI::Range(0.0, 1.0));
  verb.add_option("--tolerance-l2", options.tolerance_l2,
                  "take an end that differs by so much of the update's norm");
  verb.add_option("--tolerance-linf", options.tolerance_linf, "and no weight by more than this");
  verb.add_option("--threads", options.threads, "they change no bit")->check(CLI::Range(1, 256));
  add_program_options(verb, options);
  add_room_options(verb, options);
  verb.add_option("--declaration", options.declaration,
                  "STEM of the declared run: its steps must be those of this one")
      ->excludes("--request");
}

}  // namespace muster::cli
