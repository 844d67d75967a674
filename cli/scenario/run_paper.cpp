#include "cli/scenario/run_paper.hpp"

#include <algorithm>
#include <array>

#include "attestation/replay/parameters.hpp"
#include "cli/scenario/audit_parties.hpp"
#include "cli/scenario/paper_parts.hpp"
#include "ledger/base/base64.hpp"
#include "ledger/envelope.hpp"
#include "ledger/merkle.hpp"
#include "sampler/plan/draw_question.hpp"

namespace muster::cli::scenario {
namespace {

using attestation::RunFault;
using attestation::TrainingState;
using attestation::TranscriptCommitment;
using sampler::NamedCheck;
using sampler::Question;

/// As much of a run as its commitment and a few of its checkpoints tell.
struct RunExcerpt {
  TranscriptCommitment transcript;
  attestation::TrainingText text;
  std::vector<Hash> leaves;
  std::vector<TrainingState> states;  ///< By step; one, or two of which one follows the other.

  [[nodiscard]] bool has_committed(const TrainingState& state) const {
    return attestation::is_committed(state.step, attestation::state_leaves(state, transcript),
                                     leaves, transcript.outline());
  }
};

// ---- Making

/// What a Prover signs of a run before segments of it are drawn, and the leaves of all checkpoints.
struct Commitment {
  TranscriptCommitment transcript;
  std::vector<Hash> leaves;
};

Commitment commitment_to(const ShownRun& promised) {
  Commitment made{{promised.spec,
                   promised.text->bytes().size(),
                   attestation::text_root(*promised.text),
                   1,
                   2048,
                   {}},
                  {}};
  for (const TrainingState& state : promised.checkpoints) {
    const auto leaves = attestation::state_leaves(state, made.transcript);
    made.leaves.insert(made.leaves.end(), leaves.begin(), leaves.end());
  }
  made.transcript.states_root = ledger::root_hash(made.leaves);
  return made;
}

/// Places of the checkpoints that show what is wrong, and what it is; none: nothing convicts.
struct Convicting {
  std::vector<std::size_t> places{};
  std::string finds{};
};

Convicting convicting(const ShownRun& shown, const ShownRun& promised, const RunReview& review) {
  const std::uint64_t every = shown.spec.checkpoint_every;
  const auto is_promised = [&](std::size_t place) {
    return attestation::state_digest(shown.checkpoints[place]) ==
           attestation::state_digest(promised.checkpoints[place]);
  };
  for (const auto& fault : review.faults) {
    const std::size_t place = fault.step / every;
    if (fault.fault == RunFault::out_of_order || !is_promised(place)) continue;
    const std::string code(attestation::run_fault_code(fault.fault));
    if (fault.fault != RunFault::impossible) return {{place}, code};
    if (is_promised(place - 1)) return {{place - 1, place}, code};
  }
  for (const auto& replay : review.replays) {
    const std::size_t place = replay.from / every;
    const bool follows = replay.grade == attestation::ReplayGrade::exact;
    if (!follows && is_promised(place)) return {{place}, std::string(mismatched_segment)};
  }
  for (const std::uint64_t step : review.uncommitted) {
    const std::size_t place = step / every;
    // What was shown in its place is nobody's word; what follows from the one before is.
    if (place > 0 && is_promised(place - 1)) return {{place - 1}, std::string(mismatched_segment)};
  }
  return {};
}

// ---- Judging

Result<std::vector<Hash>> read_leaves(FieldReader& fields) {
  MUSTER_TRY_ASSIGN(const Json* list, fields.array("leaves"));
  std::vector<Hash> leaves;
  for (const Json& text : *list) {
    auto leaf = text.is_string() ? Hash::from_hex(text.get<std::string>())
                                 : Result<Hash>(failure(Errc::invalid_input, "want hex"));
    if (!leaf) return failure(std::move(leaf.error()).during(fields.path("leaves")));
    leaves.push_back(*leaf);
  }
  return leaves;
}

Result<RunExcerpt> read_excerpt(FieldReader& fields, TranscriptCommitment transcript) {
  MUSTER_TRY_ASSIGN(const std::string encoded, fields.text("text"));
  auto text = bytes_from_base64(encoded);
  if (!text) return failure(std::move(text.error()).during(fields.path("text")));
  if (text->size() <= transcript.spec.context) {
    return failure(Errc::invalid_input,
                   fields.path("text") + ": want more bytes than the model's context");
  }
  MUSTER_TRY_ASSIGN(auto leaves, read_leaves(fields));
  MUSTER_TRY_ASSIGN(const auto files, read_base64_list(fields, "checkpoints"));
  if (files.empty() || files.size() > 2) {
    return failure(Errc::invalid_input, fields.path("checkpoints") + ": want one or two");
  }
  std::vector<TrainingState> states;
  // A specification may speak of a model that no file here has room for.
  const std::uint64_t least = 12 * attestation::parameter_count(transcript.spec);
  for (const Bytes& file : files) {
    if (file.size() < least) {
      return failure(Errc::invalid_input, fields.path("checkpoints") + ": too short for the model");
    }
    auto state = attestation::parse_checkpoint(transcript.spec, file);
    if (!state) return failure(std::move(state.error()).during(fields.path("checkpoints")));
    states.push_back(*std::move(state));
  }
  return RunExcerpt{std::move(transcript), attestation::TrainingText(*std::move(text)),
                    std::move(leaves), std::move(states)};
}

NamedCheck check_prover(const ledger::Envelope& envelope, const FindingKeys& keys) {
  Question question("the Prover signed the commitment");
  const crypto::PublicKey key(keys.prover);
  if (envelope.payload_type != transcript_payload_type)
    question.fail("it is called something else");
  const bool is_signed = std::ranges::any_of(envelope.signatures, [&](const auto& signature) {
    return ledger::signature_verifies(envelope, signature, key);
  });
  if (!is_signed) question.fail("none of its signatures is of the Prover's key");
  return question.answer();
}

NamedCheck check_roots(const RunExcerpt& run) {
  Question question("text, leaves and checkpoints are those committed to");
  const TranscriptCommitment& transcript = run.transcript;
  if (run.text.bytes().size() != transcript.text_bytes ||
      attestation::text_root(run.text) != transcript.text_root) {
    question.fail("the text is another one");
  }
  const bool fits = run.leaves.size() == transcript.checkpoints() * transcript.shards &&
                    ledger::root_hash(run.leaves) == transcript.states_root;
  if (!fits) question.fail("the leaves have another root");
  for (const TrainingState& state : run.states) {
    const bool is_due =
        state.step <= transcript.spec.steps && state.step % transcript.spec.checkpoint_every == 0;
    if (!fits || !is_due || !run.has_committed(state)) {
      question.fail("no checkpoint of step " + std::to_string(state.step) + " is this one");
    }
  }
  return question.answer();
}

/// Whether what the states by themselves show is `code`.
bool shows_fault(const RunExcerpt& run, const attestation::Trainer& trainer,
                 const std::string& code) {
  attestation::ContinuityCheck check(trainer, run.transcript.spec);
  for (const TrainingState& state : run.states) check.add(state);
  // An excerpt begins and ends where it likes, which is no fault of the run.
  return std::ranges::any_of(check.faults(), [&](const attestation::RunFaultAt& fault) {
    return fault.fault != RunFault::out_of_order &&
           attestation::run_fault_code(fault.fault) == code;
  });
}

/// Whether the run leads from the first state to another end than was committed to.
Result<bool> leads_elsewhere(const RunExcerpt& run, const attestation::Trainer& trainer) {
  TrainingState state = run.states.front();
  if (!attestation::state_faults(state, trainer.initial()).empty()) {
    return failure(Errc::refused, "the checkpoint that it begins with has a fault by itself");
  }
  const std::uint64_t end = state.step + run.transcript.spec.checkpoint_every;
  if (end > run.transcript.spec.steps) return failure(Errc::refused, "the run ends there");
  while (state.step < end) trainer.advance(state);
  return !run.has_committed(state);
}

NamedCheck check_finding(const RunExcerpt& run, const std::string& finds) {
  Question question("the trainer does not make the run that was committed to");
  const attestation::Trainer trainer(run.transcript.spec, run.text);
  if (finds != mismatched_segment) {
    if (!shows_fault(run, trainer, finds)) question.fail("they do not show " + finds);
    return question.answer();
  }
  const auto elsewhere = leads_elsewhere(run, trainer);
  if (!elsewhere) question.fail(elsewhere.error().message);
  if (elsewhere && !*elsewhere) question.fail("the segment leads to the committed end, bit by bit");
  return question.answer();
}

}  // namespace

Result<std::string> run_paper(const ShownRun& shown, const ShownRun& promised,
                              const RunReview& review) {
  const bool same_text =
      attestation::text_root(*shown.text) == attestation::text_root(*promised.text);
  const Convicting found = same_text ? convicting(shown, promised, review) : Convicting{};
  if (found.places.empty()) return std::string();
  const Commitment commitment = commitment_to(promised);
  const auto prover = prover_signer();
  const std::array<const crypto::Signer*, 1> signers{&prover};
  MUSTER_TRY_ASSIGN(
      const auto envelope,
      ledger::sign_envelope(std::string(transcript_payload_type),
                            attestation::encode_transcript(commitment.transcript), signers));
  Json leaves = Json::array();
  for (const Hash& leaf : commitment.leaves) leaves.push_back(leaf.to_hex());
  std::vector<Bytes> checkpoints;
  for (const std::size_t place : found.places) {
    checkpoints.push_back(attestation::encode_checkpoint(shown.spec, shown.checkpoints[place]));
  }
  return signed_paper("run", {{"commitment", ledger::envelope_json(envelope)},
                              {"text", to_base64(shown.text->bytes())},
                              {"leaves", std::move(leaves)},
                              {"checkpoints", base64_list(checkpoints)},
                              {"finds", found.finds}});
}

Result<PaperReview> review_run(FieldReader& fields, const FindingKeys& keys) {
  MUSTER_TRY_ASSIGN(const Json* signed_json, fields.object("commitment"));
  MUSTER_TRY_ASSIGN(const auto envelope, ledger::parse_envelope(signed_json->dump()));
  MUSTER_TRY_ASSIGN(auto transcript, attestation::parse_transcript(envelope.payload));
  MUSTER_TRY_ASSIGN(const RunExcerpt run, read_excerpt(fields, std::move(transcript)));
  MUSTER_TRY_ASSIGN(const std::string finds, fields.text("finds"));
  MUSTER_TRY(fields.finish());
  PaperReview review{"nothing", {check_prover(envelope, keys)}};
  // What the Prover did not sign costs nobody the training of it.
  if (review.stands()) review.checks.push_back(check_roots(run));
  if (review.stands()) review.checks.push_back(check_finding(run, finds));
  if (review.stands()) review.shows = "the run that the Prover committed to has " + finds;
  return review;
}

}  // namespace muster::cli::scenario
