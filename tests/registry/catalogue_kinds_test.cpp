// Every event that the catalogue names is a row of the one table, with its schema and its golden
// payload; and what is no statement is none.

#include <map>
#include <set>

#include "ledger/base/file.hpp"
#include "registry/kind.hpp"
#include "registry/schema.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;
using namespace muster::registry;

namespace {

/// The catalogue's codes, each with the kinds that it asks for.
const std::map<std::string, std::vector<std::string>> catalogue{
    {"A1", {"org.register"}},
    {"A2", {"org.suspend", "org.reinstate"}},
    {"A3", {"key.add"}},
    {"A4", {"key.rotate"}},
    {"A5", {"key.revoke"}},
    {"A6", {"site.register", "site.close"}},
    {"A7", {"product.register", "product.amend"}},
    {"A8", {"delegate.grant", "delegate.revoke"}},
    {"B1", {"id.reserve"}},
    {"B2", {"lot.create"}},
    {"B3", {"lot.split", "lot.merge", "lot.move"}},
    {"B4", {"lot.scrap"}},
    {"B5", {"chip.package"}},
    {"B6", {"chip.enrol"}},
    {"B7", {"chip.test"}},
    {"B8", {"chip.regrade"}},
    {"C1", {"asm.attach"}},
    {"C2", {"asm.detach"}},
    {"C3", {"asm.swap"}},
    {"C4", {"pack"}},
    {"C5", {"unpack"}},
    {"C6", {"seal.apply", "seal.check", "seal.break"}},
    {"D1", {"licence.grant"}},
    {"D2", {"licence.amend", "licence.suspend", "licence.revoke"}},
    {"D5", {"eus.submit"}},
    {"D6", {"screen.result"}},
    {"E1", {"release"}},
    {"E2", {"release.cancel"}},
    {"E3", {"leg.handover"}},
    {"E4", {"arrive"}},
    {"E5", {"accept"}},
    {"E6", {"refuse"}},
    {"E8", {"shipment.split", "shipment.merge"}},
    {"E9", {"reroute"}},
    {"F1", {"choke.checkin"}},
    {"F2", {"choke.inspect"}},
    {"F3", {"choke.hold"}},
    {"F4", {"choke.clear"}},
    {"F5", {"choke.seize", "choke.forfeit"}},
    {"F6", {"choke.register"}},
    {"G1", {"install"}},
    {"G2", {"uninstall", "relocate"}},
    {"G3", {"inventory"}},
    {"G4", {"attest"}},
    {"H1", {"title.transfer"}},
    {"H2", {"lease.start", "lease.end"}},
    {"I1", {"rma.open"}},
    {"I2", {"repair"}},
    {"I3", {"rma.replace"}},
    {"I4", {"rma.close"}},
    {"J1", {"discrepancy.open"}},
    {"J2", {"discrepancy.resolve"}},
    {"J3", {"loss.declare"}},
    {"J4", {"theft.declare"}},
    {"J5", {"recover"}},
    {"J6", {"tamper.report", "divert.report"}},
    {"J7", {"dispute.raise", "dispute.settle"}},
    {"K1", {"retire"}},
    {"K2", {"destroy"}},
    {"K3", {"scope.exit", "scope.reenter"}},
    {"L1", {"correct.void"}},
    {"L2", {"correct.replace"}},
    {"M0", {"vrf.register"}},
    {"M1", {"plan.commit", "plan.abandon"}},
    {"M2a", {"draw.seal"}},
    {"M2b", {"draw.open"}},
    {"M2c", {"draw.arrive"}},
    {"M3", {"inspect.result"}},
    {"M4", {"finding.open", "finding.close"}},
    {"M5", {"balance.close"}},
    {"N1", {"checkpoint.anchor"}},
    {"N3", {"policy.change"}},
    {"N4", {"import.epcis"}},
    {"P",
     {"freeze.commit", "run.declare", "run.amend", "heads.commit", "exit.read", "query.open",
      "query.answer", "query.close", "refusal", "state.commit"}}};

/// Codes of the catalogue that nobody signs: what they say follows from other statements and the
/// time of the log, or stands beside the log.
const std::map<std::string, std::string> no_statements{{"D3", "licence.use"},
                                                       {"D4", "licence.restore"},
                                                       {"E7", "release.expire"},
                                                       {"N2", "witness.cosign"}};

/// "G2" of "G2b": further kinds of one code have a letter more.
std::string stem(std::string_view code) {
  std::size_t end = 1;
  while (end < code.size() && code[end] >= '0' && code[end] <= '9') ++end;
  return std::string(code.substr(0, end));
}

}  // namespace

TEST_CASE("every event of the catalogue is a row of the table, under its own code") {
  for (const auto& event : catalogue) {
    for (const std::string& name : event.second) {
      const Kind* kind = find_kind(name);
      CHECK_MESSAGE(kind != nullptr, event.first << " " << name);
      if (kind == nullptr) continue;
      const std::string own = stem(kind->code);
      const bool fits = event.first == "P" ? own[0] == 'P' : own == stem(event.first);
      CHECK_MESSAGE(fits, name << ": " << own);
    }
  }
}

TEST_CASE("every row has a schema that names it and a golden payload of its kind") {
  const std::string folder = source_root;
  for (const Kind* kind : kinds()) {
    const std::string name(kind->name);
    const Json schema =
        must(parse_json(must(read_text_file(folder + "/registry/schema/" + name + ".json"))));
    CHECK(schema["properties"]["kind"]["const"] == name);
    const Json payload = must(parse_json(
        must(read_text_file(folder + "/tests/vectors/registry/payloads/" + name + ".json"))));
    CHECK(payload["kind"] == name);
  }
}

TEST_CASE("what the catalogue calls an event and nobody signs is no kind, and the table says why") {
  const std::string readme = must(read_text_file(std::string(source_root) + "/registry/README.md"));
  for (const auto& event : no_statements) {
    CHECK(find_kind(event.second) == nullptr);
    const std::string row = "| " + event.first + " | `" + event.second + "` |";
    CHECK_MESSAGE(readme.find(row) != std::string::npos, row);
  }
}

TEST_CASE("a row that the catalogue does not name is one that the README explains") {
  std::set<std::string> named;
  for (const auto& event : catalogue) named.insert(event.second.begin(), event.second.end());
  const std::string readme = must(read_text_file(std::string(source_root) + "/registry/README.md"));
  const auto section = readme.find("## Kinds beyond the catalogue");
  REQUIRE(section != std::string::npos);
  for (const Kind* kind : kinds()) {
    if (named.contains(std::string(kind->name))) continue;
    const bool told =
        readme.find("`" + std::string(kind->name) + "`", section) != std::string::npos;
    CHECK_MESSAGE(told, std::string(kind->name));
  }
}
