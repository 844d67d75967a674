#include "attestation/run/declaration.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "tests/attestation/world.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::attestation::test;

namespace {

Declaration small_declaration() {
  SyntheticRunSpec spec = run_spec("small");
  spec.shards = 2;
  spec.weight_chunks = 3;
  const SyntheticRun run(spec);
  const std::array<Seat, 2> seats{Seat{chip_number(2), 1}, Seat{chip_number(1), 0}};
  const std::array<Timestamp, 2> instants{day(12), day(50)};
  Declaration declared = run.declaration(seats, instants);
  declared.metadata.restarts = {{day(20), 4}};
  return declared;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t place = text.find(from);
  MUSTER_CHECK(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

}  // namespace

TEST_CASE("a declaration is read as it was written") {
  const Declaration declared = small_declaration();

  const Declaration read = must(parsed_declaration(encoded_declaration(declared)));

  CHECK(read.metadata.run == declared.metadata.run);
  CHECK(read.metadata.restarts == declared.metadata.restarts);
  CHECK(read.metadata.flop == "1e25");
  CHECK(read.assignments == declared.assignments);
  CHECK(read.steps == declared.steps);
  CHECK(read.steps.size() == 2 * 4);
}

TEST_CASE("of a run whose checkpoints alone are known, each lies in memory until the next is due") {
  SyntheticRunSpec spec = run_spec("checkpoints");
  spec.window = {day(10), day(14)};
  spec.step_ms = ms_per_day;
  spec.weight_chunks = 2;
  spec.steps_per_state = 25;
  const SyntheticRun run(spec);
  const Seat seat{chip_number(1), 3};
  const std::array<Timestamp, 1> instants{Timestamp{day(12).ms - 1}};

  std::vector<Hash> memory(4);
  run.memory(seat)(instants[0], memory);
  const Declaration declared = run.declaration({&seat, 1}, instants);

  // Nothing of the next one yet, a millisecond before it is due.
  CHECK(memory[0] == run.weight_chunk(3, 1, 0));
  CHECK(memory[1] == run.weight_chunk(3, 1, 1));
  const auto own = std::ranges::find_if(declared.steps,
                                        [](const StepCommitment& step) { return step.shard == 3; });
  CHECK(own->step == 25);
  CHECK(own->valid == Window{day(11), day(12)});
  CHECK(own->chunks == std::vector<Hash>{memory[0], memory[1]});
  CHECK((own + 1)->step == 50);
}

TEST_CASE("the documents have the fields that README.md names (golden)") {
  const DeclarationFiles files = encoded_declaration(small_declaration());

  CHECK(files.metadata == R"({"bytes_per_parameter":"2","chunk_bytes":2684354560,"flop":"1e25",)"
                          R"("from":")" +
                              day(10).to_string() + R"(","parameters":"1e12",)" +
                              R"("restarts":[{"at":")" + day(20).to_string() +
                              R"(","step":4}],"run":"small",)" +
                              R"("scratch_bytes_per_chip":10737418240,"to":")" +
                              day(100).to_string() + R"(","use":"training"})");
  CHECK(files.assignments.substr(0, files.assignments.find('\n')) ==
        R"({"chip":")" + chip_number(1).to_string() + R"(","first_chunk":0,"from":")" +
            day(10).to_string() + R"(","shard":0,"to":")" + day(100).to_string() + R"("})");
  CHECK(files.steps.starts_with(R"({"chunks":[")"));
}

TEST_CASE("metadata that is not exactly as specified is refused, naming the field") {
  const DeclarationFiles good = encoded_declaration(small_declaration());
  const auto with = [&](std::string_view from, std::string_view to) {
    DeclarationFiles files = good;
    files.metadata = replaced(files.metadata, from, to);
    return muster::test::must_fail(parsed_declaration(files));
  };

  CHECK(with("1e25", "1e+25").find("run.flop") != std::string::npos);
  CHECK(with("1e25", "01").find("run.flop") != std::string::npos);
  CHECK(with("1e25", "nan").find("run.flop") != std::string::npos);
  CHECK(with("\"2\"", "\"0.0\"").find("bytes_per_parameter") != std::string::npos);
  CHECK(with("\"2\"", "\"0.0625\"").find("bytes_per_parameter") != std::string::npos);
  CHECK(with("training", "resting").find("run.use") != std::string::npos);
  CHECK(with("\"use\"", "\"uses\"").find("run.use") != std::string::npos);
  CHECK(with(",\"use\"", ", \"use\"").find("canonical") != std::string::npos);
  CHECK(with(day(100).to_string(), day(10).to_string()).find("run.to") != std::string::npos);
}

TEST_CASE(
    "manifests out of order, doubled, cut or with other fields are refused, naming the line") {
  const DeclarationFiles good = encoded_declaration(small_declaration());
  const std::size_t line = good.assignments.find('\n') + 1;
  const auto shard_map = [&](const std::string& text) {
    DeclarationFiles files = good;
    files.assignments = text;
    return muster::test::must_fail(parsed_declaration(files));
  };

  const std::string first = good.assignments.substr(0, line);
  const std::string second = good.assignments.substr(line);
  CHECK(shard_map(second + first).find("shard map line 2") != std::string::npos);
  CHECK(shard_map(first + first).find("shard map line 2") != std::string::npos);
  CHECK(shard_map(first + "\n" + second).find("shard map line 2") != std::string::npos);
  CHECK(shard_map(first.substr(0, line - 1)).find("line feed") != std::string::npos);
  CHECK(shard_map(replaced(first, "\"shard\":0", "\"shard\":4294967296")).find("item.shard") !=
        std::string::npos);
  DeclarationFiles files = good;
  files.steps = replaced(files.steps, "[\"", "[\"0");
  CHECK(muster::test::must_fail(parsed_declaration(files)).find("step commitments line 1") !=
        std::string::npos);
}

TEST_CASE("bytes per parameter become thousandths exactly") {
  RunMetadata metadata = small_declaration().metadata;
  const std::pair<const char*, std::uint64_t> cases[] = {
      {"2", 2000}, {"0.5", 500}, {"0.125", 125}, {"16", 16000}};
  for (const auto& [text, thousandths] : cases) {
    metadata.bytes_per_parameter = text;
    CHECK(millibytes_per_parameter(metadata) == thousandths);
  }
}

TEST_CASE("the index finds each declared chunk at its places and nothing else") {
  const Declaration declared = small_declaration();
  const DeclarationIndex index({{declared, true}});

  for (const StepCommitment& step : declared.steps) {
    for (const Hash& chunk : step.chunks) {
      REQUIRE(index.places_of(chunk).size() == 1);
      CHECK(index.digest_at(index.places_of(chunk)[0]) == chunk);
    }
    CHECK(index.commitment(0, step.shard, step.step)->chunks == step.chunks);
  }
  CHECK(index.places_of(crypto::sha256("other")).empty());
  CHECK(index.commitment(0, 0, 999) == nullptr);
  CHECK(index.held_by(chip_number(1)).size() == 1);
  CHECK(index.held_by(chip_number(3)).empty());
}
