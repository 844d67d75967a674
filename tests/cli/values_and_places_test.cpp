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

TEST_CASE("what has no place for its receipt or its refusal is not recorded, and a rule is told") {
  CliWorld world("cli-keepsakes");
  const auto chips = world.chips(1);
  const std::string file = world.write("file", "");
  const Words retire{"chip", "retire", "--chips", chips[0], "--cause",
                     "worn", "--as",   "maker",   "--sign", world.key("maker")};
  const std::string head = world.head();
  for (const char* option : {"--receipts", "--refusals"}) {
    for (const std::string& folder : {file, file + "/in"}) {
      const Ran ran = world.run(retire + Words{option, folder});
      CHECK(ran.code == 3);
      CHECK(ran.err.find("nothing was recorded") != std::string::npos);
      CHECK(world.head() == head);
    }
  }
  CHECK(world.run(retire).code == 0);
  const Ran tried = world.run(retire + Words{"--dry-run"});
  CHECK(tried.code == 1);
  CHECK(tried.err.find("(the rule: ") != std::string::npos);
  const Ran again = world.run(retire + Words{"--refusals", world.path("refused")});
  CHECK(again.code == 1);
  CHECK(again.err.find("chip.wrong_life") != std::string::npos);
}

TEST_CASE("nothing is recorded in the past, and a site that is missing has its option named") {
  CliWorld world("cli-past");
  const auto chips = world.chips(1);
  const std::string head = world.head();
  const Words signed_by{"--as", "maker", "--sign", world.key("maker")};
  const Ran past = world.run(
      Words{"chip", "retire", "--chips", chips[0], "--cause", "worn", "--as-of", "3"} + signed_by);
  CHECK(past.code == 2);
  const Ran now = world.run(Words{"chip", "install", "--chips", chips[0]} + signed_by);
  CHECK(now.code == 1);
  CHECK(now.err.find("site.missing") != std::string::npos);
  CHECK(now.err.find("; --at names the site") != std::string::npos);
  CHECK(world.head() == head);
}

TEST_CASE("a file that cannot be made is the machine's matter, one that cannot be read is not") {
  CliWorld world("cli-out");
  world.chips(1);
  const std::string nowhere = world.path("absent/out");
  CHECK(world.run({"epcis", "export", "--out", nowhere}).code == 3);
  CHECK(world.run({"key", "new", nowhere}).code == 3);
  CHECK(world.run({"epcis", "validate", nowhere}).code == 2);
}
