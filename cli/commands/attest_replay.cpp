// `attest replay`: a declared run held to its transcript, and segments of it done again.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "attestation/replay/continuity.hpp"
#include "attestation/replay/memorisation.hpp"
#include "attestation/replay/parameters.hpp"
#include "attestation/replay/replay.hpp"
#include "attestation/replay/segments.hpp"
#include "cli/command.hpp"
#include "cli/commands/commands.hpp"
#include "cli/print/number.hpp"
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
};

/// All that is found out about a run.
struct RunReview {
  TranscriptCommitment transcript;
  std::string commitment;
  bool is_given = false;  // the transcript came from the Verifier, and not with the run
  std::vector<RunFaultAt> faults;
  std::vector<std::uint64_t> uncommitted;  // steps whose checkpoint is not the one committed to
  std::vector<SegmentSign> signs;
  std::vector<MemorisationSign> remembered;
  SegmentChoice choice;
  std::vector<SegmentReplay> replays;

  [[nodiscard]] std::uint64_t segment_count() const { return transcript.checkpoints() - 1; }
  [[nodiscard]] std::size_t mismatched() const {
    return static_cast<std::size_t>(
        std::ranges::count(replays, ReplayGrade::mismatched, &SegmentReplay::grade));
  }
  [[nodiscard]] std::size_t exact() const {
    return static_cast<std::size_t>(
        std::ranges::count(replays, ReplayGrade::exact, &SegmentReplay::grade));
  }
  [[nodiscard]] bool is_clean() const {
    return faults.empty() && uncommitted.empty() && mismatched() == 0;
  }
};

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
                         std::span<const Hash> leaves, RunReview& review) {
  const TrainingSpec& spec = review.transcript.spec;
  ContinuityCheck check(trainer, spec);
  for (std::uint64_t step = 0; step <= spec.steps; step += spec.checkpoint_every) {
    MUSTER_TRY_ASSIGN(const TrainingState state, read_checkpoint(files, review.transcript, step));
    if (state.step != step || !is_committed(state, review.transcript, leaves)) {
      review.uncommitted.push_back(step);
    }
    check.add(state);
  }
  check.finish();
  review.faults = check.faults();
  review.signs = check.signs();
  return {};
}

/// The fewest segments that find a forged one with the probability wanted.
std::uint64_t enough_segments(std::uint64_t count, double share, double target) {
  const auto forged =
      static_cast<std::uint64_t>(std::max(1.0, std::ceil(share * static_cast<double>(count))));
  std::uint64_t chosen = 1;
  while (chosen < count && replay_detection(count, forged, chosen) < target) ++chosen;
  return chosen;
}

Result<void> replay_chosen(const TrainingFiles& files, const Trainer& trainer,
                           const std::optional<Tolerance>& tolerance, print::Printer& printer,
                           RunReview& review) {
  const std::uint64_t every = review.transcript.spec.checkpoint_every;
  std::vector<std::uint64_t> all = review.choice.uniform;
  all.insert(all.end(), review.choice.largest.begin(), review.choice.largest.end());
  std::ranges::sort(all);
  auto progress = printer.progress(
      {.activity = "replaying", .unit = "segments", .total = std::uint64_t{all.size()}});
  for (const std::uint64_t segment : all) {
    MUSTER_TRY_ASSIGN(const TrainingState begin,
                      read_checkpoint(files, review.transcript, segment * every));
    MUSTER_TRY_ASSIGN(const TrainingState end,
                      read_checkpoint(files, review.transcript, (segment + 1) * every));
    if (begin.step != segment * every || end.step != begin.step + every) continue;  // a fault
    review.replays.push_back(replay_segment(trainer, begin, end, tolerance));
    if (end.step < review.transcript.spec.steps) {
      review.remembered.push_back(memorisation_of(trainer, begin, end, 4));
    }
    progress.update(review.replays.size());
  }
  return {};
}

std::string short_number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

Json review_json(const RunReview& review, double detection, std::uint64_t forged) {
  Json faults = Json::array();
  for (const RunFaultAt& fault : review.faults) {
    faults.push_back(
        {{"code", run_fault_code(fault.fault)}, {"step", fault.step}, {"detail", fault.detail}});
  }
  for (const std::uint64_t step : review.uncommitted) {
    faults.push_back({{"code", "run.uncommitted"},
                      {"step", step},
                      {"detail", "not the state that was committed to"}});
  }
  Json segments = Json::array();
  for (const SegmentReplay& replay : review.replays) {
    segments.push_back({{"from", replay.from},
                        {"to", replay.to},
                        {"grade", replay_grade_name(replay.grade)},
                        {"claimed", replay.claimed.to_hex()},
                        {"recomputed", replay.recomputed.to_hex()},
                        {"l1", short_number(replay.weights.l1)},
                        {"l2", short_number(replay.weights.l2)},
                        {"linf", short_number(replay.weights.linf)},
                        {"cosine", short_number(replay.weights.cosine)},
                        {"update_norm", short_number(replay.update_norm)}});
  }
  return {{"commitment", review.commitment},
          {"commitment_given", review.is_given},
          {"checkpoints", review.transcript.checkpoints()},
          {"segments", review.segment_count()},
          {"faults", std::move(faults)},
          {"replayed", std::move(segments)},
          {"forged_assumed", forged},
          {"detection", short_number(detection)},
          {"memorisation_p", short_number(memorisation_p_value(review.remembered))},
          {"clean", review.is_clean()}};
}

void print_faults(print::Printer& printer, const RunReview& review) {
  print::Table table{.columns = {{"fault"}, print::number_column("step"), {"why"}}};
  for (const RunFaultAt& fault : review.faults) {
    table.rows.push_back(
        {std::string(run_fault_code(fault.fault)), print::grouped(fault.step), fault.detail});
  }
  for (const std::uint64_t step : review.uncommitted) {
    table.rows.push_back(
        {"run.uncommitted", print::grouped(step), "not the state that was committed to"});
  }
  if (!table.rows.empty()) printer.table(table);
}

void print_replays(print::Printer& printer, const RunReview& review) {
  print::Table table{
      .columns = {
          {"segment"}, {"grade"}, {"update, l2"}, {"off line"}, {"l2 apart"}, {"linf apart"}}};
  for (const SegmentReplay& replay : review.replays) {
    const auto sign = std::ranges::find(review.signs, replay.from, &SegmentSign::from);
    const bool has_line = sign != review.signs.end() && sign->off_line;
    table.rows.push_back(
        {print::grouped(replay.from) + " to " + print::grouped(replay.to),
         {std::string(replay_grade_name(replay.grade)),
          replay.grade == ReplayGrade::mismatched ? print::Tone::bad : print::Tone::good},
         short_number(replay.update_norm),
         has_line ? short_number(*sign->off_line) : std::string("-"),
         short_number(replay.weights.l2),
         short_number(replay.weights.linf)});
  }
  printer.table(table);
}

std::string verdict_of(const RunReview& review, double detection, std::uint64_t forged) {
  const std::string replayed = std::to_string(review.replays.size());
  if (!review.is_clean()) {
    return "NOT CONSISTENT with its transcript. Segments that lead to another end: " +
           std::to_string(review.mismatched()) + " of " + replayed +
           ". Faults in the checkpoints: " +
           std::to_string(review.faults.size() + review.uncommitted.size()) + ".";
  }
  const std::string own =
      review.is_given ? ""
                      : " The transcript is the folder's own word: the one that was committed to "
                        "goes into --transcript.";
  const std::string how =
      review.exact() == review.replays.size() ? "to the bit" : "to the bit or within the tolerance";
  return "CONSISTENT with its transcript: " + replayed + " of " +
         std::to_string(review.segment_count()) + " segments replayed " + how +
         ". If forged segments number " + std::to_string(forged) +
         " or more, this draw holds one with probability " + short_number(detection) +
         ". That these steps were trained on the chips named for them is not shown by this." + own;
}

Result<std::optional<Tolerance>> tolerance_of(const ReplayOptions& options) {
  if (options.tolerance_l2 == 0 && options.tolerance_linf == 0) return std::optional<Tolerance>();
  if (options.tolerance_l2 > 0 && options.tolerance_linf > 0) {
    return std::optional(Tolerance{options.tolerance_l2, options.tolerance_linf});
  }
  return failure(Errc::invalid_input, "--tolerance-l2 and --tolerance-linf: give both or none");
}

Result<RunReview> review_run(const ReplayOptions& options, print::Printer& printer) {
  const TrainingFiles files{options.folder};
  RunReview review;
  review.is_given = !options.transcript.empty();
  MUSTER_TRY_ASSIGN(const auto tolerance, tolerance_of(options));
  auto seed = Hash::from_hex(options.seed);
  if (!seed) return failure(std::move(seed.error()).during("--seed"));
  MUSTER_TRY_ASSIGN(review.transcript, committed_transcript(options, files, review.commitment));
  MUSTER_TRY_ASSIGN(const TrainingText text, read_training_text(files, review.transcript));
  MUSTER_TRY_ASSIGN(const auto leaves, read_states(files, review.transcript));
  const Trainer trainer(review.transcript.spec, text, options.threads);
  MUSTER_TRY(look_at_all(files, trainer, leaves, review));
  const std::uint64_t count = review.segment_count();
  const std::uint64_t uniform = options.segments == 0
                                    ? enough_segments(count, options.forged, options.target)
                                    : std::min(options.segments, count);
  std::vector<double> norms;
  if (review.signs.size() == count) {
    for (const SegmentSign& sign : review.signs) norms.push_back(sign.update_norm);
  }
  review.choice =
      choose_segments(count, uniform, std::min(options.largest, count - uniform), *seed, norms);
  MUSTER_TRY(replay_chosen(files, trainer, tolerance, printer, review));
  return review;
}

Result<ExitCode> replay_run(Context& context, const ReplayOptions& options) {
  auto printer = context.printer();
  MUSTER_TRY_ASSIGN(const RunReview review, review_run(options, printer));
  const std::uint64_t count = review.segment_count();
  const auto forged = static_cast<std::uint64_t>(
      std::max(1.0, std::ceil(options.forged * static_cast<double>(count))));
  const double detection = replay_detection(count, forged, review.choice.uniform.size());
  const double share = static_cast<double>(review.replays.size()) / static_cast<double>(count);
  print_faults(printer, review);
  print_replays(printer, review);
  printer.facts({"",
                 {{"commitment", review.commitment},
                  {"drawn uniformly", print::grouped(std::uint64_t{review.choice.uniform.size()})},
                  {"largest updates", print::grouped(std::uint64_t{review.choice.largest.size()})},
                  {"share of training", short_number(100 * share) + " %"},
                  {"FLOP of it",
                   print::grouped(flop_per_step(review.transcript.spec) *
                                  review.transcript.spec.checkpoint_every * review.replays.size())},
                  {"memorisation, p", short_number(memorisation_p_value(review.remembered))}}});
  printer.paragraph(verdict_of(review, detection, forged));
  printer.json(review_json(review, detection, forged));
  if (!review.is_clean()) return ExitCode::negative;
  // Whoever brings the run brings a transcript that suits it: without the committed one it shows
  // that the run is one, and not which.
  return review.is_given ? ExitCode::done : ExitCode::no_answer;
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
                  "64 hex digits that nobody knew when the transcript was committed to")
      ->required();
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
}

}  // namespace muster::cli
