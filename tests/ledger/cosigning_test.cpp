#include "ledger/cosigning.hpp"

#include "ledger/receipt.hpp"
#include "tests/ledger/support.hpp"
#include "tests/ledger/witness_world.hpp"
#include "tests/support/must.hpp"

using namespace muster;
using namespace muster::ledger;
using muster::test::must;
using muster::test::signer_of;
using muster::test::TalkativeLog;
using muster::test::WitnessWorld;

namespace {

/// Two witnesses of one log, `http://w1` and `http://w2`, and how they are reached.
struct TwoWitnesses {
  explicit TwoWitnesses(const std::string& name)
      : folder(name), state2(open(folder.path() / "second.db")), first(name + "-1") {
    second = std::make_unique<Witness>(*state2, cosigner2,
                                       Witness::Options{.evidence = folder.path() / "evidence"});
  }

  std::unique_ptr<WitnessState> open(const std::filesystem::path& path) {
    must(WitnessState::create(path, cosigner2.verifier_key()));
    auto state = must(WitnessState::open(path, cosigner2.verifier_key()));
    must(state->add_log(TalkativeLog::origin, TalkativeLog::key()));
    return state;
  }

  [[nodiscard]] Policy policy(const std::string& quorum) const {
    return must(Policy::parse("log " + TalkativeLog::key().to_string() + "\nwitness w1 " +
                              WitnessWorld::key().to_string() + " http://w1\nwitness w2 " +
                              cosigner2.verifier_key().to_string() + " http://w2\n" + quorum));
  }

  [[nodiscard]] WitnessTransport transport() {
    return [this](const std::vector<WitnessCall>& calls) {
      std::vector<Result<WitnessReply>> replies;
      for (const WitnessCall& call : calls) replies.push_back(reply(call));
      ++rounds;
      return replies;
    };
  }

  Result<WitnessReply> reply(const WitnessCall& call) {
    if (call.url == silent) return failure(Errc::unavailable, call.url + ": connection refused");
    Witness& asked = call.url == "http://w1" ? first.witness() : *second;
    const auto answer = asked.add_checkpoint(call.body, {5'000'000});
    return WitnessReply{answer.status, answer.content_type, answer.body};
  }

  test::Folder folder;
  crypto::Ed25519Signer signer2 = signer_of(73);
  Cosigner cosigner2{"witness.example/w2", &signer2};
  std::unique_ptr<WitnessState> state2;
  std::unique_ptr<Witness> second;
  WitnessWorld first;
  std::string silent;
  int rounds = 0;
};

}  // namespace

TEST_CASE("all witnesses of the policy cosign, and the policy accepts what comes of it") {
  TwoWitnesses world("cosigning");
  TalkativeLog log(9);
  const Policy policy = world.policy("group both all w1 w2\nquorum both\n");
  const std::string checkpoint = log.checkpoint(5);

  const auto got = must(collect_cosignatures(log.store(), checkpoint, policy, world.transport()));

  CHECK(got.gained);
  CHECK(got.note.starts_with(checkpoint));
  REQUIRE(got.asked.size() == 2);
  CHECK(got.asked[0].outcome == WitnessOutcome::cosigned);
  CHECK(got.asked[1].time == Timestamp{5'000'000});
  const auto verdict = must(accepts(got.note, policy));
  CHECK(verdict.accepted());
  CHECK(verdict.quorum_at == Timestamp{5'000'000});
  CHECK(world.rounds == 1);
}

TEST_CASE("the next checkpoint is proven from what the kept ones say that a witness saw") {
  TwoWitnesses world("cosigning-next");
  TalkativeLog log(9);
  const Policy policy = world.policy("quorum w1\n");
  const auto first =
      must(collect_cosignatures(log.store(), log.checkpoint(5), policy, world.transport()));
  must(log.store().put_checkpoint(first.note));

  const auto next =
      must(collect_cosignatures(log.store(), log.checkpoint(9), policy, world.transport()));

  CHECK(next.asked[0].outcome == WitnessOutcome::cosigned);
  CHECK(next.asked[1].outcome == WitnessOutcome::cosigned);
  CHECK(world.rounds == 2);  // one each: no witness had to say its size
}

TEST_CASE("a witness that knows another size is asked again with the proof it wants") {
  TwoWitnesses world("cosigning-again");
  TalkativeLog log(9);
  const Policy policy = world.policy("quorum w1\n");
  REQUIRE(world.first.status(log.request(0, 4)) == 200);

  const auto got =
      must(collect_cosignatures(log.store(), log.checkpoint(9), policy, world.transport()));

  CHECK(got.asked[0].outcome == WitnessOutcome::cosigned);
  CHECK(world.rounds == 2);
}

TEST_CASE("a silent witness leaves the checkpoint with fewer cosignatures, and is asked later") {
  TwoWitnesses world("cosigning-silent");
  TalkativeLog log(5);
  const Policy both = world.policy("group both all w1 w2\nquorum both\n");
  const Policy any = world.policy("group one any w1 w2\nquorum one\n");
  world.silent = "http://w2";

  const auto got =
      must(collect_cosignatures(log.store(), log.checkpoint(5), both, world.transport()));

  CHECK(got.asked[1].outcome == WitnessOutcome::unreachable);
  CHECK(got.asked[1].detail == "http://w2: connection refused");
  CHECK_FALSE(must(accepts(got.note, both)).accepted());
  CHECK(must(accepts(got.note, any)).accepted());

  world.silent.clear();
  const auto later = must(collect_cosignatures(log.store(), got.note, both, world.transport()));
  CHECK(later.gained);
  CHECK(must(accepts(later.note, both)).accepted());
  const auto again = must(collect_cosignatures(log.store(), later.note, both, world.transport()));
  CHECK_FALSE(again.gained);
  CHECK(again.note == later.note);
}

TEST_CASE("a witness without an address is not asked, one that refuses is quoted") {
  TwoWitnesses world("cosigning-refused");
  TalkativeLog forked(6, 2);
  TalkativeLog log(5);
  REQUIRE(world.first.status(log.request(0, 5)) == 200);
  const Policy policy = must(
      Policy::parse("witness w1 " + WitnessWorld::key().to_string() + " http://w1\nwitness w2 " +
                    world.cosigner2.verifier_key().to_string() + "\nquorum w1\n"));

  const auto got =
      must(collect_cosignatures(forked.store(), forked.checkpoint(6), policy, world.transport()));

  CHECK(got.asked[0].outcome == WitnessOutcome::refused);
  CHECK(got.asked[0].detail == "it answers 422: consistency proof: does not verify");
  CHECK(got.asked[1].outcome == WitnessOutcome::no_address);
  CHECK_FALSE(got.gained);
}

TEST_CASE("a witness that is behind what it cosigned is found out") {
  TwoWitnesses world("cosigning-forgot");
  TalkativeLog log(9);
  const Policy policy = world.policy("quorum w1\n");
  const auto seen =
      must(collect_cosignatures(log.store(), log.checkpoint(5), policy, world.transport()));
  must(log.store().put_checkpoint(seen.note));
  const WitnessTransport rolled_back = [](const std::vector<WitnessCall>& calls) {
    return std::vector<Result<WitnessReply>>(calls.size(),
                                             WitnessReply{409, "text/x.tlog.size", "3\n"});
  };

  const auto got = must(collect_cosignatures(log.store(), log.checkpoint(9), policy, rolled_back));

  CHECK(got.asked[0].outcome == WitnessOutcome::forgot);
  CHECK(got.asked[0].detail.starts_with("it is at size 3 and cosigned size 5 before"));
}

TEST_CASE("answers that are none are told apart, and change nothing") {
  TwoWitnesses world("cosigning-bad");
  TalkativeLog log(5);
  const Policy policy = world.policy("quorum w1\n");
  const std::string note = log.checkpoint(5);
  const Note parsed = must(parse_note(note));
  const auto signer = signer_of(70);
  const auto other_text =
      encode_signature_line(cosign("other\n", {"witness.example/w1", &signer}, 5));
  const auto other_key =
      encode_signature_line(cosign(parsed.text, {"witness.example/w9", &signer}, 5));
  const auto outcome_of = [&](unsigned status, const std::string& body) {
    const auto got = must(
        collect_cosignatures(log.store(), note, policy, [&](const std::vector<WitnessCall>& calls) {
          return std::vector<Result<WitnessReply>>(calls.size(), WitnessReply{status, "", body});
        }));
    CHECK(got.note == note);
    return got.asked[0].outcome;
  };

  CHECK(outcome_of(200, "") == WitnessOutcome::bad_answer);
  CHECK(outcome_of(200, "hello\n") == WitnessOutcome::bad_answer);
  CHECK(outcome_of(200, other_text) == WitnessOutcome::bad_answer);
  CHECK(outcome_of(200, other_key) == WitnessOutcome::bad_answer);
  CHECK(outcome_of(409, "many\n") == WitnessOutcome::bad_answer);
  CHECK(outcome_of(409, "99\n") == WitnessOutcome::refused);
  CHECK(outcome_of(409, "2\n") == WitnessOutcome::refused);
  CHECK(outcome_of(500, "\x1b[31mred\xFF\n") == WitnessOutcome::refused);
}

TEST_CASE("a receipt is of level 1 by the log, of level 2 by a quorum of witnesses") {
  TwoWitnesses world("cosigning-receipt");
  TalkativeLog log(9);
  const Policy policy = world.policy("group both all w1 w2\nquorum both\n");
  must(log.store().put_checkpoint(log.checkpoint(5)));
  const auto receipt_of = [&](std::uint64_t index) {
    const auto checkpoint =
        must(checkpoint_for_receipt(log.store(), {index}, TalkativeLog::key(), &policy));
    REQUIRE(checkpoint);
    return must(make_receipt(log.store(), {index}, *checkpoint));
  };

  const Receipt first = receipt_of(2);
  auto facts = must(verify_receipt(first, TalkativeLog::key(), policy));
  CHECK(facts.level() == 1);
  CHECK(facts.missing == "quorum both is not reached: no cosignature of w1, w2");

  const auto got =
      must(collect_cosignatures(log.store(), log.checkpoint(9), policy, world.transport()));
  must(log.store().put_checkpoint(got.note));
  const Receipt second = receipt_of(2);
  facts = must(verify_receipt(second, TalkativeLog::key(), policy));
  CHECK(facts.level() == 2);
  CHECK(facts.quorum_at == Timestamp{5'000'000});
  CHECK(facts.cosigned_by.size() == 2);
  CHECK(facts.missing.empty());
  CHECK(must(verify_receipt(second, TalkativeLog::key())).level() == 1);
}

TEST_CASE("the same entry has the same receipt again, whatever was signed since") {
  TalkativeLog log(9);
  const auto checkpoint_of = [&](std::uint64_t index) {
    return must(checkpoint_for_receipt(log.store(), {index}, TalkativeLog::key(), nullptr));
  };
  CHECK_FALSE(checkpoint_of(0));

  for (const std::uint64_t size : {3U, 5U, 9U}) {
    must(log.store().put_checkpoint(log.checkpoint(size)));
  }

  CHECK(checkpoint_of(2) == log.checkpoint(3));
  CHECK(checkpoint_of(3) == log.checkpoint(5));
  CHECK(checkpoint_of(8) == log.checkpoint(9));
  CHECK_FALSE(checkpoint_of(9));
}

TEST_CASE("a receipt is a tlog-proof whose extra line is the entry, and comes back from it") {
  TalkativeLog log(5);
  const Receipt receipt = must(make_receipt(log.store(), {3}, log.checkpoint(5)));

  const std::string text = encode_receipt_as_tlog_proof(receipt);

  CHECK(text.starts_with("c2sp.org/tlog-proof@v1\nextra "));
  CHECK(must(parse_tlog_proof(text)).index == LogIndex{3});
  CHECK(must(parse_receipt(text)) == receipt);
  CHECK(must(verify_receipt(must(parse_receipt(text)), TalkativeLog::key())).entry.index ==
        LogIndex{3});
  CHECK_FALSE(parse_receipt(encode_tlog_proof(receipt.proof)));
}
