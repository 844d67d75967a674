// A run done again where its owner keeps it: draws that do not fit it, and runs that were made up.

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <limits>

#include "attestation/replay/confidential.hpp"
#include "attestation/replay/trainer.hpp"
#include "cli/training_files.hpp"
#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "ledger/merkle.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::attestation;
using namespace muster::test;

namespace {

using Arguments = std::vector<std::string>;

/// A trained run of 40 steps in 8 segments, in the folder "run".
struct Room {
  CliWorld world{"cli-room"};

  Room() {
    std::string text;
    for (int i = 0; i < 400; ++i) text += "rack " + std::to_string(i * 7 % 50) + " holds chips\n";
    world.json({"run",
                "train",
                world.path("run"),
                "--text",
                world.write("text", text),
                "--random",
                std::string(64, 'a'),
                "--context",
                "8",
                "--width",
                "8",
                "--hidden",
                "16",
                "--batch",
                "8",
                "--steps",
                "40",
                "--checkpoint-every",
                "5",
                "--shards",
                "4"});
  }
  [[nodiscard]] cli::TrainingFiles files(const std::string& folder) const {
    return {world.path(folder)};
  }
  [[nodiscard]] TranscriptCommitment transcript(const std::string& folder) const {
    return must(parse_transcript(must(read_text_file(files(folder).transcript()))));
  }

  /// Copies the run and gives it other checkpoints, made from the honest first one, with a
  /// transcript that commits to them.
  void forge(const std::string& folder, const std::function<void(TrainingState&)>& beginning,
             std::uint64_t begin_step) {
    std::filesystem::copy(world.path("run"), world.path(folder),
                          std::filesystem::copy_options::recursive);
    TranscriptCommitment forged = transcript(folder);
    const TrainingText text(must(read_file(files(folder).text())));
    const Trainer trainer(forged.spec, text);
    TrainingState state = trainer.initial();
    std::vector<Hash> leaves;
    for (;; trainer.advance(state)) {
      if (state.step == begin_step) beginning(state);
      if (state.step % forged.spec.checkpoint_every != 0) continue;
      must(write_file_atomically(files(folder).checkpoint(state.step),
                                 encode_checkpoint(forged.spec, state)));
      const auto own = state_leaves(state, forged);
      leaves.insert(leaves.end(), own.begin(), own.end());
      if (state.step == forged.spec.steps) break;
    }
    forged.states_root = ledger::root_hash(leaves);
    must(write_file_atomically(files(folder).transcript(), as_bytes(encode_transcript(forged))));
    std::filesystem::remove(files(folder).states());
    must(cli::write_states(files(folder), leaves));
  }

  /// Three segments of the run in `folder`, the first one among them or not.
  std::string draw(const std::string& folder, bool has_first) {
    for (std::uint64_t i = 0;; ++i) {
      ReplayDraw made =
          draw_replay(transcript(folder).outline(), crypto::sha256(std::to_string(i)), 3);
      if ((made.segments.front() == 0) != has_first) continue;
      made.source = "a test";
      return world.write(folder + ".draw", encode_replay_draw(made));
    }
  }
  Arguments replay(const std::string& folder, const std::string& draw_file) {
    return {"attest",           "replay",   world.path(folder),
            "--request",        draw_file,  "--sign",
            world.key("maker"), "--sealed", world.path(folder + ".sealed")};
  }
};

}  // namespace

TEST_CASE("an honest run is sealed as one, with all checkpoints looked at or the ends alone") {
  Room room;
  const std::string draw = room.draw("run", true);
  CHECK(room.world.json(room.replay("run", draw) + Arguments{"--only-chosen"})["clean"] == true);
  std::filesystem::remove(room.world.path("run.sealed"));
  std::filesystem::remove(room.world.path("run.sealed.openings"));
  CHECK(room.world.json(room.replay("run", draw))["clean"] == true);
}

TEST_CASE("a draw from more segments than the run has is refused, and nothing is sealed") {
  Room room;
  const std::string document = must(read_text_file(room.files("run").transcript()));
  TranscriptCommitment longer = room.transcript("run");
  longer.spec.steps = 5'000;
  RunOutline outline = longer.outline();
  outline.commitment = crypto::sha256(document);
  ReplayDraw draw = draw_replay(outline, crypto::sha256("value"), 20);
  draw.source = "a test";
  const std::string file = room.world.write("draw", encode_replay_draw(draw));

  const Ran ran = room.world.run_alone(room.replay("run", file));

  CHECK(ran.code == 2);
  CHECK(ran.err.find("got a draw from 1000 segments") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(room.world.path("run.sealed")));
}

TEST_CASE("a run of numbers that are none costs nothing to forge, and is found by any segment") {
  Room room;
  room.forge(
      "forged",
      [](TrainingState& state) {
        constexpr float none = std::numeric_limits<float>::quiet_NaN();
        std::ranges::fill(state.weights, none);
        std::ranges::fill(state.first, none);
        std::ranges::fill(state.second, none);
      },
      5);
  const Json sealed = room.world.json(
      room.replay("forged", room.draw("forged", false)) + Arguments{"--only-chosen"}, 1);

  CHECK(sealed["clean"] == false);
  CHECK(sealed["sealed"]["faults"][0]["code"] == "run.not_a_state");
}

TEST_CASE("a run from weights of its owner's choice is found when its first segment is drawn") {
  Room room;
  room.forge(
      "forged", [](TrainingState& state) { state.weights.front() += 0.5F; }, 0);
  const Json sealed = room.world.json(
      room.replay("forged", room.draw("forged", true)) + Arguments{"--only-chosen"}, 1);

  REQUIRE(sealed["sealed"]["faults"].size() == 1);
  CHECK(sealed["sealed"]["faults"][0]["code"] == "run.unseeded");
  CHECK(sealed["sealed"]["faults"][0]["step"] == 0);
}

TEST_CASE("a tolerance that takes any end is refused") {
  Room room;
  const Arguments replay{
      "attest",           "replay", room.world.path("run"), "--seed", std::string(64, 'b'),
      "--tolerance-linf", "0.1",    "--tolerance-l2"};
  for (const char* l2 : {"1", "5", "-0.5", "nan"}) {
    CHECK(room.world.run_alone(replay + Arguments{l2}).code == 2);
  }
}
