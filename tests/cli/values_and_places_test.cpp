// Values that are empty, and places where nothing can be written: told before anything is done.

#include <algorithm>

#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("an empty value asks for nothing, where it stood for everything") {
  CliWorld world("cli-empty");
  world.chips(2);
  for (const Words& arguments :
       {Words{"epcis", "export", "--chip", ""}, Words{"epcis", "export", "--window", ""},
        Words{"roster", "show", ""}, Words{"roster", "show", "maker", "--site", ""},
        Words{"chip", "list", "--party", ""}, Words{"balance", "overdue", ""},
        Words{"chip", "list", "--as-of", ""}, Words{"chip", "list", "--party="},
        Words{"chip", "list", "--party=", "--limit", "1"}}) {
    const Ran ran = world.run(arguments);
    CAPTURE(joined(arguments));
    CHECK(ran.code == 2);
    CHECK(ran.out.empty());
    CHECK(std::ranges::count(ran.err, '\n') == 1);
  }
}

TEST_CASE("what has no place for its receipt is not recorded, and a refusal is told in any case") {
  CliWorld world("cli-keepsakes");
  const auto chips = world.chips(1);
  const std::string file = world.write("file", "");
  const std::vector<std::string> retire{"chip", "retire", "--chips", chips[0], "--cause",
                                        "worn", "--as",   "maker",   "--sign", world.key("maker")};
  const std::string head = world.head();
  for (const std::string& folder : {file, file + "/in"}) {
    const Ran ran = world.run(retire + std::vector<std::string>{"--receipts", folder});
    CHECK(ran.code == 3);
    CHECK(ran.err.find("nothing was recorded") != std::string::npos);
    CHECK(world.head() == head);
  }
  CHECK(world.run(retire).code == 0);
  const Ran again =
      world.run(retire + std::vector<std::string>{"--refusals", world.path("refused")});
  CHECK(again.code == 1);
  CHECK(again.err.find("chip.wrong_life") != std::string::npos);
}

TEST_CASE("a file that cannot be made is the machine's matter, one that cannot be read is not") {
  CliWorld world("cli-out");
  world.chips(1);
  const std::string nowhere = world.path("absent/out");
  CHECK(world.run({"epcis", "export", "--out", nowhere}).code == 3);
  CHECK(world.run({"key", "new", nowhere}).code == 3);
  CHECK(world.run({"epcis", "validate", nowhere}).code == 2);
}
