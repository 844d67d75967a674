// Refusals by the command line: what a party takes home, and what a stranger makes of it.

#include <filesystem>

#include "tests/cli/handed_in.hpp"

using namespace muster;
using namespace muster::test;

TEST_CASE("a refused statement comes with a refusal that the operator signed") {
  CliWorld world("cli-refusal");
  const std::string before = world.head();
  const Json outcome =
      world.json(undesigned + as(world, "northwind") + Words{"--refusals", world.path("r")}, 1);

  CHECK(outcome["rule"] == "role.missing");
  const std::string file = outcome["refusal"];
  CHECK(world.head() == before);
  const Ran alone = world.run_alone(
      {"statement", "check-refusal", file, "--key", world.verifier_key(), "--json"});
  CHECK(alone.code == 0);
  const Json facts = must(parse_json(alone.out));
  CHECK(facts["verdict"] == "valid");
  CHECK(facts["statement"] == outcome["statement"]);
  CHECK(facts["rule"] == "role.missing");
  CHECK(std::to_string(facts["size"].get<int>()) + " " + facts["root"].get<std::string>() ==
        before);
}

TEST_CASE("without a folder, a rule or the operator's key there is no refusal to keep") {
  CliWorld world("cli-refusal-none");
  CHECK(world.json(undesigned + as(world, "northwind"), 1)["refusal"].is_null());
  const std::string garbled = world.write("garbled.json", "{}");
  CHECK(world.run({"statement", "submit", garbled, "--refusals", world.path("r")}).code == 2);
  std::filesystem::rename(world.path("registry/operator.key"), world.path("operator.key"));
  CHECK(world
            .json(undesigned + as(world, "northwind") + Words{"--refusals", world.path("r")},
                  1)["refusal"]
            .is_null());
  CHECK_FALSE(std::filesystem::exists(world.path("r")));
}

TEST_CASE("an honest refusal stands when a stranger judges it again from tiles") {
  CliWorld world("cli-refusal-stands");
  const std::string file = bad_envelope(world, 2);
  const Json line =
      one_line(world, {"statement", "submit", file, "--refusals", world.path("r")}, 1);
  record_something(world, "g1");
  world.json({"ledger", "export", world.path("web")});

  const Ran judged =
      world.run_alone({"statement", "check-refusal", line["refusal"], "--key", world.verifier_key(),
                       "--statement", file, "--tiles", world.path("web"), "--json"});

  CHECK(judged.code == 0);
  CHECK(must(parse_json(judged.out))["verdict"] == "stands");
}

TEST_CASE("a wrong refusal becomes evidence that anybody judges with the log") {
  CliWorld world("cli-refusal-wrong");
  const std::string file = envelope(world, "n2", 2);
  const std::string note = world.write("wrong.refusal", dishonest_refusal(world, file));
  record_something(world, "g1");
  world.json({"ledger", "export", world.path("web")});
  const std::string evidence = world.path("wrong.json");

  const Ran judged = world.run_alone({"statement", "check-refusal", note, "--key",
                                      world.verifier_key(), "--statement", file, "--tiles",
                                      world.path("web"), "--out", evidence, "--json"});

  CHECK(judged.code == 1);
  const Json verdict = must(parse_json(judged.out));
  CHECK(verdict["verdict"] == "admitted");
  CHECK(verdict["evidence"] == evidence);
  const Words verify{"ledger", "evidence",           "verify", evidence,
                     "--key",  world.verifier_key(), "--json"};
  const Ran convicted = world.run_alone(verify + Words{"--tiles", world.path("web")});
  CHECK(convicted.code == 0);
  const Json conviction = must(parse_json(convicted.out));
  CHECK(conviction["kind"] == "refusal-wrong");
  CHECK(conviction["relation"].is_null());
  const Ran alone = world.run_alone(verify);
  CHECK(alone.code == 4);
  CHECK(must(parse_json(alone.out))["code"] == "evidence.wants_log");
  CHECK(world.run_alone({"ledger", "evidence", "verify", evidence}).code == 2);
}

TEST_CASE("a refusal of what is recorded is contradicted by the receipt alone") {
  CliWorld world("cli-refusal-recorded");
  const std::string file = envelope(world, "n2", 2);
  const Json line = one_line(world, {"statement", "submit", file, "--receipts", world.path("r")});
  const std::string receipt = world.path("r/" + line["statement"].get<std::string>() + ".receipt");
  const std::string note = world.write("wrong.refusal", dishonest_refusal(world, file));

  const Ran judged =
      world.run_alone({"statement", "check-refusal", note, "--key", world.verifier_key(),
                       "--receipt", receipt, "--out", world.path("evidence.json"), "--json"});

  CHECK(judged.code == 1);
  CHECK(must(parse_json(judged.out))["verdict"] == "contradicted");
  const Ran convicted =
      world.run_alone({"ledger", "evidence", "verify", world.path("evidence.json"), "--key",
                       world.verifier_key(), "--json"});
  CHECK(convicted.code == 0);
  CHECK(must(parse_json(convicted.out))["kind"] == "refusal-contradicted");
}

TEST_CASE("a refusal of another statement, changed or of nobody says nothing") {
  CliWorld world("cli-refusal-other");
  const std::string good = envelope(world, "n2", 2);
  const std::string bad = bad_envelope(world, 3);
  const Json line = one_line(world, {"statement", "submit", bad, "--refusals", world.path("r")}, 1);
  const std::string note = must(read_text_file(line["refusal"].get<std::string>()));

  // Another statement than the one that was refused is no evidence.
  CHECK(world.json({"statement", "check-refusal", line["refusal"], "--key", world.verifier_key(),
                    "--statement", good},
                   1)["code"] == "refusal.other_statement");
  // A byte of it changed is nobody's word.
  std::string forged = note;
  forged[forged.find("role.missing")] = 's';
  CHECK(world.json({"statement", "check-refusal", world.write("forged", forged), "--key",
                    world.verifier_key()},
                   1)["code"] == "note.bad_signature");
  CHECK(world.json({"statement", "check-refusal", world.write("none", "hello"), "--key",
                    world.verifier_key()},
                   1)["code"] == "note.unreadable");
  CHECK(
      world
          .run({"statement", "check-refusal", world.path("missing"), "--key", world.verifier_key()})
          .code == 2);
}

TEST_CASE("a refused party puts its refusal into the log itself, once") {
  CliWorld world("cli-log-refusal");
  const Json outcome =
      world.json(undesigned + as(world, "northwind") + Words{"--refusals", world.path("r")}, 1);
  const Words arguments =
      Words{"statement", "log-refusal", outcome["refusal"]} + as(world, "northwind");
  CHECK(world.json(arguments)["status"] == "recorded");
  CHECK(world.json(arguments, 1)["rule"] == "refusal.logged");
  CHECK(world.run(Words{"statement", "log-refusal", world.write("x", "hello")} + as(world, "gov"))
            .code == 2);
}
