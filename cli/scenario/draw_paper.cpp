#include "cli/scenario/draw_paper.hpp"

#include <algorithm>

#include "cli/audit/draw_evidence.hpp"
#include "cli/scenario/paper_parts.hpp"
#include "ledger/base/hex.hpp"
#include "sampler/plan/draw_question.hpp"

namespace muster::cli::scenario {
namespace {

using sampler::Question;

/// A draw as a log has it, made again.
struct DrawReplay {
  std::string verifier{};
  sampler::NamedCheck frames;        ///< Whether they are the frozen ones.
  std::vector<std::string> finds{};  ///< The questions that it fails.
};

/// Takes the store of a log. Errors: `refused` where there is no such draw.
Result<DrawReplay> replayed_draw(std::unique_ptr<ledger::MemoryStore> store,
                                 const std::string& plan_id, const Bytes& frame_key) {
  FixedClock clock(Timestamp{0});  // nothing is recorded, and no clock of a draw runs out
  MUSTER_TRY_ASSIGN(const auto home, Home::over(std::move(store), clock));
  if (home->state().tables().plans.find(plan_id) == registry::no_row) {
    return failure(Errc::refused, "the log has no plan " + plan_id);
  }
  MUSTER_TRY_ASSIGN(const CommittedPlan plan, cli::committed_plan(*home, plan_id));
  if (plan.freezes.size() != 1) return failure(Errc::refused, "want a plan of one Prover");
  const FrameKeys keys{{plan.freezes.front().prover.text(), frame_key}};
  MUSTER_TRY_ASSIGN(const auto evidence, draw_evidence(*home, plan, keys, BeaconSource{}));
  DrawReplay replay{plan.verifier, sampler::check_frozen_frames(plan.plan, evidence), {}};
  MUSTER_TRY_ASSIGN(const auto checks, ledger_draw_checks(*home, plan, evidence));
  for (const sampler::NamedCheck& check : checks) {
    if (check.status == sampler::CheckStatus::failed) replay.finds.push_back(check.check);
  }
  return replay;
}

}  // namespace

Result<std::string> draw_paper(RegistryWorld& world, const std::string& plan,
                               const Bytes& frame_key) {
  MUSTER_TRY_ASSIGN(Json shown, signed_log_json(world));
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(shown, "paper.shown"));
  MUSTER_TRY_ASSIGN(auto store, read_log(fields));
  MUSTER_TRY_ASSIGN(const auto replay, replayed_draw(std::move(store), plan, frame_key));
  const bool is_frozen = replay.frames.status == sampler::CheckStatus::ok;
  if (!is_frozen || replay.finds.empty()) return std::string();
  shown["plan"] = plan;
  shown["frame_key"] = to_hex(frame_key);
  shown["finds"] = replay.finds;
  return signed_paper("draw", std::move(shown));
}

Result<PaperReview> review_draw(FieldReader& fields, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(auto shown, read_signed_log(fields, keys));
  MUSTER_TRY_ASSIGN(const std::string plan, fields.text("plan"));
  MUSTER_TRY_ASSIGN(const Bytes frame_key, read_frame_key(fields));
  MUSTER_TRY_ASSIGN(const Json* finds, fields.array("finds"));
  MUSTER_TRY(fields.finish());
  PaperReview review{"nothing", std::move(shown.checks)};
  if (!review.stands()) return review;
  const auto replay = replayed_draw(std::move(shown.store), plan, frame_key);
  if (!replay && replay.error().code != Errc::refused) return failure(replay.error());
  Question question("made again, the draw fails the questions that are stated");
  if (!replay) {
    question.fail(replay.error().message);
  } else {
    // Else whoever files the document could bring another frame than was drawn from.
    review.checks.push_back(replay->frames);
    if (Json(replay->finds) != *finds) question.fail("it fails others");
    if (replay->finds.empty()) question.fail("it fails none");
    review.shows = "the draw of plan " + plan + " is not what " + replay->verifier + " signed";
  }
  review.checks.push_back(question.answer());
  return review;
}

}  // namespace muster::cli::scenario
