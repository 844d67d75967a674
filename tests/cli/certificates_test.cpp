// `chip certificates`: what a maker's certificates show before chips are enrolled.

#include <filesystem>
#include <sstream>

#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

std::string device_file(const std::string& file) {
  return std::string(MUSTER_SOURCE_ROOT) + "/tests/vectors/attestation/device/" + file;
}

/// A folder of the maker's: chains of three devices, and a table that names them.
struct Maker {
  Maker() : world("cli-certificates") {
    world.record("maker", {"chip", "reserve", "--block", "900", "--count", "4", "--product", "a1",
                           "--packager", "maker"});
    const std::string ids = world.path("ids.csv");
    world.json({"chip", "ids", "--block", "900", "--count", "4", "--out", ids});
    world.record("maker", {"chip", "package", "--product", "a1", "--at", "maker-site", "--chips",
                           "@" + ids});
    std::istringstream lines(must(read_text_file(ids)));
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line)) chips.push_back(line);
    for (const char* kind : {"ed25519", "p256", "p384", "rsa"}) {
      world.write(std::string(kind) + ".pem",
                  must(read_text_file(device_file(std::string(kind) + ".pem"))));
    }
  }

  std::string table(const std::vector<std::string>& rows) {
    std::string text = "chip,chain\n";
    for (const std::string& row : rows) text += row + "\n";
    return world.write("chains.csv", text);
  }

  std::vector<std::string> judge(const std::string& table, const std::string& lists = "lists.pem") {
    return {"chip",  "certificates",    table, "--root", device_file("root.pem"),
            "--crl", device_file(lists)};
  }

  CliWorld world;
  std::vector<std::string> chips;
};

}  // namespace

TEST_CASE("devices that their maker certified are enrolled by the table that comes out") {
  Maker maker;
  CliWorld& world = maker.world;
  const std::string table =
      maker.table({maker.chips[0] + ",ed25519.pem", maker.chips[1] + ",p256.pem",
                   maker.chips[2] + ",p384.pem"});
  const std::string out = world.path("enrol.csv");

  const Json judged = world.json(maker.judge(table) + std::vector<std::string>{"--out", out});

  CHECK(judged["certified"] == 3);
  CHECK(judged["lists"].size() == 2);
  CHECK(judged["lists"][0]["this_update"] == "2026-01-01T00:00:00.000Z");
  CHECK(judged["chips"][0]["algorithm"] == "ed25519");
  CHECK(judged["chips"][2]["root"] == "CN=Maker root");
  world.record("maker", {"chip", "enrol", "--chips", "@" + out});
  CHECK(world.json({"chip", "show", maker.chips[1]})["assurance"] == "bound");
  // Again: the register has the same keys of the same chips.
  CHECK(world.run(maker.judge(table)).code == 0);
}

TEST_CASE("one key is one chip's, in the table and in the register") {
  Maker maker;
  CliWorld& world = maker.world;
  const auto problem = [&](const std::vector<std::string>& rows, std::size_t row) {
    const Json judged = world.json(maker.judge(maker.table(rows)), 1);
    CHECK(judged["file"].is_null());
    return judged["chips"][row]["problem"].get<std::string>();
  };
  const std::string first = maker.chips[0] + ",p256.pem";
  CHECK(problem({first, maker.chips[1] + ",p256.pem"}, 1) == "its key is that of line 2");
  CHECK(problem({first, maker.chips[0] + ",p384.pem"}, 1) == "the chip stands in line 2");

  const std::string out = world.path("enrol.csv");
  REQUIRE(
      world.run(maker.judge(maker.table({first})) + std::vector<std::string>{"--out", out}).code ==
      0);
  world.record("maker", {"chip", "enrol", "--chips", "@" + out});
  CHECK(problem({maker.chips[1] + ",p256.pem"}, 0) ==
        "its key is enrolled for chip " + maker.chips[0]);
  CHECK(problem({maker.chips[0] + ",p384.pem"}, 0) == "the register has another key of it");
}

TEST_CASE("what is revoked or not of the root is refused, what nobody knows is open") {
  Maker maker;
  CliWorld& world = maker.world;
  const std::string table = maker.table({maker.chips[0] + ",p256.pem"});
  const std::string out = world.path("enrol.csv");

  const Json revoked = world.json(
      maker.judge(table, "lists_p256_revoked.pem") + std::vector<std::string>{"--out", out}, 1);
  CHECK(revoked["chips"][0]["standing"] == "refused");
  CHECK(revoked["chips"][0]["findings"][0]["code"] == "spdm.certificate_revoked");
  const std::vector<std::string> bare{"chip", "certificates", table, "--root",
                                      device_file("root.pem")};
  const Json open = world.json(bare + std::vector<std::string>{"--out", out}, 4);
  CHECK(open["chips"][0]["standing"] == "open");
  CHECK_FALSE(std::filesystem::exists(out));
  CHECK(world.json(bare + std::vector<std::string>{"--revocation-optional"})["certified"] == 1);
  const std::string other =
      std::string(MUSTER_SOURCE_ROOT) + "/tests/vectors/attestation/spdm/root.pem";
  CHECK(world.run({"chip", "certificates", table, "--root", other}).code == 1);
  CHECK(world.run(maker.judge(maker.table({maker.chips[3] + ",rsa.pem"}))).code == 1);
}

TEST_CASE("tables of chains are told the line that is wrong") {
  Maker maker;
  CliWorld& world = maker.world;
  const auto told = [&](const std::string& table) {
    const Ran ran = world.run(maker.judge(table));
    CHECK(ran.code == 2);
    return ran.err;
  };
  const auto has = [](const std::string& text, const std::string& part) {
    CAPTURE(text);
    return text.find(part) != std::string::npos;
  };
  CHECK(has(told(world.write("t.csv", "chip,key\n")), "t.csv line 1: want the header"));
  CHECK(has(told(maker.table({})), "line 2: no chips"));
  CHECK(has(told(maker.table({maker.chips[0] + ",none.pem"})), "line 2: opening"));
  CHECK(has(told(maker.table({"ABC,p256.pem"})), "line 2: "));
  CHECK(has(told(maker.table({maker.chips[0] + ",."})), "line 2: "));
  // A chain that cannot be read is evidence that shows nothing.
  world.write("junk.pem", "junk");
  CHECK(world.run(maker.judge(maker.table({maker.chips[0] + ",junk.pem"}))).code == 1);
  CHECK(world
            .run({"chip", "certificates", maker.table({maker.chips[0] + ",p256.pem"}), "--root",
                  world.path("junk.pem")})
            .code == 2);
}
