#include "cli/demo/inspection.hpp"

#include "ledger/base/file.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli::demo {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

Timestamp instant(const char* text) { return Timestamp::parse(text).value(); }

/// The inspection's own calendar: after the freeze of 1 November.
const Timestamp planned_at = instant("2026-11-02T09:00:00Z");
const Timestamp committed_at = instant("2026-11-02T11:00:00Z");
const Timestamp revealed_at = instant("2026-11-02T13:00:00Z");
const Timestamp drawn_at = instant("2026-11-02T15:00:00Z");
const Timestamp opened_at = instant("2026-11-04T08:00:00Z");
const Timestamp read_at = instant("2026-11-04T10:00:00Z");
const Timestamp settled_at = instant("2026-12-07T09:00:00Z");

/// Plays the steps of all audits, one step after the other.
class Play final {
 public:
  Play(const World& world, const Auditor& auditor, std::string witness_policy,
       const std::function<void(const std::string&)>& announce)
      : world_(world),
        auditor_(auditor),
        witness_policy_(std::move(witness_policy)),
        announce_(announce),
        folder_(world.options().folder / "inspector") {}

  Result<Inspection> run();

 private:
  using StepFunction = Result<void> (Play::*)(Audit&);
  using ProversFunction = Result<void> (World::*)(const std::vector<std::string>&, Timestamp) const;

  void cast_audits();
  Result<void> show_refusal();
  Result<void> each(const std::string& name, StepFunction step);
  Result<void> plan(Audit& audit);
  Result<void> commit_nonce(Audit& audit);
  Result<void> reveal_nonce(Audit& audit);
  Result<void> registrars_turn(Timestamp at);
  Result<void> provers_turn(const std::string& name, ProversFunction turn, Timestamp at);
  Result<void> draw(Audit& audit);
  Result<void> open(Audit& audit);
  Result<void> answer(Audit& audit);
  Result<void> record(Audit& audit);
  Result<void> settle(Audit& audit);
  Result<void> evaluate(Audit& audit);
  Result<void> verify(Audit& audit);
  Result<void> verify_ledger();

  [[nodiscard]] std::string file(const Audit& audit, const std::string& suffix) const {
    return (folder_ / (audit.plan + suffix)).string();
  }
  [[nodiscard]] Words plan_words(const Audit& audit) const;
  [[nodiscard]] Words draw_inputs(const Audit& audit) const;
  [[nodiscard]] Words signature() const {
    return {"--as", inspectorate_id, "--sign", (folder_ / "verifier.key").string()};
  }
  Result<Auditor::Answer> demand(const Words& words, Timestamp now,
                                 std::initializer_list<int> codes) {
    ++commands_;
    return auditor_.demand(words, now, codes);
  }

  const World& world_;
  const Auditor& auditor_;
  std::string witness_policy_;
  const std::function<void(const std::string&)>& announce_;
  fs::path folder_;
  Inspection inspection_;
  std::uint64_t commands_ = 0;
};

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void Play::cast_audits() {
  Audit pool{.plan = "P-pool", .title = "The pooled frame of all Provers"};
  for (const Fleet& fleet : world_.fleets().fleets) {
    inspection_.audits.push_back({.plan = "P-" + fleet.prover.text(),
                                  .title = fleet.name + ", " + fleet.modelled,
                                  .provers = {fleet.prover}});
    pool.provers.push_back(fleet.prover);
  }
  inspection_.audits.push_back(std::move(pool));
}

Words Play::plan_words(const Audit& audit) const {
  Words words = {"plan", "new"};
  for (const PartyId& prover : audit.provers) words.push_back(prover.text());
  return joined(words, {"--id", audit.plan, "--as", inspectorate_id, "--purpose", "use", "--rule",
                        world_.rule_flop().text(), "--excess", world_.rule_flop().text(),
                        "--longest-run", std::to_string(window_days) + "d", "--catch", "95%",
                        "--snapshots-per-day", world_.options().snapshots_per_day});
}

/// No chip sold today writes such a log, and the tool says so before anything is simulated.
Result<void> Play::show_refusal() {
  MUSTER_TRY_ASSIGN(const auto answer,
                    auditor_.ask(plan_words(inspection_.audits.front()), planned_at));
  if (answer.exit_code != 1) {
    return failure(Errc::corrupt, "a plan for logs that no product writes was not refused");
  }
  const std::string prefix = "muster: ";
  const bool prefixed = answer.message.starts_with(prefix);
  inspection_.refusal = answer.message.substr(prefixed ? prefix.size() : 0);
  return {};
}

Result<void> Play::each(const std::string& name, StepFunction step) {
  announce_(name);
  commands_ = 0;
  const auto begun = std::chrono::steady_clock::now();
  for (Audit& audit : inspection_.audits) {
    auto done = (this->*step)(audit);
    if (!done) return failure(std::move(done.error()).during(name + " of " + audit.plan));
  }
  const auto took = std::chrono::steady_clock::now() - begun;
  inspection_.steps.push_back(
      {name, commands_, std::chrono::duration_cast<std::chrono::milliseconds>(took).count()});
  return {};
}

Result<void> Play::plan(Audit& audit) {
  const Words words = joined(plan_words(audit), {"--emulated", "--witnesses", witness_policy_,
                                                 "--out", file(audit, ".plan")});
  MUSTER_TRY_ASSIGN(auto answer, demand(words, planned_at, {0}));
  audit.document = std::move(answer.json);
  MUSTER_TRY(
      demand(joined({"plan", "commit", file(audit, ".plan")}, signature()), planned_at, {0}));
  return {};
}

/// The nonce follows from the Verifier's key, so that the same world gives the same draws: its file
/// is there before the command, as if the nonce had been thrown with dice.
Result<void> Play::commit_nonce(Audit& audit) {
  MUSTER_TRY_ASSIGN(const auto verifier, crypto::read_key_file(folder_ / "verifier.key"));
  const Hash nonce = crypto::sha256({as_bytes("muster/demo/verifier-nonce\n"), as_bytes(audit.plan),
                                     verifier.reveal_secret_seed()});
  MUSTER_TRY(create_file(file(audit, ".nonce"), as_bytes(nonce.to_hex() + "\n"), 0600));
  const Words words = {"ceremony",   "commit",  audit.plan,
                       "--existing", "--nonce", file(audit, ".nonce")};
  MUSTER_TRY(demand(joined(words, signature()), committed_at, {0}));
  return {};
}

Result<void> Play::reveal_nonce(Audit& audit) {
  const Words words = {"ceremony", "reveal", audit.plan, "--nonce", file(audit, ".nonce")};
  MUSTER_TRY(demand(joined(words, signature()), revealed_at, {0}));
  return {};
}

/// The Provers' turn in all ceremonies at once, in their own process.
Result<void> Play::provers_turn(const std::string& name, ProversFunction turn, Timestamp at) {
  std::vector<std::string> plans;
  for (const Audit& audit : inspection_.audits) plans.push_back(audit.plan);
  announce_(name);
  const auto begun = std::chrono::steady_clock::now();
  auto done = (world_.*turn)(plans, at);
  if (!done) return failure(std::move(done.error()).during(name));
  const auto took = std::chrono::steady_clock::now() - begun;
  inspection_.steps.push_back(
      {name, 0, std::chrono::duration_cast<std::chrono::milliseconds>(took).count()});
  return {};
}

/// The ledger's operator commits to the state when it owes that, in its own process.
Result<void> Play::registrars_turn(Timestamp at) {
  auto done = world_.commit_state(at);
  return done ? done : failure(std::move(done.error()).during("state.commit of the registrar"));
}

Words Play::draw_inputs(const Audit& audit) const {
  Words words = {audit.plan};
  for (const PartyId& prover : audit.provers) {
    const fs::path key = folder_ / ("frame-" + prover.text() + ".key");
    words = joined(words, {"--frame-key", prover.text() + "=" + key.string()});
  }
  return words;
}

Result<void> Play::draw(Audit& audit) {
  const Words inputs = joined(draw_inputs(audit), {"--vrf-key", (folder_ / "vrf.key").string()});
  MUSTER_TRY_ASSIGN(const auto answer,
                    demand(joined(joined({"plan", "draw"}, inputs), signature()), drawn_at, {0}));
  audit.lines = answer.json.at("lines").get<std::uint64_t>();
  return {};
}

Result<void> Play::open(Audit& audit) {
  // The gate value: what the duty office reads out when the team stands at the gate.
  const Hash gate = crypto::sha256("muster/demo/gate/" + audit.plan);
  const Words inputs =
      joined(draw_inputs(audit), {"--vrf-key", (folder_ / "vrf.key").string(), "--gate",
                                  gate.to_hex(), "--out", file(audit, ".challenges")});
  MUSTER_TRY(demand(joined(joined({"kit", "open"}, inputs), signature()), opened_at, {0}));
  return {};
}

Result<void> Play::answer(Audit& audit) {
  return world_.answer_lines(file(audit, ".challenges"), file(audit, ".evidence"), read_at);
}

Result<void> Play::record(Audit& audit) {
  const Words words =
      joined({"kit", "record", audit.plan, "--challenges", file(audit, ".challenges"), "--evidence",
              file(audit, ".evidence"), "--presence", "uplink-cut", "--silent-before",
              "2026-11-04T09:50:00.000Z", "--silent-after", "2026-11-04T09:58:00.000Z", "--report",
              file(audit, ".appraisals"), "--rest-not-presented"},
             signature());
  MUSTER_TRY_ASSIGN(auto answer, demand(words, read_at, {0, 4}));
  audit.verdicts = answer.json.at("verdicts");
  return {};
}

Result<void> Play::settle(Audit& audit) {
  MUSTER_TRY_ASSIGN(auto answer,
                    demand(joined({"query", "settle", audit.plan}, signature()), settled_at, {0}));
  audit.hits = answer.json.at("hits").get<std::uint64_t>();
  return {};
}

Result<void> Play::evaluate(Audit& audit) {
  MUSTER_TRY_ASSIGN(auto answer, demand({"plan", "evaluate", audit.plan}, settled_at, {0, 1, 4}));
  audit.evaluation = std::move(answer.json);
  MUSTER_TRY_ASSIGN(auto looks, demand({"plan", "looks", audit.plan}, settled_at, {0, 4}));
  audit.looks = std::move(looks.json);
  return {};
}

Result<void> Play::verify(Audit& audit) {
  MUSTER_TRY_ASSIGN(auto answer,
                    demand(joined({"plan", "verify"}, draw_inputs(audit)), settled_at, {0}));
  audit.checks = std::move(answer.json);
  return {};
}

Result<void> Play::verify_ledger() {
  announce_("ledger verified from its entries alone");
  commands_ = 0;
  MUSTER_TRY_ASSIGN(auto answer, demand({"ledger", "verify", "--log", "--rules"}, settled_at, {0}));
  inspection_.ledger = std::move(answer.json);
  inspection_.steps.push_back({"ledger verified from its entries alone", commands_, answer.ms});
  return {};
}

Result<Inspection> Play::run() {
  cast_audits();
  MUSTER_TRY(show_refusal());
  MUSTER_TRY(each("plans made and committed", &Play::plan));
  MUSTER_TRY(registrars_turn(planned_at));
  MUSTER_TRY(provers_turn("Provers commit to nonces", &World::commit_nonces, committed_at));
  MUSTER_TRY(each("the Verifier commits to nonces", &Play::commit_nonce));
  MUSTER_TRY(each("the Verifier reveals them", &Play::reveal_nonce));
  MUSTER_TRY(provers_turn("Provers reveal theirs", &World::reveal_nonces, revealed_at));
  MUSTER_TRY(each("samples drawn and sealed", &Play::draw));
  MUSTER_TRY(each("sites opened at the gate", &Play::open));
  MUSTER_TRY(each("Provers answer line by line", &Play::answer));
  MUSTER_TRY(each("chips appraised and recorded", &Play::record));
  MUSTER_TRY(registrars_turn(read_at));
  MUSTER_TRY(each("queries settled at their deadline", &Play::settle));
  MUSTER_TRY(registrars_turn(settled_at));
  MUSTER_TRY(each("audits evaluated", &Play::evaluate));
  MUSTER_TRY(each("draws made anew by a stranger", &Play::verify));
  MUSTER_TRY(verify_ledger());
  return std::move(inspection_);
}

}  // namespace

Result<Inspection> inspect(const World& world, const Auditor& auditor,
                           const std::string& witness_policy,
                           const std::function<void(const std::string&)>& announce) {
  return Play(world, auditor, witness_policy, announce).run();
}

}  // namespace muster::cli::demo
