// Several laptops record the lines of one site: each what it read, and nothing of the others'.

#include "cli/audit/opened_kit.hpp"
#include "cli/audit/sealed_answers.hpp"
#include "tests/cli/field_world.hpp"

using namespace muster;
using namespace muster::test;

namespace {

Words recording(const FieldWorld& field, const std::string& folder) {
  return Words{"kit",        "record",          "P1", "--challenges", field.path("all"),
               "--evidence", field.path(folder)} +
         FieldWorld::seen() + field.world.by("inspectorate");
}

}  // namespace

TEST_CASE("a chip without a file is not read yet, until it is said to be not presented") {
  FieldWorld field("kit-parts");
  AuditWorld& world = field.world;
  field.give(0, "first");
  field.give(1, "second");
  const std::size_t all = field.chips.size();

  const Json first = world.json(recording(field, "first"), 4);
  CHECK(first["lines"] == 1);
  CHECK(first["not_read"] == all - 1);
  const Json second = world.json(recording(field, "second"), 4);
  CHECK(second["lines"] == 1);
  CHECK(second["not_read"] == all - 2);
  CHECK(world.json({"plan", "evaluate", "P1"}, 4)["read"] == 2);

  const Ran ran = world.run(recording(field, "evidence") + Words{"--json"});
  REQUIRE((ran.code == 0 || ran.code == 4));
  const Json rest = must(parse_foreign_json(ran.out));
  CHECK(rest["lines"] == all);
  CHECK(rest["not_read"] == 0);
}

TEST_CASE("a folder that is none, or holds nothing, records nothing") {
  FieldWorld field("kit-nowhere");
  AuditWorld& world = field.world;
  std::filesystem::create_directories(field.path("empty"));
  const std::uint64_t before = field.entries();
  const Words rest{"--rest-not-presented"};

  CHECK(world.run(recording(field, "nowhere")).code == 2);
  CHECK(world.run(recording(field, "nowhere") + rest).code == 2);
  CHECK(world.run(recording(field, "empty")).code == 2);
  CHECK(field.entries() == before);

  const Json none = world.json(recording(field, "empty") + rest, 4);
  CHECK(none["lines"] == field.chips.size());
  CHECK(none["verdicts"]["not-presented"] == field.chips.size());
  CHECK(none["not_read"] == 0);
}

TEST_CASE("evidence of a chip that was not drawn is refused before anything is recorded") {
  FieldWorld field("kit-stranger");
  AuditWorld& world = field.world;
  const std::string stranger =
      ChipId::from_parts({.block = 9, .ordinal = 9, .random = 9}).to_string();
  field.give(0, "mixed");
  std::filesystem::copy(field.path("evidence/" + field.chips[1] + ".evidence"),
                        field.path("mixed/" + stranger + ".evidence"));
  const std::uint64_t before = field.entries();

  const Ran ran = world.run(recording(field, "mixed"));
  CHECK(ran.code == 1);
  CHECK(ran.err.find("inspect.substituted") != std::string::npos);
  CHECK(ran.err.find(stranger) != std::string::npos);
  CHECK(field.entries() == before);
}

TEST_CASE("how far a site is tells consistent lines from contradicted ones") {
  FieldWorld field("kit-progress");
  AuditWorld& world = field.world;
  field.give(0, "two");
  field.give(1, "two");
  const Ran appraised = world.run(field.appraise("two", "laptop10"));
  REQUIRE((appraised.code == 0 || appraised.code == 4));
  const cli::OpenedKit kit = must(cli::open_kit_file({field.path("kit"), field.code}));
  const Json sealed = must(cli::read_sealed_json(field.path("laptop10")));
  cli::FieldAnswers answers = must(cli::open_answers(sealed, kit.code));
  REQUIRE(answers.lines.size() == 2);
  answers.lines[0].answers[0].verdict = "contradicted";
  answers.lines[0].answers[0].codes = {"chain.fork"};
  answers.lines[1].answers[0].verdict = "consistent";
  answers.lines[1].answers[0].codes = {};
  crypto::SeededRandom random("contradicted");
  const Json changed = must(cli::seal_answers(answers, kit.code, random));
  must(create_file(field.path("laptop11"), as_bytes(canonical_json(changed))));

  const Words words{"kit",      "progress",  field.path("kit"),     "--code",
                    field.code, "--answers", field.path("laptop11")};
  const Json progress = world.json(words);
  CHECK(progress["consistent"] == 1);
  CHECK(progress["hits"] == 1);
  CHECK(progress["open"] == field.chips.size() - 2);
  CHECK(world.run(words).out.find("closed as consistent") == std::string::npos);
}
