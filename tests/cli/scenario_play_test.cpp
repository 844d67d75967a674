// Every row of the threat table, played in small: what it is said to be caught by is found, what is
// said to pass does, and in an honest world nobody is accused. The inspector is another process.

#include <algorithm>
#include <memory>

#include "cli/scenario/fleet_scenario.hpp"
#include "cli/scenario/score.hpp"
#include "cli/scenario/score_json.hpp"
#include "cli/scenario/threat_table.hpp"
#include "ledger/base/file.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::cli::scenario;
using namespace muster::test;

namespace {

AuditRoom::Options room() { return {{MUSTER_SCENARIO_AUDITOR}, 2}; }

/// A world without noise, so that whatever is found is the evasion's.
ScenarioFile quiet_world() {
  ScenarioFile scenario = standard_scenario();
  const stats::Decimal none;
  scenario.noise = {none, none, none, none, none, none, none};
  return scenario;
}

/// One Prover for all cases: its chips' lives under every evasion cost a second.
AuditRoom& quiet_room() {
  static std::set<attestation::Evasion> all;
  for (const Tactic& tactic : tactics()) all.insert(tactic.evasion);
  static const Prover prover(quiet_world(), all);
  static AuditRoom opened = must(AuditRoom::open(prover, room()));
  return opened;
}

/// Four audits in which every chip evades so: all drawn lines are of such chips.
AuditCount all_chips(std::string_view tactic) {
  const Hiding hiding{std::string(tactic), {tactic_named(tactic)}, 100};
  return must(quiet_room().play(hiding, "test/" + hiding.name, 2));
}

/// The same where a head of every chip is asked for each week.
AuditRoom& room_with_heads() {
  static const Prover prover = [] {
    ScenarioFile world = quiet_world();
    world.announced.heads_every_days = 7;
    return Prover(world, {attestation::Evasion::flash_back, attestation::Evasion::flash_filed,
                          attestation::Evasion::flash_for_heads});
  }();
  static AuditRoom opened = must(AuditRoom::open(prover, room()));
  return opened;
}

AuditCount all_chips_with_heads(std::string_view tactic) {
  const Hiding hiding{std::string(tactic), {tactic_named(tactic)}, 100};
  return must(room_with_heads().play(hiding, "test/heads/" + hiding.name, 2));
}

bool shows(const AuditCount& count, const std::string& code) { return count.codes.contains(code); }

const PlayScore& play_of(const Score& score, std::string_view row) {
  return *std::ranges::find(score.plays, row,
                            [](const PlayScore& play) { return play.facts->row; });
}

}  // namespace

TEST_CASE("every row has its facts, and every play a row and tactics that exist") {
  CHECK(rows().size() == 31 + 3 + 1);
  for (int number = 1; number <= 31; ++number) {
    CHECK(row_named("V" + std::to_string(number)) != nullptr);
  }
  for (const PlayFacts& facts : plays()) {
    CAPTURE(facts.name);
    CHECK(row_named(facts.row) != nullptr);
    CHECK((facts.engine == Engine::pipeline) == !facts.tactics.empty());
    for (const std::string_view name : facts.tactics) CHECK(tactic_named(name) != nullptr);
  }
  // What is not played at all says why.
  for (const RowFacts& row : rows()) {
    const bool played =
        std::ranges::any_of(plays(), [&](const PlayFacts& facts) { return facts.row == row.id; });
    CHECK((played || row.id == "honest" || !row.unplayed.empty()));
  }
}

TEST_CASE("in an honest world without noise every line is consistent") {
  const AuditCount count = must(quiet_room().play({"honest"}, "test/honest", 4));

  CHECK(count.lines == 100);
  CHECK(count.honest_queries == 0);
  CHECK(count.caught == 0);
}

TEST_CASE("each tactic that is caught is caught on every drawn line, by its own finding") {
  const std::map<std::string, std::string> found{{"hidden run", "snap.unexplained"},
                                                 {"log and head withheld", "not.presented"},
                                                 {"openings withheld", "snap.unopened"},
                                                 {"log edited", "chain.break"},
                                                 {"label on a dummy", "sig.bad"},
                                                 {"label on another chip", "id.mismatch"},
                                                 {"relay", "not.presented"},
                                                 {"explained after the draw", "decl.after_draw"},
                                                 {"snapshots suppressed", "count.missing"},
                                                 {"snapshots made rare", "epoch.rate"},
                                                 {"other firmware for a while", "fw.unknown"},
                                                 {"flash put back", "power.off_in_run"},
                                                 {"half of memory hashed", "memory.partial"},
                                                 {"rolled back", "chain.rollback"},
                                                 {"forked", "chain.fork"},
                                                 {"oldest entries gone", "log.wrapped"},
                                                 {"snapshot cut out", "chain.gap"},
                                                 {"newest entries cut off", "chain.gap"},
                                                 {"entries exchanged", "chain.reorder"},
                                                 {"old read-out", "head.stale"},
                                                 {"log of another chip", "id.mismatch"},
                                                 {"another shard", "snap.wrong_chip"},
                                                 {"called idle", "snap.unexplained"},
                                                 {"flown in at the opening", "id.mismatch"},
                                                 {"put back at the opening", "chain.rollback"},
                                                 {"killed at the opening", "not.presented"},
                                                 {"signed firmware that no log has", "fw.unknown"},
                                                 {"called inference", "snap.unexplained"}};
  for (const auto& item : found) {
    const std::string tactic = item.first;
    const std::string code = item.second;
    CAPTURE(tactic);
    const AuditCount count = all_chips(tactic);
    CHECK(count.evading_lines == 50);
    CHECK(count.evading_hits == 50);
    CHECK(count.wrongly_cleared == 0);
    CHECK(count.caught == 2);
    CHECK(shows(count, code));
  }
}

TEST_CASE("a refusal leaves lines open at the reading, and is a hit at the deadline") {
  const AuditCount count = all_chips("refused");

  CHECK(count.wrongly_cleared == 0);
  CHECK(count.evading_hits == 50);
  CHECK(count.days / 2 == doctest::Approx(94 + 30));
}

TEST_CASE("a log that no head of the freeze binds is asked about, whosever it is") {
  const AuditCount count = all_chips("forked, no head filed");

  CHECK(shows(count, "head.unreported"));
  CHECK(count.evading_hits == count.evading_lines);
  CHECK(count.wrongly_cleared == 0);
}

TEST_CASE("NOT CAUGHT: what the table says passes, passes") {
  for (const char* tactic : {"compliant copy hashed", "twin that is never read",
                             "key held by its maker", "flash put back, nothing declared then"}) {
    CAPTURE(tactic);
    const AuditCount count = all_chips(tactic);
    CHECK(count.evading_lines == 50);
    CHECK(count.evading_hits == 0);
    CHECK(count.wrongly_cleared == 2);
  }
}

TEST_CASE("flash that was put back shows where heads are asked for at beacon times, filed or not") {
  const AuditCount unfiled = all_chips_with_heads("flash put back, nothing declared then");
  CHECK(unfiled.evading_hits == 50);
  CHECK(unfiled.wrongly_cleared == 0);
  CHECK(shows(unfiled, "head.gap"));
  const AuditCount filed = all_chips_with_heads("flash put back, other heads filed");
  CHECK(filed.evading_hits == 50);
  CHECK(filed.wrongly_cleared == 0);
  CHECK(shows(filed, "chain.fork"));
  const AuditCount honest = must(room_with_heads().play({"honest"}, "test/heads/honest", 4));
  CHECK(honest.lines == 100);
  CHECK(honest.honest_queries == 0);
}

TEST_CASE("NOT CAUGHT: flash that is put back for the moment of each head") {
  const AuditCount count = all_chips_with_heads("flash put back for each head");
  CHECK(count.evading_lines == 50);
  CHECK(count.evading_hits == 0);
  CHECK(count.wrongly_cleared == 2);
}

TEST_CASE(
    "NOT ALWAYS CAUGHT: weights of another time, in shards that nearly fit the scratch budget") {
  const AuditCount count = all_chips("stale weights");

  CHECK(shows(count, "snap.wrong_time"));
  CHECK(shows(count, "snap.absent"));
  CHECK(count.evading_hits > 30);
  CHECK(count.evading_hits < count.evading_lines);
}

TEST_CASE("the same score whatever the threads, and as JSON") {
  ScoreOptions options{.rows = {"V6", "V10", "V27", "V24"},
                       .audits = 10,
                       .positions = 2'000,
                       .honest = 0,
                       .searched = 2};
  options.room = room();
  const Score two = must(play_score(standard_scenario(), options));
  options.room.threads = 1;
  const Score one = must(play_score(standard_scenario(), options));

  const Json json = score_json(two, standard_scenario());
  CHECK(json == score_json(one, standard_scenario()));
  CHECK(json.at("simulated") == true);
  CHECK(json.at("plays").size() == 7);
  CHECK(json.at("kept") == true);
  CHECK(two.kept());
  CHECK(play_of(two, "V27").plays.caught == 10);
  CHECK(play_of(two, "V24").plays.caught == 10);
  CHECK(json.at("plays").at(3).at("keeps") == "not caught");
}

TEST_CASE("every attempt at the register is refused or shows in the books") {
  ScoreOptions options{.rows = {"V2", "V3", "V24", "V25", "V26", "V28", "V31"}, .audits = 30};
  options.room = room();

  const Score score = must(play_score(quiet_world(), options));

  CHECK(score.plays.size() == 11);
  for (const PlayScore& play : score.plays) {
    CAPTURE(play.facts->name);
    CHECK(play.plays.caught == play.plays.count);
    CHECK(play.kept == Kept::not_contradicted);
  }
}

TEST_CASE("above a thousand chips audits are whole, and chips live when they are touched") {
  ScenarioFile world = must(made_scenario({.chips = 1'050, .sites = 5, .violation_chips = 200}));
  const Prover noisy(world, {});
  std::set<attestation::Mishap> befallen;
  for (std::size_t place = 0; place < 1'050; ++place) {
    befallen.insert(noisy.settled_mishap(place).value());
  }
  CHECK(befallen.size() == attestation::mishap_count);
  AuditRoom honest = must(AuditRoom::open(noisy, room()));
  const AuditCount nobody = must(honest.play({"honest"}, "test/large/honest", 20));
  CHECK(nobody.honest_lines > 100);
  CHECK(nobody.honest_queries < nobody.honest_lines / 10);  // broken ones, and late heads
  CHECK(nobody.caught == 0);

  world.noise = quiet_world().noise;
  const Prover prover(world, {});
  AuditRoom opened = must(AuditRoom::open(prover, room()));
  CHECK(must(opened.play({"honest"}, "test/large/quiet", 10)).honest_queries == 0);
  for (const char* tactic : {"hidden run", "label on another chip", "forked, no head filed",
                             "explained after the draw", "called idle", "rolled back"}) {
    CAPTURE(tactic);
    const Hiding hiding{tactic, {tactic_named(tactic)}, 500};
    const AuditCount count = must(opened.play(hiding, std::string("test/large/") + tactic, 2));
    CHECK(count.evading_lines > 0);
    CHECK(count.evading_hits == count.evading_lines);
    CHECK(count.honest_queries == 0);
    CHECK(count.wrongly_cleared == 0);
  }
}

TEST_CASE("what a touched chip presents is the same whoever was touched before") {
  const ScenarioFile world =
      must(made_scenario({.chips = 1'001, .sites = 1, .violation_chips = 300}));
  const auto presented = [&](const Prover& prover, std::size_t place) {
    Parts parts(1'001);
    parts[place].tactic = tactic_named("label on another chip");
    const Json challenge = {{"chip", prover.frame().lines[place].chip},
                            {"nonce", std::string(64, 'a')},
                            {"uplink", "cut"}};
    return prover.filings(parts).dump() + prover.evidence(challenge, parts).dump();
  };
  const Prover one(world, {});
  const Prover other(world, {});
  const std::string first = presented(one, 3);
  CHECK(presented(other, 1'000) != first);
  CHECK(presented(other, 3) == first);
  CHECK(presented(one, 3) == first);
}

TEST_CASE("a world of ten million chips is played by positions") {
  ScenarioWish wish{.chips = 10'000'000, .sites = 9, .violation_chips = 4'000};
  ScoreOptions options{.rows = {"V6"}, .positions = 2'000};
  options.room = room();

  const Score score = must(play_score(must(made_scenario(wish)), options));

  REQUIRE(score.plays.size() == 1);
  CHECK(score.plays[0].facts->engine == Engine::positions);
  CHECK(score.plays[0].plays.caught > 1'850);
  CHECK_FALSE(score.honest);
}

TEST_CASE("a promise is kept, broken, or neither, by the plays there are") {
  CHECK(judged(PromiseKind::target, 0.95, {80'000, 76'000}) == Kept::yes);
  CHECK(judged(PromiseKind::target, 0.95, {80'000, 75'000}) == Kept::no);
  CHECK(judged(PromiseKind::target, 0.95, {200, 190}) == Kept::not_contradicted);
  CHECK(judged(PromiseKind::target, 0.95, {200, 150}) == Kept::no);
  CHECK(judged(PromiseKind::whenever_seen, 1, {500, 500}) == Kept::not_contradicted);
  CHECK(judged(PromiseKind::whenever_seen, 1, {80'000, 80'000}) == Kept::yes);
  CHECK(judged(PromiseKind::whenever_seen, 1, {500, 499}) == Kept::no);
  CHECK(judged(PromiseKind::not_caught, 0, {500, 0}) == Kept::nothing_promised);
}

TEST_CASE("an unknown row is refused by its name") {
  ScoreOptions options{.rows = {"V32"}};

  CHECK(must_fail(play_score(quiet_world(), options)).starts_with("row V32: got an unknown one"));
}

TEST_CASE("an upper bound is rounded up, so that no less is admitted than was measured") {
  CHECK(upper_bound_text(0.00469587) == "0.0047");
  CHECK(upper_bound_text(0.0046001) == "0.0047");
  CHECK(upper_bound_text(0.5) == "0.5000");
  CHECK(upper_bound_text(0) == "0.0000");
  CHECK(upper_bound_text(1) == "1.0000");
}

TEST_CASE("the README's table is that of the rows and of the score beside it") {
  const std::string folder = std::string(source_root) + "/cli/scenario";
  const Json score = must(parse_json(must(read_text_file(folder + "/last_score.json"))));
  const std::string readme = must(read_text_file(folder + "/README.md"));

  CHECK(readme.find(must(threat_table(score))) != std::string::npos);
  CHECK(must(threat_table(Json())).find("| V31 |") != std::string::npos);
  CHECK(must_fail(threat_table(Json{{"version", "x"}})).starts_with("score.version"));
}
