#include "ledger/witness/witness.hpp"

#include <algorithm>

#include "ledger/base/file.hpp"

namespace muster::ledger {

/// A request that was read and is signed by a log that is followed.
struct Witness::Candidate {
  const AddCheckpoint& request;
  const Note& note;
  const Checkpoint& checkpoint;
  WitnessedLog log;

  [[nodiscard]] TreeHead head() const { return checkpoint.head(); }
  [[nodiscard]] TreeSize known_size() const {
    return log.newest ? log.newest->head.size : TreeSize{0};
  }
};

namespace {

WitnessAnswer refused(unsigned status, const std::string& why) { return {status, why + "\n"}; }

/// Whether the log's signature stands under the note. The answer that says why not.
std::optional<WitnessAnswer> unsigned_answer(const Note& note, std::span<const VerifierKey> keys) {
  bool is_signed = false;
  for (const VerifierKey& key : keys) {
    const NoteVerdict verdict = judge_note(note, key);
    if (verdict == NoteVerdict::bad) {
      return refused(403, "invalid signature: that of " + key.to_string() + " does not verify");
    }
    is_signed = is_signed || verdict == NoteVerdict::good;
  }
  if (is_signed) return std::nullopt;
  return refused(403, "invalid signature: none by a key that is trusted for this log");
}

/// The note with those signatures alone that the log made: what others added is not ours to keep.
std::string note_of_log(const Note& note, std::span<const VerifierKey> keys) {
  Note kept{note.text, {}};
  for (const NoteSignature& signature : note.signatures) {
    const bool by_log = std::ranges::any_of(keys, [&](const VerifierKey& key) {
      return key.name() == signature.name && key.key_id() == signature.key_id;
    });
    const bool twice = std::ranges::find(kept.signatures, signature) != kept.signatures.end();
    if (by_log && !twice) kept.signatures.push_back(signature);
  }
  return encode_note(kept);
}

/// Why the proof does not connect the two trees; nothing when it does.
std::optional<std::string> broken_link(const TreeHead& before, const TreeHead& after,
                                       const Proof& proof) {
  if (after.size.value == 0 && after.root != empty_root()) {
    return "root hash: not that of an empty tree";
  }
  if (before.size.value == 0) {
    if (proof.empty()) return std::nullopt;
    return "consistency proof: want none from size 0";
  }
  if (before.size == after.size && before.root != after.root) {
    return "root hash: another root of this size was cosigned before";
  }
  if (consistency_verifies(before, after, proof)) return std::nullopt;
  return "consistency proof: does not verify";
}

/// How many files `folder` holds, which is made when it is not there.
std::size_t files_in(const std::filesystem::path& folder, std::string_view beginning) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  std::size_t files = 0;
  std::filesystem::directory_iterator entry(folder, problem);
  for (; !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
    files += entry->path().filename().string().starts_with(beginning) ? 1 : 0;
  }
  return files;
}

}  // namespace

Witness::Witness(WitnessState& state, Cosigner cosigner, Options options)
    : state_(&state), cosigner_(std::move(cosigner)), options_(std::move(options)) {}

WitnessAnswer Witness::add_checkpoint(std::string_view body, Timestamp now) {
  if (failed_) return refused(500, "the state could not be stored: restart this witness");
  const auto request = parse_add_checkpoint(body);
  if (!request) return refused(400, request.error().message);
  const auto end = request->checkpoint.rfind("\n\n");
  if (end == std::string::npos)
    return refused(400, "signed note: no empty line before the signatures");
  const auto checkpoint = parse_checkpoint_text(request->checkpoint.substr(0, end + 1));
  if (!checkpoint) return refused(400, checkpoint.error().message);
  auto log = state_->log(checkpoint->origin);
  if (!log) {
    const bool unknown = log.error().code == Errc::not_found;
    return unknown ? refused(404, "unknown log") : refused(500, log.error().message);
  }
  // Signatures that cannot be read are none by a key that is trusted.
  const auto note = parse_note(request->checkpoint);
  if (!note) return refused(403, "invalid signature: " + note.error().message);
  if (auto answer = unsigned_answer(*note, log->keys)) return std::move(*answer);
  return judge({*request, *note, *checkpoint, std::move(*log)}, now);
}

WitnessAnswer Witness::judge(const Candidate& candidate, Timestamp now) {
  const TreeSize size = candidate.checkpoint.size;
  if (size.value > INT64_MAX) return refused(400, "tree size: want a number below 2^63");
  if (candidate.request.old_size > size) {
    return refused(400, "old size: is above that of the checkpoint");
  }
  const TreeSize known = candidate.known_size();
  const TreeHead before = candidate.log.newest ? candidate.log.newest->head : TreeHead{};
  const bool contradicts =
      candidate.log.newest && size == known && before.root != candidate.head().root;
  if (candidate.request.old_size != known) {
    if (contradicts) keep_evidence(candidate);
    return {409, std::to_string(known.value) + "\n", "text/x.tlog.size"};
  }
  if (auto why = broken_link(before, candidate.head(), candidate.request.proof)) {
    if (known.value > 0) keep_evidence(candidate);
    return refused(422, *why);
  }
  return cosigned(candidate, now);
}

WitnessAnswer Witness::cosigned(const Candidate& candidate, Timestamp now) {
  const auto& newest = candidate.log.newest;
  // Time never goes back, so that two cosignatures never contradict each other in it either.
  const auto clock = static_cast<std::uint64_t>(std::max<std::int64_t>(now.ms / 1'000, 1));
  const std::uint64_t second = std::max(clock, newest ? newest->second : 0);
  if (second > last_cosignature_second) return refused(500, "the clock is beyond the year 9999");
  const WitnessedCheckpoint next{candidate.head(), second,
                                 note_of_log(candidate.note, candidate.log.keys)};
  const auto stored = state_->replace(candidate.checkpoint.origin, newest, next);
  if (!stored && stored.error().code == Errc::conflict) {
    return refused(503, "another request came first: ask again");
  }
  if (!stored) {
    failed_ = true;
    return refused(500, stored.error().message);
  }
  if (options_.before_signing) options_.before_signing();
  return {200, encode_signature_line(cosign(candidate.note.text, cosigner_, second))};
}

WitnessAnswer Witness::newest_checkpoint(std::string_view origin_hash) {
  const auto hash = Hash::from_hex(origin_hash);
  if (!hash || hash->to_hex() != origin_hash) return refused(404, "want the SHA-256 of an origin");
  const auto log = state_->log_by_hash(*hash);
  if (!log && log.error().code != Errc::not_found) return refused(500, log.error().message);
  if (!log || !log->newest) return refused(404, "no checkpoint of this log was cosigned");
  auto note = parse_note(log->newest->note);
  if (!note) return refused(500, note.error().message);
  // Time, text and key give the same signature as before: nothing new is said.
  note->signatures.push_back(cosign(note->text, cosigner_, log->newest->second));
  return {200, encode_note(*note)};
}

void Witness::keep_evidence(const Candidate& candidate) {
  const WitnessedLog& log = candidate.log;
  // Without unknown signatures: they are nobody's evidence, and anybody could vary them.
  const auto pair = pair_of_checkpoints(log.newest->note, note_of_log(candidate.note, log.keys));
  if (!pair) return;
  const auto facts = judge_pair(*pair, log.keys);
  const bool convicts = facts && facts->relation == CheckpointRelation::fork;
  // Anybody can send an honest log's checkpoint with a proof that fails. Such a pair accuses
  // nobody, by its name neither, and takes no room from those that do.
  const std::string_view kind = convicts ? "fork-" : "unconnected-";
  if (files_in(options_.evidence, kind) >= options_.max_evidence_files) return;
  const std::string name = evidence_file_name(*pair);
  // There already: the same pair was seen before. A full disk must not stop the refusal either.
  static_cast<void>(
      create_file(options_.evidence / (std::string(kind) + name.substr(name.find('-') + 1)),
                  as_bytes(encode_evidence(*pair) + "\n"))
          .has_value());
}

}  // namespace muster::ledger
