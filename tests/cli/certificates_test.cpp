// `chip certificates`: what a maker's certificates show before chips are enrolled.

#include <filesystem>
#include <sstream>

#include "cli/audit/opened_kit.hpp"
#include "ledger/base/file.hpp"
#include "tests/cli/audit_world.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"
#include "tests/support/source_root.hpp"

using namespace muster;
using namespace muster::test;

namespace {

std::string device_file(const std::string& file) {
  return std::string(source_root) + "/tests/vectors/attestation/device/" + file;
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

/// A kit that carries the maker's root and lists, and a table of one of its lines with a chain.
struct RootedKit {
  RootedKit() : world("certificates-kit", "use") {
    world.hold_ceremony();
    const Json drawn = world.json(world.draw());
    for (const Json& one : drawn["sites"]) {
      if (one["lines"].get<std::uint64_t>() > 0) site = one["site"];
    }
    world.json(make(device_file("root.pem")));
    code = must(read_text_file(world.path("rooted.code")));
    code.pop_back();
    opened = must(cli::open_kit_file({world.path("rooted"), code}));
    table = world.path("chains.csv");
    const std::string chip = opened->content.chips.front().to_string();
    must(create_file(table, as_bytes("chip,chain\n" + chip + ",chain.pem\n")));
    must(create_file(world.path("chain.pem"),
                     as_bytes(must(read_text_file(device_file("p256.pem"))))));
  }

  [[nodiscard]] Words make(const std::string& root) const {
    const std::vector<std::pair<std::string, std::string>> options = {
        {"--site", site},
        {"--vrf-key", world.path("w/inspector/vrf.key")},
        {"--root", root},
        {"--crl", device_file("lists.pem")},
        {"--code", world.path("rooted.code")},
        {"--out", world.path("rooted")}};
    Words words{"kit", "make", "P1"};
    for (const auto& [option, value] : options) words = words + Words{option, value};
    return words + world.frame_key() + world.by("inspectorate");
  }
  [[nodiscard]] Words judging(const std::string& kit) const {
    return {"chip", "certificates", table, "--kit", world.path(kit), "--code", code};
  }
  /// Where there is no registry.
  [[nodiscard]] Json judge(const std::string& kit, int exit_code) const {
    std::ostringstream out;
    std::ostringstream err;
    crypto::SeededRandom random("no registry");
    const int got =
        cli::run(judging(kit) + Words{"--now", "2026-11-02T10:00:00Z", "--json"}, out, err, random);
    INFO(err.str());
    REQUIRE(got == exit_code);
    return must(parse_foreign_json(out.str()));
  }
  void seal(const cli::OpenedKit& kit, const std::string& name) const {
    crypto::SeededRandom random("sealed again");
    const Json sealed = must(cli::seal_kit(kit.content, kit.code, random));
    must(create_file(world.path(name), as_bytes(canonical_json(sealed))));
  }

  AuditWorld world;
  std::string site;
  std::string code;
  std::optional<cli::OpenedKit> opened;  ///< As it was made.
  std::string table;
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
  const std::string other = std::string(source_root) + "/tests/vectors/attestation/spdm/root.pem";
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

TEST_CASE("a kit's roots judge the certificates of its lines without a registry") {
  const RootedKit rooted;
  // The maker certified this key, and the register has another one of the chip.
  const Json other = rooted.judge("rooted", 1);
  CHECK(other["chips"][0]["problem"].get<std::string>().find("another key of it, by entry ") !=
        std::string::npos);
  CHECK(other["registry"] == false);

  cli::OpenedKit kit = *rooted.opened;
  CHECK(kit.content.basis.trust.roots.size() == 1);
  const ChipId chip = kit.content.chips.front();
  for (auto& record : kit.content.basis.provers) {
    const auto found = record.enrolled.find(chip);
    if (found == record.enrolled.end()) continue;
    found->second.device_key = must(Hash::from_hex(other["chips"][0]["key"].get<std::string>()));
  }
  rooted.seal(kit, "same-key");
  CHECK(rooted.judge("same-key", 0)["certified"] == 1);
  kit.content.basis.trust.lists.clear();
  rooted.seal(kit, "no-lists");
  CHECK(rooted.judge("no-lists", 4)["open"] == 1);
  kit.content.chips.erase(std::ranges::find(kit.content.chips, chip));
  rooted.seal(kit, "fewer");
  CHECK(rooted.judge("fewer", 1)["chips"][0]["problem"] == "is no line of the kit");
}

TEST_CASE("certificates want a root, from the words or from a kit that carries one") {
  RootedKit rooted;
  AuditWorld& world = rooted.world;
  cli::OpenedKit kit = *rooted.opened;
  kit.content.basis.trust = {};
  rooted.seal(kit, "no-roots");
  CHECK(world.run(rooted.judging("no-roots")).err.find("carries no root of a maker") !=
        std::string::npos);
  CHECK(world.run({"chip", "certificates", rooted.table}).err.find("--root: wanted, or --kit") !=
        std::string::npos);
  CHECK(world.run(rooted.judging("rooted") + Words{"--root", device_file("root.pem")}).code == 2);
  std::filesystem::remove(rooted.world.path("rooted"));
  std::filesystem::remove(rooted.world.path("rooted.code"));
  CHECK(world.run(rooted.make(rooted.table)).code == 2);  // no certificate
}
