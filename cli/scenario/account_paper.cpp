#include "cli/scenario/account_paper.hpp"

#include <algorithm>

#include "cli/account_make.hpp"
#include "cli/audit/declaration_blobs.hpp"
#include "cli/scenario/paper_parts.hpp"
#include "ledger/crypto/sha256.hpp"
#include "sampler/plan/draw_question.hpp"

namespace muster::cli::scenario {
namespace {

using attestation::RunLine;
using sampler::Question;

// ---- Making

attestation::Declaration declaration_of(const RunStatement& run, const HeldFleet& fleet) {
  attestation::Declaration made{
      .metadata = {.run = RunId::parse(run.run).value(),
                   .use = run.use,
                   .window = run.window,
                   .parameters = std::to_string(run.parameters),
                   .flop = whole_flop(run.flop),
                   .bytes_per_parameter = std::to_string(run.bytes_per_parameter),
                   .chunk_bytes = 2048,
                   .scratch_bytes_per_chip = 0,
                   .restarts = {}},
      .assignments = {},
      .steps = run.steps};
  for (std::size_t i = 0; i < run.chips.size(); ++i) {
    const auto shard = static_cast<std::uint32_t>(i);
    made.assignments.push_back({fleet.chips[run.chips[i]], shard, run.window, 0});
    if (!run.steps.empty()) continue;
    made.steps.push_back(
        {0, shard, run.window, {crypto::sha256(run.run + ", shard " + std::to_string(shard))}});
  }
  for (attestation::StepCommitment& step : made.steps) step.valid = run.window;
  std::ranges::sort(made.assignments, {}, &attestation::Assignment::chip);
  return made;
}

/// As `run declare` makes it.
Result<void> declare(HeldFleet& fleet, const RunStatement& run) {
  RegistryWorld& world = *fleet.world;
  const std::string prover(fleet_prover);
  MUSTER_TRY_ASSIGN(
      auto filed, audit::declaration_blobs(declaration_of(run, fleet), "a model", world.random()));
  if (run.format) filed.body["format"] = *run.format;
  if (run.tokens) filed.body["tokens"] = *run.tokens;
  if (!run.parents.empty()) filed.body["parents"] = run.parents;
  if (!run.outside_parents.empty()) filed.body["outside_parents"] = run.outside_parents;
  MUSTER_TRY(world.record(prover, {.kind = "run.declare", .body = std::move(filed.body)}, {},
                          std::move(filed.blobs)));
  if (!run.amended_flop) return {};
  MUSTER_TRY(world.record(prover, {.kind = "run.amend",
                                   .body = {{"run", run.run},
                                            {"reason", "what was done there"},
                                            {"flop", whole_flop(*run.amended_flop)}}}));
  return {};
}

// ---- Judging

Json window_json(const Window& window) {
  return {{"from", window.from.to_string()}, {"to", window.to.to_string()}};
}

/// What an account holds against its runs: every query, and every limit that a run reaches with
/// what went into it, and not by what is declared of it alone.
std::vector<std::string> held_against(const ComputeAccount& made) {
  std::vector<std::string> list;
  for (const auto& found : made.account.findings) {
    if (found.severity < attestation::Severity::query) continue;
    list.push_back(found.code + (found.run.empty() ? "" : " of " + found.run));
  }
  for (const RunLine& line : made.account.runs) {
    for (const JudgedRule& judged : made.rules) {
      const bool is_of_run = judged.subject == "run " + line.run.text();
      if (!is_of_run || judged.outcome == attestation::RuleOutcome::not_reached) continue;
      if (line.flop > judged.rule.above) continue;
      list.push_back(judged.rule.name + " " +
                     std::string(attestation::rule_outcome_name(judged.outcome)) + " by " +
                     line.run.text());
    }
  }
  std::ranges::sort(list);
  return list;
}

/// Takes the store of a log.
Result<std::vector<std::string>> account_findings(std::unique_ptr<ledger::MemoryStore> store,
                                                  const std::string& prover, const Window& window) {
  FixedClock clock(window.to);
  MUSTER_TRY_ASSIGN(const auto home, Home::over(std::move(store), clock));
  if (home->state().tables().parties.find(prover) == registry::no_row) {
    return failure(Errc::refused, "the log has no party " + prover);
  }
  RosterQuery query;
  query.party = prover;
  query.window = window.from.to_string() + ".." + window.to.to_string();
  MUSTER_TRY_ASSIGN(const ComputeAccount made, make_compute_account(*home, query, {"compute"}));
  return held_against(made);
}

Result<Window> read_window(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Json* json, fields.object("window"));
  MUSTER_TRY_ASSIGN(auto ends, FieldReader::open(*json, fields.path("window")));
  MUSTER_TRY_ASSIGN(const Timestamp from, ends.time("from"));
  MUSTER_TRY_ASSIGN(const Timestamp to, ends.time("to"));
  MUSTER_TRY(ends.finish());
  if (from < to) return Window{from, to};
  return failure(Errc::invalid_input, fields.path("window") + ": want an end after its beginning");
}

}  // namespace

Result<std::string> account_paper(HeldFleet& fleet, const std::vector<RunStatement>& runs,
                                  const Window& window) {
  for (const RunStatement& run : runs) MUSTER_TRY(declare(fleet, run));
  MUSTER_TRY_ASSIGN(Json shown, signed_log_json(*fleet.world));
  MUSTER_TRY_ASSIGN(auto fields, FieldReader::open(shown, "paper.shown"));
  MUSTER_TRY_ASSIGN(auto store, read_log(fields));
  const std::string prover(fleet_prover);
  MUSTER_TRY_ASSIGN(const auto finds, account_findings(std::move(store), prover, window));
  if (finds.empty()) return std::string();
  shown["prover"] = prover;
  shown["window"] = window_json(window);
  shown["finds"] = finds;
  return signed_paper("account", std::move(shown));
}

Result<PaperReview> review_account(FieldReader& fields, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(auto shown, read_signed_log(fields, keys));
  MUSTER_TRY_ASSIGN(const std::string prover, fields.text("prover"));
  MUSTER_TRY_ASSIGN(const Window window, read_window(fields));
  MUSTER_TRY_ASSIGN(const Json* finds, fields.array("finds"));
  MUSTER_TRY(fields.finish());
  PaperReview review{"what the account of " + prover + " holds against its runs",
                     std::move(shown.checks)};
  if (!review.stands()) return review;
  Question question("the account of what was declared finds what is stated");
  const auto found = account_findings(std::move(shown.store), prover, window);
  if (!found && found.error().code != Errc::refused) return failure(found.error());
  if (!found) {
    question.fail(found.error().message);
  } else {
    if (Json(*found) != *finds) question.fail("it finds something else");
    if (found->empty()) question.fail("it finds nothing");
  }
  review.checks.push_back(question.answer());
  return review;
}

}  // namespace muster::cli::scenario
