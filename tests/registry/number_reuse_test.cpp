#include "registry/number_reuse.hpp"

#include "ledger/base/file.hpp"
#include "tests/registry/support/world.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::registry;
using muster::test::Folder;
using muster::test::must;
using muster::test::World;

namespace {

/// A site of the maker under number 7 of a stream of its own.
Submission site_seven(World& world, const std::string& site, const std::string& signer = "maker") {
  StatementMaker maker(
      {.origin = world.state().origin(), .org = "maker", .stream = "sites", .next_number = 7},
      world.signer(signer), world.random);
  return must(maker.make(
      {.kind = "site.register",
       .body = {{"site", site}, {"name", "A Site"}, {"country", "US"}, {"kind", "warehouse"}},
       .event_time = world.clock.now()},
      nullptr));
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry);
  return files;
}

NumberReuse reuse_in(const std::filesystem::path& file) {
  std::string text = must(read_text_file(file));
  REQUIRE(text.ends_with("}\n"));
  text.pop_back();
  const NumberReuse reuse = must(parse_number_reuse(text));
  CHECK(encode_number_reuse(reuse) == text);
  return reuse;
}

std::string rule_of(const NumberReuse& reuse) {
  const auto facts = verify_number_reuse(reuse);
  return facts ? "holds" : facts.error().rule;
}

}  // namespace

TEST_CASE("two statements of a party under one number are kept, and judged by themselves") {
  const Folder folder("number-reuse");
  World world({.view = {}, .evidence = folder.path() / "evidence"});
  const auto first = site_seven(world, "one");
  const auto second = site_seven(world, "two");
  const Outcome recorded = must(world.registry().record(first));

  const Outcome refused = must(world.registry().record(second));

  REQUIRE(refused.evidence);
  CHECK(refused.error->rule == "number.reused");
  const NumberReuse reuse = reuse_in(*refused.evidence);
  const NumberReuseFacts facts = must(verify_number_reuse(reuse));
  CHECK(reuse.index == recorded.index);
  CHECK(facts.first == recorded.statement);
  CHECK(facts.second == refused.statement);
  CHECK(facts.org == "maker");
  CHECK(facts.stream == "sites");
  CHECK(facts.number == 7);
  CHECK(facts.one_key);
}

TEST_CASE("one contradiction is kept for each number, also when both come in one batch") {
  const Folder folder("number-reuse-batch");
  World world({.view = {}, .evidence = folder.path() / "evidence"});
  const std::vector<Submission> batch{site_seven(world, "one"), site_seven(world, "two"),
                                      site_seven(world, "three")};

  const auto outcomes = must(world.registry().record(batch));

  CHECK(outcomes[0].status == Outcome::Status::recorded);
  CHECK(outcomes[1].evidence == outcomes[2].evidence);
  REQUIRE(files_in(folder.path() / "evidence").size() == 1);
  CHECK(must(verify_number_reuse(reuse_in(*outcomes[1].evidence))).second == outcomes[1].statement);
}

TEST_CASE("what the party did not sign, or repeats, is no evidence against it") {
  const Folder folder("number-reuse-none");
  World world({.view = {}, .evidence = folder.path() / "evidence"});
  const auto first = site_seven(world, "one");
  must(world.registry().record(first));

  CHECK(must(world.registry().record(first)).status == Outcome::Status::duplicate);
  CHECK_FALSE(must(world.registry().record(site_seven(world, "two", "dealer"))).evidence);
  CHECK_FALSE(world.registry().check(site_seven(world, "three")));
  CHECK(files_in(folder.path() / "evidence").empty());
}

TEST_CASE("evidence with one part changed says which rule it breaks") {
  const Folder folder("number-reuse-changed");
  World world({.view = {}, .evidence = folder.path() / "evidence"});
  must(world.registry().record(site_seven(world, "one")));
  const auto refused = must(world.registry().record(site_seven(world, "two")));
  const NumberReuse good = reuse_in(*refused.evidence);
  REQUIRE(rule_of(good) == "holds");

  NumberReuse bad = good;
  bad.second = good.first;
  CHECK(rule_of(bad) == "number_reuse.same");
  bad = good;
  bad.second_key = world.signer("dealer").public_key();
  CHECK(rule_of(bad) == "number_reuse.signature");
  bad = good;
  bad.second.signatures[0].sig[5] ^= 1U;
  CHECK(rule_of(bad) == "number_reuse.signature");
  bad = good;
  bad.second =
      world
          .statement(
              "maker",
              {.kind = "site.register",
               .body = {{"site", "x"}, {"name", "X"}, {"country", "US"}, {"kind", "warehouse"}}})
          .envelope;
  CHECK(rule_of(bad) == "number_reuse.other");
  bad = good;
  bad.second.payload = "{}";
  CHECK(rule_of(bad) == "number_reuse.payload");
  bad.second.payload_type = "text/plain";
  CHECK(rule_of(bad) == "number_reuse.payload");
}
