// Receipts, policies, comparisons and evidence by the command line: what a stranger can judge.

#include <filesystem>

#include "ledger/base/file.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/cosignature.hpp"
#include "ledger/crypto/key_file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Who cosigns in these tests, without any process.
const crypto::Ed25519Signer cosigner(std::array<std::uint8_t, 32>{42});
const ledger::Cosigner witness{"witness.example/w1", &cosigner};

std::string policy_text(const std::string& log_key) {
  return "log " + log_key + "\nwitness w1 " + witness.verifier_key().to_string() + "\nquorum w1\n";
}

/// The checkpoint with a cosignature of 2026-01-06.
std::string cosigned(const std::string& checkpoint) {
  ledger::Note note = must(ledger::parse_note(checkpoint));
  note.signatures.push_back(ledger::cosign(note.text, witness, 1'767'700'000));
  return ledger::encode_note(note);
}

std::string key_of(CliWorld& world) { return world.json({"ledger", "head"})["verifier_key"]; }

/// A checkpoint of this size and root that the world's operator signs against its will.
std::string forged(CliWorld& world, std::uint64_t size, const Hash& root) {
  const auto signer = must(crypto::read_key_file(world.path("registry/operator.key")));
  return ledger::sign_checkpoint({"test.example/registry", {size}, root, {}},
                                 "test.example/registry", signer);
}

/// The checkpoint of now, in a file.
std::string checkpoint_file(CliWorld& world, const std::string& name) {
  return world.write(name, world.json({"ledger", "head"})["checkpoint"]);
}

}  // namespace

TEST_CASE("a receipt is of level 1 by the log's key, and of level 2 by a witness quorum") {
  CliWorld world("cli-receipt");
  const std::string key = key_of(world);
  const std::string policy = world.write("witnesses.policy", policy_text(key));
  const std::string checkpoint = world.json({"ledger", "checkpoint"})["checkpoint"];
  const std::string file = world.path("r.receipt");
  CHECK(world.json({"ledger", "receipt", "3", "--out", file})["level"] == 1);

  const Json one = world.json({"ledger", "receipt", "verify", file, "--key", key});
  CHECK(one["valid"] == true);
  CHECK(one["level"] == 1);
  CHECK(one["entry"]["index"] == 3);
  const Json two =
      world.json({"ledger", "receipt", "verify", file, "--key", key, "--policy", policy}, 1);
  CHECK(two["valid"] == false);
  CHECK(two["level"] == 1);
  CHECK(two["code"] == "receipt.quorum");
  CHECK(two["reason"] == "quorum w1 is not reached: no cosignature of w1");

  std::string text = must(read_text_file(file));
  std::string with = Json(cosigned(checkpoint)).dump(-1, ' ', false);
  with = with.substr(1, with.size() - 2);
  std::string without = Json(checkpoint).dump(-1, ' ', false);
  without = without.substr(1, without.size() - 2);
  text.replace(text.find(without), without.size(), with);
  const Json three = world.json({"ledger", "receipt", "verify", world.write("w.receipt", text),
                                 "--key", key, "--policy", policy});
  CHECK(three["level"] == 2);
  CHECK(three["cosigned_by"][0]["witness"] == "w1");
  CHECK(three["quorum_at"] == "2026-01-06T11:46:40.000Z");
}

TEST_CASE("a receipt is a C2SP tlog-proof as well, and needs nothing but the key") {
  CliWorld world("cli-tlog-proof");
  const std::string key = key_of(world);
  const std::string file = world.path("r.tlog-proof");

  world.json({"ledger", "receipt", "2", "--form", "tlog-proof", "--out", file});

  CHECK(must(read_text_file(file)).starts_with("c2sp.org/tlog-proof@v1\nextra "));
  const Ran judged = world.run_alone({"ledger", "receipt", "verify", file, "--key", key});
  CHECK(judged.code == 0);
  CHECK(judged.out.find("1: the word of the log") != std::string::npos);
}

TEST_CASE("the same statement gets the same receipt, by index, by hash and after more entries") {
  CliWorld world("cli-receipt-again");
  const std::string statement = world.json({"ledger", "entry", "4"})["statement"];
  const Json first = world.json({"ledger", "receipt", "4"});
  world.chips(1);

  CHECK(world.json({"ledger", "receipt", "4"}) == first);
  CHECK(world.json({"ledger", "receipt", "--statement", statement}) == first);
  CHECK(world.json({"ledger", "prove", "4"})["checkpoint"] != first["checkpoint"]);
  CHECK(world.run({"ledger", "receipt"}).code == 2);
  CHECK(world.run({"ledger", "receipt", "4", "--statement", statement}).code == 2);
  CHECK(world.run({"ledger", "receipt", "999"}).code == 2);
  CHECK(world.run({"ledger", "receipt", "--statement", Hash{}.to_hex()}).code == 2);
}

TEST_CASE("what is recorded gets its receipt at once, what is handed in again keeps the first") {
  CliWorld world("cli-receipts");
  const std::string folder = world.path("receipts");
  const std::string envelope = world.path("site.json");
  world.json({"statement", "make", "--kind", "site.register", "--as", "maker", "--sign",
              world.key("maker"), "--body",
              R"({"country":"US","kind":"fab","name":"N","site":"new-site"})", "--out", envelope});
  const Ran ran = world.run({"statement", "submit", envelope, "--receipts", folder, "--json"});
  REQUIRE(ran.code == 0);
  const Json outcome = must(parse_foreign_json(ran.out));
  const std::string file = folder + "/" + outcome["statement"].get<std::string>() + ".receipt";
  const std::string first = must(read_text_file(file));
  world.chips(1);

  const Ran again = world.run({"statement", "submit", envelope, "--receipts", folder, "--json"});

  CHECK(must(parse_foreign_json(again.out))["status"] == "duplicate");
  CHECK(must(read_text_file(file)) == first);
  CHECK(world.json({"ledger", "receipt", "verify", file, "--key", key_of(world)})["valid"] == true);
}

TEST_CASE("a contradiction under one number is refused, and both statements are kept") {
  CliWorld world("cli-number-reuse");
  const auto make = [&](const std::string& name, const std::string& signer) {
    const std::string file = world.path(name + ".json");
    world.json({"statement", "make", "--kind", "site.register", "--as", "maker", "--sign",
                world.key(signer), "--stream", "sites", "--number", "1", "--body",
                R"({"country":"US","kind":"fab","name":"N","site":")" + name + "\"}", "--out",
                file});
    return file;
  };
  const std::string one = make("one-site", "maker");
  const std::string other = make("other-site", "maker");
  const std::string not_signed = make("third-site", "gov");
  REQUIRE(world.run({"statement", "submit", one}).code == 0);

  CHECK(world.run({"statement", "submit", not_signed}).code == 1);
  CHECK_FALSE(std::filesystem::exists(world.path("registry/evidence")));
  const Ran refused = world.run({"statement", "submit", other, "--json"});
  REQUIRE(refused.code == 1);
  const Json outcome = must(parse_foreign_json(refused.out));
  CHECK(outcome["rule"] == "number.reused");
  const std::string file = outcome["evidence"];

  // Whose key it is, the file alone does not show: anybody could have made one up.
  CHECK(world.json({"ledger", "evidence", "verify", file}, 4)["convicts"] == false);
  const std::string maker = world.json({"key", "show", world.key("maker")})["public"];
  const Json judged = world.json({"ledger", "evidence", "verify", file, "--party-key", maker});
  CHECK(judged["convicts"] == true);
  CHECK(judged["kind"] == "number-reused");
  CHECK(judged["org"] == "maker");
  CHECK(judged["stream"] == "sites");
  CHECK(judged["number"] == 1);
  CHECK(judged["second"] == outcome["statement"]);
  const std::string gov = world.json({"key", "show", world.key("gov")})["public"];
  CHECK(world.json({"ledger", "evidence", "verify", file, "--party-key", gov}, 4)["convicts"] ==
        false);

  std::string text = must(read_text_file(file));
  const Json good = must(parse_json(text));
  Json bad = good;
  bad["second"] = bad["first"];
  const auto code_of = [&](const Json& json) {
    return world.json(
        {"ledger", "evidence", "verify", world.write("bad.json", canonical_json(json))}, 1)["code"];
  };
  CHECK(code_of(bad) == "number_reuse.same");
  bad = good;
  bad["second_key"] = gov;
  CHECK(code_of(bad) == "number_reuse.signature");
  bad = good;
  bad["second"] = must(parse_json(must(read_text_file(not_signed))));
  CHECK(code_of(bad) == "number_reuse.signature");
  bad["kind"] = "rumour";
  const std::string rumour = world.write("bad.json", canonical_json(bad));
  CHECK(world.json({"ledger", "evidence", "verify", rumour, "--key", key_of(world)}, 1)["code"] ==
        "evidence.unreadable");
}

TEST_CASE("two parties who compare checkpoints see one history, or convict the log") {
  CliWorld world("cli-compare");
  const std::string key = key_of(world);
  const std::string early = checkpoint_file(world, "early");
  const std::uint64_t early_size = world.json({"ledger", "head"})["size"];
  world.chips(1);
  const std::string late = checkpoint_file(world, "late");
  const std::uint64_t late_size = world.json({"ledger", "head"})["size"];
  const auto compare = [&](std::vector<std::string> words, int code) {
    std::vector<std::string> command{"ledger", "compare"};
    command.insert(command.end(), words.begin(), words.end());
    command.insert(command.end(), {"--key", key, "--json"});
    const Ran ran = world.run_alone(command);
    CAPTURE(ran.err);
    REQUIRE(ran.code == code);
    return must(parse_foreign_json(ran.out));
  };

  CHECK(compare({early, early}, 0)["relation"] == "equal");
  CHECK(compare({late, early}, 4)["relation"] == "unconnected");
  const std::string proof = world.path("proof");
  world.json({"ledger", "consistency", std::to_string(early_size), "--out", proof});
  CHECK(compare({late, early, "--proof", proof}, 0)["relation"] == "consistent");
  CHECK(world.json({"ledger", "compare", early, late, "--key", key})["relation"] == "consistent");
  CHECK(compare({early, late, "--proof", world.write("none", "")}, 1)["code"] == "compare.proof");

  const std::string fork = world.write("fork", forged(world, late_size, Hash{}));
  const std::string evidence = world.path("fork.json");
  CHECK(compare({late, fork, "--out", evidence}, 1)["relation"] == "fork");
  CHECK(world.json({"ledger", "evidence", "verify", evidence, "--key", key})["convicts"] == true);
  CHECK(world.run({"ledger", "evidence", "verify", evidence}).code == 2);

  // An early checkpoint of another history, against the log that this registry is a copy of.
  const std::string early_fork = world.write("early-fork", forged(world, early_size, Hash{}));
  const std::string second = world.path("early-fork.json");
  CHECK(world.json({"ledger", "compare", early_fork, late, "--key", key, "--out", second},
                   1)["relation"] == "fork");
  CHECK(world.json({"ledger", "evidence", "verify", second, "--key", key})["convicts"] == true);

  const std::string other_key =
      ledger::VerifierKey("test.example/registry", cosigner.public_key()).to_string();
  CHECK(world.json({"ledger", "evidence", "verify", second, "--key", other_key}, 1)["code"] ==
        "checkpoint.unknown_key");
  CHECK(compare({late, world.write("junk", "junk")}, 1)["code"] == "evidence.unreadable");
}

TEST_CASE("a policy is read and judges checkpoints, and its errors name file and line") {
  CliWorld world("cli-policy");
  const std::string key = key_of(world);
  const std::string policy = world.write("p", policy_text(key));
  const std::string checkpoint = world.json({"ledger", "head"})["checkpoint"];

  const Json read = world.json({"ledger", "policy", policy});
  CHECK(read["quorum"] == "w1");
  CHECK(read["witnesses"][0]["name"] == "w1");
  const Json no =
      world.json({"ledger", "policy", policy, "--checkpoint", world.write("c", checkpoint)}, 1);
  CHECK(no["accepted"] == false);
  CHECK(no["missing"] == "quorum w1 is not reached: no cosignature of w1");
  const Json yes = world.json(
      {"ledger", "policy", policy, "--checkpoint", world.write("d", cosigned(checkpoint))});
  CHECK(yes["accepted"] == true);
  CHECK(yes["quorum_at"] == "2026-01-06T11:46:40.000Z");

  const Ran bad = world.run({"ledger", "policy", world.write("bad", "log x\nquorum none\n")});
  CHECK(bad.code == 2);
  CHECK(bad.err.find("bad: line 1: verifier key: want name+id+key") != std::string::npos);
}

TEST_CASE("a checkpoint without its quorum is kept, and said to be not accepted yet") {
  CliWorld world("cli-checkpoint");
  const std::string key = key_of(world);
  CHECK(world.json({"ledger", "checkpoint"})["accepted"] == nullptr);

  // Nobody listens on port 1 of this machine.
  std::string policy = policy_text(key);
  policy.replace(policy.find("\nquorum"), 1, " http://127.0.0.1:1\n");
  world.write("registry/witnesses.policy", policy);
  const Json answer = world.json({"ledger", "checkpoint"}, 4);
  CHECK(answer["accepted"] == false);
  CHECK(answer["witnesses"][0]["outcome"] == "unreachable");
  CHECK(answer["witnesses"][0]["detail"] == "http://127.0.0.1:1: connecting: Connection refused");
  CHECK(world.json({"ledger", "checkpoint", "--alone"}, 4)["witnesses"].empty());
  CHECK(world.json({"ledger", "checkpoint", "--dry-run"}, 4)["checkpoint"] == answer["checkpoint"]);
  CHECK(world.json({"ledger", "verify", "--log"})["valid"] == true);

  world.write("registry/witnesses.policy",
              policy_text(ledger::VerifierKey("other", cosigner.public_key()).to_string()));
  const Ran other = world.run({"ledger", "checkpoint"});
  CHECK(other.code == 2);
  CHECK(other.err.find("policy: does not take this log") != std::string::npos);
}

TEST_CASE("a witness is made once, follows logs, and is not started without its state") {
  CliWorld world("cli-witness");
  const std::string folder = world.path("w");
  const std::string key = key_of(world);
  const Json made = world.json({"ledger", "witness", "init", folder, "--name", "w.example"});
  CHECK(must(ledger::CosignerKey::parse(made["verifier_key"].get<std::string>())).name() ==
        "w.example");

  CHECK(world.run({"ledger", "witness", "init", folder, "--name", "w.example"}).code == 3);
  CHECK(world.run({"ledger", "witness", "init", world.path("x"), "--name", "a b"}).code == 2);
  CHECK(world.json({"ledger", "witness", "add-log", folder, "--log", key})["origin"] ==
        "test.example/registry");
  CHECK(world.run({"ledger", "witness", "add-log", folder, "--log", key}).code == 3);
  CHECK(world.run({"ledger", "witness", "add-log", folder, "--log", "x"}).code == 2);
  const Json shown = world.json({"ledger", "witness", "show", folder});
  CHECK(shown["logs"][0]["size"] == nullptr);
  CHECK(shown["verifier_key"] == made["verifier_key"]);
  CHECK(world.run({"ledger", "witness", "serve", folder, "--listen", "localhost"}).code == 2);
  CHECK(world.run({"ledger", "witness", "serve", world.path("none")}).code == 2);

  std::filesystem::remove(folder + "/witness.db");
  const Ran lost = world.run({"ledger", "witness", "serve", folder, "--listen", "127.0.0.1:0"});
  CHECK(lost.code == 3);
  CHECK(lost.err.find("has a witness's key and not its state") != std::string::npos);
  CHECK(world.run({"ledger", "witness", "init", folder, "--name", "w.example"}).code == 3);
}
