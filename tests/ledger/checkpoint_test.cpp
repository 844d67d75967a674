#include "ledger/checkpoint.hpp"

#include "ledger/base/file.hpp"
#include "ledger/base/json.hpp"
#include "ledger/log.hpp"
#include "ledger/store/faulty_store.hpp"
#include "ledger/store/memory_store.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"
#include "tests/support/replaced.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::must;
using muster::test::must_fail;
using muster::test::replaced;
using muster::test::signer_of;

namespace {

Checkpoint sample() { return {"log.example/one", {7}, leaf_hash(as_bytes("x")), {}}; }

VerifierKey key_of(const std::string& name, std::uint64_t number = 1) {
  return VerifierKey(name, signer_of(number).public_key());
}

}  // namespace

TEST_CASE("the example note of c2sp.org/signed-note verifies under its key, and no other") {
  const auto key = must(
      VerifierKey::parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"));
  const std::string text =
      "This is an example message.\n\n\xE2\x80\x94 example.com/foo "
      "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM"
      "=\n";

  const Note note = must(parse_note(text));

  CHECK(note.text == "This is an example message.\n");
  CHECK(judge_note(note, key) == NoteVerdict::good);
  CHECK(judge_note(note, key_of("example.com/foo")) == NoteVerdict::unknown);
  CHECK(encode_note(note) == text);
  Note other = note;
  other.text = "This is another message.\n";
  CHECK(judge_note(other, key) == NoteVerdict::bad);
}

TEST_CASE("the notes of golang.org/x/mod verify, and are made again byte for byte") {
  const auto path = test::foreign_vectors("ledger/xmod-sumdb/vectors.json");
  if (!path) return;
  const Json vectors = must(parse_foreign_json(must(read_text_file(*path))));
  for (const Json& vector : vectors.at("notes")) {
    if (!vector.contains("vkey") || !vector.contains("signed")) continue;
    const auto key = must(VerifierKey::parse(vector.at("vkey").get<std::string>()));
    const Note note = must(parse_note(vector.at("signed").get<std::string>()));
    CHECK(note.text == vector.at("text").get<std::string>());
    CHECK(judge_note(note, key) == NoteVerdict::good);
    CHECK(key.to_string() == vector.at("vkey").get<std::string>());
  }
}

TEST_CASE("a verifier key has one spelling, and its id follows from name and key") {
  const auto key = key_of("log.example/one");
  const std::string text = key.to_string();

  CHECK(must(VerifierKey::parse(text)) == key);
  for (const std::string& bad :
       {text + "=", replaced(text, "log.example/one", "log.example/two"),
        replaced(text, "log.example/one", ""), replaced(text, "one+", "one "),
        replaced(text, "+A", "+B"), std::string("a+b"), std::string()}) {
    CAPTURE(bad);
    CHECK_FALSE(VerifierKey::parse(bad));
  }
}

TEST_CASE("names with spaces of any script, plus signs or control characters name no key") {
  CHECK(is_key_name("log.example/\xC3\xA9t\xC3\xA9"));
  for (const char* bad : {"", "a b", "a+b", "a\tb", "a\nb", "a\x7F",
                          "a\xC2\xA0"
                          "b",
                          "a\xE3\x80\x80"
                          "b",
                          "a\xE2\x80\xA8"
                          "b",
                          "a\xFF"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_key_name(bad));
  }
}

TEST_CASE("what is not a signed note is refused") {
  const std::string good = sign_checkpoint(sample(), "log.example/one", signer_of(1));
  REQUIRE(parse_note(good));

  for (const std::string& bad :
       {std::string(), std::string("text\n"), std::string("text\n\n"),
        good.substr(0, good.size() - 1), good + "\n", good + "x\n",
        replaced(good, "\xE2\x80\x94 ", "- "),
        replaced(good, "log.example/one\n7", "log.example/one\r\n7"),
        replaced(good, "log.example/one\n7", "log\xFF\n7"),
        std::string("t\n\n\xE2\x80\x94 name AAAA\n"), std::string("t\n\n\xE2\x80\x94 name\n"),
        std::string("t\n\n\xE2\x80\x94  AAAAAAAA\n"), std::string(max_note_bytes, 'a') + good}) {
    CAPTURE(bad.substr(0, 100));
    CHECK_FALSE(parse_note(bad));
  }
}

TEST_CASE("a checkpoint is three lines, and comes back as it went out") {
  const Checkpoint checkpoint = sample();

  const std::string text = checkpoint_text(checkpoint);

  CHECK(text == "log.example/one\n7\nPH6byTDck/AfppmF7yQtn56GHzxTVaokzl70tLinDMs=\n");
  CHECK(must(parse_checkpoint_text(text)) == checkpoint);
  CHECK(must(parse_checkpoint_text(text + "extension\n")).extensions ==
        std::vector<std::string>{"extension"});
  for (const std::string& bad :
       {text + "\n", text.substr(0, text.size() - 1), replaced(text, "\n7\n", "\n07\n"),
        replaced(text, "\n7\n", "\n-7\n"), replaced(text, "\n7\n", "\n\n"),
        replaced(text, "\n7\n", "\n18446744073709551616\n"), replaced(text, "=", ""),
        replaced(text, "PH6b", "PH6"), replaced(text, "log.example/one", ""),
        std::string("a\n0\n")}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_checkpoint_text(bad));
  }
}

TEST_CASE(
    "a signed checkpoint verifies under the log's key and says which rule it breaks otherwise") {
  const std::string text = sign_checkpoint(sample(), "log.example/one", signer_of(1));

  CHECK(must(verify_checkpoint(text, key_of("log.example/one"))) == sample());
  const auto stranger = verify_checkpoint(text, key_of("log.example/one", 2));
  REQUIRE_FALSE(stranger);
  CHECK(stranger.error().rule == "checkpoint.unknown_key");
  const auto forged =
      verify_checkpoint(replaced(text, "\n7\n", "\n8\n"), key_of("log.example/one"));
  REQUIRE_FALSE(forged);
  CHECK(forged.error().rule == "checkpoint.bad_signature");
  // Other people's keys may be called otherwise than their log; Muster's are not.
  const std::string other =
      sign_checkpoint({"log.example/two", {7}, {}, {}}, "log.example/one", signer_of(1));
  CHECK(must(verify_checkpoint(other, key_of("log.example/one"))).origin == "log.example/two");
  CHECK(must(verify_log_checkpoint(text, key_of("log.example/one"))) == sample());
  const auto other_log = verify_log_checkpoint(other, key_of("log.example/one"));
  REQUIRE_FALSE(other_log);
  CHECK(other_log.error().rule == "checkpoint.origin");
  // Knowing a key of that log as well does not make the signature its own.
  const std::vector keys{key_of("log.example/one"), key_of("log.example/two")};
  const auto borrowed = verify_log_checkpoint(other, keys);
  REQUIRE_FALSE(borrowed);
  CHECK(borrowed.error().rule == "checkpoint.origin");
}

TEST_CASE("publishing signs the head of the log, keeps the text, and signs one head once") {
  MemoryStore store;
  Log log = must(Log::open(store));
  const auto first_signer = signer_of(1);
  const CheckpointSigner signer{"log.example/one", &first_signer};
  const auto key = key_of("log.example/one");

  const std::string empty = must(publish_checkpoint(store, signer));
  must(log.append({0}, {1000}, envelopes_of(3)));
  const std::string text = must(publish_checkpoint(store, signer));

  CHECK(must(verify_checkpoint(empty, key)).head() == TreeHead{{0}, empty_root()});
  CHECK(must(verify_checkpoint(text, key)).head() == log.head());
  CHECK(must(publish_checkpoint(store, signer)) == text);
  CHECK(must(store.checkpoints()) == std::vector<std::string>{empty, text});
}

TEST_CASE("a log that is smaller or other than its newest checkpoint is not signed") {
  const auto first_signer = signer_of(1);
  const CheckpointSigner signer{"log.example/one", &first_signer};
  MemoryStore real;
  Log log = must(Log::open(real));
  must(log.append({0}, {1000}, envelopes_of(3)));
  const std::string text = must(publish_checkpoint(real, signer));

  MemoryStore restored;
  Log older = must(Log::open(restored));
  must(older.append({0}, {1000}, envelopes_of(2)));
  must(restored.put_checkpoint(text));
  CHECK(must_fail(publish_checkpoint(restored, signer)) ==
        "log has 2 entries, its newest checkpoint says 3: an older copy was restored");

  must(older.append({2}, {1000}, envelopes_of(2, 100)));
  CHECK(publish_checkpoint(restored, signer).error().code == Errc::corrupt);
}

TEST_CASE(
    "a process that appends and signs at any moment of another's signing is no restored copy") {
  const auto first_signer = signer_of(1);
  const CheckpointSigner signer{"log.example/one", &first_signer};
  const auto key = key_of("log.example/one");
  std::size_t calls = 1;
  for (std::size_t moment = 0; moment < calls; ++moment) {
    CAPTURE(moment);
    MemoryStore store;
    Log log = must(Log::open(store));
    must(log.append({0}, {1000}, envelopes_of(3)));
    must(publish_checkpoint(store, signer));
    must(log.append({3}, {1000}, envelopes_of(1, 10)));

    FaultyStore shared(store, {SIZE_MAX, FaultKind::before});
    shared.before_each([&](std::size_t call) {
      if (call != moment) return;
      must(log.append({4}, {1000}, envelopes_of(2, 20)));
      must(publish_checkpoint(store, signer));
    });
    const auto text = publish_checkpoint(shared, signer);
    calls = shared.calls();

    REQUIRE(text);
    const TreeSize size = must(verify_checkpoint(*text, key)).size;
    CHECK((size == TreeSize{4} || size == TreeSize{6}));
    CHECK(must(publish_checkpoint(store, signer)).starts_with("log.example/one\n6\n"));
  }
  CHECK(calls >= 4);
}
