// `registry commit-state`, `chip prove`, `roster prove` and `ledger check-proof` of what they make.

#include <algorithm>
#include <filesystem>

#include "ledger/base/file.hpp"
#include "ledger/cosignature.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/state_root.hpp"
#include "registry/statement.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using Words = std::vector<std::string>;

Words signed_by_registrar(const CliWorld& world) {
  return {"--as", "registrar", "--sign", world.key("registrar")};
}

/// Commits to the state of now. The entry's index.
std::uint64_t commit_state(CliWorld& world) {
  const Json made = world.json(Words{"registry", "commit-state"} + signed_by_registrar(world));
  REQUIRE(made["status"] == "recorded");
  return made["index"].get<std::uint64_t>();
}

std::string log_key_of(CliWorld& world) { return world.json({"ledger", "head"})["verifier_key"]; }

/// What a stranger says who has the file and the key.
Json judged(CliWorld& world, const std::string& file, const std::string& key, int code = 0) {
  return world.json({"ledger", "check-proof", file, "--key", key}, code);
}

bool has_part(const Json& sentences, std::string_view part) {
  return std::ranges::any_of(sentences, [&](const Json& sentence) {
    return sentence.get_ref<const std::string&>().find(part) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("a chip's state is proven to a stranger from one file and the log's key") {
  CliWorld world("cli-chip-prove");
  const auto chips = world.chips(3);
  const std::uint64_t commit = commit_state(world);
  world.chips(1);
  const std::string key = log_key_of(world);
  const std::string file = world.path("chip.proof");

  const Json made = world.json({"chip", "prove", chips[1], "--out", file});
  CHECK(made["commit"] == commit);
  CHECK(made["file"] == file);

  const Json facts = judged(world, file, key);
  CHECK(facts["valid"] == true);
  CHECK(facts["kind"] == "chip-state");
  CHECK(facts["level"] == 1);
  CHECK(facts["record"]["chip"] == chips[1]);
  CHECK(facts["record"]["custodian"] == "maker");
  CHECK(facts["record"]["life"] == "passed");
  CHECK(facts["commit"]["index"] == commit);
  CHECK(facts["last"]["kind"] == "chip.test");
  CHECK(facts["tail"]["complete"] == false);
  CHECK(has_part(facts["servers_word"], "no entry after the commitment moved the chip"));
  CHECK(has_part(facts["servers_word"], "another history"));
  CHECK(has_part(facts["proven"], "state.commit of registrar"));

  // As a server answers it, or a person laid it out.
  const Json proof = must(parse_json(must(read_text_file(file))));
  const Json around{{"chip", chips[1]}, {"proof", proof}};
  const Json twice{{"chip", chips[1]}, {"proof", around}};
  for (const std::string& text : {around.dump(), twice.dump(2), proof.dump(1)}) {
    CHECK(judged(world, world.write("answer.json", text), key) == facts);
  }
  Json changed = proof;
  changed["chip"]["number"] = changed["chip"]["number"].get<int>() + 1;
  const Json wrong{{"proof", changed}};
  CHECK(judged(world, world.write("answer.json", wrong.dump()), key, 1)["valid"] == false);

  const Ran read = world.run_alone({"ledger", "check-proof", file, "--key", key});
  CHECK(read.code == 0);
  CHECK(read.out.find("The server's word") != std::string::npos);
  CHECK(read.out.find(chips[1]) != std::string::npos);
  CHECK(world.run({"chip", "prove", chips[1], "--out", file}).code == 3);
}

TEST_CASE("with the whole tail it is proven that no other entry moved the chip") {
  CliWorld world("cli-chip-prove-tail");
  const auto chips = world.chips(2);
  commit_state(world);
  world.record("maker", {"chip", "retire", "--chips", chips[0], "--cause", "c"});
  const std::string key = log_key_of(world);

  const std::string moved = world.path("moved.proof");
  world.json({"chip", "prove", chips[0], "--tail", "--out", moved});
  const Json one = judged(world, moved, key);
  CHECK(one["tail"]["complete"] == true);
  REQUIRE(one["tail"]["events"].size() == 1);
  CHECK(one["tail"]["events"][0]["kind"] == "retire");
  CHECK(one["tail"]["events"][0]["follows"] == true);

  const std::string still = world.path("still.proof");
  world.json({"chip", "prove", chips[1], "--tail", "--out", still});
  CHECK(judged(world, still, key)["tail"]["complete"] == true);
  CHECK(has_part(judged(world, still, key)["proven"], "no entry after the commitment"));
}

TEST_CASE("many chips are proven in one pass, into one file each") {
  CliWorld world("cli-chip-prove-many");
  const auto chips = world.chips(3);
  commit_state(world);
  const std::string folder = world.path("proofs");
  const std::string key = log_key_of(world);

  CHECK(world.run({"chip", "prove", "--chips", joined(chips)}).code == 2);
  CHECK(world.run({"chip", "prove", chips[0], "--chips", joined(chips)}).code == 2);
  CHECK(world.run({"chip", "prove"}).code == 2);
  const Json made = world.json({"chip", "prove", "--chips", joined(chips), "--out", folder});
  CHECK(made["proofs"] == 3);
  for (const std::string& chip : chips) {
    const Json facts = judged(world, folder + "/" + chip + ".proof", key);
    CHECK(facts["record"]["chip"] == chip);
  }
  // One of them is there: none is written.
  std::filesystem::remove(folder + "/" + chips[0] + ".proof");
  CHECK(world.run({"chip", "prove", "--chips", joined(chips), "--out", folder}).code == 3);
  CHECK_FALSE(std::filesystem::exists(folder + "/" + chips[0] + ".proof"));
}

TEST_CASE("a roster is proven whole, by its summary, or for one chip") {
  CliWorld world("cli-roster-prove");
  const auto chips = world.chips(3);
  commit_state(world);
  const std::string key = log_key_of(world);
  const auto facts_of = [&](const std::string& name, const Words& more) {
    const std::string file = world.path(name);
    world.json(Words{"roster", "prove", "maker", "--out", file} + more);
    return judged(world, file, key);
  };

  const Json whole = facts_of("whole.proof", {});
  CHECK(whole["kind"] == "roster");
  CHECK(whole["roster"]["count"] == 3);
  CHECK(whole["roster"]["complete_list"] == true);
  CHECK(whole["roster"]["root"] == world.json({"roster", "show", "maker"})["root"]);
  CHECK(whole["roster"]["tpp"] == world.json({"roster", "show", "maker"})["tpp"]);
  const Json summary = facts_of("summary.proof", {"--summary"});
  CHECK(summary["roster"]["complete_list"] == false);
  CHECK(must(read_text_file(world.path("summary.proof"))).find(chips[0]) == std::string::npos);
  const Json one = facts_of("one.proof", {"--chip", chips[2]});
  CHECK(one["roster"]["chip"] == chips[2]);
  CHECK(must(read_text_file(world.path("one.proof"))).find(chips[0]) == std::string::npos);

  CHECK(world.run({"roster", "prove", "maker", "--chip", chips[0], "--summary"}).code == 2);
  CHECK(world.run({"roster", "prove", "nobody"}).code == 2);
  const Ran none = world.run({"roster", "prove", "northwind"});
  CHECK(none.code == 2);
  CHECK(none.err.find("cannot be proven") != std::string::npos);
}

TEST_CASE("proofs stand on the newest commitment at or before the entry that is asked for") {
  CliWorld world("cli-prove-index");
  const auto chips = world.chips(1);
  const Ran none = world.run({"chip", "prove", chips[0]});
  CHECK(none.code == 2);
  CHECK(none.err.find("commit-state") != std::string::npos);
  const std::uint64_t first = commit_state(world);
  world.record("maker", {"chip", "retire", "--chips", chips[0], "--cause", "c"});
  const std::uint64_t second = commit_state(world);

  CHECK(world.json({"chip", "prove", chips[0]})["commit"] == second);
  const std::string before = std::to_string(second - 1);
  const Json older = world.json({"chip", "prove", chips[0], "--index", before});
  CHECK(older["commit"] == first);
  CHECK(older["proof"]["chip"]["record"]["life"] == "passed");
  CHECK(older["proof"]["tail"].size() == 1);
  CHECK(world.run({"chip", "prove", chips[0], "--index", std::to_string(first - 1)}).code == 2);
  CHECK(world.run({"chip", "prove", chips[0], "--index", "9999"}).code == 2);
}

TEST_CASE("commit-state records when it is due, and only then if asked so") {
  CliWorld world("cli-commit-state");
  world.chips(1);
  const auto commit = [&](const Words& more) {
    return world.json(Words{"registry", "commit-state"} + signed_by_registrar(world) + more);
  };

  const std::string head = world.head();
  CHECK(commit({"--dry-run"})["status"] == "would-be-accepted");
  CHECK(world.head() == head);
  const Json first = commit({"--when-due"});
  CHECK(first["status"] == "recorded");
  CHECK(first["due"] == Json::array({"there is none yet"}));
  CHECK(first["chips"] == 1);
  CHECK(first["parties"] == 1);
  CHECK(commit({"--when-due"})["status"] == "not-due");
  CHECK(commit({})["status"] == "recorded");
  // Only the registrar commits.
  CHECK(
      world.run({"registry", "commit-state", "--as", "maker", "--sign", world.key("maker")}).code ==
      1);
  CHECK(world.run({"registry", "commit-state", "--as", "registrar"}).code == 2);
}

TEST_CASE("a proof that was touched proves nothing, and that is exit 1") {
  CliWorld world("cli-prove-hostile");
  const auto chips = world.chips(1);
  commit_state(world);
  const std::string key = log_key_of(world);
  const std::string file = world.path("good.proof");
  world.json({"chip", "prove", chips[0], "--out", file});
  const std::string good = must(read_text_file(file));
  const auto code_of = [&](const std::string& text) {
    const Json facts = judged(world, world.write("bad.proof", text), key, 1);
    CHECK(facts["valid"] == false);
    return facts["code"].get<std::string>();
  };

  std::string other = good;
  other.replace(other.find("\"life\":\"passed\""), 15, "\"life\":\"failed\"");
  CHECK(code_of(other) == "proof.state");
  CHECK(code_of(good.substr(0, good.size() / 2)) == "proof.unreadable");
  CHECK(code_of("{\"checkpoint\":" + std::string(100'000, '[')) == "proof.unreadable");
  CHECK(code_of(good + good) == "proof.unreadable");
  // Of another kind altogether: judged as a receipt, and no better.
  CHECK(code_of("{}") == "receipt.unreadable");
  CHECK(judged(world, world.write("cut.proof", good.substr(0, 99)), key, 1)["proven"].empty());
  const auto stranger = must(crypto::read_key_file(world.key("gov")));
  const std::string strange =
      ledger::VerifierKey("test.example/registry", stranger.public_key()).to_string();
  CHECK(judged(world, file, strange, 1)["code"] == "checkpoint.unknown_key");
  CHECK(world.run({"ledger", "check-proof", world.path("none.proof"), "--key", key}).code == 2);
  CHECK(world.run({"ledger", "check-proof", file, "--key", "nonsense"}).code == 2);
  CHECK(world.run({"ledger", "check-proof", file, "--key", key, "--policy", file}).code == 2);
}

TEST_CASE("witnesses stand behind a proof when its checkpoint has their cosignatures") {
  CliWorld world("cli-prove-witnessed");
  const auto chips = world.chips(1);
  commit_state(world);
  const std::string key = log_key_of(world);
  const crypto::Ed25519Signer signer(std::array<std::uint8_t, 32>{9});
  const ledger::Cosigner cosigned_by{"w1", &signer};
  const std::string policy = world.write(
      "w.policy", "witness w1 " + cosigned_by.verifier_key().to_string() + "\nquorum w1\n");
  const std::string bare = world.path("bare.proof");
  world.json({"chip", "prove", chips[0], "--out", bare});
  const Json refused =
      world.json({"ledger", "check-proof", bare, "--key", key, "--policy", policy}, 1);
  CHECK(refused["code"] == "checkpoint.policy");
  CHECK(world.run({"chip", "prove", chips[0], "--policy", policy}).code == 3);

  const std::string note = world.json({"ledger", "head"})["checkpoint"];
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  {
    const auto store = must(ledger::SqliteStore::open(world.path("registry/log.db")));
    must(store->put_checkpoint(
        note + ledger::encode_signature_line(ledger::cosign(text, cosigned_by, 1'767'700'000))));
  }
  world.chips(1);  // the log goes on, and the proof stays with what was witnessed
  const std::string file = world.path("witnessed.proof");
  world.json({"chip", "prove", chips[0], "--policy", policy, "--out", file});
  const Json facts = world.json({"ledger", "check-proof", file, "--key", key, "--policy", policy});
  CHECK(facts["level"] == 2);
  CHECK(facts["cosigned_by"][0]["witness"] == "w1");
  CHECK(has_part(facts["proven"], "a quorum of witnesses"));
  CHECK_FALSE(has_part(facts["servers_word"], "another history"));
}

TEST_CASE("an operator who commits to a state of his own is named by ledger verify") {
  CliWorld world("cli-wrong-root");
  world.chips(2);
  const std::string body = canonical_json({{"chips", 2},
                                           {"root", std::string(64, 'a')},
                                           {"parties", 1},
                                           {"custodians", std::string(64, 'b')}});
  const Ran made = world.run(Words{"statement", "make", "--kind", "state.commit", "--body", body} +
                             signed_by_registrar(world));
  REQUIRE(made.code == 0);
  CHECK(world.run({"statement", "submit", world.write("s.json", made.out)}).code == 1);
  {
    // His own program appends what the rules refuse.
    const auto store = must(ledger::SqliteStore::open(world.path("registry/log.db")));
    auto log = must(ledger::Log::open(*store));
    const auto envelope = must(ledger::parse_envelope(made.out.substr(0, made.out.size() - 1)));
    must(log.append(log.size(), Timestamp::parse(world.now()).value(), std::span(&envelope, 1)));
  }

  const Json verdict = world.json({"ledger", "verify"}, 1);

  CHECK(verdict["valid"] == false);
  REQUIRE(verdict["faults"].size() == 1);
  CHECK(verdict["faults"][0]["code"] == "rules.state.root");
}
