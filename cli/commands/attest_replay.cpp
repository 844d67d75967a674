// `attest replay`: a declared run held to its transcript, and segments of it done again.

#include <algorithm>
#include <cmath>
#include <functional>

#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/declaration_files.hpp"
#include "cli/key_source.hpp"
#include "cli/new_folder.hpp"
#include "cli/replay/confidential_desk.hpp"
#include "cli/scratch_folder.hpp"
#include "cli/training_files.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

struct ReplayOptions {
  std::string folder;
  std::string transcript;
  std::string seed;
  std::uint64_t segments = 0;
  std::uint64_t largest = 1;
  double forged = 0.05;
  double target = 0.95;
  double tolerance_l2 = 0;
  double tolerance_linf = 0;
  std::size_t threads = 1;
  std::string program;
  std::string declaration;
  ProgramLimits limits;
  std::string request;  // a Verifier's draw: then only a sealed result goes out
  std::string sign;
  std::string sealed;
  bool only_chosen = false;
};

/// Where a Verifier may see no weights: what it drew, and the leaves that the result opens.
struct Room {
  std::optional<ReplayDraw> draw;
  std::vector<Hash> leaves;
};

/// Who is told of every state that is read or trained.
using Observer = std::function<void(const TrainingState&)>;

Result<TranscriptCommitment> committed_transcript(const ReplayOptions& options,
                                                  const TrainingFiles& files, std::string& digest) {
  const std::filesystem::path path =
      options.transcript.empty() ? files.transcript() : std::filesystem::path(options.transcript);
  MUSTER_TRY_ASSIGN(const std::string text, read_text_file(path));
  auto transcript = parse_transcript(text);
  if (!transcript) return failure(std::move(transcript.error()).during(path.string()));
  digest = crypto::sha256(text).to_hex();
  return transcript;
}

/// Whether a checkpoint's leaves are those that stand in the tree.
bool is_committed(const TrainingState& state, const TranscriptCommitment& transcript,
                  std::span<const Hash> leaves) {
  const std::uint64_t every = transcript.spec.checkpoint_every;
  if (state.step % every != 0 || state.step > transcript.spec.steps) return false;
  const std::size_t first = static_cast<std::size_t>(state.step / every) * transcript.shards;
  return std::ranges::equal(state_leaves(state, transcript),
                            leaves.subspan(first, transcript.shards));
}

/// Reads every checkpoint once, in order.
Result<void> look_at_all(const TrainingFiles& files, const Trainer& trainer,
                         std::span<const Hash> leaves, const Observer& observe, RunReview& review) {
  const TrainingSpec& spec = review.transcript.spec;
  ContinuityCheck check(trainer, spec);
  for (std::uint64_t step = 0; step <= spec.steps; step += spec.checkpoint_every) {
    MUSTER_TRY_ASSIGN(const TrainingState state, read_checkpoint(files, review.transcript, step));
    if (state.step != step || !is_committed(state, review.transcript, leaves)) {
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
  const Trainer& trainer;
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
      replayer.trainer.advance(state);
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
  auto state = review.program->replay(review.transcript.spec, replayer.text, begin, end.step,
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
  EndCheck(const Trainer& trainer, std::span<const Hash> leaves, RunReview& review)
      : initial_(trainer.initial()), leaves_(leaves), review_(&review) {}

  void look(const TrainingState& state, std::uint64_t step) {
    if (step < next_) return;
    next_ = step + 1;
    if (state.step != step || !is_committed(state, review_->transcript, leaves_)) {
      review_->uncommitted.push_back(step);
    }
    for (RunFaultAt& fault : state_faults(state, initial_)) {
      review_->faults.push_back(std::move(fault));
    }
  }

 private:
  TrainingState initial_;
  std::span<const Hash> leaves_;
  RunReview* review_;
  std::uint64_t next_ = 0;
};

Result<void> replay_chosen(const TrainingFiles& files, const Replayer& replayer,
                           print::Printer& printer, RunReview& review) {
  const std::uint64_t every = review.transcript.spec.checkpoint_every;
  std::vector<std::uint64_t> all = review.choice.uniform;
  all.insert(all.end(), review.choice.largest.begin(), review.choice.largest.end());
  std::ranges::sort(all);
  auto progress = printer.progress(
      {.activity = "replaying", .unit = "segments", .total = std::uint64_t{all.size()}});
  EndCheck ends(replayer.trainer, replayer.room.leaves, review);
  for (const std::uint64_t segment : all) {
    MUSTER_TRY_ASSIGN(const TrainingState begin,
                      read_checkpoint(files, review.transcript, segment * every));
    MUSTER_TRY_ASSIGN(const TrainingState end,
                      read_checkpoint(files, review.transcript, (segment + 1) * every));
    if (replayer.looks_at_ends) {
      ends.look(begin, segment * every);
      ends.look(end, (segment + 1) * every);
    }
    if (begin.step != segment * every || end.step != begin.step + every) continue;  // a fault
    MUSTER_TRY(replay_one(replayer, begin, end, review));
    if (end.step < review.transcript.spec.steps && !replayer.room.draw) {
      review.remembered.push_back(memorisation_of(replayer.trainer, begin, end, 4));
    }
    progress.update(review.replays.size());
  }
  return {};
}

Result<std::optional<Tolerance>> tolerance_of(const ReplayOptions& options) {
  if (options.tolerance_l2 == 0 && options.tolerance_linf == 0) return std::optional<Tolerance>();
  // From 1 on, an end may be as far off as its maker likes: the measure is the claimed one's.
  const auto is_tolerance = [](double value) { return value > 0 && value < 1; };
  if (is_tolerance(options.tolerance_l2) && is_tolerance(options.tolerance_linf)) {
    return std::optional(Tolerance{options.tolerance_l2, options.tolerance_linf});
  }
  return failure(Errc::invalid_input,
                 "--tolerance-l2 and --tolerance-linf: want both above 0 and below 1, or none");
}

/// What the Verifier's draw asks for, held to what is here.
Result<void> check_room(const ReplayDraw& draw, const RunReview& review, bool only_chosen) {
  if (review.commitment != draw.commitment.to_hex()) {
    return failure(Errc::invalid_input, "--request: draws from the run with the commitment " +
                                            draw.commitment.to_hex() + ", and this is " +
                                            review.commitment);
  }
  if (draw.of != review.segment_count()) {
    return failure(Errc::invalid_input, "--request: got a draw from " + std::to_string(draw.of) +
                                            " segments, and this run has " +
                                            std::to_string(review.segment_count()));
  }
  const bool is_program =
      !draw.program ? !review.program.has_value()
                    : review.program && review.program->digest() == draw.program->to_hex();
  if (!is_program) {
    return failure(Errc::invalid_input,
                   draw.program ? "--with: the request wants the program with the SHA-256 " +
                                      draw.program->to_hex()
                                : std::string("--with: the request wants the built-in trainer"));
  }
  if (!only_chosen || draw.largest == 0) return {};
  return failure(Errc::invalid_input,
                 "--only-chosen: the request wants the largest updates as well, which show only "
                 "where all checkpoints are looked at");
}

/// Which segments, by the Verifier's draw or by the seed.
Result<void> choose(const ReplayOptions& options, const Room& room, RunReview& review) {
  const std::uint64_t count = review.segment_count();
  review.forged = forged_segments(count, options.forged);
  std::vector<double> norms;
  if (review.signs.size() == count) {
    norms.reserve(review.signs.size());
    for (const SegmentSign& sign : review.signs) norms.push_back(sign.update_norm);
  }
  if (room.draw) {
    const Hash seed = replay_draw_seed(room.draw->commitment, room.draw->value);
    review.choice =
        choose_segments(count, room.draw->segments.size(), room.draw->largest, seed, norms);
    return {};
  }
  auto seed = Hash::from_hex(options.seed);
  if (!seed) return failure(std::move(seed.error()).during("--seed"));
  const std::uint64_t uniform = options.segments == 0
                                    ? enough_segments(count, options.forged, options.target)
                                    : std::min(options.segments, count);
  review.choice =
      choose_segments(count, uniform, std::min(options.largest, count - uniform), *seed, norms);
  return {};
}

Result<RunReview> review_run(const ReplayOptions& options, print::Printer& printer, Room& room) {
  const TrainingFiles files{options.folder};
  RunReview review;
  review.is_given = !options.transcript.empty() || room.draw;
  MUSTER_TRY_ASSIGN(review.tolerance,
                    room.draw ? attestation::tolerance_of(*room.draw) : tolerance_of(options));
  if (!options.program.empty()) {
    MUSTER_TRY_ASSIGN(review.program, ReplayProgram::open(options.program, options.limits));
  }
  MUSTER_TRY_ASSIGN(review.transcript, committed_transcript(options, files, review.commitment));
  if (room.draw) MUSTER_TRY(check_room(*room.draw, review, options.only_chosen));
  MUSTER_TRY_ASSIGN(const TrainingText text, read_training_text(files, review.transcript));
  MUSTER_TRY_ASSIGN(room.leaves, read_states(files, review.transcript));
  const Trainer trainer(review.transcript.spec, text, options.threads);
  std::optional<Declaration> declaration;
  std::optional<DeclaredSteps> declared;
  if (!options.declaration.empty()) {
    MUSTER_TRY_ASSIGN(declaration, read_declaration(options.declaration));
    declared.emplace(*declaration, review.transcript);
  }
  const Observer observe = [&declared](const TrainingState& state) {
    if (declared) declared->compare(state);
  };
  if (!options.only_chosen) MUSTER_TRY(look_at_all(files, trainer, room.leaves, observe, review));
  MUSTER_TRY(choose(options, room, review));
  MUSTER_TRY(
      replay_chosen(files, {trainer, text, room, options.only_chosen, observe}, printer, review));
  if (declared) {
    review.declared = {declared->declared(), declared->compared(), declared->otherwise()};
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
