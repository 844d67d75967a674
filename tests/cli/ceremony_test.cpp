// The seed ceremony by commands, and what a stranger's `plan verify` says of it from the ledger.

#include "sampler/beacon/ceremony.hpp"

#include <algorithm>
#include <sstream>

#include "cli/app.hpp"
#include "cli/demo/world.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/registry.hpp"
#include "registry/statement.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using Words = std::vector<std::string>;

/// A small simulated world in which plan P1 of one Prover is committed, and the commands of both
/// sides of its ceremony.
class AuditWorld final {
 public:
  explicit AuditWorld(const std::string& name)
      : folder_(name),
        world_(
            must(cli::demo::World::build({.scale = 50'000,
                                          .seed = "ceremony",
                                          .folder = folder_.path() / "w",
                                          .data_folder = std::string(MUSTER_SOURCE_ROOT) + "/data"},
                                         {}))),
        prover(world_->hider().text()) {
    const std::string rule = world_->rule_flop().text();
    json({"plan", "new", prover, "--id", "P1", "--as", "inspectorate", "--purpose", "existence",
          "--rule", rule, "--excess", rule, "--longest-run", "30d", "--catch", "95%", "--out",
          path("plan")});
    plan = json(Words{"plan", "commit", path("plan")} + by("inspectorate"))["statement"];
  }

  Ran run(Words words) {
    now_.ms += 1'000;
    words = words + Words{"--registry", registry(), "--now", now_.to_string()};
    std::ostringstream out;
    std::ostringstream err;
    const int code = cli::run(words, out, err, random_);
    return {code, out.str(), err.str()};
  }
  Json json(const Words& words, int code = 0) {
    const Ran ran = run(words + Words{"--json"});
    INFO(joined(words));
    INFO(ran.err);
    REQUIRE(ran.code == code);
    return must(parse_foreign_json(ran.out));
  }

  [[nodiscard]] Words by(const std::string& party) const {
    return {"--as", party, "--sign", key(party)};
  }
  [[nodiscard]] std::string key(const std::string& party) const {
    return path(party == "inspectorate" ? "w/inspector/verifier.key"
                                        : "w/provers/" + party + ".key");
  }
  [[nodiscard]] Words commit(const std::string& party) const {
    return Words{"ceremony", "commit", "P1", "--nonce", path(party + ".nonce")} + by(party);
  }
  [[nodiscard]] Words reveal(const std::string& party) const {
    return Words{"ceremony", "reveal", "P1", "--nonce", path(party + ".nonce")} + by(party);
  }
  void hold_ceremony() {
    for (const std::string& party : {prover, std::string("inspectorate")}) json(commit(party));
    for (const std::string& party : {prover, std::string("inspectorate")}) json(reveal(party));
  }

  [[nodiscard]] Words frame_key() const {
    return {"--frame-key", prover + "=" + path("w/inspector/frame-" + prover + ".key")};
  }
  [[nodiscard]] Words draw(const Words& beacon = {}) const {
    return Words{"plan", "draw", "P1", "--vrf-key", path("w/inspector/vrf.key")} + frame_key() +
           by("inspectorate") + beacon;
  }
  [[nodiscard]] Words open(const Words& beacon = {}) const {
    return Words{"kit",
                 "open",
                 "P1",
                 "--vrf-key",
                 path("w/inspector/vrf.key"),
                 "--gate",
                 std::string(64, 'b'),
                 "--out",
                 path("challenges")} +
           frame_key() + by("inspectorate") + beacon;
  }
  [[nodiscard]] Words verify(const Words& beacon = {}) const {
    return Words{"plan", "verify", "P1"} + frame_key() + beacon;
  }

  /// Writes a statement of `party` past the rules, as an operator could; `spoil` exchanges a byte
  /// of its signature. Its statement hash.
  Hash force(const std::string& party, registry::Draft draft, bool spoil = false) {
    const auto store = must(ledger::SqliteStore::open(path("w/registry/log.db")));
    ledger::Log log = must(ledger::Log::open(*store));
    const auto signer = must(crypto::read_key_file(key(party)));
    draft.event_time = log.last_accepted_at();
    registry::StatementMaker maker({.origin = cli::demo::world_origin,
                                    .org = party,
                                    .stream = "forced",
                                    .next_number = ++forced_},
                                   signer, random_);
    auto submission = must(maker.make(draft, nullptr));
    if (spoil) submission.envelope.signatures.front().sig[5] ^= 1;
    const Hash statement = ledger::statement_hash(submission.envelope);
    must(log.append(log.size(), log.last_accepted_at(), {&submission.envelope, 1}));
    return statement;
  }
  [[nodiscard]] Hash plan_hash() const {
    return crypto::sha256(must(read_text_file(path("plan"))));
  }
  [[nodiscard]] registry::Draft commit_draft(const std::string& party, const Hash& nonce) const {
    const auto role =
        party == "inspectorate" ? draw::CeremonyRole::verifier : draw::CeremonyRole::prover;
    return {
        .kind = "draw.ceremony_commit",
        .body = {{"plan", "P1"},
                 {"statement", plan},
                 {"commitment", draw::ceremony_commit(role, plan_hash(), nonce.bytes).to_hex()}}};
  }
  static registry::Draft reveal_draft(const Hash& committed, const Hash& nonce) {
    return {.kind = "draw.ceremony_reveal",
            .body = {{"plan", "P1"}, {"committed", committed.to_hex()}, {"nonce", nonce.to_hex()}}};
  }

  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_.path() / name).string();
  }
  [[nodiscard]] std::string registry() const { return path("w/registry"); }
  [[nodiscard]] const crypto::Ed25519Signer& signer(const std::string& party) const {
    return *world_->signer_of(party);
  }

 private:
  Folder folder_;
  std::unique_ptr<cli::demo::World> world_;
  crypto::SeededRandom random_{"ceremony by commands"};
  Timestamp now_ = must(Timestamp::parse("2026-11-02T09:00:00Z"));
  std::uint64_t forced_ = 0;

 public:
  std::string prover;
  std::string plan;  ///< The statement of plan.commit.
};

Words not_ok(const Json& answer) {
  Words names;
  for (const Json& check : answer.at("checks")) {
    if (!check.at("ok").get<bool>()) {
      names.push_back(check.at("status").get<std::string>() + ": " +
                      check.at("check").get<std::string>());
    }
  }
  return names;
}

std::string detail_of(const Json& answer, const std::string& name) {
  for (const Json& check : answer.at("checks")) {
    if (check.at("check") == name) return check.at("detail");
  }
  return "no such check";
}

constexpr const char* value_check = "beacon value is the one that the plan names";
constexpr const char* order_check = "beacon value is later than the plan";

}  // namespace

TEST_CASE("a draw by the ledger's ceremony is verified from the ledger alone") {
  AuditWorld world("ceremony-whole");
  CHECK(world.run(world.draw()).code == 2);  // no ceremony, and no value given
  CHECK(world.json({"ceremony", "show", "P1"}, 4)["complete"] == false);
  world.json(world.commit(world.prover));
  CHECK(world.run(world.reveal(world.prover)).err.find("ceremony.too_early") != std::string::npos);
  world.json(world.commit("inspectorate"));
  world.json(world.reveal("inspectorate"));
  const Ran early = world.run(world.draw());
  CHECK(early.code == 1);
  CHECK(early.err.find("draw.not_revealed: plan P1: " + world.prover) != std::string::npos);
  world.json(world.verify(), 4);
  world.json(world.reveal(world.prover));
  const Json shown = world.json({"ceremony", "show", "P1"});

  const Json drawn = world.json(world.draw());
  CHECK(drawn["beacon"]["randomness"] == shown["value"]);
  CHECK(drawn["beacon"]["verified"] == true);
  world.json(world.open());
  const Json verified = world.json(world.verify());
  CHECK(verified["valid"] == true);
  CHECK(verified["beacon"]["randomness"] == shown["value"]);
  CHECK(world.json({"ledger", "verify"})["valid"] == true);
}

TEST_CASE("a transcript made outside the ledger stays unverified in time") {
  AuditWorld world("ceremony-outside");
  using sampler::CeremonyRole;
  const Hash plan = world.plan_hash();
  const auto nonce = [](const char* text) { return crypto::sha256(text).bytes; };
  const auto& prover = world.signer(world.prover);
  const auto& verifier = world.signer("inspectorate");
  sampler::CeremonyTranscript transcript{
      plan,
      {sampler::signed_commit(CeremonyRole::prover, plan, nonce("p"), prover), nonce("p"), {}},
      {sampler::signed_commit(CeremonyRole::verifier, plan, nonce("v"), verifier), nonce("v"), {}}};
  sampler::sign_transcript(transcript, CeremonyRole::prover, prover);
  sampler::sign_transcript(transcript, CeremonyRole::verifier, verifier);
  must(create_file(world.path("transcript"),
                   as_bytes(canonical_json(sampler::ceremony_json(transcript)))));
  const Words beacon{"--beacon", world.path("transcript")};
  world.json(world.draw(beacon));
  world.json(world.open(beacon));

  CHECK(not_ok(world.json(world.verify(beacon), 4)) ==
        Words{std::string("unverified: ") + order_check});
  CHECK(not_ok(world.json(world.verify(), 4)) == Words{std::string("unverified: ") + value_check,
                                                       std::string("unverified: ") + order_check});
  const Words other{"--beacon-value", std::string(64, 'c'), "--beacon-source", "somebody"};
  CHECK(world.json(world.verify(other), 1)["failed"] == true);
  CHECK(world.run(world.commit(world.prover)).err.find("ceremony.sealed") != std::string::npos);
}

TEST_CASE("a ceremony that was begun decides the draw, and no other value does") {
  AuditWorld world("ceremony-begun");
  world.json(world.commit(world.prover));
  const Ran stated = world.run(
      world.draw({"--beacon-value", std::string(64, 'c'), "--beacon-source", "somebody"}));
  CHECK(stated.code == 1);
  CHECK(stated.err.find("draw.ceremony_begun") != std::string::npos);
}

TEST_CASE("the nonce is kept before the commitment, and never over a file") {
  AuditWorld world("ceremony-nonce");
  const std::string file = world.path(world.prover + ".nonce");
  CHECK(world.run(world.commit(world.prover) + Words{"--dry-run"}).code == 0);
  CHECK_FALSE(std::filesystem::exists(file));
  Words foreign = world.commit("inspectorate");
  foreign.back() = world.key(world.prover);
  CHECK(world.run(foreign).code == 1);  // signed by another party's key
  CHECK_FALSE(std::filesystem::exists(world.path("inspectorate.nonce")));

  must(create_file(file, as_bytes("no nonce\n")));
  CHECK(world.run(world.commit(world.prover)).code == 3);
  CHECK(world.run(world.commit(world.prover) + Words{"--existing"}).code == 2);
  std::filesystem::remove(file);
  world.json(world.commit(world.prover));
  const auto mode = std::filesystem::status(file).permissions();
  CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  CHECK(must(read_text_file(file)).size() == 65);
  CHECK(
      world.run(world.commit(world.prover) + Words{"--existing"}).err.find("ceremony.committed") !=
      std::string::npos);
  world.json(world.commit("inspectorate"));
  must(write_file_atomically(file, as_bytes(std::string(64, '0'))));
  CHECK(world.run(world.reveal(world.prover)).err.find("ceremony.other_nonce") !=
        std::string::npos);
}

TEST_CASE("a commitment that its party did not sign fails the check of the value") {
  AuditWorld world("ceremony-forged");
  const Hash nonce = crypto::sha256("chosen by the operator");
  const Hash forged = world.force(world.prover, world.commit_draft(world.prover, nonce), true);
  world.json(world.commit("inspectorate"));
  world.force(world.prover, AuditWorld::reveal_draft(forged, nonce));
  world.json(world.reveal("inspectorate"));

  CHECK(world.run(world.draw()).err.find("draw.ceremony_faulty") != std::string::npos);
  CHECK(world.json({"ceremony", "show", "P1"}, 1)["findings"].size() == 1);
  const Json answer = world.json(world.verify(), 1);
  CHECK(not_ok(answer).front() == std::string("failed: ") + value_check);
  CHECK(detail_of(answer, value_check).find("is not signed by " + world.prover) !=
        std::string::npos);
  CHECK(world.json({"ledger", "verify"}, 1)["valid"] == false);
}

TEST_CASE("a ledger with its ceremony in another order, or of another nonce, has a named fault") {
  const Hash nonce = crypto::sha256("a nonce");
  const Hash second = crypto::sha256("another nonce");
  const auto fault = [](AuditWorld& world) {
    CHECK(world.run(world.verify()).code == 3);  // its state cannot be made
    return world.json({"ledger", "verify", "--log", "--rules"}, 1)["faults"][0]["code"];
  };

  AuditWorld swapped("ceremony-swapped");
  Hash committed = swapped.force(swapped.prover, swapped.commit_draft(swapped.prover, nonce));
  swapped.force(swapped.prover, AuditWorld::reveal_draft(committed, nonce));
  swapped.force("inspectorate", swapped.commit_draft("inspectorate", second));
  CHECK(fault(swapped) == "rules.ceremony.too_early");

  AuditWorld other("ceremony-other");
  committed = other.force(other.prover, other.commit_draft(other.prover, nonce));
  other.force("inspectorate", other.commit_draft("inspectorate", second));
  other.force(other.prover, AuditWorld::reveal_draft(committed, second));
  CHECK(fault(other) == "rules.ceremony.other_nonce");

  AuditWorld late("ceremony-late");
  late.hold_ceremony();
  late.json(late.draw());
  late.force(late.prover, late.commit_draft(late.prover, second));
  CHECK(fault(late) == "rules.ceremony.sealed");
}
