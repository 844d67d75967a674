// A run of the built-in trainer, from its text to what a Verifier says of it.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

using Arguments = std::vector<std::string>;

const std::string random_value(64, 'a');
const std::string draw_seed(64, 'b');

std::string text_to_learn() {
  std::string text;
  for (int i = 0; i < 400; ++i) text += "rack " + std::to_string(i * 7 % 50) + " holds chips\n";
  return text;
}

/// A world with a trained run in the folder "run": 40 steps, 8 segments.
struct TrainedWorld {
  CliWorld world{"cli-replay"};
  Json trained;

  explicit TrainedWorld() {
    const std::string text = world.write("text", text_to_learn());
    trained = world.json({"run",        "train",     world.path("run"),
                          "--text",     text,        "--random",
                          random_value, "--context", "8",
                          "--width",    "8",         "--hidden",
                          "16",         "--batch",   "8",
                          "--steps",    "40",        "--checkpoint-every",
                          "5",          "--shards",  "4"});
  }
  Json replayed(const std::string& folder, int code) {
    return world.json({"attest", "replay", world.path(folder), "--transcript",
                       world.path("run/transcript.json"), "--seed", draw_seed, "--segments", "8"},
                      code);
  }
  /// A copy of the run, one byte of one of its files changed.
  std::string forged(const std::string& file, std::size_t from_the_end) {
    const std::string name = "forged-" + std::filesystem::path(file).filename().string();
    std::filesystem::copy(world.path("run"), world.path(name),
                          std::filesystem::copy_options::recursive);
    Bytes bytes = must(read_file(world.path(name + "/" + file)));
    bytes[bytes.size() - from_the_end] ^= 1U;
    must(write_file_atomically(world.path(name + "/" + file), bytes));
    return name;
  }
};

}  // namespace

TEST_CASE("an honest run replays to the bit, and says what was committed to") {
  TrainedWorld one;
  const Json result = one.replayed("run", 0);
  CHECK(result["clean"] == true);
  CHECK(result["commitment"] == one.trained["commitment"]);
  CHECK(result["faults"].empty());
  CHECK(result["replayed"].size() == 8);
  for (const Json& segment : result["replayed"]) CHECK(segment["grade"] == "exact");
  CHECK(result["replayed"].back()["claimed"] == one.trained["end_state"]);
  CHECK(result["detection"] == "1");
}

TEST_CASE("a run that brings its own transcript is judged, and not called the one committed to") {
  TrainedWorld one;
  const Json result = one.world.json(
      {"attest", "replay", one.world.path("run"), "--seed", draw_seed, "--segments", "2"}, 4);
  CHECK(result["clean"] == true);
  CHECK(result["commitment_given"] == false);
}

TEST_CASE("a checkpoint that was changed afterwards is not the one committed to") {
  TrainedWorld one;
  const Json result = one.replayed(one.forged("checkpoints/20.safetensors", 40), 1);
  CHECK(result["clean"] == false);
  CHECK(result["faults"][0]["code"] == "run.uncommitted");
  CHECK(result["faults"][0]["step"] == 20);
  int mismatched = 0;
  for (const Json& segment : result["replayed"]) mismatched += segment["grade"] == "mismatched";
  CHECK(mismatched == 2);  // the segment that ends there, and the one that begins
}

TEST_CASE("another text, other leaves and a checkpoint that is none are refused by name") {
  TrainedWorld one;
  const auto why = [&](const std::string& folder) {
    const Ran ran =
        one.world.run_alone({"attest", "replay", one.world.path(folder), "--seed", draw_seed});
    CHECK(ran.code == 2);
    return ran.err;
  };
  CHECK(why(one.forged("text", 3)).find("not the text") != std::string::npos);
  CHECK(why(one.forged("states", 3)).find("states") != std::string::npos);
  const std::string cut = one.forged("transcript.json", 20);
  CHECK(why(cut).find("transcript") != std::string::npos);
  std::filesystem::resize_file(one.world.path("run/checkpoints/5.safetensors"), 100);
  CHECK(why("run").find("5.safetensors") != std::string::npos);
}

TEST_CASE("what cannot be trained is refused before anything is written") {
  CliWorld world("cli-train");
  const std::string text = world.write("text", text_to_learn());
  const auto train = [&](const Arguments& more) {
    const Ran ran = world.run_alone(
        Arguments{"run", "train", world.path("new"), "--text", text, "--random", random_value} +
        more);
    CHECK(ran.code == 2);
    CHECK_FALSE(std::filesystem::exists(world.path("new")));
    return ran.err;
  };
  CHECK(train({"--model", "rnn"}).find("mlp or transformer") != std::string::npos);
  CHECK(train({"--steps", "7"}).find("checkpoint_every") != std::string::npos);
  CHECK(train({"--heads", "5"}).find("training.heads") != std::string::npos);
  CHECK(train({"--learning-rate", "fast"}).find("training.learning_rate") != std::string::npos);
  CHECK(train({"--context", "4000", "--width", "8000", "--hidden", "60000"})
            .find("more than the built-in trainer takes") != std::string::npos);
  CHECK(world.json({"run", "text", text})["bytes"] == text_to_learn().size());
}
