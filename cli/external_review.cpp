#include "cli/external_review.hpp"

#include <algorithm>

#include "attestation/account/plausible.hpp"
#include "attestation/replay/external_replay.hpp"
#include "cli/declaration_files.hpp"
#include "cli/external_files.hpp"
#include "cli/scratch_folder.hpp"

namespace muster::cli {
namespace {

using namespace attestation;

/// One run of a model of others, on its way through a review.
class ExternalReviewer final {
 public:
  ExternalReviewer(const ReplayOptions& options, const ExternalTranscript& transcript,
                   const std::vector<Hash>& leaves, RunReview& review)
      : options_(&options),
        transcript_(&transcript),
        spec_(&transcript.spec),
        files_{{options.folder}},
        leaves_(&leaves),
        review_(&review) {}

  /// The data is held to its root, and says which block each segment learned.
  Result<void> read_data();
  Result<void> read_declared();
  Result<void> look_at_all();
  Result<void> replay_chosen(print::Printer& printer);
  /// What the Prover says of its model, and what nobody judged.
  void say_what_is_declared();
  void say_what_is_not_judged();
  void finish();

 private:
  Result<void> look_at_commitment(const ExternalState& state, std::uint64_t step);
  Result<void> look_at_end(const ExternalState& state, std::uint64_t step);
  Result<void> look_at_initial(const ExternalState& state);
  Result<void> replay_one(const ExternalState& begin, const ExternalState& end);
  [[nodiscard]] bool is_no_state(std::uint64_t step) const;
  void not_judged(std::string check, std::string why, std::string remedy) {
    review_->not_judged.push_back({std::move(check), std::move(why), std::move(remedy)});
  }

  const ReplayOptions* options_;
  const ExternalTranscript* transcript_;
  const ExternalSpec* spec_;
  ExternalFiles files_;
  const std::vector<Hash>* leaves_;
  RunReview* review_;
  Hash seed_{};
  std::vector<std::uint64_t> order_;
  std::optional<Declaration> declaration_;
  std::optional<DeclaredSteps> declared_;
  std::uint64_t next_end_ = 0;  // the first checkpoint that was not looked at alone
  // Why the initial weights are not judged; empty once they are.
  std::string unseeded_why_ = "the initial state was not looked at, or no program was given";
  std::string unseeded_remedy_ = "--with PROGRAM, without --only-chosen";
};

Result<void> ExternalReviewer::read_data() {
  MUSTER_TRY_ASSIGN(const auto blocks, read_data_blocks(files_, *transcript_));
  seed_ = data_seed(blocks, spec_->random);
  order_ = block_order(spec_->order, seed_, blocks.size(), review_->segment_count());
  return {};
}

Result<void> ExternalReviewer::read_declared() {
  if (options_->declaration.empty()) return {};
  MUSTER_TRY_ASSIGN(declaration_, read_declaration(options_->declaration));
  declared_.emplace(*declaration_, spec_->steps, transcript_->layout());
  return {};
}

Result<void> ExternalReviewer::look_at_commitment(const ExternalState& state, std::uint64_t step) {
  MUSTER_TRY_ASSIGN(const auto own, state_leaves(state, transcript_->layout()));
  if (state.step() != step || !is_committed(state.step(), own, *leaves_, review_->outline)) {
    review_->uncommitted.push_back(step);
  }
  return {};
}

Result<void> ExternalReviewer::look_at_all() {
  ExternalContinuity check(*spec_);
  for (std::uint64_t step = 0; step <= spec_->steps; step += spec_->checkpoint_every) {
    MUSTER_TRY_ASSIGN(ExternalState state, read_external_checkpoint(files_, *spec_, step));
    MUSTER_TRY(look_at_commitment(state, step));
    if (step == 0) MUSTER_TRY(look_at_initial(state));
    if (declared_) MUSTER_TRY(declared_->compare(state));
    MUSTER_TRY(check.add(std::move(state)));
  }
  check.finish();
  review_->faults.insert(review_->faults.end(), check.faults().begin(), check.faults().end());
  review_->signs = check.signs();
  return {};
}

/// Where nobody looks at all checkpoints. Ends come in rising order; one may begin the next.
Result<void> ExternalReviewer::look_at_end(const ExternalState& state, std::uint64_t step) {
  if (step < next_end_) return {};
  next_end_ = step + 1;
  MUSTER_TRY(look_at_commitment(state, step));
  MUSTER_TRY_ASSIGN(auto faults, external_state_faults(*spec_, state));
  for (RunFaultAt& fault : faults) review_->faults.push_back(std::move(fault));
  if (step == 0) return look_at_initial(state);
  return {};
}

/// The program may offer to make the state that the seed leads to.
Result<void> ExternalReviewer::look_at_initial(const ExternalState& state) {
  if (!review_->program) return {};
  MUSTER_TRY_ASSIGN(const ScratchFolder scratch, ScratchFolder::make());
  auto made = review_->program->initial(*spec_, seed_, scratch.path());
  if (!made) {
    if (made.error().code != Errc::unavailable) return failure(std::move(made.error()));
    review_->program_failure = std::move(made.error());
    return {};
  }
  unseeded_why_.clear();
  if (!*made) {
    unseeded_why_ = "the program does not offer to make the initial state";
    unseeded_remedy_ = "a program that answers the task \"initial\"";
    return {};
  }
  MUSTER_TRY_ASSIGN(const bool same, have_same_bytes(state, **made, 0, state.size()));
  if (same) return {};
  review_->faults.push_back({RunFault::unseeded, 0,
                             "the initial state is not the one that the program makes from the "
                             "data and the random value"});
  return {};
}

bool ExternalReviewer::is_no_state(std::uint64_t step) const {
  return std::ranges::any_of(review_->faults, [&](const RunFaultAt& fault) {
    return fault.fault == RunFault::not_a_state && fault.step == step;
  });
}

/// A program that fails is not asked again, and none is asked about what is no state.
Result<void> ExternalReviewer::replay_one(const ExternalState& begin, const ExternalState& end) {
  if (review_->program_failure || is_no_state(begin.step())) return {};
  const std::uint64_t block =
      order_[static_cast<std::size_t>(begin.step() / spec_->checkpoint_every)];
  MUSTER_TRY_ASSIGN(const Bytes data, read_data_block(files_, block));
  MUSTER_TRY_ASSIGN(const ScratchFolder scratch, ScratchFolder::make());
  auto state =
      review_->program->replay(ExternalSegment{*spec_, seed_, begin, block, data}, scratch.path());
  if (state) {
    MUSTER_TRY_ASSIGN(const SegmentReplay replay,
                      compare_external(*spec_, begin, end, *state, review_->tolerance));
    review_->replays.push_back(replay);
    return {};
  }
  if (state.error().code != Errc::unavailable) return failure(std::move(state.error()));
  review_->program_failure = std::move(state.error());
  return {};
}

Result<void> ExternalReviewer::replay_chosen(print::Printer& printer) {
  const std::uint64_t every = spec_->checkpoint_every;
  const auto all = chosen_segments(*review_);
  auto progress = printer.progress(
      {.activity = "replaying", .unit = "segments", .total = std::uint64_t{all.size()}});
  for (const std::uint64_t segment : all) {
    const std::uint64_t from = segment * every;
    MUSTER_TRY_ASSIGN(const ExternalState begin, read_external_checkpoint(files_, *spec_, from));
    MUSTER_TRY_ASSIGN(const ExternalState end,
                      read_external_checkpoint(files_, *spec_, from + every));
    if (options_->only_chosen) {
      MUSTER_TRY(look_at_end(begin, from));
      MUSTER_TRY(look_at_end(end, from + every));
    }
    if (begin.step() != from || end.step() != from + every) continue;  // a fault
    if (review_->program) MUSTER_TRY(replay_one(begin, end));
    progress.update(review_->replays.size());
  }
  return {};
}

void ExternalReviewer::say_what_is_declared() {
  ExternalReview external{*spec_, {}, update_jump(review_->signs)};
  AccountedRun run{.run = RunId::parse("transcript").value(),
                   .prover = {},
                   .window = {},
                   .flop = spec_->flop(),
                   .parameters = stats::Decimal::from_integer(spec_->parameters)};
  run.tokens = spec_->tokens();
  run.active_parameters = spec_->active_parameters;
  std::vector<AccountFinding> findings;
  check_formula(run, findings);
  for (AccountFinding& finding : findings) {
    external.figures.emplace_back(std::move(finding.code), std::move(finding.text));
  }
  if (declaration_) {
    const auto flop = stats::Decimal::parse(declaration_->metadata.flop);
    if (flop && *flop < run.flop) {
      external.figures.emplace_back("flop.declared",
                                    "the declaration says " + declaration_->metadata.flop +
                                        " FLOP, and the transcript " + run.flop.text());
    }
    const auto parameters = stats::Decimal::parse(declaration_->metadata.parameters);
    if (parameters && !(*parameters == run.parameters)) {
      external.figures.emplace_back("parameters.declared",
                                    "the declaration says " + declaration_->metadata.parameters +
                                        ", and the transcript " + run.parameters.text());
    }
  }
  review_->external = std::move(external);
}

void ExternalReviewer::say_what_is_not_judged() {
  if (!review_->program) {
    not_judged("replay", "the built-in trainer does not know this model", "--with PROGRAM");
  }
  if (!unseeded_why_.empty()) not_judged("run.unseeded", unseeded_why_, unseeded_remedy_);
  not_judged("run.impossible_update", "the bound is Adam's, and the optimiser is the program's",
             "");
  not_judged("memorisation", "losses are the built-in trainer's", "");
  const auto unread = unread_weights(*spec_);
  if (!unread.empty()) {
    not_judged("interpolation",
               "of " + std::to_string(unread.size()) + " tensors, " + unread.front() +
                   " first, bytes alone are compared: their type has no numbers here",
               "weights as F64, F32, F16 or BF16");
  }
  if (spec_->order == DataOrder::given) {
    not_judged("data_order", "the Prover chose which segment learned what",
               "a run with the order seeded");
  }
  if (!spec_->tokens_per_step) {
    not_judged("flop.formula", "no tokens are declared", "tokens_per_step in the specification");
  }
}

void ExternalReviewer::finish() {
  if (declared_) {
    review_->declared = {declared_->declared(), declared_->compared(), declared_->otherwise()};
  }
}

}  // namespace

Result<void> review_external(const ReplayOptions& options, const ExternalTranscript& transcript,
                             print::Printer& printer, Room& room, RunReview& review) {
  MUSTER_TRY_ASSIGN(room.leaves, read_states({options.folder}, review.outline));
  ExternalReviewer reviewer(options, transcript, room.leaves, review);
  MUSTER_TRY(reviewer.read_data());
  MUSTER_TRY(reviewer.read_declared());
  if (!options.only_chosen) MUSTER_TRY(reviewer.look_at_all());
  MUSTER_TRY(choose_for_review(options, room, review));
  MUSTER_TRY(reviewer.replay_chosen(printer));
  reviewer.say_what_is_declared();
  reviewer.say_what_is_not_judged();
  reviewer.finish();
  return {};
}

}  // namespace muster::cli
