#include "ledger/checkpoint.hpp"

#include <algorithm>
#include <charconv>

#include "ledger/base/base64.hpp"
#include "ledger/base/check.hpp"
#include "ledger/proofs.hpp"

namespace muster::ledger {
namespace {

tl::unexpected<Error> not_a_checkpoint(const std::string& why) {
  return failure(Errc::invalid_input, "checkpoint: " + why);
}

bool is_line(std::string_view text) {
  return !text.empty() && text.find('\n') == std::string_view::npos;
}

Result<TreeSize> parse_size(std::string_view text) {
  TreeSize size;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, size.value);
  const bool leading_zero = text.size() > 1 && text.front() == '0';
  if (problem != std::errc() || stop != end || leading_zero) {
    return not_a_checkpoint("second line is not a tree size");
  }
  return size;
}

/// Errors: `corrupt` if signing the present head would contradict the checkpoint `before`.
Result<void> check_goes_on(Store& store, const Checkpoint& before, const TreeHead& now) {
  if (before.size > now.size) {
    return failure(Errc::corrupt, "log has " + std::to_string(now.size.value) +
                                      " entries, its newest checkpoint says " +
                                      std::to_string(before.size.value) +
                                      ": an older copy was restored");
  }
  MUSTER_TRY_ASSIGN(const Hash root, root_at(store, before.size));
  if (root == before.root) return {};
  return failure(Errc::corrupt, "log at " + std::to_string(before.size.value) +
                                    " entries: got root " + root.to_hex() +
                                    ", its newest checkpoint says " + before.root.to_hex());
}

}  // namespace

std::string checkpoint_text(const Checkpoint& checkpoint) {
  MUSTER_CHECK(is_line(checkpoint.origin));
  std::string text = checkpoint.origin + "\n" + std::to_string(checkpoint.size.value) + "\n" +
                     to_base64(checkpoint.root.view()) + "\n";
  for (const std::string& line : checkpoint.extensions) {
    MUSTER_CHECK(is_line(line));
    text += line + "\n";
  }
  return text;
}

Result<Checkpoint> parse_checkpoint_text(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    if (newline == std::string_view::npos) return not_a_checkpoint("no newline at the end");
    if (newline == 0) return not_a_checkpoint("got an empty line");
    lines.push_back(text.substr(0, newline));
    text.remove_prefix(newline + 1);
  }
  if (lines.size() < 3) return not_a_checkpoint("want origin, tree size and root hash");
  Checkpoint checkpoint;
  checkpoint.origin = lines[0];
  MUSTER_TRY_ASSIGN(checkpoint.size, parse_size(lines[1]));
  const auto root = bytes_from_base64(lines[2]);
  if (!root || root->size() != Hash::size_bytes) {
    return not_a_checkpoint("third line is not base64 of 32 bytes");
  }
  std::ranges::copy(*root, checkpoint.root.bytes.begin());
  checkpoint.extensions.assign(lines.begin() + 3, lines.end());
  return checkpoint;
}

Result<Checkpoint> parse_checkpoint(std::string_view note) {
  MUSTER_TRY_ASSIGN(const Note parsed, parse_note(note));
  return parse_checkpoint_text(parsed.text);
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const std::string& key_name,
                            const crypto::Ed25519Signer& signer) {
  return encode_note(sign_note(checkpoint_text(checkpoint), key_name, signer));
}

Result<Checkpoint> verify_checkpoint(std::string_view note, const VerifierKey& key) {
  return verify_checkpoint(note, std::span(&key, 1));
}

Result<Checkpoint> verify_checkpoint(std::string_view note, std::span<const VerifierKey> keys) {
  MUSTER_TRY_ASSIGN(const Note parsed, parse_note(note));
  MUSTER_TRY_ASSIGN(Checkpoint checkpoint, parse_checkpoint_text(parsed.text));
  bool is_signed = false;
  std::string wanted;
  for (const VerifierKey& key : keys) {
    const NoteVerdict verdict = judge_note(parsed, key);
    if (verdict == NoteVerdict::bad) {
      return refusal("checkpoint.bad_signature",
                     "the signature of " + key.to_string() + " does not verify");
    }
    is_signed = is_signed || verdict == NoteVerdict::good;
    wanted += (wanted.empty() ? "" : " or ") + key.to_string();
  }
  if (is_signed) return checkpoint;
  return refusal("checkpoint.unknown_key", "not signed by " + wanted);
}

Result<Checkpoint> verify_log_checkpoint(std::string_view note, const VerifierKey& key) {
  MUSTER_TRY_ASSIGN(Checkpoint checkpoint, verify_checkpoint(note, key));
  if (key.name() == checkpoint.origin) return checkpoint;
  return refusal("checkpoint.origin",
                 "of log " + checkpoint.origin + ", signed by the key of another");
}

Result<Checkpoint> verify_log_checkpoint(std::string_view note, std::span<const VerifierKey> keys) {
  for (const VerifierKey& key : keys) {
    auto checkpoint = verify_log_checkpoint(note, key);
    if (checkpoint) return checkpoint;
  }
  MUSTER_TRY_ASSIGN(const Checkpoint checkpoint, verify_checkpoint(note, keys));
  return refusal("checkpoint.origin",
                 "of log " + checkpoint.origin + ", signed by the key of another");
}

Result<TreeHead> signable_head(Store& store) {
  // What is signed is durable: settled first, where a writer before this one was killed, and then
  // `head` reads what is committed. The checkpoint is read before it, since another process may
  // append and sign between the two: read after it, its checkpoint would seem to be ahead of the
  // log.
  MUSTER_TRY(store.settle());
  MUSTER_TRY_ASSIGN(const auto newest, store.newest_checkpoint());
  MUSTER_TRY_ASSIGN(const TreeHead head, store.head());
  if (!newest) return head;
  MUSTER_TRY_ASSIGN(const Checkpoint before, parse_checkpoint(*newest));
  MUSTER_TRY(check_goes_on(store, before, head));
  return head;
}

Result<std::string> publish_checkpoint(Store& store, const CheckpointSigner& signer) {
  MUSTER_TRY_ASSIGN(const TreeHead head, signable_head(store));
  MUSTER_TRY_ASSIGN(const auto newest, store.newest_checkpoint());
  const Checkpoint checkpoint{signer.origin, head.size, head.root, {}};
  std::string text = sign_checkpoint(checkpoint, signer.origin, *signer.signer);
  // Cosignatures that were collected since stand behind the same signature.
  if (newest && newest->starts_with(text)) return *newest;
  if (newest) {
    // Another process has signed a longer log meanwhile, which covers this head.
    MUSTER_TRY_ASSIGN(const Checkpoint other, parse_checkpoint(*newest));
    if (other.size > head.size) return *newest;
  }
  MUSTER_TRY(store.put_checkpoint(text));
  return text;
}

}  // namespace muster::ledger
