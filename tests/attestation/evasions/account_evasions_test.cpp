// V15 and V19 of the threat table: one large run declared as many, and operations understated.

#include "attestation/account/account.hpp"
#include "attestation/account/compute_rules.hpp"
#include "attestation/account/lineage.hpp"
#include "attestation/account/shared_weights.hpp"
#include "attestation/replay/continuity.hpp"
#include "attestation/replay/replay.hpp"
#include "tests/attestation/evasions/trial.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;
using muster::stats::Decimal;

namespace {

Decimal decimal(const std::string& text) { return must(Decimal::parse(text)); }

/// The shown run cut into four declared runs of 60 steps, each beginning where the last one ended.
std::vector<Declaration> cut_in_four(const Trial& trial) {
  std::vector<Declaration> parts;
  for (std::uint64_t part = 0; part < 4; ++part) {
    Declaration declared = trial.fleet.declaration;
    declared.metadata.run = must(RunId::parse("R-part-" + std::to_string(part)));
    std::erase_if(declared.steps, [&](const StepCommitment& step) {
      return step.step < part * 60 || step.step > (part + 1) * 60;
    });
    const std::int64_t quarter = trial.spec.window.length_ms() / 4;
    const Timestamp from{trial.spec.window.from.ms + static_cast<std::int64_t>(part) * quarter};
    declared.metadata.window = {from, {from.ms + quarter}};
    for (Assignment& item : declared.assignments) item.held = declared.metadata.window;
    parts.push_back(std::move(declared));
  }
  return parts;
}

void leave_out_common_steps(std::vector<Declaration>& parts) {
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::uint64_t first = i * 60;
    std::erase_if(parts[i].steps,
                  [first](const StepCommitment& step) { return step.step <= first; });
  }
}

std::vector<DeclaredMemory> memory_of(const std::vector<Declaration>& runs) {
  std::vector<DeclaredMemory> memory;
  for (const Declaration& run : runs) memory.push_back({run.metadata.run.text(), run.steps});
  return memory;
}

std::map<std::string, RunOrigin> origins_of(const std::vector<Declaration>& runs, bool chained) {
  std::map<std::string, RunOrigin> origins;
  std::string before;
  for (const Declaration& run : runs) {
    RunOrigin origin{decimal("3e25"), true, {}, {}};
    if (chained && !before.empty()) origin.parents = {before};
    before = run.metadata.run.text();
    origins.emplace(before, std::move(origin));
  }
  return origins;
}

/// A limit of 10^26 operations.
ComputeRule limit() {
  ComputeRule rule;
  rule.above = decimal("1e26");
  return rule;
}

catalogue::ChipModel fast_model() {
  using catalogue::Fixed;
  return {.name = "fast",
          .vendor = "nobody",
          .release = "",
          .rates = {{"BF16/FP16", 16, must(Fixed::parse("1000"))},
                    {"FP8", 8, must(Fixed::parse("2000"))}},
          .memory_gb = must(Fixed::parse("80")),
          .memory_tb_per_s = must(Fixed::parse("3")),
          .power_w = {},
          .die_area_mm2 = {},
          .published_tpp = {},
          .sparse_ratio = {},
          .log_profile = "emulated-v1",
          .source = "",
          .confidence = "",
          .notes = ""};
}

/// The account of the trial's chips, were they of a fast model and this declared of their run.
Account account_with(const std::function<void(AccountedRun&)>& declare) {
  static const Trial trial;
  static const auto model = fast_model();
  const std::vector<AccountedProduct> products{{"fast", &model}};
  std::vector<AccountedChip> chips;
  for (const FleetChip& chip : trial.fleet.chips) {
    chips.push_back({chip.seat.chip, 0, trial.spec.window.length_ms()});
  }
  std::vector<AccountedRun> runs{{.run = trial.spec.run,
                                  .prover = "northwind",
                                  .window = trial.spec.window,
                                  .flop = decimal("5e22"),  // 40 % of 16 x 10^15 x 90 days
                                  .parameters = decimal("1e9"),
                                  .bytes_per_parameter = 12,
                                  .format = "BF16",
                                  .assignments = trial.fleet.declaration.assignments}};
  declare(runs[0]);
  return account_of(trial.spec.window, products, chips, runs);
}

std::string codes_of(const Account& account) {
  std::string text;
  for (const AccountFinding& found : account.findings) {
    text += (text.empty() ? "" : " ") + found.code;
  }
  return text;
}

}  // namespace

TEST_CASE("V15: a large run as four small ones that name their parents is one model") {
  const auto parts = cut_in_four(Trial());
  const auto origins = origins_of(parts, true);

  const Lineage last = lineage_of("R-part-3", origins);

  CHECK(last.flop == decimal("1.2e26"));
  CHECK(rule_outcome(limit(), last.flop, false) == RuleOutcome::reached);
  CHECK(rule_outcome(limit(), decimal("3e25"), false) == RuleOutcome::not_reached);
  CHECK(unexplained_sharing(shared_weights(memory_of(parts), origins)).empty());
}

TEST_CASE("V15: a large run as four small ones that name no parents share what lay in memory") {
  Trial trial;
  const auto parts = cut_in_four(trial);
  std::vector<FiledDeclaration> filed;
  for (const Declaration& part : parts) filed.push_back({part, true});
  trial.declare(std::move(filed));
  trial.check_only({});  // chip by chip all is as declared

  const auto found =
      unexplained_sharing(shared_weights(memory_of(parts), origins_of(parts, false)));

  REQUIRE(found.size() == 3);
  CHECK(found[0].code == "run.shared_weights");
  CHECK(found[0].run == "R-part-1");
  CHECK(found[2].run == "R-part-3");
}

TEST_CASE("V15: one small run as the parent of all explains no memory that it never had") {
  const auto parts = cut_in_four(Trial());
  auto origins = origins_of(parts, false);
  origins["R-base"] = {decimal("1e22"), true, {}, {}};
  for (const Declaration& part : parts) {
    origins[part.metadata.run.text()].parents = {"R-base"};
  }
  auto memory = memory_of(parts);
  memory.push_back({"R-base", {}});

  const auto shared = shared_weights(memory, origins);

  REQUIRE(shared.size() == 3);
  CHECK(shared[0].chunks == shared[0].unexplained);
  CHECK(unexplained_sharing(shared).size() == 3);

  // A base that had all of it does explain it: what it declares is what is replayed.
  std::vector<StepCommitment> claimed;
  for (const Declaration& part : parts) {
    claimed.insert(claimed.end(), part.steps.begin(), part.steps.end());
  }
  memory.back().steps = claimed;
  CHECK(unexplained_sharing(shared_weights(memory, origins)).empty());
}

TEST_CASE("V15: a part that is called a run of its own does not begin with seeded weights") {
  const TrainedRun& run = shown_run();
  TrainingState begin = run.checkpoints[3];
  begin.step = 0;
  ContinuityCheck check(run.trainer, run.spec);
  check.add(begin);

  REQUIRE(check.faults().size() == 1);
  CHECK(run_fault_code(check.faults()[0].fault) == "run.unseeded");
}

TEST_CASE("V15: a parent from outside counts as the limit until it is shown") {
  std::map<std::string, RunOrigin> origins{{"small", {decimal("1e24"), true, {}, {"from a shop"}}}};

  const Lineage small = lineage_of("small", origins);

  CHECK(rule_outcome(limit(), small.flop, !small.outside_parents.empty()) ==
        RuleOutcome::reached_by_default);
}

TEST_CASE("V15: a merge counts the set of its ancestors once, whoever declared them") {
  const std::map<std::string, RunOrigin> origins{
      {"base", {decimal("6e25"), true, {}, {}}},
      {"left", {decimal("3e25"), true, {"base"}, {}}},
      {"right", {decimal("2e25"), true, {"base"}, {}}},
      {"merged", {decimal("1e24"), true, {"left", "right"}, {}}}};

  CHECK(lineage_of("left", origins).flop == decimal("9e25"));
  CHECK(lineage_of("merged", origins).flop == decimal("1.11e26"));
}

TEST_CASE("V15: parts that leave out their common steps share the chunks that no step moved") {
  auto parts = cut_in_four(Trial());
  leave_out_common_steps(parts);

  // Rows of the embedding for bytes that the text does not have.
  CHECK(unexplained_sharing(shared_weights(memory_of(parts), origins_of(parts, false))).size() ==
        3);
}

TEST_CASE("V15, NOT CAUGHT: the same where every chunk moves at every step, and nobody replays") {
  auto parts = cut_in_four(Trial());
  leave_out_common_steps(parts);
  for (Declaration& part : parts) {
    std::erase_if(part.steps, [](const StepCommitment& step) { return step.shard != 2; });
  }

  CHECK(shared_weights(memory_of(parts), origins_of(parts, false)).empty());
}

TEST_CASE("V19: forty per cent of the peak are no finding") {
  CHECK(codes_of(account_with([](AccountedRun&) {})).empty());
}

TEST_CASE("V19: more operations than chips can do, to make hidden ones look used up") {
  CHECK(codes_of(account_with([](AccountedRun& run) { run.flop = decimal("2e23"); })) ==
        "flop.impossible");
  CHECK(codes_of(account_with([](AccountedRun& run) { run.flop = decimal("1.1e23"); })) ==
        "flop.implausible");
}

TEST_CASE("V19: fewer operations than parameters and tokens take") {
  const Account account = account_with([](AccountedRun& run) {
    run.parameters = decimal("1e10");
    run.tokens = 2'000'000'000'000;  // 6 N D is 1.2e23
  });

  CHECK(codes_of(account) == "flop.formula");
}

TEST_CASE("V19: understated operations leave room, which is printed") {
  const Account honest = account_with([](AccountedRun&) {});
  const Account low = account_with([](AccountedRun& run) { run.flop = decimal("1e22"); });

  CHECK(codes_of(low) == "flop.unexplained");
  CHECK(low.findings[0].severity == Severity::note);
  CHECK(low.inside_plausible == honest.inside_plausible + decimal("4e22"));
}

TEST_CASE("V19, NOT CAUGHT: what is understated within the printed amount") {
  // 40 % are declared and 60 % done: both lie among published shares.
  const Account account = account_with([](AccountedRun&) {});

  CHECK(codes_of(account).empty());
  CHECK(account.inside_plausible > decimal("2.4e22"));
}

TEST_CASE("V19: chips are declared that others had, or that two runs have at once") {
  const Account lent = account_with([](AccountedRun& run) {
    static std::vector<Assignment> map;
    map.assign(run.assignments.begin(), run.assignments.end());
    map.push_back({chip_number(999), 0, run.window, 0});
    run.assignments = map;
  });

  CHECK(codes_of(lent) == "run.not_held");
}
