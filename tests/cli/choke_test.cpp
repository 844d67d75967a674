#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Two chips, the first of them released, and an extract of that.
struct AtTheBorder {
  AtTheBorder() : world("choke"), chips(world.chips(2)) {
    world.record("maker", {"ship", "release", "--chips", chips[0], "--shipment", "S1", "--receiver",
                           "northwind", "--destination", "northwind-site", "--purpose", "sale",
                           "--exception", "test"});
    made = world.json({"choke", "extract", "--out", file()});
  }
  [[nodiscard]] std::string file() const { return world.path("border.extract"); }
  /// `choke lookup` without any registry.
  Ran ask(const std::string& scan) {
    return world.run_alone({"--json", "choke", "lookup", scan, "--extract", file(), "--key",
                            made["verifier_key"].get<std::string>()});
  }

  CliWorld world;
  std::vector<std::string> chips;
  Json made;
};

}  // namespace

TEST_CASE("an officer without the registry is told what a scan names, and what is not checked") {
  AtTheBorder border;

  const Ran released = border.ask(border.chips[0]);
  CHECK(released.err == "");
  CHECK(released.code == 0);
  const Json answer = must(parse_foreign_json(released.out));
  CHECK(answer["verdict"] == "released");
  CHECK(answer["shipment"]["receiver"] == "northwind");
  CHECK(answer["proven"] == "mark");
  CHECK(answer["not_checked"].size() == 2);
  CHECK(answer["extract"]["size"] == border.made["size"]);
  const Ran other = border.ask(border.chips[1]);
  CHECK(other.code == 1);
  CHECK(must(parse_foreign_json(other.out))["verdict"] == "unknown");
}

TEST_CASE("an extract of every chip says of one without a release that it has none") {
  AtTheBorder border;
  const std::string all = border.world.path("all.extract");
  border.world.json({"choke", "extract", "--all-chips", "--out", all});

  const Json answer = border.world.json({"choke", "lookup", border.chips[1], "--extract", all,
                                         "--key", border.made["verifier_key"].get<std::string>()},
                                        1);

  CHECK(answer["verdict"] == "hold");
  CHECK(answer["reasons"][0]["code"] == "release.none");
}

TEST_CASE("an extract that is damaged or another's answers nothing") {
  AtTheBorder border;
  CliWorld& world = border.world;
  const auto code = [&](const std::string& file, const std::string& key) {
    return world.run_alone({"choke", "lookup", "S1", "--extract", file, "--key", key}).code;
  };
  const std::string key = border.made["verifier_key"];
  std::string bytes = must(read_text_file(border.file()));
  bytes[bytes.size() - 5] ^= 1;
  const std::string damaged = world.write("damaged.extract", bytes);
  world.run({"key", "new", "--out", world.path("other.key")});

  CHECK(code(border.file(), key) == 0);
  CHECK(code(damaged, key) == 3);
  CHECK(code(world.write("none.extract", "hello"), key) == 2);
  CHECK(code(world.path("absent.extract"), key) == 2);
  CHECK(code(border.file(), "nobody") == 2);
  CHECK(world.run({"choke", "extract", "--out", border.file()}).code == 3);
}
