#include "ledger/witness/witness.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ledger/base/file.hpp"
#include "ledger/crypto/sha256.hpp"
#include "tests/ledger/support.hpp"
#include "tests/ledger/witness_world.hpp"
#include "tests/support/must.hpp"
#include "tests/support/replaced.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;
using muster::test::must_fail;
using muster::test::replaced;
using muster::test::signer_of;
using muster::test::TalkativeLog;
using muster::test::WitnessWorld;

namespace {

/// The cosignature in an answer, judged over the checkpoint.
CosignatureVerdict cosignature_in(const WitnessAnswer& answer, const std::string& checkpoint) {
  const Note note = must(parse_note(must(parse_note(checkpoint)).text + "\n" + answer.body));
  return judge_cosignature(note, WitnessWorld::key());
}

/// A consistency proof between two sizes of a forked log cannot be had, so any hashes do.
std::string forked_request(std::uint64_t old_size, std::uint64_t size) {
  TalkativeLog forked(size, 2);
  return forked.request(old_size, size);
}

Evidence evidence_in(const std::string& file) {
  return must(parse_evidence(must(read_text_file(file))));
}

/// What a stranger says who knows the log's key.
Result<Conviction> judged(const Evidence& evidence) {
  const VerifierKey key = TalkativeLog::key();
  return judge_evidence(evidence, std::span(&key, 1));
}

Result<Conviction> judged_file(const std::string& file) { return judged(evidence_in(file)); }

}  // namespace

TEST_CASE("a request is an old size, a proof, an empty line and a checkpoint") {
  TalkativeLog log(8);
  const std::string body = log.request(5, 8);

  const AddCheckpoint request = must(parse_add_checkpoint(body));

  CHECK(request.old_size == TreeSize{5});
  CHECK(request.proof.size() == 4);
  CHECK(request.checkpoint == log.checkpoint(8));
  CHECK(encode_add_checkpoint(request) == body);
  for (const std::string& bad :
       {std::string(), std::string("old 5"), std::string("old 5\n"),
        replaced(body, "old 5", "old 05"), replaced(body, "old 5", "old -5"),
        replaced(body, "old 5", "old 9223372036854775808"),
        replaced(body, "old 5\n", "old 5\nAAAA\n"), replaced(body, "old 5\n", "old 5\n!\n"),
        replaced(body, "old ", "new "), std::string(max_add_checkpoint_bytes + 1, '\n')}) {
    CAPTURE(bad.substr(0, 60));
    CHECK_FALSE(parse_add_checkpoint(bad));
  }
  std::string long_proof = "old 1\n";
  for (int i = 0; i < 64; ++i) long_proof += "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
  CHECK(must_fail(parse_add_checkpoint(long_proof + "\nx")) == "add-checkpoint: over 63 hashes");
}

TEST_CASE("a checkpoint that goes on from the last one is cosigned at the time of asking") {
  WitnessWorld world("witness");
  TalkativeLog log(12);
  for (const auto& sizes :
       {std::pair{0U, 3U}, std::pair{3U, 3U}, std::pair{3U, 12U}, std::pair{12U, 12U}}) {
    const auto old_size = sizes.first;
    const auto size = sizes.second;
    CAPTURE(size);

    const auto answer = world.witness().add_checkpoint(log.request(old_size, size), {7'000'500});

    REQUIRE(answer.status == 200);
    const auto judged = cosignature_in(answer, log.checkpoint(size));
    CHECK(judged.verdict == NoteVerdict::good);
    CHECK(judged.second == 7'000);
  }
  CHECK(must(world.state().log(TalkativeLog::origin)).newest->head.size == TreeSize{12});
  CHECK(world.evidence_files().empty());
}

TEST_CASE("an old size that is not the witness's gets 409 with the one that is") {
  WitnessWorld world("witness-conflict");
  TalkativeLog log(9);

  const auto first = world.witness().add_checkpoint(log.request(3, 9), {1'000});
  CHECK(first.status == 409);
  CHECK(first.body == "0\n");
  CHECK(first.content_type == "text/x.tlog.size");

  REQUIRE(world.status(log.request(0, 5)) == 200);
  const auto stale = world.witness().add_checkpoint(log.request(3, 9), {1'000});
  CHECK(stale.status == 409);
  CHECK(stale.body == "5\n");
  CHECK(world.witness().add_checkpoint(log.request(0, 4), {1'000}).body == "5\n");
  CHECK(world.evidence_files().empty());
}

TEST_CASE("a log that is not followed gets 404, one that did not sign 403, a malformed body 400") {
  WitnessWorld world("witness-refusals");
  TalkativeLog log(5);
  const std::string body = log.request(0, 5);
  const Hash root = must(log.store().head()).root;
  const auto signed_by = [&](const std::string& name, std::uint64_t key) {
    return encode_add_checkpoint(
        {{0}, {}, sign_checkpoint({name, {5}, root, {}}, name, signer_of(key))});
  };

  CHECK(world.status(signed_by("log.example/two", 9)) == 404);
  CHECK(world.status(signed_by(TalkativeLog::origin, 8)) == 403);
  CHECK(world.status(replaced(body, "one\n5\n", "one\n6\n")) == 403);
  CHECK(world.status("old 6\n\n" + log.checkpoint(5)) == 400);
  CHECK(world.status(body + "and more") == 403);
  CHECK(world.status("old 0\n\nnot a note") == 400);
  CHECK(world.status("old 0\n\nnot a checkpoint\n\nand no signature") == 400);
  CHECK(world.status("") == 400);
  CHECK_FALSE(must(world.state().log(TalkativeLog::origin)).newest);
}

TEST_CASE("unknown signatures are passed over, and are not kept") {
  WitnessWorld world("witness-unknown");
  TalkativeLog log(5);
  const auto stranger = signer_of(71);
  Note note = must(parse_note(log.checkpoint(5)));
  note.signatures.push_back(cosign(note.text, {"stranger", &stranger}, 5));

  CHECK(world.status("old 0\n\n" + encode_note(note)) == 200);

  CHECK(must(world.state().log(TalkativeLog::origin)).newest->note == log.checkpoint(5));
}

TEST_CASE("a proof that does not show that the log goes on gets 422") {
  WitnessWorld world("witness-proof");
  TalkativeLog log(9);
  REQUIRE(world.status(log.request(0, 5)) == 200);
  AddCheckpoint request = must(parse_add_checkpoint(log.request(5, 9)));
  const auto status = [&] { return world.status(encode_add_checkpoint(request)); };

  request.proof[0].bytes[0] ^= 1U;
  CHECK(status() == 422);
  request.proof.clear();
  CHECK(status() == 422);
  request = must(parse_add_checkpoint(log.request(5, 5)));
  request.proof = {Hash{}};
  CHECK(status() == 422);

  WitnessWorld fresh("witness-proof-fresh");
  request = must(parse_add_checkpoint(log.request(0, 5)));
  request.proof = {Hash{}};
  CHECK(fresh.status(encode_add_checkpoint(request)) == 422);
}

TEST_CASE("a checkpoint of size 0 has the root of the empty tree") {
  WitnessWorld world("witness-empty");
  TalkativeLog log(3);
  const std::string impossible =
      sign_checkpoint({TalkativeLog::origin, {0}, Hash{}, {}}, TalkativeLog::origin, signer_of(9));

  CHECK(world.status("old 0\n\n" + impossible) == 422);
  CHECK(world.status(log.request(0, 0)) == 200);
  CHECK(world.status(log.request(0, 0)) == 200);
  CHECK(world.status(log.request(0, 3)) == 200);
}

TEST_CASE("a fork of the same size is refused, and both signed checkpoints are kept") {
  WitnessWorld world("witness-fork");
  TalkativeLog log(5);
  REQUIRE(world.status(log.request(0, 5)) == 200);

  CHECK(world.status(forked_request(5, 5)) == 422);
  CHECK(world.status(forked_request(3, 5)) == 409);
  CHECK(world.status(forked_request(5, 5)) == 422);

  const auto files = world.evidence_files();
  REQUIRE(files.size() == 1);
  CHECK(must(judged_file(files[0])).kind == "fork");
  CHECK(must(world.state().log(TalkativeLog::origin)).newest->note == log.checkpoint(5));
}

TEST_CASE("a longer fork is refused, kept as not connected, and shown by a copy of it") {
  WitnessWorld world("witness-long-fork");
  TalkativeLog log(5);
  REQUIRE(world.status(log.request(0, 5)) == 200);

  CHECK(world.status(forked_request(5, 8)) == 422);

  REQUIRE(world.evidence_files().size() == 1);
  const std::string file = world.evidence_files()[0];
  CHECK(judged_file(file).error().rule == "evidence.unconnected");
  auto pair = std::get<CheckpointPair>(evidence_in(file));
  TalkativeLog forked(8, 2);
  pair.prefix = must(prefix_by_log(forked.store(), pair));
  CHECK(must(judged(pair)).kind == "fork");
}

TEST_CASE("evidence is kept up to its limit, and refusals go on beyond it") {
  WitnessWorld world("witness-limit");
  TalkativeLog log(5);
  REQUIRE(world.status(log.request(0, 5)) == 200);
  for (std::uint64_t size = 6; size < 12; ++size) {
    CHECK(world.status(forked_request(5, size)) == 422);
  }
  CHECK(world.evidence_files().size() == 3);
}

TEST_CASE("honest checkpoints with proofs that fail crowd out no fork, and are not called one") {
  WitnessWorld world("witness-crowd");
  TalkativeLog log(12);
  REQUIRE(world.status(log.request(0, 5)) == 200);
  for (std::uint64_t size = 6; size < 12; ++size) {
    CHECK(world.status(replaced(log.request(4, size), "old 4", "old 5")) == 422);
  }
  for (const std::string& file : world.evidence_files()) {
    CHECK(std::filesystem::path(file).filename().string().starts_with("unconnected-"));
  }

  CHECK(world.status(forked_request(5, 5)) == 422);

  std::size_t forks = 0;
  for (const std::string& file : world.evidence_files()) {
    if (!std::filesystem::path(file).filename().string().starts_with("fork-")) continue;
    ++forks;
    CHECK(must(judged_file(file)).kind == "fork");
  }
  CHECK(forks == 1);
  CHECK(world.evidence_files().size() == 4);
}

TEST_CASE("a witness that is restarted knows what it cosigned") {
  WitnessWorld world("witness-restart");
  TalkativeLog log(9);
  REQUIRE(world.status(log.request(0, 5)) == 200);

  world.restart();

  CHECK(world.status(log.request(0, 5)) == 409);
  CHECK(world.status(forked_request(5, 5)) == 422);
  CHECK(world.status(log.request(5, 9)) == 200);
}

TEST_CASE("killed between storing and signing, it never signs another root of that size") {
  WitnessWorld world("witness-kill");
  TalkativeLog log(9);
  REQUIRE(world.status(log.request(0, 5)) == 200);
  const std::string body = log.request(5, 9);
  world.stop();  // a connection must not be taken across a fork

  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // In the child, which dies where a power cut would hit.
    world.restart([] { ::kill(::getpid(), SIGKILL); });
    world.status(body);
    ::_exit(1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  world.restart();

  CHECK(world.witness().add_checkpoint(body, {1'000}).body == "9\n");
  CHECK(world.status(forked_request(9, 9)) == 422);
  CHECK(world.status(log.request(9, 9)) == 200);
}

TEST_CASE("the time of a cosignature never goes back, whatever the clock does") {
  WitnessWorld world("witness-clock");
  TalkativeLog log(9);
  REQUIRE(world.status(log.request(0, 5), 2'000) == 200);

  const auto answer = world.witness().add_checkpoint(log.request(5, 9), {1'000'000});

  CHECK(cosignature_in(answer, log.checkpoint(9)).second == 2'000);
}

TEST_CASE("the newest checkpoint is served with the cosignature that was given for it") {
  WitnessWorld world("witness-serve");
  TalkativeLog log(5);
  const std::string name = crypto::sha256(TalkativeLog::origin).to_hex();
  CHECK(world.witness().newest_checkpoint(name).status == 404);
  const auto given = world.witness().add_checkpoint(log.request(0, 5), {8'000'000});

  const auto served = world.witness().newest_checkpoint(name);

  CHECK(served.status == 200);
  CHECK(served.body == log.checkpoint(5) + given.body);
  CHECK(world.witness().newest_checkpoint(Hash{}.to_hex()).status == 404);
  CHECK(world.witness().newest_checkpoint("checkpoint").status == 404);
}

TEST_CASE("a state is opened by its own key alone, and is never made by opening") {
  const test::Folder folder("witness-state");
  const auto path = folder.path() / "witness.db";
  const CosignerKey own("w1", signer_of(70).public_key());

  CHECK(WitnessState::open(path, own).error().code == Errc::not_found);
  must(WitnessState::create(path, own));

  CHECK(WitnessState::open(path, own));
  CHECK(WitnessState::open(path, {"w1", signer_of(71).public_key()}).error().code ==
        Errc::invalid_input);
  CHECK(WitnessState::open(path, {"w2", signer_of(70).public_key()}).error().code ==
        Errc::invalid_input);
  CHECK(WitnessState::create(path, own).error().code == Errc::conflict);
}

TEST_CASE("a log may have several keys, each once; any of them signs") {
  WitnessWorld world("witness-keys");
  TalkativeLog log(5);
  const VerifierKey second("other-name", signer_of(10).public_key());
  must(world.state().add_log(TalkativeLog::origin, second));

  CHECK(world.state().add_log(TalkativeLog::origin, second).error().code == Errc::conflict);
  CHECK(must(world.state().log(TalkativeLog::origin)).keys.size() == 2);
  const std::string text = must(parse_note(log.checkpoint(5))).text;
  const std::string note = encode_note(sign_note(text, "other-name", signer_of(10)));
  CHECK(world.status("old 0\n\n" + note) == 200);
  CHECK(must(world.state().origins()) == std::vector<std::string>{TalkativeLog::origin});
}

TEST_CASE("the file itself refuses to go back or to forget") {
  WitnessWorld world("witness-triggers");
  TalkativeLog log(9);
  REQUIRE(world.status(log.request(0, 9)) == 200);
  const auto newest = *must(world.state().log(TalkativeLog::origin)).newest;
  const auto change = [&](auto edit) {
    WitnessedCheckpoint next = newest;
    edit(next);
    return world.state().replace(TalkativeLog::origin, newest, next).has_value();
  };

  CHECK_FALSE(change([](auto& next) { next.head.size = {8}; }));
  CHECK_FALSE(change([](auto& next) { next.head.root.bytes[0] ^= 1U; }));
  CHECK_FALSE(change([](auto& next) { --next.second; }));
  CHECK(change([](auto& next) { ++next.second; }));
  // And the one that was replaced is not the newest any more.
  CHECK(world.state().replace(TalkativeLog::origin, newest, newest).error().code == Errc::conflict);
}
