#include "ledger/cosignature.hpp"

#include "ledger/base/file.hpp"
#include "ledger/base/json.hpp"
#include "ledger/checkpoint.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/foreign.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;
using muster::test::signer_of;

namespace {

// The checkpoint and the time of the example in c2sp.org/tlog-cosignature.
constexpr const char* example_text =
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
constexpr std::uint64_t example_second = 1679315147;

const crypto::Ed25519Signer witness_signer = signer_of(7);
const Cosigner witness{"witness.example.com/w1", &witness_signer};

Note example_note() {
  Note note = sign_note(example_text, "example.com/behind-the-sofa", signer_of(1));
  note.signatures.push_back(cosign(example_text, witness, example_second));
  return note;
}

}  // namespace

TEST_CASE("a cosignature is a time and an Ed25519 signature over header, time line and text") {
  const NoteSignature line = cosign(example_text, witness, example_second);
  const std::string message = "cosignature/v1\ntime 1679315147\n" + std::string(example_text);

  REQUIRE(line.signature.size() == 72);
  CHECK(read_u64be(line.signature) == example_second);
  CHECK(crypto::ed25519_verifies(witness_signer.public_key(), as_bytes(message),
                                 ByteView(line.signature).subspan(8)));
  CHECK(line.name == "witness.example.com/w1");
}

TEST_CASE("a cosigner's key text has type 4 and one spelling") {
  // Published for the witness of remora.n621.de; source: transparency-dev/formats, note tests.
  const std::string published =
      "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2";

  CHECK(must(CosignerKey::parse(published)).to_string() == published);
  CHECK(must(CosignerKey::parse(witness.verifier_key().to_string())) == witness.verifier_key());
  CHECK_FALSE(VerifierKey::parse(published));
  CHECK_FALSE(CosignerKey::parse(VerifierKey("log", signer_of(1).public_key()).to_string()));
  CHECK_FALSE(CosignerKey::parse("remora.n621.df" + published.substr(14)));
}

TEST_CASE("a cosigned checkpoint says who saw it when, and the log's signature stays as it was") {
  const Note note = must(parse_note(encode_note(example_note())));

  const auto judged = judge_cosignature(note, witness.verifier_key());

  CHECK(judged.verdict == NoteVerdict::good);
  CHECK(judged.second == example_second);
  CHECK(judged.time().to_string() == "2023-03-20T12:25:47.000Z");
  const VerifierKey log("example.com/behind-the-sofa", signer_of(1).public_key());
  CHECK(judge_note(note, log) == NoteVerdict::good);
}

TEST_CASE("another key says nothing; another text, time or byte condemns") {
  const Note good = example_note();
  const CosignerKey key = witness.verifier_key();
  const auto verdict_of = [&](const Note& note) { return judge_cosignature(note, key).verdict; };

  CHECK(judge_cosignature(good, {"witness.example.com/w2", witness_signer.public_key()}).verdict ==
        NoteVerdict::unknown);
  CHECK(judge_cosignature(good, {"witness.example.com/w1", signer_of(8).public_key()}).verdict ==
        NoteVerdict::unknown);

  Note bad = good;
  bad.text += "extension\n";
  CHECK(verdict_of(bad) == NoteVerdict::bad);
  for (std::size_t i = 0; i < 72; ++i) {
    CAPTURE(i);
    bad = good;
    bad.signatures[1].signature[i] ^= 1U;
    CHECK(verdict_of(bad) == NoteVerdict::bad);
  }
  bad = good;
  bad.signatures[1].signature.pop_back();
  CHECK(verdict_of(bad) == NoteVerdict::bad);
  bad.signatures[1].signature.resize(8);
  CHECK(verdict_of(bad) == NoteVerdict::bad);
}

TEST_CASE("times outside 1970 to 9999 are no times, even when they are signed") {
  for (const std::uint64_t second : {std::uint64_t{0}, last_cosignature_second + 1, UINT64_MAX}) {
    CAPTURE(second);
    const std::string message =
        "cosignature/v1\ntime " + std::to_string(second) + "\n" + example_text;
    NoteSignature line = cosign(example_text, witness, 1);
    line.signature.clear();
    append_u64be(line.signature, second);
    append(line.signature, witness_signer.sign(as_bytes(message)));

    CHECK(judge_cosignature({example_text, {line}}, witness.verifier_key()).verdict ==
          NoteVerdict::bad);
  }
}

TEST_CASE("of two cosignatures by one witness the earlier time counts, and both must verify") {
  Note note = example_note();
  note.signatures.push_back(cosign(example_text, witness, example_second - 60));

  CHECK(judge_cosignature(note, witness.verifier_key()).second == example_second - 60);

  note.signatures.back().signature[20] ^= 1U;
  CHECK(judge_cosignature(note, witness.verifier_key()).verdict == NoteVerdict::bad);
}

TEST_CASE("the cosigned checkpoint that C2SP prints has its time in the cosignature") {
  const auto path = test::foreign_vectors("ledger/c2sp-specs/examples.json");
  if (!path) return;
  const Json examples = must(parse_foreign_json(must(read_text_file(*path))));
  const auto text = examples.at("cosigned_checkpoint_example_no_published_keys").get<std::string>();

  const Note note = must(parse_note(text));

  REQUIRE(note.signatures.size() == 2);
  CHECK(note.text == example_text);
  CHECK(note.signatures[1].name == "witness.example.com/w1");
  REQUIRE(note.signatures[1].signature.size() == 72);
  CHECK(read_u64be(note.signatures[1].signature) == example_second);
  CHECK(encode_note(note) == text);
}
