#pragma once

#include <string>
#include <vector>

#include "ledger/base/file.hpp"
#include "ledger/crypto/key_file.hpp"
#include "ledger/refusal.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

// What tests of refusals and promises hand in.

namespace muster::test {

using Words = std::vector<std::string>;

inline const Words undesigned{"product", "register", "--product", "x1",
                              "--name",  "X",        "--tpp",     "100"};

inline Words as(CliWorld& world, const std::string& org) {
  return {"--as", org, "--sign", world.key(org)};
}

/// An envelope of northwind that is not handed in yet; `number` counts from behind all of the
/// world.
inline std::string envelope(CliWorld& world, const std::string& name, std::uint64_t number,
                            const std::string& org = "northwind",
                            const std::string& kind = "site.register",
                            const std::string& body = "") {
  const std::string own =
      R"({"site":")" + name + R"(","name":"A Site","country":"SG","kind":"warehouse"})";
  const std::string file = world.path(name + ".json");
  world.json(Words{"statement", "make", "--kind", kind, "--body", body.empty() ? own : body,
                   "--number", std::to_string(100 + number), "--out", file} +
             as(world, org));
  return file;
}

/// A statement that the rules refuse: northwind designs nothing.
inline std::string bad_envelope(CliWorld& world, std::uint64_t number) {
  return envelope(world, "bad-" + std::to_string(number), number, "northwind", "product.register",
                  R"({"product":"x1","name":"X","tpp":100})");
}

/// The one object that `arguments` print, with NDJSON of one line.
inline Json one_line(CliWorld& world, const Words& arguments, int code = 0) {
  const Ran ran = world.run(arguments + Words{"--json"});
  INFO(ran.err);
  REQUIRE(ran.code == code);
  const auto end = ran.out.find('\n');
  return must(parse_json(ran.out.substr(0, end)));
}

inline std::size_t waiting(CliWorld& world) {
  const Ran ran = world.run({"statement", "promises", "--json"});
  return must(parse_json(ran.out))["waiting"].size();
}

struct Promised {
  std::string statement;
  std::string file;
  std::string deadline;
};

inline Promised promise(CliWorld& world, const std::string& file, const Words& more = {}) {
  const Json line =
      one_line(world, Words{"statement", "promise", file, "--out", world.path("promises")} + more);
  CHECK(line["status"] == "promised");
  return {line["statement"], line["promise"], line["deadline"]};
}

inline Json check_promise(CliWorld& world, const std::string& file, int code,
                          const Words& more = {}) {
  return world.json(Words{"statement", "check-promise", file, "--key", world.verifier_key()} + more,
                    code);
}

/// A refusal of whatever is in `file`, signed with the operator's key against all rules.
inline std::string dishonest_refusal(CliWorld& world, const std::string& file) {
  const auto key = must(crypto::read_key_file(world.path("registry/operator.key")));
  const auto envelope = must(ledger::parse_envelope(must(read_text_file(file))));
  const Json head = world.json({"ledger", "head"});
  const ledger::TreeHead counted{{head["size"].get<std::uint64_t>()},
                                 must(Hash::from_hex(head["root"].get<std::string>()))};
  return ledger::sign_refusal({{"test.example/registry", ledger::statement_hash(envelope),
                                ledger::envelope_hash(envelope), counted},
                               must(Timestamp::parse(world.now())),
                               "role.missing",
                               "we do not like you"},
                              key);
}

/// A later entry: the log's time goes on.
inline void record_something(CliWorld& world, const std::string& site) {
  world.record("gov", {"site", "register", "--site", site, "--name", "S", "--country", "US",
                       "--kind", "warehouse"});
}

}  // namespace muster::test
