// `run declare` and `attest account`: a Prover says what its chips did, and anyone sees what that
// comes to.

#include "ledger/crypto/sha256.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Northwind has two accelerators of the catalogue; it is March 2027.
struct AccountWorld {
  CliWorld world;
  std::vector<std::string> chips;

  explicit AccountWorld(const std::string& name) : world(name) {
    world.record("maker", {"product", "register", "--product", "h100", "--name", "H100", "--tpp",
                           "15832", "--model", "h100-sxm5-80gb"});
    chips = world.chips(2, "h100");
    world.deliver(chips, "h100");
    world.set_now("2027-03-01T00:00:00Z");
  }

  /// What lies in memory: of runs whose names begin alike the same.
  static std::string chunk_of(const std::string& run) {
    return crypto::sha256(run.substr(0, run.find('-'))).to_hex();
  }

  /// The three documents of a run on both chips for ten days of February.
  [[nodiscard]] std::string documents(const std::string& run, const std::string& flop) const {
    const Json window{{"from", "2027-02-01T00:00:00.000Z"}, {"to", "2027-02-11T00:00:00.000Z"}};
    Json metadata = window;
    metadata.update(Json{{"run", run},
                         {"use", "training"},
                         {"parameters", "1000000000"},
                         {"flop", flop},
                         {"bytes_per_parameter", "2"},
                         {"chunk_bytes", 4096},
                         {"scratch_bytes_per_chip", 0},
                         {"restarts", Json::array()}});
    std::vector<std::string> sorted = chips;
    std::ranges::sort(sorted);
    std::string map;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
      Json seat = window;
      seat.update(Json{{"chip", sorted[i]}, {"shard", i}, {"first_chunk", 0}});
      map += canonical_json(seat) + "\n";
    }
    Json step = window;
    step.update(Json{{"shard", 0}, {"step", 0}, {"chunks", Json::array({chunk_of(run)})}});
    const std::string stem = world.write(run + ".json", canonical_json(metadata));
    world.write(run + ".assignments.ndjson", map);
    world.write(run + ".steps.ndjson", canonical_json(step) + "\n");
    return stem.substr(0, stem.size() - 5);
  }

  std::string declare(const std::string& run, const std::string& flop,
                      const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"run", "declare", documents(run, flop), "--model", "a model"};
    words.insert(words.end(), more.begin(), more.end());
    return world.record("northwind", words);
  }

  Json account(int code = 0, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"attest", "account", "northwind", "--window",
                                   "2027-02-01..2027-03-01"};
    words.insert(words.end(), more.begin(), more.end());
    return world.json(words, code);
  }
};

}  // namespace

TEST_CASE("a run that is declared is in the account of its window, and what is left could hide") {
  AccountWorld one("cli-account");
  // Two chips at 989.5e12 for ten days can do 1.71e21.
  one.declare("r1", "6.8e20", {"--format", "BF16", "--tokens", "100000000000"});

  const Json account = one.account();

  CHECK(account["products"][0]["chips"] == 2);
  CHECK(account["products"][0]["held_ms"] == 2 * 28 * 86'400'000LL);
  CHECK(account["products"][0]["declared_ms"] == 2 * 10 * 86'400'000LL);
  REQUIRE(account["runs"].size() == 1);
  const Json& run = account["runs"][0];
  CHECK(run["reading"] == "normal");
  CHECK(run["mfu"].get<double>() == doctest::Approx(0.398).epsilon(0.01));
  CHECK(account["findings"].empty());
  CHECK(account["figures"]["declared"] == "680000000000000000000");
  const auto outcome = [&](std::size_t i) { return account["rules"][i]["outcome"]; };
  REQUIRE(account["rules"].size() == 2);  // those in force in 2027
  CHECK(outcome(0) == "not reached");
  CHECK(outcome(1) == "not reached");
}

TEST_CASE("many small runs that begin with each other's weights are one model for a rule") {
  AccountWorld one("cli-account-lineage");
  one.declare("r1", "6e24", {"--format", "BF16"});
  one.declare("r2", "5e24", {"--parents", "r1"});

  const Json account = one.account(1);

  CHECK(account["models"][1]["flop"] == "1.1e25");
  CHECK(account["models"][1]["runs"] == Json::array({"r1", "r2"}));
  CHECK(account["rules"][0]["outcome"] == "not reached");
  CHECK(account["rules"][1]["outcome"] == "reached");
  // The same chips at one time, and more than they can do.
  const std::string text = account["findings"].dump();
  CHECK(text.find("run.overlap") != std::string::npos);
  CHECK(text.find("flop.impossible") != std::string::npos);
}

TEST_CASE("weights from elsewhere count as the limit until they are shown to be less") {
  AccountWorld one("cli-account-outside");
  one.declare("r1", "6.8e20", {"--format", "BF16", "--outside-parent", "weights of a university"});

  const Json account = one.account();

  CHECK(account["rules"][0]["outcome"] == "reached by default");
  CHECK(account["rules"][0]["unshown"] == Json::array({"weights of a university"}));
}

TEST_CASE(
    "an account of one site accuses nobody of the chips at others, and says what it cannot judge") {
  AccountWorld one("cli-account-site");
  one.declare("r1", "6.8e20", {"--format", "BF16"});
  const auto at = [&](const std::vector<std::string>& selection, int code) {
    std::vector<std::string> words{"attest", "account", "--window", "2027-02-01..2027-03-01"};
    words.insert(words.end(), selection.begin(), selection.end());
    return one.world.json(words, code);
  };
  CHECK(at({"northwind", "--site", "northwind-site"}, 0)["findings"].empty());
  CHECK(at({"--country", "SG"}, 0)["runs"][0]["reading"] == "normal");
  CHECK(at({"--owner", "maker"}, 0)["runs"][0]["run"] == "r1");
  // No chips: there is nothing to be judged, and nothing that would be clean.
  CHECK(at({"northwind", "--site", "port"}, 4)["judged_whole"] == false);
  one.declare("r2", "1e19", {});
  CHECK(at({"northwind"}, 1)["judged_whole"] == false);
}

TEST_CASE("an amended run is accounted as amended, and as it was before by --index") {
  AccountWorld one("cli-account-amend");
  one.declare("r1", "6.8e20", {"--format", "BF16"});
  const auto before = one.world.json({"ledger", "head"})["size"].get<std::uint64_t>() - 1;
  one.world.record("northwind",
                   {"run", "amend", "--run", "r1", "--reason", "a typing error", "--flop", "3e22"});

  CHECK(one.account(1)["runs"][0]["reading"] == "impossible");
  CHECK(one.account(0, {"--index", std::to_string(before)})["runs"][0]["reading"] == "normal");
}

TEST_CASE("a parent must be declared before, and faults in documents and rules are named") {
  AccountWorld one("cli-account-faults");
  const auto declare = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"run", "declare", one.documents("r1", "1e20"), "--model", "m"};
    words.insert(words.end(), more.begin(), more.end());
    return one.world.code("northwind", words);
  };
  CHECK(declare({"--parents", "r0"}) == 1);
  CHECK(one.world.code("northwind", {"run", "declare", one.world.path("none"), "--model", "m"}) ==
        2);
  one.world.write("r2.json", "{}");
  one.world.write("r2.assignments.ndjson", "");
  one.world.write("r2.steps.ndjson", "");
  const Ran bad = one.world.run({"run", "declare", one.world.path("r2"), "--model", "m", "--as",
                                 "northwind", "--sign", one.world.key("northwind")});
  CHECK(bad.code == 2);
  CHECK(bad.err.find("r2") != std::string::npos);

  CHECK(one.world.run({"attest", "account", "northwind"}).code == 2);
  CHECK(one.world.run({"attest", "account", "nobody", "--window", "2027-02-01..2027-03-01"}).code ==
        2);
  const std::string rules = one.world.write("own.json", R"({"id":"own","rules":[{}]})");
  const Ran ruled = one.world.run(
      {"attest", "account", "northwind", "--window", "2027-02-01..2027-03-01", "--rules", rules});
  CHECK(ruled.code == 2);
  CHECK(ruled.err.find("own.json: rules.rules[0].rule") != std::string::npos);
}

TEST_CASE("runs that had the same bytes in memory need a lineage that says so") {
  AccountWorld one("cli-sharing");
  one.declare("r1", "6.8e20", {"--format", "BF16"});
  one.declare("r1-again", "1e19", {});
  one.declare("r2", "1e19", {});

  const Json account = one.account(1);

  int shared = 0;
  for (const Json& finding : account["findings"]) {
    if (finding["code"] != "run.shared_weights") continue;
    ++shared;
    CHECK(finding["run"] == "r1-again");
    CHECK(finding["severity"] == "query");
    CHECK(finding["text"].get<std::string>().find("of run r1 too") != std::string::npos);
  }
  CHECK(shared == 1);
  one.declare("r2-more", "1e19", {"--parents", "r2"});
  const Json after = one.account(1);
  for (const Json& finding : after["findings"]) {
    const bool is_of_heirs = finding["code"] == "run.shared_weights" && finding["run"] == "r2-more";
    CHECK_FALSE(is_of_heirs);
  }
}
