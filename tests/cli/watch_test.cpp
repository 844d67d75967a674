// `ledger watch` by the command line, one look at a time.

#include <filesystem>
#include <fstream>
#include <sstream>

#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

std::vector<Json> lines_of(const std::string& text) {
  std::vector<Json> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(must(parse_json(line)));
  return lines;
}

std::vector<Json> watched(CliWorld& world, const Words& arguments, int code = 0) {
  const Ran ran = world.run(Words{"ledger", "watch", "--json"} + arguments);
  INFO(ran.err);
  INFO(ran.out);
  REQUIRE(ran.code == code);
  return lines_of(ran.out);
}

Words from_tiles(CliWorld& world) {
  return {"--tiles", world.path("web"), "--log-key", world.verifier_key(),
          "--state", world.path("seen")};
}

void export_log(CliWorld& world) { world.json({"ledger", "export", world.path("web")}); }

void record_site(CliWorld& world, const std::string& org, const std::string& site) {
  world.record(org, {"site", "register", "--site", site, "--name", "S", "--country", "US", "--kind",
                     "warehouse"});
}

bool has_why(const Json& line, const std::string& how) {
  for (const Json& why : line["why"]) {
    if (why["how"] == how) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a party hears of its registration, its site and its chips, and of nobody else's") {
  CliWorld world("watch-party");
  const auto chips = world.chips(1);
  world.list_exception("test");
  world.record("maker", {"ship", "release", "--chips", chips[0], "--shipment", "S1", "--receiver",
                         "northwind", "--destination", "northwind-site", "--purpose", "sale",
                         "--exception", "test"});

  const auto lines = watched(world, {"--party", "northwind"});

  REQUIRE(lines.size() >= 3);
  CHECK(lines[0]["kind"] == "org.register");
  CHECK(lines[1]["kind"] == "site.register");
  CHECK(lines.back()["kind"] == "release");
  CHECK(has_why(lines.back(), "named"));
  CHECK(lines.back()["alerts"].empty());
  for (const Json& line : lines) CHECK(line["kind"] != "chip.package");
  CHECK(watched(world, {"--party", "nobody"}).empty());
  CHECK(watched(world, {"--party", "northwind", "--kind", "release"}).size() == 1);
  CHECK(watched(world, {"--party", "northwind", "--since", "9999"}).empty());
}

TEST_CASE("a chip is found in every event about it, also through a manifest") {
  CliWorld world("watch-chip");
  const auto chips = world.chips(70);
  const auto lines = watched(world, {"--chip", chips[69]});
  REQUIRE(lines.size() == 3);
  CHECK(lines[0]["kind"] == "chip.package");
  CHECK(lines[2]["kind"] == "chip.test");
}

TEST_CASE("without a filter every entry is told, in words too") {
  CliWorld world("watch-all");
  CHECK(watched(world, {}).size() == world.json({"ledger", "head"})["size"].get<std::size_t>());
  const Ran ran = world.run({"ledger", "watch", "--party", "gov", "--kind", "org.register"});
  CHECK(ran.code == 0);
  CHECK(ran.out.find("org.register by registrar: party gov named") != std::string::npos);
}

TEST_CASE("an unknown use of a key is an alert, a known one is not") {
  CliWorld world("watch-known");
  const std::string own = world.record("gov", {"site", "register", "--site", "g2", "--name", "S",
                                               "--country", "US", "--kind", "warehouse"});
  std::string known = "# what the authority signed\n\n" + own + "  # a site\n";
  // All statements of gov that are in the log so far.
  for (const Json& line : watched(world, {"--party", "gov"})) {
    known += line["statement"].get<std::string>() + "\n";
  }
  const std::string file = world.write("known", known);
  CHECK_FALSE(watched(world, {"--party", "gov", "--known", file}).empty());
  record_site(world, "gov", "g3");

  const auto lines = watched(world, {"--party", "gov", "--known", file}, 1);

  CHECK(lines.back()["alerts"][0] == "key.unknown_use");
  CHECK(lines.front()["alerts"].empty());
  const std::string public_key = world.json({"key", "show", world.key("gov")})["public"];
  CHECK(watched(world, {"--key", public_key, "--known", file}, 1).back()["alerts"].size() == 1);
  const std::string id = world.json({"key", "show", world.key("gov")})["key_id"];
  CHECK(watched(world, {"--key", id, "--known", file}, 1).size() ==
        watched(world, {"--key", public_key, "--known", file}, 1).size());
}

TEST_CASE("kinds can be alerts") {
  CliWorld world("watch-alert");
  CHECK(watched(world, {"--party", "gov", "--alert", "key.revoke"}).size() > 1);
  CHECK(watched(world, {"--party", "gov", "--alert", "org.register"}, 1)[0]["alerts"][0] == "kind");
  CHECK(watched(world, {"--party", "gov", "--alert", "any"}, 1).size() > 1);
  CHECK(watched(world, {"--party", "nobody", "--alert", "any"}).empty());
}

TEST_CASE("a watch of tiles goes on where it stopped, and tells nothing twice") {
  CliWorld world("watch-tiles");
  export_log(world);
  const auto first = watched(world, Words{"--party", "gov"} + from_tiles(world));
  CHECK(first.size() >= 3);
  CHECK(watched(world, Words{"--party", "gov"} + from_tiles(world)).empty());
  record_site(world, "gov", "g2");
  CHECK(watched(world, Words{"--party", "gov"} + from_tiles(world)).empty());
  export_log(world);

  const auto more = watched(world, Words{"--party", "gov"} + from_tiles(world));

  REQUIRE(more.size() == 1);
  CHECK(more[0]["kind"] == "site.register");
  CHECK(watched(world, Words{"--party", "gov", "--since", "0"} + from_tiles(world)).size() ==
        first.size() + 1);
}

TEST_CASE("a dry run keeps no place") {
  CliWorld world("watch-dry");
  export_log(world);
  CHECK(watched(world, Words{"--party", "gov", "--dry-run"} + from_tiles(world)).size() >= 3);
  CHECK_FALSE(fs::exists(world.path("seen")));
}

TEST_CASE("an older copy of the log says nothing, and is told to be older") {
  CliWorld world("watch-older");
  export_log(world);
  fs::copy(world.path("web"), world.path("old"), fs::copy_options::recursive);
  record_site(world, "gov", "g2");
  export_log(world);
  watched(world, Words{"--party", "gov"} + from_tiles(world));
  const std::string seen = must(read_text_file(world.path("seen")));

  const Ran ran = world.run({"ledger", "watch", "--party", "gov", "--tiles", world.path("old"),
                             "--log-key", world.verifier_key(), "--state", world.path("seen")});

  CHECK(ran.code == 4);
  CHECK(ran.err.find("older copy") != std::string::npos);
  CHECK(must(read_text_file(world.path("seen"))) == seen);
}

TEST_CASE("a fork is refused with evidence, and nothing of it is told") {
  CliWorld world("watch-fork");
  fs::copy(world.path("registry"), world.path("twin"), fs::copy_options::recursive);
  record_site(world, "gov", "g2");
  export_log(world);
  watched(world, Words{"--party", "gov"} + from_tiles(world));
  const std::string key = world.verifier_key();
  // The same operator, another history.
  const auto twin = [&](const Words& arguments) {
    return world.run_alone(arguments + Words{"--registry", world.path("twin")});
  };
  for (const char* site : {"x2", "x3"}) {
    REQUIRE(twin({"site", "register", "--site", site, "--name", "S", "--country", "US", "--kind",
                  "warehouse", "--as", "gov", "--sign", world.key("gov")})
                .code == 0);
  }
  REQUIRE(twin({"ledger", "export", world.path("forked")}).code == 0);
  const std::string seen = must(read_text_file(world.path("seen")));
  const std::string evidence = world.path("fork.json");

  const auto lines = watched(world,
                             {"--party", "gov", "--tiles", world.path("forked"), "--log-key", key,
                              "--state", world.path("seen"), "--evidence", evidence},
                             1);

  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["alarm"] == "log.fork");
  CHECK(lines[0]["evidence"] == evidence);
  CHECK(must(read_text_file(world.path("seen"))) == seen);
  CHECK(world.json({"ledger", "evidence", "verify", evidence, "--key", key})["convicts"] == true);
}

TEST_CASE("a registry that is not the one that was watched before is an alarm") {
  CliWorld world("watch-rewritten");
  fs::copy(world.path("registry"), world.path("twin"), fs::copy_options::recursive);
  record_site(world, "gov", "g2");
  watched(world, {"--party", "gov", "--state", world.path("seen")});
  for (const char* site : {"x2", "x3"}) {
    REQUIRE(world
                .run_alone({"site", "register", "--site", site, "--name", "S", "--country", "US",
                            "--kind", "warehouse", "--as", "gov", "--sign", world.key("gov"),
                            "--registry", world.path("twin")})
                .code == 0);
  }

  const Ran ran = world.run_alone({"ledger", "watch", "--party", "gov", "--state",
                                   world.path("seen"), "--registry", world.path("twin"), "--json"});

  CHECK(ran.code == 1);
  CHECK(lines_of(ran.out)[0]["alarm"] == "log.rewritten");
}

TEST_CASE("tiles that somebody else signed, or whose entries were changed, are not followed") {
  CliWorld world("watch-signed");
  export_log(world);
  const std::string mine = world.verifier_key();
  CliWorld other("watch-signed-other");
  const std::string theirs = other.verifier_key();
  const Ran stranger =
      world.run({"ledger", "watch", "--tiles", world.path("web"), "--log-key", theirs, "--json"});
  CHECK(stranger.code == 1);
  CHECK(stranger.out.empty());
  CHECK(world.run({"ledger", "watch", "--tiles", world.path("web")}).code == 2);
  for (const auto& file : fs::recursive_directory_iterator(world.path("web/tile/entries"))) {
    if (!file.is_regular_file()) continue;
    std::string bytes = must(read_text_file(file.path()));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    must(write_file_atomically(file.path(), as_bytes(bytes)));
  }
  const Ran changed =
      world.run({"ledger", "watch", "--tiles", world.path("web"), "--log-key", mine, "--json"});
  CHECK(changed.code == 3);
  CHECK(changed.out.empty());
}

TEST_CASE("a watch goes on over a new operator's key, by the key that it was given") {
  CliWorld world("watch-succession");
  export_log(world);
  const Words tiles = from_tiles(world);
  watched(world, Words{"--party", "gov"} + tiles);
  world.json({"key", "new", world.path("next.key")});
  world.json({"operator", "succeed", "--as", "registrar", "--sign", world.key("registrar"),
              "--new-key", world.path("next.key")});
  record_site(world, "gov", "g2");
  export_log(world);

  CHECK(watched(world, Words{"--party", "gov"} + tiles).size() == 1);
  CHECK(watched(world, {"--party", "gov", "--tiles", world.path("web"), "--log-key", tiles[3]})
            .size() >= 4);
}

TEST_CASE("bad options of a watch are named, and nothing is written") {
  CliWorld world("watch-usage");
  const Words all{"ledger", "watch"};
  CHECK(world.run(all + Words{"--kind", "no.kind"}).code == 2);
  CHECK(world.run(all + Words{"--alert", "no.kind"}).code == 2);
  CHECK(world.run(all + Words{"--chip", "not-a-chip"}).code == 2);
  CHECK(world.run(all + Words{"--key", "zz"}).code == 2);
  CHECK(world.run(all + Words{"--known", world.write("k", "zz\n"), "--party", "gov"}).code == 2);
  CHECK(world.run(all + Words{"--known", world.write("k2", "")}).code == 2);
  CHECK(world.run(all + Words{"--interval", "0"}).code == 2);
  const Ran ran = world.run(all + Words{"--state", world.write("s", "{}")});
  CHECK(ran.code == 2);
  CHECK(ran.err.find(world.path("s")) != std::string::npos);
  CHECK(world.run(all + Words{"--tiles", world.path("none"), "--log-key", world.verifier_key()})
            .code == 2);
}
