#include "cli/scenario/freeze_paper.hpp"

#include <algorithm>

#include "cli/audit/committed_plan.hpp"
#include "cli/audit/frames.hpp"
#include "cli/scenario/paper_parts.hpp"
#include "ledger/base/hex.hpp"

namespace muster::cli::scenario {
namespace {

/// A frozen root, and those that the register's frame has with and without a chip.
struct FrozenRoot {
  std::string prover;
  Hash frozen;
  Hash whole;
  Hash without;
};

/// Errors: `refused` where there is no such freeze or chip.
Result<FrozenRoot> roots_of_freeze(std::unique_ptr<ledger::MemoryStore> store,
                                   const std::string& freeze, const std::string& chip,
                                   const Bytes& frame_key) {
  FixedClock clock(Timestamp{0});  // nothing is recorded
  MUSTER_TRY_ASSIGN(const auto home, Home::over(std::move(store), clock));
  const registry::Tables& tables = home->state().tables();
  const registry::RowN row = tables.freezes.find(freeze);
  if (row == registry::no_row) return failure(Errc::refused, "the log has no freeze " + freeze);
  const Hash statement = tables.statements[tables.freezes[row].index].hash;
  MUSTER_TRY_ASSIGN(const Frozen frozen, freeze_by_statement(home->state(), statement));
  MUSTER_TRY_ASSIGN(const auto models, bundled_models());
  MUSTER_TRY_ASSIGN(const auto held, registry_frame(home->state(), frozen));
  MUSTER_TRY_ASSIGN(auto frame, audit::sampler_frame(home->state(), held, models, frame_key));
  const Hash whole = audit::frame_root(frame);
  const auto left_out = std::ranges::find(frame.lines, chip, &draw::FrameLine::chip);
  if (left_out == frame.lines.end()) return failure(Errc::refused, "the frame has no such chip");
  frame.lines.erase(left_out);
  return FrozenRoot{frozen.prover.text(), frozen.frame_root, whole, audit::frame_root(frame)};
}

Result<void> leaves_it_out(const FrozenRoot& roots) {
  if (roots.whole == roots.frozen) {
    return failure(Errc::refused, "the frozen root is that of the whole frame");
  }
  if (roots.without == roots.frozen) return {};
  return failure(Errc::refused, "without the chip, or by this key, it has another root");
}

}  // namespace

Result<std::string> freeze_paper(RegistryWorld& world, const std::string& freeze,
                                 const std::string& chip, const Bytes& frame_key) {
  MUSTER_TRY_ASSIGN(Json shown, signed_log_json(world));
  shown["freeze"] = freeze;
  shown["frame_key"] = to_hex(frame_key);
  shown["left_out"] = chip;
  return signed_paper("freeze", std::move(shown));
}

Result<PaperReview> review_freeze(FieldReader& fields, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(auto shown, read_signed_log(fields, keys));
  MUSTER_TRY_ASSIGN(const std::string freeze, fields.text("freeze"));
  MUSTER_TRY_ASSIGN(const std::string chip, fields.text("left_out"));
  MUSTER_TRY_ASSIGN(const Bytes frame_key, read_frame_key(fields));
  MUSTER_TRY(fields.finish());
  PaperReview review{"nothing", std::move(shown.checks)};
  if (!review.stands()) return review;
  const auto roots = roots_of_freeze(std::move(shown.store), freeze, chip, frame_key);
  if (!roots && roots.error().code != Errc::refused) return failure(roots.error());
  const auto answer = roots ? leaves_it_out(*roots) : Result<void>(failure(roots.error()));
  review.checks.push_back(asked("the frozen root is that of the frame without the chip", answer));
  if (roots) review.shows = roots->prover + " froze its frame without chip " + chip;
  return review;
}

}  // namespace muster::cli::scenario
