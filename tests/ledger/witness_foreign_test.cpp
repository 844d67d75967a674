// Requests that other people's witnesses are tested with, put to this one.

#include "ledger/base/base64.hpp"
#include "ledger/base/file.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/json.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/ledger/support.hpp"
#include "tests/ledger/witness_world.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;
using muster::test::WitnessWorld;

namespace {

/// One `POST` of a hurl script, and what it expects.
struct HurlStep {
  std::string body{};
  unsigned status = 0;
  std::string expectation{};  ///< The line after [Asserts].
};

/// Takes the text up to `end`, and drops both.
std::string take_until(std::string_view& text, std::string_view end) {
  const auto at = text.find(end);
  REQUIRE(at != std::string_view::npos);
  const std::string taken(text.substr(0, at));
  text.remove_prefix(at + end.size());
  return taken;
}

std::vector<HurlStep> hurl_steps(std::string_view text) {
  std::vector<HurlStep> steps;
  while (text.find("POST ") != std::string_view::npos) {
    take_until(text, "POST ");
    take_until(text, "```\n");
    HurlStep step{.body = take_until(text, "```\n")};
    take_until(text, "HTTP ");
    step.status = static_cast<unsigned>(std::stoul(take_until(text, "\n")));
    take_until(text, "[Asserts]\n");
    step.expectation = take_until(text, "\n");
    steps.push_back(std::move(step));
  }
  return steps;
}

/// Whether the body is as the script says: `body == "3\n"` or `body contains "…"`.
bool is_as_expected(const std::string& body, std::string_view expectation) {
  const auto first = expectation.find('"');
  std::string wanted(expectation.substr(first + 1, expectation.rfind('"') - first - 1));
  if (expectation.starts_with("body contains")) return body.find(wanted) != std::string::npos;
  const auto escape = wanted.find("\\n");
  if (escape != std::string::npos) wanted.replace(escape, 2, "\n");
  return body == wanted;
}

/// A witness with the name of the scripts'.
struct ForeignWitness {
  explicit ForeignWitness(const std::string& name) : folder(name) {
    const auto path = folder.path() / "witness.db";
    must(WitnessState::create(path, cosigner.verifier_key()));
    state = must(WitnessState::open(path, cosigner.verifier_key()));
    witness = std::make_unique<Witness>(*state, cosigner,
                                        Witness::Options{.evidence = folder.path() / "evidence"});
  }
  test::Folder folder;
  crypto::Ed25519Signer signer = test::signer_of(72);
  Cosigner cosigner{"example.com/witness", &signer};
  std::unique_ptr<WitnessState> state;
  std::unique_ptr<Witness> witness;
};

}  // namespace

TEST_CASE("the requests of litewitness get the answers that its test wants") {
  const auto path = test::foreign_vectors("ledger/witness/litewitness.txt");
  if (!path) return;
  const std::string script = must(read_text_file(*path));
  const auto key_at = script.find("-key=") + 5;
  const Bytes key = must(bytes_from_hex(script.substr(key_at, 64)));
  const std::string origin = "sigsum.org/v1/tree/" + crypto::sha256(key).to_hex();
  ForeignWitness world("litewitness");
  must(world.state->add_log(origin,
                            VerifierKey(origin, must(crypto::Ed25519PublicKey::from_bytes(key)))));

  const auto steps = hurl_steps(script);
  CHECK(steps.size() == 9);
  for (const HurlStep& step : steps) {
    CAPTURE(step.body);
    const auto answer = world.witness->add_checkpoint(step.body, {1'700'000'000'000});
    if (step.expectation.find("unknown log") != std::string::npos) {
      // The script is older than the specification, which has 404 for this.
      CHECK(answer.status == 404);
    } else {
      CHECK(answer.status == step.status);
    }
    CHECK(is_as_expected(answer.body, step.expectation));
  }
  CHECK(must(world.state->log(origin)).newest->head.size == TreeSize{5});
}

TEST_CASE("the checksum database of Go is followed, whose key has another name than its origin") {
  const auto path = test::foreign_vectors("ledger/witness/sumdb.txt");
  if (!path) return;
  const std::string script = must(read_text_file(*path));
  const auto key_at = script.find("sum.golang.org+");
  const std::string vkey = script.substr(key_at, script.find('\n', key_at) - key_at);
  ForeignWitness world("sumdb");
  must(world.state->add_log("go.sum database tree", must(VerifierKey::parse(vkey))));

  const auto steps = hurl_steps(script);
  REQUIRE(steps.size() == 1);
  const auto answer = world.witness->add_checkpoint(steps[0].body, {1'700'000'000'000});

  CHECK(answer.status == 200);
  CHECK(is_as_expected(answer.body, steps[0].expectation));
}

TEST_CASE("the checkpoints of the witness of transparency.dev are cosigned from 5 to 8") {
  const auto path = test::foreign_vectors("ledger/witness/add-checkpoint.json");
  if (!path) return;
  const Json vectors = must(parse_foreign_json(must(read_text_file(*path))));
  const auto text = [&](const char* field) { return vectors.at(field).get<std::string>(); };
  ForeignWitness world("monkeys");
  must(world.state->add_log("monkeys", must(VerifierKey::parse(text("log_vkey")))));
  AddCheckpoint request{{0}, {}, text("old_checkpoint")};
  const auto ask = [&] {
    return world.witness->add_checkpoint(encode_add_checkpoint(request), {1'700'000'000'000});
  };
  CHECK(ask().status == 200);

  request = {{5}, {}, text("new_checkpoint")};
  for (const Json& hash : vectors.at("consistency_proof_hex")) {
    request.proof.push_back(must(Hash::from_hex(hash.get<std::string>())));
  }

  CHECK(ask().status == 200);
  CHECK(must(world.state->log("monkeys")).newest->head.size == TreeSize{8});
}
