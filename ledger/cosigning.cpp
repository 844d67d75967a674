#include "ledger/cosigning.hpp"

#include <algorithm>

#include "ledger/proofs.hpp"
#include "ledger/witness/add_checkpoint.hpp"

namespace muster::ledger {
namespace {

/// How far back this log looks for what a witness cosigned last; else the witness says it.
constexpr std::size_t remembered_checkpoints = 64;
/// A witness may tell its size once, and once more when somebody else was faster.
constexpr int most_rounds = 3;
constexpr std::size_t most_quoted = 200;

/// What a witness said, fit for one line: its first line, with what is no ASCII text left out.
std::string quoted_answer(std::string_view body) {
  std::string text(body.substr(0, std::min(body.find('\n'), most_quoted)));
  std::ranges::replace_if(
      text, [](char c) { return c < 0x20 || c == 0x7F; }, '?');
  return text;
}

/// Asking the witnesses of one policy about one checkpoint.
class Collection final {
 public:
  Collection(Store& store, const Policy& policy, Note note, Checkpoint checkpoint)
      : store_(store),
        policy_(policy),
        note_(std::move(note)),
        checkpoint_(std::move(checkpoint)) {}

  Result<Cosigning> run(const WitnessTransport& transport);

 private:
  /// One witness that still has to be asked.
  struct Pending {
    std::size_t witness;
    TreeSize old_size;
  };

  Result<void> begin();
  Result<std::vector<WitnessCall>> calls();
  void take(const Pending& pending, const Result<WitnessReply>& reply);
  void take_cosignature(const Pending& pending, const WitnessReply& reply);
  void take_conflict(const Pending& pending, const WitnessReply& reply);
  void settle(std::size_t witness, WitnessOutcome outcome, std::string detail) {
    asked_[witness].outcome = outcome;
    asked_[witness].detail = std::move(detail);
  }

  Store& store_;
  const Policy& policy_;
  Note note_;
  Checkpoint checkpoint_;
  std::vector<WitnessAsked> asked_;
  std::vector<TreeSize> remembered_;  ///< By witness: the largest size that it cosigned here.
  std::vector<Pending> pending_;
  std::vector<Pending> again_;
  bool gained_ = false;
};

Result<void> Collection::begin() {
  remembered_.assign(policy_.witnesses().size(), TreeSize{0});
  MUSTER_TRY_ASSIGN(const auto kept, store_.newest_checkpoints(0, remembered_checkpoints));
  for (const std::string& text : kept) {
    const auto note = parse_note(text);
    const auto checkpoint = parse_checkpoint(text);
    if (!note || !checkpoint || checkpoint->size > checkpoint_.size) continue;
    for (std::size_t i = 0; i < remembered_.size(); ++i) {
      const auto judged = judge_cosignature(*note, policy_.witnesses()[i].key);
      if (judged.verdict != NoteVerdict::good) continue;
      remembered_[i] = std::max(remembered_[i], checkpoint->size);
    }
  }
  for (std::size_t i = 0; i < policy_.witnesses().size(); ++i) {
    const PolicyWitness& witness = policy_.witnesses()[i];
    const auto judged = judge_cosignature(note_, witness.key);
    asked_.push_back({witness.name, WitnessOutcome::no_address, std::nullopt, "has no URL"});
    if (judged.verdict == NoteVerdict::good) {
      asked_.back() = {witness.name, WitnessOutcome::cosigned, judged.time()};
    } else if (!witness.url.empty()) {
      pending_.push_back({i, remembered_[i]});
    }
  }
  return {};
}

Result<std::vector<WitnessCall>> Collection::calls() {
  std::vector<WitnessCall> calls;
  for (const Pending& pending : pending_) {
    AddCheckpoint request{pending.old_size, {}, encode_note(note_)};
    if (pending.old_size.value > 0 && pending.old_size < checkpoint_.size) {
      MUSTER_TRY_ASSIGN(request.proof,
                        prove_consistency(store_, pending.old_size, checkpoint_.size));
    }
    calls.push_back({policy_.witnesses()[pending.witness].url, encode_add_checkpoint(request)});
  }
  return calls;
}

void Collection::take_cosignature(const Pending& pending, const WitnessReply& reply) {
  const CosignerKey& key = policy_.witnesses()[pending.witness].key;
  // Appended to the text as the protocol proposes, so that one reader takes both.
  const auto answer = parse_note(note_.text + "\n" + reply.body);
  if (!answer) {
    return settle(pending.witness, WitnessOutcome::bad_answer, answer.error().message);
  }
  const auto judged = judge_cosignature(*answer, key);
  if (judged.verdict != NoteVerdict::good) {
    return settle(pending.witness, WitnessOutcome::bad_answer,
                  judged.verdict == NoteVerdict::bad ? "its signature does not verify"
                                                     : "no signature of " + key.to_string());
  }
  if (note_.signatures.size() >= max_note_signatures) {
    return settle(pending.witness, WitnessOutcome::bad_answer, "no room for a further signature");
  }
  const auto is_its = [&](const NoteSignature& signature) {
    return signature.name == key.name() && signature.key_id == key.key_id();
  };
  note_.signatures.push_back(*std::ranges::find_if(answer->signatures, is_its));
  asked_[pending.witness] = {asked_[pending.witness].witness, WitnessOutcome::cosigned,
                             judge_cosignature(note_, key).time()};
  gained_ = true;
}

void Collection::take_conflict(const Pending& pending, const WitnessReply& reply) {
  std::string_view line = reply.body;
  if (line.ends_with('\n')) line.remove_suffix(1);
  const auto size = parse_tree_size(line);
  if (!size) {
    return settle(pending.witness, WitnessOutcome::bad_answer, "conflict without a size");
  }
  const std::string behind = "it is at size " + std::to_string(size->value);
  if (*size < remembered_[pending.witness]) {
    return settle(pending.witness, WitnessOutcome::forgot,
                  behind + " and cosigned size " +
                      std::to_string(remembered_[pending.witness].value) +
                      " before: its state went back, which a witness must never do");
  }
  if (*size > checkpoint_.size) {
    return settle(pending.witness, WitnessOutcome::refused,
                  behind + ", beyond this checkpoint of " + std::to_string(checkpoint_.size.value) +
                      " entries");
  }
  settle(pending.witness, WitnessOutcome::refused, behind + ", and was again after a second try");
  again_.push_back({pending.witness, *size});
}

void Collection::take(const Pending& pending, const Result<WitnessReply>& reply) {
  if (!reply) return settle(pending.witness, WitnessOutcome::unreachable, reply.error().message);
  if (reply->status == 200) return take_cosignature(pending, *reply);
  if (reply->status == 409) return take_conflict(pending, *reply);
  settle(pending.witness, WitnessOutcome::refused,
         "it answers " + std::to_string(reply->status) + ": " + quoted_answer(reply->body));
}

Result<Cosigning> Collection::run(const WitnessTransport& transport) {
  MUSTER_TRY(begin());
  for (int round = 0; round < most_rounds && !pending_.empty(); ++round) {
    MUSTER_TRY_ASSIGN(const auto requests, calls());
    const auto replies = transport(requests);
    again_.clear();
    for (std::size_t i = 0; i < pending_.size(); ++i) {
      if (i < replies.size()) {
        take(pending_[i], replies[i]);
      } else {
        settle(pending_[i].witness, WitnessOutcome::unreachable, "was not asked");
      }
    }
    pending_ = again_;
  }
  return Cosigning{encode_note(note_), std::move(asked_), gained_};
}

}  // namespace

std::string_view witness_outcome_name(WitnessOutcome outcome) {
  switch (outcome) {
    case WitnessOutcome::cosigned:
      return "cosigned";
    case WitnessOutcome::no_address:
      return "no-address";
    case WitnessOutcome::unreachable:
      return "unreachable";
    case WitnessOutcome::refused:
      return "refused";
    case WitnessOutcome::bad_answer:
      return "bad-answer";
    case WitnessOutcome::forgot:
      break;
  }
  return "forgot";
}

Result<Cosigning> collect_cosignatures(Store& store, const std::string& note, const Policy& policy,
                                       const WitnessTransport& transport) {
  MUSTER_TRY_ASSIGN(Note parsed, parse_note(note));
  MUSTER_TRY_ASSIGN(Checkpoint checkpoint, parse_checkpoint_text(parsed.text));
  return Collection(store, policy, std::move(parsed), std::move(checkpoint)).run(transport);
}

}  // namespace muster::ledger
