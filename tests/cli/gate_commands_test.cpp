// Draws at the gates, by commands: plan, seal, arrival, value, lines.

#include "tests/cli/audit_world.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;

namespace {

std::string own_beacon(const std::string& name) {
  return std::string(source_root) + "/tests/vectors/sampler/own_beacon/" + name;
}

Words gate_plan() {
  return {"--beacon", "nist-v2",    "--gate",   "--nist-certificate", own_beacon("certificate.pem"),
          "--design", "stratified", "--quotas", "proportional"};
}

std::vector<std::string> sealed_sites(const Json& sealed) {
  std::vector<std::string> sites;
  for (const Json& site : sealed["sites"]) sites.push_back(site["site"]);
  return sites;
}

Words arrival(AuditWorld& world, const std::string& site) {
  return Words{"kit", "arrive", "P1", "--site", site} + world.by("inspectorate");
}

Words gate_opening(AuditWorld& world, const std::string& site, const Words& beacon) {
  Words words = world.open(beacon) + Words{"--site", site};
  *(std::ranges::find(words, "--out") + 1) = world.path("at-" + site);
  return words;
}

}  // namespace

TEST_CASE(
    "the lines of a site come from a pulse after the arrival, and a stranger sees the order") {
  AuditWorld world("gate-whole", "existence", gate_plan());
  const std::string file = world.path("beacons");
  world.json({"beacon", "collect", "--pulse", own_beacon("pulse.json"), "--previous",
              own_beacon("previous.json"), "--certificate", own_beacon("certificate.pem"), "--out",
              file});
  const Words beacon{"--beacon", file};
  CHECK(world.run(world.draw(beacon)).code == 2);  // nothing decides yet
  const Json sealed = world.json(world.draw());
  const auto sites = sealed_sites(sealed);
  REQUIRE(sites.size() >= 2);
  CHECK(sealed["sites"][0]["root"] == sealed["sites"][1]["root"]);

  const Ran early = world.run(gate_opening(world, sites[0], beacon));
  CHECK(early.code == 1);
  CHECK(early.err.find("draw.not_arrived") != std::string::npos);
  world.at("2026-12-24T09:59:10Z");
  CHECK(world.run(arrival(world, "nowhere")).err.find("draw.not_sealed") != std::string::npos);
  for (const std::string& site : sites) {
    const Json arrived = world.json(arrival(world, site));
    CHECK(arrived["rounds"][0]["time"] == "2026-12-24T10:00:00.000Z");
  }
  CHECK(world.run(arrival(world, sites[0])).err.find("draw.arrived") != std::string::npos);
  CHECK(world.run(gate_opening(world, sites[0], {})).code == 2);
  CHECK(world.run(world.open(beacon)).err.find("one site at a time") != std::string::npos);
  world.at("2026-12-24T10:00:05Z");
  for (const std::string& site : sites) world.json(gate_opening(world, site, beacon));
  CHECK(world.json(world.verify(beacon))["valid"] == true);
  CHECK(world.run(world.verify()).code == 4);  // by the openings' word
  CHECK(world.json(Words{"audit", "P1", "--skip-log"} + world.frame_key() + beacon, 4)["failed"] ==
        false);
  // What was known before nobody makes a kit of.
  CHECK(world
            .run(Words{"kit", "make", "P1", "--site", sites[0], "--vrf-key",
                       world.path("w/inspector/vrf.key"), "--code", world.path("code"), "--out",
                       world.path("kit")} +
                 world.frame_key() + world.by("inspectorate"))
            .err.find("draw.at_gates") != std::string::npos);
}

TEST_CASE("a pulse of another minute than the first after the arrival opens no site") {
  AuditWorld world("gate-late", "existence", gate_plan());
  const std::string file = world.path("beacons");
  world.json({"beacon", "collect", "--pulse", own_beacon("pulse.json"), "--previous",
              own_beacon("previous.json"), "--certificate", own_beacon("certificate.pem"), "--out",
              file});
  const auto sites = sealed_sites(world.json(world.draw()));
  world.at("2026-12-24T09:58:10Z");
  world.json(arrival(world, sites[0]));
  const Ran early = world.run(gate_opening(world, sites[0], {"--beacon", file}));
  CHECK(early.code == 1);
  CHECK(early.err.find("draw.beacon") != std::string::npos);
  // Read out by the duty office it opens, and is labelled.
  world.json(gate_opening(world, sites[0],
                          {"--beacon-value", std::string(64, '7'), "--beacon-source", "duty"}));
  const Json checked = world.json(world.verify({"--beacon", file}), 1);
  CHECK(checked["failed"] == true);
}

TEST_CASE("an opening without an arrival before it fails the check, whoever recorded it") {
  AuditWorld world("gate-forced", "existence", gate_plan());
  const auto sites = sealed_sites(world.json(world.draw()));
  world.json(arrival(world, sites[0]));
  world.json(gate_opening(world, sites[0],
                          {"--beacon-value", std::string(64, '7'), "--beacon-source", "duty"}));
  CHECK(world.run(world.verify()).code == 4);
  CHECK(world.run(arrival(world, sites[0])).err.find("draw.opened") != std::string::npos);
  // Of another plan than one at the gates an arrival is a mere record.
  CHECK(world
            .run({"plan", "new", world.prover, "--id", "P9", "--as", "inspectorate", "--rule",
                  "1e26", "--longest-run", "30d", "--gate"})
            .err.find("--gate: want --beacon nist-v2") != std::string::npos);
}
