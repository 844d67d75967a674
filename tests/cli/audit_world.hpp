#pragma once

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "cli/app.hpp"
#include "cli/demo/world.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/registry.hpp"
#include "registry/statement.hpp"
#include "sampler/draw/ceremony.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

namespace muster::test {

using Words = std::vector<std::string>;

/// A small simulated world in which plan P1 of one Prover is committed, and the commands of both
/// sides of its ceremony.
class AuditWorld final {
 public:
  /// `purpose` of the plan: "existence", or "use" (of emulated logs).
  explicit AuditWorld(const std::string& name, const std::string& purpose = "existence",
                      const Words& more = {})
      : folder_(name), prover(built().hider().text()) {
    std::filesystem::copy(built().options().folder, path("w"),
                          std::filesystem::copy_options::recursive);
    const std::string rule = built().rule_flop().text();
    Words words{"plan",      "new",     prover,   "--id",  "P1",        "--as", "inspectorate",
                "--purpose", purpose,   "--rule", rule,    "--excess",  rule,   "--longest-run",
                "30d",       "--catch", "95%",    "--out", path("plan")};
    if (purpose == "use") words = words + Words{"--emulated", "--snapshots-per-day", "0.2"};
    // Options that a test gives stand in place of those above.
    for (const std::string& given : more) {
      const auto stated = std::ranges::find(words, given);
      if (given.starts_with("--") && stated != words.end()) words.erase(stated, stated + 2);
    }
    json(words + more);
    plan = json(Words{"plan", "commit", path("plan")} + by("inspectorate"))["statement"];
  }

  /// From now on it is that instant.
  void at(const std::string& time) { now_ = must(Timestamp::parse(time)); }

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

  /// What the Provers answer to the challenges in one file, as evidence in a folder.
  void answer(const std::string& challenges, const std::string& evidence) {
    must(built().answer_lines(path(challenges), path(evidence), now_));
  }

  /// The same where the plan reads no logs.
  void show(const std::string& challenges, const std::string& evidence) {
    must(built().show_chips(path(challenges), path(evidence)));
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
  [[nodiscard]] static std::string rule() { return built().rule_flop().text(); }
  [[nodiscard]] const crypto::Ed25519Signer& signer(const std::string& party) const {
    return *built().signer_of(party);
  }

 private:
  /// The world that each of these starts from a copy of. Made once.
  static const cli::demo::World& built() {
    static const Folder folder("audit-world");
    static const auto world =
        must(cli::demo::World::build({.scale = 50'000,
                                      .seed = "ceremony",
                                      .folder = folder.path() / "w",
                                      .data_folder = std::string(source_root) + "/data"},
                                     {}));
    return *world;
  }

  Folder folder_;
  crypto::SeededRandom random_{"ceremony by commands"};
  Timestamp now_ = must(Timestamp::parse("2026-11-02T09:00:00Z"));
  std::uint64_t forced_ = 0;

 public:
  std::string prover;
  std::string plan;  ///< The statement of plan.commit.
};

}  // namespace muster::test
