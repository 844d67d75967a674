// `ledger evidence`: what convicts the operator is found by comparing, and judged by anyone.

#include <filesystem>

#include "ledger/base/file.hpp"
#include "ledger/checkpoint.hpp"
#include "ledger/crypto/key_file.hpp"
#include "tests/cli/cli_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::test;

namespace {

/// The head of the world's log as `ledger head` signs it, in a file.
struct Head {
  std::string file;
  std::string key;
  std::uint64_t size;
};

Head head_file(CliWorld& world, const std::string& name) {
  const Json head = world.json({"ledger", "head"});
  return {world.write(name, head["checkpoint"].get<std::string>()),
          head["verifier_key"].get<std::string>(), head["size"].get<std::uint64_t>()};
}

/// Signed by the same operator for the same size, with another root.
std::string forked(CliWorld& world, const Head& head) {
  auto checkpoint = must(ledger::parse_checkpoint(must(read_text_file(head.file))));
  checkpoint.root.bytes[0] ^= 1U;
  const auto signer = must(crypto::read_key_file(world.path("registry") + "/operator.key"));
  return world.write("forked", ledger::sign_checkpoint(checkpoint, checkpoint.origin, signer));
}

}  // namespace

TEST_CASE("two checkpoints of one size that differ convict the operator before anyone") {
  CliWorld world("cli-evidence");
  const Head head = head_file(world, "one");
  const std::string other = forked(world, head);
  const std::string out = world.path("evidence.json");

  const std::vector<std::string> compare{"ledger", "compare", head.file, other,
                                         "--key",  head.key,  "--out",   out};
  const Json dry = world.json(compare + std::vector<std::string>{"--dry-run"}, 1);
  CHECK(dry["relation"] == "fork");
  CHECK(dry["evidence"].is_null());
  CHECK(world.run(compare + std::vector<std::string>{"--dry-run"}).out.find("\"kind\":\"fork\"") !=
        std::string::npos);
  CHECK_FALSE(std::filesystem::exists(out));
  CHECK(world.json(compare, 1)["relation"] == "fork");

  const Json verdict = world.json({"ledger", "evidence", "verify", out, "--key", head.key});
  CHECK(verdict["convicts"] == true);
  CHECK(verdict["kind"] == "fork");
  CHECK(verdict["relation"] == "fork");
  CHECK(verdict["first"]["size"] == head.size);
  CHECK(world.run(compare).code == 3);  // nothing is overwritten
  const auto stranger = ledger::VerifierKey(
      "registry.example/other", must(crypto::read_key_file(world.key("maker"))).public_key());
  CHECK(world.json({"ledger", "evidence", "verify", out, "--key", stranger.to_string()},
                   1)["code"] == "checkpoint.unknown_key");
}

TEST_CASE("what is kept is compared with the log: goes on, contradicts, or cannot be told") {
  CliWorld world("cli-evidence");
  const Head before = head_file(world, "before");
  const std::string receipt = world.path("receipt");
  REQUIRE(world.run({"ledger", "prove", "1", "--out", receipt}).code == 0);
  world.chips(1);
  const Head after = head_file(world, "after");
  REQUIRE(after.size > before.size);
  const auto search = [&](const std::string& option, const std::string& file, int code) {
    return world.json({"ledger", "evidence", "search", option, file, "--key", before.key},
                      code)["outcome"];
  };

  CHECK(search("--checkpoint", before.file, 0) == "agrees");
  CHECK(search("--receipt", receipt, 0) == "agrees");
  CHECK(search("--checkpoint", forked(world, before), 1) == "contradicts");
  auto beyond = must(ledger::parse_checkpoint(must(read_text_file(after.file))));
  ++beyond.size.value;
  const auto signer = must(crypto::read_key_file(world.path("registry") + "/operator.key"));
  const std::string ahead =
      world.write("ahead", ledger::sign_checkpoint(beyond, beyond.origin, signer));
  CHECK(search("--checkpoint", ahead, 4) == "unknown");
  CHECK(world.json({"ledger", "evidence", "search", "--key", before.key})["outcome"] == "agrees");

  CHECK(world.json({"ledger", "verify", "--log", "--checkpoint", before.file})["valid"] == true);
  const Json verdict = world.json({"ledger", "verify", "--log", "--checkpoint", ahead}, 1);
  CHECK(verdict["faults"][0]["code"] == "checkpoint.size");
}

TEST_CASE("evidence that cannot be read shows nothing, and a file that is not there is exit 2") {
  CliWorld world("cli-evidence");
  const Head head = head_file(world, "one");
  const auto verify = [&](const std::string& file) {
    return world.run({"ledger", "evidence", "verify", file, "--key", head.key}).code;
  };

  CHECK(verify(world.write("nonsense", "nonsense")) == 1);
  CHECK(verify(world.path("missing")) == 2);
  CHECK(world.run({"ledger", "evidence", "verify", head.file, "--key", "nonsense"}).code == 2);
  CHECK(world
            .run({"ledger", "evidence", "search", "--checkpoint", head.file, "--receipt", head.file,
                  "--key", head.key})
            .code == 2);
}
