#include "tests/cli/cli_world.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "cli/app.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/support/must.hpp"

namespace muster::test {
std::vector<std::string> operator+(std::vector<std::string> first,
                                   const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
  return text;
}

CliWorld::CliWorld(const std::string& name)
    : folder_(name), random_(name), now_(must(Timestamp::parse("2026-01-05T08:00:00Z"))) {
  for (const char* org : {"registrar", "gov", "maker", "northwind", "verifier", "witness"}) {
    json({"key", "new", key(org)});
  }
  const Json made =
      json({"init", path("registry"), "--origin", "test.example/registry", "--registrar",
            "registrar", "--name", "The Registrar", "--country", "CH", "--key", key("registrar")});
  CHECK(made["origin"] == "test.example/registry");
  add_party("gov", "US", "authority");
  add_party("maker", "US", "designer,packager,fab,test_house");
  add_party("northwind", "SG", "prover");
  add_party("verifier", "CH", "verifier,inspector");
  add_party("witness", "SG", "witness");
  record("gov", {"site", "register", "--site", "port", "--name", "The Port", "--country", "US",
                 "--kind", "chokepoint"});
  record("maker",
         {"product", "register", "--product", "a1", "--name", "Accelerator One", "--tpp", "4800"});
}

Ran CliWorld::run_alone(std::vector<std::string> arguments) {
  now_.ms += 1'000;
  arguments = std::move(arguments) + std::vector<std::string>{"--now", now()};
  std::ostringstream out;
  std::ostringstream err;
  const int code = cli::run(arguments, out, err, random_);
  return {code, out.str(), err.str()};
}

Ran CliWorld::run(std::vector<std::string> arguments) {
  return run_alone(std::move(arguments) + std::vector<std::string>{"--registry", path("registry")});
}

Json CliWorld::json(std::vector<std::string> arguments, int code) {
  const std::string said = joined(arguments);
  const Ran ran = run(std::move(arguments) + std::vector<std::string>{"--json"});
  INFO(said);
  INFO(ran.err);
  INFO(ran.out);
  REQUIRE(ran.code == code);
  return must(parse_foreign_json(ran.out));
}

std::string CliWorld::record(const std::string& org, std::vector<std::string> arguments) {
  const Json outcome =
      json(std::move(arguments) + std::vector<std::string>{"--as", org, "--sign", key(org)});
  CHECK(outcome["status"] == "recorded");
  return outcome["statement"].get<std::string>();
}

int CliWorld::code(const std::string& org, std::vector<std::string> arguments) {
  return run(std::move(arguments) + std::vector<std::string>{"--as", org, "--sign", key(org)}).code;
}

std::string CliWorld::write(const std::string& name, const std::string& content) const {
  const std::string file = path(name);
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

std::string CliWorld::head() {
  const Json head = json({"ledger", "head", "--dry-run"});
  return head["size"].dump() + " " + head["root"].get<std::string>();
}

std::string CliWorld::verifier_key() {
  return json({"ledger", "head"})["verifier_key"].get<std::string>();
}

void CliWorld::set_now(const std::string& instant) {
  now_ = must(Timestamp::parse_day_or_instant(instant));
}

void CliWorld::list_exception(const std::string& name) {
  record("registrar", {"policy", "change", "--rules-version", "1", "--parameters",
                       Json{{"exceptions", Json::array({name})}}.dump(), "--reason", "the law"});
}

void CliWorld::add_party(const std::string& org, const std::string& country,
                         const std::string& roles) {
  const std::string hex = json({"key", "show", key(org)})["public"].get<std::string>();
  record("registrar", {"party", "register", "--sign", key(org), "--party", org, "--name",
                       "The " + org, "--country", country, "--roles", roles, "--key", hex});
  record(org, {"site", "register", "--site", org + "-site", "--name", "Site of " + org, "--country",
               country, "--kind", "warehouse"});
  record(org, {"eus", "submit", "--statement", crypto::sha256(org).to_hex(), "--site",
               org + "-site", "--use", "computing", "--no-resale", "yes"});
  record("registrar", {"screen", "record", "--parties", org, "--lists",
                       crypto::sha256("lists").to_hex(), "--as-of", now(), "--verdict", "pass"});
}

std::string CliWorld::made_up_key(const std::string& chip) {
  return crypto::sha256("device " + chip).to_hex();
}

std::vector<std::string> CliWorld::chips(std::size_t count, const std::string& product,
                                         const KeyOf& key_of) {
  const std::string block = std::to_string(next_block_++);
  const std::string number = std::to_string(count);
  record("maker", {"chip", "reserve", "--block", block, "--count", number, "--product", product,
                   "--packager", "maker"});
  const std::string ids = path("ids-" + block + ".csv");
  json({"chip", "ids", "--block", block, "--count", number, "--out", ids});
  record("maker",
         {"chip", "package", "--product", product, "--at", "maker-site", "--chips", "@" + ids});
  std::ifstream in(ids);
  std::string line;
  std::getline(in, line);
  std::vector<std::string> chips;
  std::string keys = "chip,key\n";
  std::string results = "chip,pass\n";
  while (std::getline(in, line)) {
    chips.push_back(line);
    keys += line + "," + key_of(line) + "\n";
    results += line + ",yes\n";
  }
  record("maker", {"chip", "enrol", "--chips", "@" + write("keys-" + block + ".csv", keys)});
  record("maker", {"chip", "test", "--chips", "@" + write("results-" + block + ".csv", results)});
  return chips;
}

void CliWorld::grant_licence(const std::string& product) {
  record("gov", {"licence", "grant", "--licence", "L1", "--licensee", "maker", "--consignees",
                 "northwind", "--countries", "SG", "--products", product, "--max-units", "10",
                 "--window", "2026-01-01..2027-01-01"});
}

void CliWorld::deliver(const std::vector<std::string>& chips, const std::string& product) {
  grant_licence(product);
  const std::string released =
      record("maker",
             {"ship", "release", "--shipment", "S1", "--receiver", "northwind", "--destination",
              "northwind-site", "--purpose", "sale", "--licence", "L1", "--chips", joined(chips)});
  record("northwind", {"ship", "accept", "--shipment", "S1", "--release", released, "--method",
                       "opened", "--at", "northwind-site", "--chips", joined(chips)});
}

}  // namespace muster::test
