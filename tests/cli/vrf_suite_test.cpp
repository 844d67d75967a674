// A Verifier whose key for draws is one of P-256: registered, planned, drawn, opened and checked.

#include "tests/cli/audit_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

constexpr const char* p256_suite = "ECVRF-P256-SHA256-TAI";

Words for_p2(Words words) {
  std::ranges::replace(words, std::string("P1"), std::string("P2"));
  return words;
}

Words drawn_by(Words words, const std::string& key_file) {
  *(std::ranges::find(words, "--vrf-key") + 1) = key_file;
  return words;
}

/// The hex digits of a new key's public half.
std::string made_key(AuditWorld& world, const std::string& file, const std::string& algorithm) {
  const Json made = world.json({"key", "new", file, "--algorithm", algorithm});
  const auto text = made["public"].get<std::string>();
  return text.substr(text.find(':') + 1);
}

Words registering(const AuditWorld& world, const std::string& key) {
  return Words{"plan", "register-vrf", "--vrf-key", key, "--suite", p256_suite} +
         world.by("inspectorate");
}

}  // namespace

TEST_CASE("a draw by a key of P-256 is made, opened and verified as one of Ed25519") {
  AuditWorld world("vrf-p256");
  const std::string file = world.path("draw.key");
  const std::string key = made_key(world, file, "p256");
  CHECK(world.run(registering(world, key.substr(2))).err.find("vrf.key") != std::string::npos);
  world.json(registering(world, key));
  const Json plan =
      world.json(Words{"plan", "new", world.prover, "--id", "P2", "--as", "inspectorate",
                       "--purpose", "existence", "--rule", AuditWorld::rule(), "--excess",
                       AuditWorld::rule(), "--longest-run", "30d", "--out", world.path("P2")});
  CHECK(plan["request"]["vrf_key"] == "p256-sha256-tai:" + key);
  world.json(Words{"plan", "commit", world.path("P2")} + world.by("inspectorate"));
  for (const auto& step : {&AuditWorld::commit, &AuditWorld::reveal}) {
    for (const std::string& party : {world.prover, std::string("inspectorate")}) {
      world.json(for_p2((world.*step)(party)));
    }
  }

  CHECK(world.run(for_p2(world.draw())).err.find("draw.key") != std::string::npos);
  world.json(drawn_by(for_p2(world.draw()), file));
  world.json(drawn_by(for_p2(world.open()), file));
  const Json verified = world.json(for_p2(world.verify()));
  CHECK(verified["valid"] == true);
}

TEST_CASE("a key of P-384 draws nothing") {
  AuditWorld world("vrf-p384");
  made_key(world, world.path("draw.key"), "p384");
  world.hold_ceremony();
  const Ran ran = world.run(drawn_by(world.draw(), world.path("draw.key")));
  CHECK(ran.code == 2);
  CHECK(ran.err.find("want ed25519 or p256") != std::string::npos);
}
