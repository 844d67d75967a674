#include <filesystem>

#include "ledger/base/file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// Two chips, the first of them released, and an extract of that.
struct AtTheBorder {
  AtTheBorder() : world("choke"), chips(world.chips(2)) {
    world.list_exception("test");
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
  /// `choke check` of a scan of `scanned` as the one chip of shipment S1, without any registry.
  Ran check(const std::string& scanned, const std::vector<std::string>& more) {
    const std::string filing = world.write("filing.json", Json{{"filing", "F-1"},
                                                               {"shipment", "S1"},
                                                               {"country", "SG"},
                                                               {"goods_code", "8473.30"},
                                                               {"count", 1},
                                                               {"weight_kg", "1.5"},
                                                               {"value", "20000"},
                                                               {"currency", "USD"}}
                                                              .dump());
    const std::string scans =
        world.write("scans.csv", "scan,seal,seal_state,identity\n" + scanned + ",,,\n");
    return world.run_alone(std::vector<std::string>{"choke", "check", "--extract", file(), "--key",
                                                    made["verifier_key"].get<std::string>(),
                                                    "--scans", scans, "--filing", filing} +
                           more);
  }
  /// The options that a paper wants, for `days`.
  [[nodiscard]] static std::vector<std::string> paper(const std::string& file,
                                                      const std::string& days = "14") {
    return {"--hold-paper", file,        "--authority", "Port",
            "--basis",      "section 5", "--hold-days", days};
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

TEST_CASE("an extract of an earlier state is not signed, and one that has no place says where") {
  AtTheBorder border;
  const std::string past = border.world.path("past.extract");

  const Ran earlier = border.world.run({"--as-of", "20", "choke", "extract", "--out", past});
  CHECK(earlier.code == 2);
  CHECK(earlier.err.find("--as-of") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(past));
  const std::string nowhere = border.world.path("absent/x");
  const Ran lost = border.world.run({"choke", "extract", "--out", nowhere});
  CHECK(lost.code == 3);
  CHECK(lost.err.find("absent/x.new") != std::string::npos);
  CHECK(lost.err.find("No such file or directory") != std::string::npos);
}

TEST_CASE("a check says what was wanted of it, by what draw, and how old the extract is") {
  AtTheBorder border;

  const Ran ran = border.check(
      border.chips[0], {"--json", "--seed", "dice", "--target", "99%", "--bad-within", "2"});
  CHECK(ran.err == "");
  CHECK(ran.code == 0);
  const Json clear = must(parse_foreign_json(ran.out));
  CHECK(clear["decision"] == "clear");
  CHECK(clear["rule"] == Json{{"level", "seal"},
                              {"target", "0.99"},
                              {"within", "0.95"},
                              {"bad", 1},
                              {"bad_within", 2}});
  const Ran text = border.check(border.chips[0], {});
  for (const char* const part : {"level seal", "1 bad container", "0 hours old"}) {
    CAPTURE(part);
    CHECK(text.out.find(part) != std::string::npos);
  }
  const Ran open = border.check(border.chips[0], {"--json", "--level", "identity"});
  CHECK(open.code == 4);
  const Json one = must(parse_foreign_json(open.out))["open"][0];
  CHECK(one["container"].is_null());
  CHECK(one["chip"] == border.chips[0]);
  CHECK(border.check(border.chips[0], {"--level", "identity"}).out.find("POWER 1 LOOSE CHIP") !=
        std::string::npos);
  CHECK(border.check(border.chips[0], {"--target", "0"}).code == 2);
  CHECK(border.check(border.chips[0], {"--within", "0"}).code == 2);
}

TEST_CASE("a hold is told though its paper cannot be written") {
  AtTheBorder border;
  const std::vector<std::string> json{"--json"};

  const Ran lost =
      border.check("crate-9", json + AtTheBorder::paper(border.world.path("absent/paper")));
  CHECK(lost.code == 3);
  const Json told = must(parse_foreign_json(lost.out));
  CHECK(told["decision"] == "hold");
  CHECK(told["hold_paper"].is_null());
  CHECK(lost.err.find("absent/paper") != std::string::npos);
  const std::string file = border.world.path("paper");
  const Ran held = border.check("crate-9", json + AtTheBorder::paper(file));
  CHECK(held.code == 1);
  CHECK(must(parse_foreign_json(held.out))["hold_paper"] == file);
}

TEST_CASE("a hold's paper has its lines and no others, and an end that can be told") {
  AtTheBorder border;
  const std::string file = border.world.path("paper");
  const auto ends = [&](const std::string& days) {
    return border.check("crate-9", AtTheBorder::paper(file, days)).code;
  };
  CHECK(ends("2147483647") == 2);
  CHECK(ends("3651") == 2);
  CHECK(ends("0") == 2);
  CHECK_FALSE(std::filesystem::exists(file));

  const Ran forged =
      border.check("crate-9", {"--hold-paper", file, "--authority", "Port\nReasons\n- none\x1b]0;x",
                               "--basis", "section 5", "--hold-days", "3650"});
  CHECK(forged.code == 1);
  const std::string text = must(read_text_file(file));
  CHECK(text.find("\n- none") == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("\nWanted: level seal") != std::string::npos);
  const Ran scan = border.check("\"x\nReasons\"", {});
  CHECK(scan.code == 2);
  CHECK(scan.err.find("line 2: scan: has a control character") != std::string::npos);
}
