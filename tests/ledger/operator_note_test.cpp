#include "ledger/operator_note.hpp"

#include "ledger/checkpoint.hpp"
#include "ledger/promise.hpp"
#include "ledger/refusal.hpp"
#include "tests/ledger/log_operator.hpp"
#include "tests/ledger/support.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::envelopes_of;
using muster::test::log_name;
using muster::test::must;
using muster::test::must_fail;
using muster::test::signer_of;

namespace {

VerifierKey key_of(std::uint64_t number, const std::string& name = log_name) {
  return VerifierKey(name, signer_of(number).public_key());
}

NoteSubject subject() {
  const Envelope envelope = envelopes_of(1)[0];
  return {log_name,
          statement_hash(envelope),
          envelope_hash(envelope),
          {TreeSize{41}, leaf_hash(as_bytes("x"))}};
}

Refusal refused() {
  return {subject(), must(Timestamp::parse("2026-11-28T12:00:00.250Z")), "custody.not_custodian",
          "chip 1 is in stock, got fab, want \"müller\""};
}

SubmissionPromise promised() {
  return {subject(), must(Timestamp::parse("2026-11-28T12:00:00Z")),
          must(Timestamp::parse("2026-11-29T12:00:00Z"))};
}

std::string rule_of_refusal(const std::string& note, const VerifierKey& key) {
  const auto verdict = verify_refusal(note, std::span(&key, 1));
  if (verdict) return "good";
  return verdict.error().rule.empty() ? "unreadable" : verdict.error().rule;
}

/// `text` with the line that begins with `name` replaced.
std::string with_line(const std::string& text, const std::string& name, const std::string& line) {
  const auto at = text.find("\n" + name + " ") + 1;
  return text.substr(0, at) + line + text.substr(text.find('\n', at));
}

}  // namespace

TEST_CASE("a refusal says in lines what was refused, where, when and why") {
  const Refusal refusal = refused();
  const std::string text = refusal_text(refusal);

  CHECK(text == "muster/refusal/v1\nlog log.example/one\nstatement " +
                    refusal.about.statement.to_hex() + "\nenvelope " +
                    refusal.about.envelope.to_hex() + "\nsize 41\nroot " +
                    refusal.about.head.root.to_hex() +
                    "\njudged_at 2026-11-28T12:00:00.250Z\nrule custody.not_custodian\nmessage " +
                    refusal.message + "\n");
  CHECK(must(parse_refusal_text(text)) == refusal);
}

TEST_CASE("a promise says in lines what is promised and until when") {
  const std::string text = promise_text(promised());

  CHECK(text.starts_with("muster/promise/v1\nlog log.example/one\nstatement "));
  CHECK(text.ends_with(
      "\npromised_at 2026-11-28T12:00:00.000Z\ndeadline 2026-11-29T12:00:00.000Z\n"));
  CHECK(must(parse_promise_text(text)) == promised());
}

TEST_CASE("the envelope's hash depends on its signatures, the statement's does not") {
  Envelope envelope = envelopes_of(1)[0];
  const Hash statement = statement_hash(envelope);
  const Hash before = envelope_hash(envelope);

  must(add_signature(envelope, signer_of(77)));

  CHECK(statement_hash(envelope) == statement);
  CHECK(envelope_hash(envelope) != before);
}

TEST_CASE("notes are judged by the operator's keys, and by the log that these are for") {
  const std::string note = sign_refusal(refused(), signer_of(9));

  CHECK(rule_of_refusal(note, key_of(9)) == "good");
  CHECK(rule_of_refusal(note, key_of(8)) == "note.unknown_key");
  CHECK(rule_of_refusal(note, key_of(9, "log.example/two")) == "note.unknown_key");
  const std::vector<VerifierKey> both{key_of(8), key_of(9)};
  CHECK(must(verify_refusal(note, both)) == refused());
  // One key, its name changed in the signature line only: a note of another log.
  const std::string other =
      encode_note(sign_note(refusal_text(refused()), "log.example/two", signer_of(9)));
  CHECK(rule_of_refusal(other, key_of(9, "log.example/two")) == "note.origin");
  const std::string promise = sign_promise(promised(), signer_of(9));
  const VerifierKey key = key_of(9);
  CHECK(must(verify_promise(promise, std::span(&key, 1))) == promised());
}

TEST_CASE("an operator cannot void its note by a bad signature under another of its keys") {
  const std::string elsewhere = sign_promise(promised(), signer_of(8));
  const std::string line = elsewhere.substr(elsewhere.find("\n\n") + 2);
  const std::string note = sign_refusal(refused(), signer_of(9)) + line;

  const std::vector<VerifierKey> both{key_of(8), key_of(9)};
  CHECK(must(verify_refusal(note, both)) == refused());
  CHECK(rule_of_refusal(note, key_of(8)) == "note.bad_signature");
}

TEST_CASE("no byte of a signed note can be changed") {
  const VerifierKey key = key_of(9);
  for (const std::string& good :
       {sign_refusal(refused(), signer_of(9)), sign_promise(promised(), signer_of(9))}) {
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (const unsigned bit : {1U, 2U, 32U}) {
        std::string bad = good;
        bad[at] = static_cast<char>(static_cast<unsigned char>(bad[at]) ^ bit);
        CAPTURE(at);
        CHECK_FALSE(verify_refusal(bad, std::span(&key, 1)));
        CHECK_FALSE(verify_promise(bad, std::span(&key, 1)));
      }
    }
  }
}

TEST_CASE("refusal, promise, checkpoint and statement cannot be taken for each other") {
  const VerifierKey key = key_of(9);
  const std::string refusal = sign_refusal(refused(), signer_of(9));
  const std::string promise = sign_promise(promised(), signer_of(9));
  const std::string checkpoint =
      sign_checkpoint({log_name, TreeSize{41}, subject().head.root}, log_name, signer_of(9));

  CHECK(must_fail(verify_checkpoint(refusal, key)).find("tree size") != std::string::npos);
  CHECK(must_fail(verify_checkpoint(promise, key)).find("tree size") != std::string::npos);
  CHECK_FALSE(verify_promise(refusal, std::span(&key, 1)));
  CHECK_FALSE(verify_refusal(promise, std::span(&key, 1)));
  CHECK_FALSE(verify_refusal(checkpoint, std::span(&key, 1)));
  // A log whose name is the heading changes nothing: the second line tells them apart.
  CHECK_FALSE(parse_refusal_text(
      checkpoint_text({std::string(refusal_heading), TreeSize{41}, subject().head.root})));
  CHECK(pae(event_payload_type, "{}").back() != '\n');
}

TEST_CASE("a refusal's text has one spelling") {
  const std::string good = refusal_text(refused());
  const std::string hash = refused().about.statement.to_hex();
  const std::vector<std::pair<std::string, std::string>> changes{
      {"log", "log "},
      {"log", "log two words"},
      {"statement", "statement " + hash.substr(1)},
      {"size", "size 041"},
      {"size", "size 0"},
      {"size", "size -1"},
      {"size", "size 9007199254740992"},
      {"size", "size 41 "},
      {"size", "Size 41"},
      {"root", "root"},
      {"judged_at", "judged_at 2026-11-28T12:00:00Z"},
      {"judged_at", "judged_at yesterday"},
      {"rule", "rule Not A Rule"},
      {"rule", "rule " + std::string(65, 'a')},
      {"message", "message " + std::string(501, 'x')},
      {"message", "message a\tb"},
      {"message", "message one\nmessage two"},
  };
  for (const auto& change : changes) {
    const std::string& line = change.second;
    CAPTURE(line);
    CHECK_FALSE(parse_refusal_text(with_line(good, change.first, line)));
  }
  CHECK_FALSE(parse_refusal_text(good + "more\n"));
  CHECK_FALSE(parse_refusal_text(good.substr(0, good.size() - 1)));
  CHECK_FALSE(parse_refusal_text(""));
}

TEST_CASE("a promise ends after it begins") {
  const std::string good = promise_text(promised());
  for (const char* deadline : {"2026-11-28T12:00:00.000Z", "2026-11-27T12:00:00.000Z", "soon"}) {
    CHECK_FALSE(
        parse_promise_text(with_line(good, "deadline", "deadline " + std::string(deadline))));
  }
}

TEST_CASE("a refusal's message is one line of at most 500 bytes, whatever the rule said") {
  CHECK(refusal_message("site.unknown") == "site.unknown");
  CHECK(refusal_message("a\nrule fake\n\x7F") == "a rule fake  ");
  CHECK(refusal_message("") == "no further words");
  CHECK(refusal_message("\xFF\xFE") == "no further words");
  CHECK(refusal_message(std::string(600, 'x')).size() == 500);
  // An ü that the limit cuts in two goes as a whole.
  const std::string long_text = std::string(499, 'x') + "\xC3\xBC" + "y";
  CHECK(refusal_message(long_text) == std::string(499, 'x'));
  Refusal refusal = refused();
  refusal.message = refusal_message("a\nrule fake");
  CHECK(must(parse_refusal_text(refusal_text(refusal))).rule == "custody.not_custodian");
}
