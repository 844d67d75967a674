// `ledger verify` by its modes: what each finds, what it does not look at, and that it says so.

#include <set>

#include "cli/signature_sample.hpp"
#include "ledger/base/file.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/log.hpp"
#include "ledger/store/sqlite_store.hpp"
#include "registry/event.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// A statement of the maker that registers a site; wrong in whatever way `change` makes it.
ledger::Envelope site_statement(CliWorld& world, const std::string& site, std::uint64_t number,
                                const std::function<void(registry::Header&)>& change = {}) {
  registry::Header header;
  const Json head = world.json({"ledger", "head"});
  header.origin = must(ledger::parse_checkpoint(head["checkpoint"].get<std::string>())).origin;
  header.kind = "site.register";
  header.org = "maker";
  header.stream = "by-hand";
  header.number = number;
  header.event_time = Timestamp::parse(world.now()).value();
  header.zone = "Z";
  if (change) change(header);
  const Json body{{"site", site}, {"name", site}, {"country", "US"}, {"kind", "warehouse"}};
  const auto signer = must(crypto::read_key_file(world.key("maker")));
  const std::vector<const crypto::Signer*> signers{&signer};
  return must(ledger::sign_envelope(std::string(ledger::event_payload_type),
                                    canonical_json(registry::event_json(header, body)), signers));
}

/// Appends past all rules, as an operator can who owns the file. The entry's index.
std::uint64_t append_past_rules(CliWorld& world, const ledger::Envelope& envelope) {
  const auto store = must(ledger::SqliteStore::open(world.path("registry/log.db")));
  auto log = must(ledger::Log::open(*store));
  const auto appended =
      must(log.append(log.size(), log.last_accepted_at(), std::span(&envelope, 1)));
  return appended.first.value;
}

std::string signed_head(CliWorld& world, const std::string& name) {
  return world.write(name, world.json({"ledger", "head"})["checkpoint"].get<std::string>());
}

std::vector<std::string> fault_codes(const Json& verdict) {
  std::vector<std::string> list;
  for (const Json& fault : verdict["faults"]) list.push_back(fault["code"]);
  return list;
}

const std::vector<std::string> verify_verb{"ledger", "verify"};

}  // namespace

TEST_CASE("each mode says what it looked at, and only all three together verify everything") {
  CliWorld world("verify-modes");
  world.chips(70);
  const auto size = world.json({"ledger", "head"})["size"];

  const Json log = world.json(verify_verb + std::vector<std::string>{"--log"});
  CHECK(log["modes"] == Json::array({"log"}));
  CHECK(log["entries"] == size);
  CHECK(log["statements_judged"] == 0);
  CHECK(log["statements_verified"].get<std::uint64_t>() >= size.get<std::uint64_t>());
  CHECK(log["whole"] == false);

  const Json rules = world.json(verify_verb + std::vector<std::string>{"--rules"});
  CHECK(rules["modes"] == Json::array({"rules"}));
  CHECK(rules["statements_judged"] == size);
  CHECK(rules["items_judged"].get<int>() >= 3 * 70);
  CHECK(rules["statements_verified"] == 0);
  CHECK(rules["root"].is_null());

  const Json projection = world.json(verify_verb + std::vector<std::string>{"--projection"});
  CHECK(projection["modes"] == Json::array({"projection"}));
  CHECK(projection["entries"] == size);

  CHECK(world.json(verify_verb)["whole"] == true);
  CHECK(world.run(verify_verb).out.find("Everything verifies.") != std::string::npos);
  const std::string partly =
      world.run(verify_verb + std::vector<std::string>{"--log", "--rules"}).out;
  CHECK(partly.find("What was looked at verifies: log, rules.") != std::string::npos);
  CHECK(partly.find("Everything") == std::string::npos);
}

TEST_CASE("statements that the rules refuse are found by the rules alone, all of them") {
  CliWorld world("verify-rules");
  const auto first =
      append_past_rules(world, site_statement(world, "annex", 1, [](registry::Header& header) {
                          header.origin = "another.example/log";
                        }));
  append_past_rules(world, site_statement(world, "annex", 2));
  const auto third =
      append_past_rules(world, site_statement(world, "annex", 3));  // the name is taken

  CHECK(world.json(verify_verb + std::vector<std::string>{"--log"})["valid"] == true);
  const Json verdict = world.json(verify_verb + std::vector<std::string>{"--rules"}, 1);
  REQUIRE(verdict["faults"].size() == 2);
  CHECK(verdict["faults"][0]["code"] == "rules.origin.other_log");
  CHECK(verdict["faults"][0]["index"] == first);
  CHECK(verdict["faults"][1]["index"] == third);
  CHECK(verdict["statements_judged"] == third - 1);
  const Json whole = world.json(verify_verb, 1);
  CHECK(whole["skipped"].is_string());  // the projection
  CHECK(whole["modes"] == Json::array({"log", "rules"}));
}

TEST_CASE("a signature that does not verify is found by the log alone") {
  CliWorld world("verify-signature");
  ledger::Envelope forged = site_statement(world, "annex", 1);
  forged.signatures.front().sig[5] ^= 1U;
  const auto index = append_past_rules(world, forged);

  CHECK(world.json(verify_verb + std::vector<std::string>{"--rules"})["valid"] == true);
  const Json verdict = world.json(verify_verb + std::vector<std::string>{"--log"}, 1);
  CHECK(fault_codes(verdict) == std::vector<std::string>{"signature.bad"});
  CHECK(verdict["faults"][0]["index"] == index);
}

TEST_CASE("signatures below a trusted checkpoint are not checked again, and it says so") {
  CliWorld world("verify-trusted");
  const std::string before = signed_head(world, "before");
  ledger::Envelope forged = site_statement(world, "annex", 1);
  forged.signatures.front().sig[5] ^= 1U;
  append_past_rules(world, forged);
  const std::string after = signed_head(world, "after");

  const auto with = [&](const std::string& file) {
    return verify_verb + std::vector<std::string>{"--log", "--trusted", file};
  };
  CHECK(fault_codes(world.json(with(before), 1)) == std::vector<std::string>{"signature.bad"});
  const Json trusting = world.json(with(after));
  CHECK(trusting["statements_verified"] == 0);
  CHECK(trusting["trusted"] == CliWorld::entries + 1);
  CHECK(trusting["whole"] == false);
  CHECK(world.run(with(after)).out.find("signatures of the first 24") != std::string::npos);
}

TEST_CASE("a trusted checkpoint is held against the entries before it is trusted") {
  CliWorld world("verify-distrusted");
  auto checkpoint = must(ledger::parse_checkpoint(must(read_text_file(signed_head(world, "one")))));
  checkpoint.root.bytes[0] ^= 1U;
  const auto signer = must(crypto::read_key_file(world.path("registry") + "/operator.key"));
  const std::string other =
      world.write("other", ledger::sign_checkpoint(checkpoint, checkpoint.origin, signer));

  const Json verdict =
      world.json(verify_verb + std::vector<std::string>{"--log", "--trusted", other}, 1);

  CHECK(fault_codes(verdict) == std::vector<std::string>{"checkpoint.root"});
  CHECK(world
            .run(verify_verb + std::vector<std::string>{"--log", "--trusted",
                                                        world.write("nonsense", "nonsense")})
            .code == 2);
}

TEST_CASE("a sample checks as many entries as it says, and says what it would find") {
  CliWorld world("verify-sample");
  const auto size = world.json({"ledger", "head"})["size"].get<std::uint64_t>();
  const auto sampled = [&](const std::string& count, const std::string& seed) {
    return world.json(verify_verb +
                      std::vector<std::string>{"--log", "--sample", count, "--sample-seed", seed});
  };

  const Json five = sampled("5", "a");
  CHECK(five["sample"]["population"] == size);
  CHECK(five["sample"]["drawn"] == 5);
  CHECK(five["sample"]["finds"][0]["bad"] == 1);
  CHECK(five["sample"]["finds"][0]["probability"] == "0.2174");  // 5 of 23
  CHECK(five["statements_verified"].get<int>() >= 5);
  CHECK(sampled("5", "a")["statements_verified"] == five["statements_verified"]);
  const Json all = sampled("1000", "a");
  CHECK(all["sample"]["drawn"] == size);
  CHECK(all["sample"]["found_with_95_percent"] == 1);
  const Json unseeded =
      world.json(verify_verb + std::vector<std::string>{"--log", "--sample", "5"});
  CHECK(unseeded["sample"]["seed"].get<std::string>().size() == 32);
}

TEST_CASE("a policy that does not take the newest checkpoint is a fault") {
  CliWorld world("verify-policy");
  const std::string key = world.json({"ledger", "head"})["verifier_key"];
  const auto judged = [&](const std::string& log, int code) {
    const std::string file = world.write("policy", "log " + log + "\nquorum none\n");
    return world.json(verify_verb + std::vector<std::string>{"--log", "--policy", file}, code);
  };
  const auto stranger = ledger::VerifierKey(
      "registry.example/other", must(crypto::read_key_file(world.key("maker"))).public_key());

  CHECK(judged(key, 0)["valid"] == true);
  CHECK(fault_codes(judged(stranger.to_string(), 1)) ==
        std::vector<std::string>{"checkpoint.policy"});
}

TEST_CASE("the rules are judged within little memory, and leave nothing behind") {
  CliWorld world("verify-memory");
  const std::string scratch = world.path("scratch");
  std::filesystem::create_directory(scratch);
  const auto limited =
      verify_verb + std::vector<std::string>{"--rules", "--memory", "64", "--scratch"};

  CHECK(world.json(limited + std::vector<std::string>{scratch})["valid"] == true);
  CHECK(std::filesystem::is_empty(scratch));
  const Ran missing = world.run(limited + std::vector<std::string>{world.path("nowhere")});
  CHECK(missing.code == 3);
  CHECK(missing.err.find("scratch file") != std::string::npos);
}

TEST_CASE("options of a mode that was not asked for are refused") {
  CliWorld world("verify-options");
  const std::string checkpoint = signed_head(world, "one");
  const std::vector<std::vector<std::string>> wrong{{"--rules", "--sample", "5"},
                                                    {"--rules", "--trusted", checkpoint},
                                                    {"--rules", "--checkpoint", checkpoint},
                                                    {"--projection", "--memory", "300"},
                                                    {"--log", "--sample-seed", "a"},
                                                    {"--rules", "--scratch", "."},
                                                    {"--log", "--sample", "0"},
                                                    {"--rules", "--memory", "1"}};
  for (const auto& options : wrong) {
    CAPTURE(options.front() + " " + options[1]);
    CHECK(world.run(verify_verb + options).code == 2);
  }
}

TEST_CASE("a view that is behind the log is compared as far as it has come, and only read") {
  CliWorld world("verify-behind");
  append_past_rules(world, site_statement(world, "annex", 1));
  const std::string before = must(read_text_file(world.path("registry/view.db")));

  const Json verdict = world.json(verify_verb + std::vector<std::string>{"--projection"});

  CHECK(verdict["entries"] == CliWorld::entries);
  CHECK(must(read_text_file(world.path("registry/view.db"))) == before);
}

TEST_CASE("a sample has exactly as many entries as were asked for, each set as likely as another") {
  std::map<std::pair<std::uint64_t, std::uint64_t>, int> pairs;
  constexpr int draws = 6'000;
  for (int seed = 0; seed < draws; ++seed) {
    cli::SignatureSample sample({.first = 2, .draw = 2, .seed = std::to_string(seed)}, 8);
    std::vector<std::uint64_t> taken;
    for (std::uint64_t i = 0; i < 8; ++i) {
      if (sample.takes({i})) taken.push_back(i);
    }
    REQUIRE(taken.size() == 2);
    ++pairs[{taken[0], taken[1]}];
  }
  CHECK(pairs.size() == 15);
  for (const auto& [pair, count] : pairs) {
    CHECK(pair.first >= 2);
    CHECK(count > 320);  // 400 expected, standard deviation 19
    CHECK(count < 480);
  }
}

TEST_CASE("entries that came after the draw was made are all checked") {
  cli::SignatureSample sample({.first = 0, .draw = 0, .seed = "s"}, 3);
  CHECK_FALSE(sample.takes({0}));
  CHECK_FALSE(sample.takes({2}));
  CHECK(sample.takes({3}));
  cli::SignatureSample beyond({.first = 9, .draw = std::nullopt, .seed = ""}, 3);
  CHECK(beyond.population() == 0);
  CHECK(beyond.takes({9}));
}

TEST_CASE("what a sample finds is the exact hypergeometric answer") {
  // Of 10 entries 4 are drawn: C(7,4)/C(10,4) = 35/210 miss three bad ones, 1/30 miss ... six.
  const auto chances = cli::sample_chances(10, 4);
  REQUIRE(chances.size() == 2);
  CHECK(chances[0].probability == "0.4000");
  CHECK(chances[1].probability == "1.000");
  CHECK(cli::sample_finds(10, 4) == 5);  // C(5,4)/C(10,4) = 5/210 = 0.024; four: 15/210 = 0.071
  CHECK(cli::sample_finds(10, 10) == 1);
  CHECK(cli::sample_finds(10, 0) == std::nullopt);
  CHECK(cli::sample_finds(0, 0) == std::nullopt);
}

TEST_CASE("a log that no key of the auditor's has signed is another one than he thinks") {
  CliWorld world("verify-key");
  const Json head = world.json({"ledger", "head"});
  const std::string key = head["verifier_key"];
  const auto verified = [&](const std::vector<std::string>& keys, int code) {
    std::vector<std::string> arguments{"ledger", "verify", "--log"};
    for (const std::string& one : keys)
      arguments = arguments + std::vector{std::string("--key"), one};
    return world.json(arguments, code);
  };
  const std::string stranger =
      ledger::VerifierKey(
          must(ledger::parse_checkpoint(head["checkpoint"].get<std::string>())).origin,
          must(crypto::read_key_file(world.key("registrar"))).public_key())
          .to_string();

  const Json alone = verified({}, 0);
  CHECK(alone["verifier_key"] == key);
  CHECK(alone["vouched"].is_null());
  CHECK(verified({key}, 0)["vouched"] == head["size"]);
  CHECK(verified({stranger, key}, 0)["vouched"] == head["size"]);
  const Json other = verified({stranger}, 1);
  CHECK(fault_codes(other) == std::vector<std::string>{"checkpoint.key"});
  CHECK(other["faults"][0]["expected"] == "a checkpoint signed by " + stranger);
  CHECK(world.run({"ledger", "verify", "--log", "--key", "junk"}).code == 2);
  CHECK(world.run({"ledger", "verify", "--rules", "--key", key}).code == 2);

  // Entries behind the newest checkpoint are in the log by nobody's word but its keeper's.
  append_past_rules(world, site_statement(world, "late", 1));
  const Json behind = verified({key}, 0);
  CHECK(behind["vouched"] == head["size"]);
  CHECK(behind["entries"] == head["size"].get<std::uint64_t>() + 1);
}

TEST_CASE("an anchor of this log with another root than its entries have is a fault") {
  CliWorld world("verify-anchor");
  const Json head = world.json({"ledger", "head"});
  const auto anchor = [&](std::uint64_t size, const std::string& root) {
    world.record("registrar",
                 {"registry", "anchor", "--log", "test.example/registry", "--size",
                  std::to_string(size), "--root", root, "--checkpoint", std::string(64, 'c')});
  };
  const std::uint64_t size = head["size"];
  anchor(size, head["root"]);
  const auto log = verify_verb + std::vector<std::string>{"--log"};
  CHECK(world.json(log)["valid"] == true);

  // The rules cannot know: the entry stands, as a finding beside the one before.
  anchor(size, std::string(64, 'a'));
  CHECK(world.json(verify_verb + std::vector<std::string>{"--rules"})["valid"] == true);
  const Json verdict = world.json(log, 1);
  CHECK(fault_codes(verdict) == std::vector<std::string>{"checkpoint.anchor"});
  CHECK(verdict["faults"][0]["index"] == size + 1);
  CHECK(verdict["faults"][0]["found"] == std::string(64, 'a'));
}
