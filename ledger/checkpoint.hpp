#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/note.hpp"
#include "ledger/store.hpp"

namespace muster::ledger {

/// What a log says about itself at one size. Source: c2sp.org/tlog-checkpoint.
struct Checkpoint {
  std::string origin;  ///< Names the log; not empty, one line.
  TreeSize size;
  Hash root;
  std::vector<std::string> extensions{};  ///< Further lines of other people's logs; opaque.

  [[nodiscard]] TreeHead head() const { return {size, root}; }
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// The text that is signed: origin, size, base64 of the root, extensions; one line each.
/// Requires: an origin that is a line of UTF-8, extensions that are not empty.
[[nodiscard]] std::string checkpoint_text(const Checkpoint& checkpoint);

/// Reads exactly what `checkpoint_text` writes. Errors: `invalid_input`.
Result<Checkpoint> parse_checkpoint_text(std::string_view text);

/// Reads a signed checkpoint, whoever signed it. Errors: `invalid_input`.
Result<Checkpoint> parse_checkpoint(std::string_view note);

/// A signed note over `checkpoint`. Whoever calls this says that the root is durable and was never
/// contradicted; `publish_checkpoint` makes sure of it.
[[nodiscard]] std::string sign_checkpoint(const Checkpoint& checkpoint, const std::string& key_name,
                                          const crypto::Ed25519Signer& signer);

/// The checkpoint in `note` if `key` signed it, whatever log it names: other people's keys need not
/// be called as their log is (c2sp.org/tlog-checkpoint says "should").
/// Errors: `invalid_input` if it is no checkpoint; `refused` with rule `checkpoint.unknown_key` or
/// `checkpoint.bad_signature`.
Result<Checkpoint> verify_checkpoint(std::string_view note, const VerifierKey& key);
/// Like it, for a log that has several keys: one of them must have signed, and none wrongly.
Result<Checkpoint> verify_checkpoint(std::string_view note, std::span<const VerifierKey> keys);

/// Like `verify_checkpoint`, for a log of Muster's, whose keys are called as it is.
/// Errors: also `refused` with rule `checkpoint.origin` if the key signed for a log of another
/// name.
Result<Checkpoint> verify_log_checkpoint(std::string_view note, const VerifierKey& key);
/// Like it, for a log that has several keys: one that signed well is enough. A signature under
/// another that does not verify takes nothing from it: an operator could add one to void its own.
Result<Checkpoint> verify_log_checkpoint(std::string_view note, std::span<const VerifierKey> keys);

/// Who signs for a log. The key's name is the origin, as the format recommends.
struct CheckpointSigner {
  std::string origin;
  const crypto::Ed25519Signer* signer;  ///< Borrowed.
};

/// The head of `store` as it may be signed, in a checkpoint or any other note: durable, and going
/// on from the newest checkpoint that was kept. Errors: `corrupt` if the log is smaller than, or
/// other than, that checkpoint: signing then would be a split view.
Result<TreeHead> signable_head(Store& store);

/// Signs the durable head of `store`, keeps the text there, and returns it. When the newest kept
/// checkpoint is of that head and this signer already, returns it again.
/// Errors: `corrupt` if the log is smaller than, or other than, the newest checkpoint it kept:
/// signing then would be a split view.
Result<std::string> publish_checkpoint(Store& store, const CheckpointSigner& signer);

}  // namespace muster::ledger
