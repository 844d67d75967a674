// Public values that decide a draw, by commands.

#include "tests/cli/audit_world.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;

namespace {

std::string beacon_vector_file(const std::string& name) {
  return std::string(source_root) + "/tests/vectors/sampler/" + name;
}

Words collect(const std::string& folder, const std::string& pulse, const std::string& previous,
              const std::string& out) {
  return {"beacon",        "collect",
          "--pulse",       beacon_vector_file(folder + "/" + pulse),
          "--previous",    beacon_vector_file(folder + "/" + previous),
          "--certificate", beacon_vector_file(folder + "/certificate.pem"),
          "--out",         out};
}

}  // namespace

TEST_CASE("a plan names a pulse to come, and its draw is verified by the pulse's signature") {
  AuditWorld world("beacon-whole", "existence",
                   {"--beacon", "nist-v2", "--beacon-at", "2026-12-24T10:00:00Z",
                    "--nist-certificate", beacon_vector_file("own_beacon/certificate.pem")});
  const std::string file = world.path("beacons");
  CHECK(world.run(world.draw()).err.find("names public sources") != std::string::npos);
  const Json values =
      world.json(collect("own_beacon", "pulse.json", "previous.json", file))["values"];
  CHECK(values[0]["verified"] == true);
  CHECK(world.json({"beacon", "check", file})["values"][0]["time"] == "2026-12-24T10:00:00.000Z");

  // Values that are collected one after the other come into one file.
  const std::string both = world.path("both");
  const Words nist = collect("nist", "pulse_54610.json", "pulse_54609.json", both);
  const Json joined = world.json(nist + Words{"--with", file})["values"];
  CHECK(joined.size() == 2);
  CHECK(joined[0] == values[0]);
  CHECK(world.json({"beacon", "check", both})["values"] == joined);
  CHECK(world.run(nist + Words{"--with", world.path("missing")}).code == 2);

  const Words beacon{"--beacon", file};
  // Seven weeks before its time no value exists: a clock is wrong, whichever.
  const Ran early = world.run(world.draw(beacon));
  CHECK(early.code == 1);
  CHECK(early.err.find("draw.value_ahead") != std::string::npos);
  world.at("2026-12-24T10:00:30Z");
  CHECK(world.json(world.draw(beacon))["beacon"]["verified"] == true);
  world.json(world.open(beacon));
  CHECK(world.json(world.verify(beacon))["valid"] == true);
  // Without the pulse the seal's value is only somebody's word.
  CHECK(world.run(world.verify()).code == 4);
}

TEST_CASE("values that the plan does not name are refused, and past ones cannot be named") {
  AuditWorld world("beacon-other", "existence",
                   {"--beacon", "nist-v2,drand-quicknet", "--beacon-at", "2026-12-24T10:01:00Z",
                    "--nist-certificate", beacon_vector_file("own_beacon/certificate.pem")});
  const std::string file = world.path("beacons");
  world.json(collect("own_beacon", "pulse.json", "previous.json", file));
  const Ran other = world.run(world.draw({"--beacon", file}));
  CHECK(other.code == 1);
  CHECK(other.err.find("got the pulse of 2026-12-24T10:00:00.000Z") != std::string::npos);

  // Pulse and previous one exchanged: nothing is written.
  const std::string none = world.path("none");
  CHECK(world.run(collect("nist", "pulse_54609.json", "pulse_54610.json", none)).code == 1);
  CHECK_FALSE(std::filesystem::exists(none));
  const Json round = world.json({"beacon", "round", "nist-v2", "--at", "2018-08-30T17:43:01Z"});
  CHECK(round["round"] == 25'594'184);
  CHECK(round["time"] == "2018-08-30T17:44:00.000Z");
}

TEST_CASE("a pulse and the ledger's ceremony decide a draw together") {
  AuditWorld world("beacon-joined", "existence",
                   {"--beacon", "nist-v2,ceremony", "--beacon-at", "2026-12-24T10:00:00Z",
                    "--nist-certificate", beacon_vector_file("own_beacon/certificate.pem")});
  const std::string file = world.path("beacons");
  world.json(collect("own_beacon", "pulse.json", "previous.json", file));
  const Words beacon{"--beacon", file};
  const Ran none = world.run(world.draw(beacon));
  CHECK(none.code == 1);
  CHECK(none.err.find("ceremony: the file of beacons has no value of it") != std::string::npos);
  world.json(world.commit(world.prover));
  const Ran half = world.run(world.draw(beacon));
  CHECK(half.code == 1);
  CHECK(half.err.find("has not committed") != std::string::npos);
  world.json(world.commit("inspectorate"));
  for (const std::string& party : {world.prover, std::string("inspectorate")}) {
    world.json(world.reveal(party));
  }
  // The ceremony alone does not decide, nor does the pulse.
  CHECK(world.run(world.draw()).err.find("names public sources") != std::string::npos);
  world.at("2026-12-24T10:00:30Z");
  const Json drawn = world.json(world.draw(beacon));
  CHECK(drawn["beacon"]["verified"] == true);
  const auto source = drawn["beacon"]["source"].get<std::string>();
  CHECK(source.find("ceremony in the ledger") != std::string::npos);
  CHECK(source.find("2026-12-24T10:00:00.000Z") != std::string::npos);
  world.json(world.open(beacon));
  CHECK(world.json(world.verify(beacon))["valid"] == true);
  CHECK(world.run(world.verify()).code == 4);  // the seal's word alone
}
