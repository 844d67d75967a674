#include "ledger/cosignature.hpp"

#include <algorithm>
#include <optional>

#include "ledger/base/check.hpp"

namespace muster::ledger {
namespace {

constexpr std::size_t time_bytes = 8;

/// What is signed: a header that no note has, the time, and the whole text.
Bytes cosigned_message(std::string_view checkpoint_text, std::uint64_t second) {
  Bytes message = to_bytes("cosignature/v1\ntime " + std::to_string(second) + "\n");
  append(message, as_bytes(checkpoint_text));
  return message;
}

/// The second that `signature` names, if it is one of `key`.
std::optional<std::uint64_t> cosigned_second(const Note& note, ByteView signature,
                                             const crypto::Ed25519PublicKey& key) {
  if (signature.size() <= time_bytes) return std::nullopt;
  const std::uint64_t second = read_u64be(signature);
  if (second == 0 || second > last_cosignature_second) return std::nullopt;
  const Bytes message = cosigned_message(note.text, second);
  if (!crypto::ed25519_verifies(key, message, signature.subspan(time_bytes))) return std::nullopt;
  return second;
}

}  // namespace

CosignerKey::CosignerKey(std::string name, const crypto::Ed25519PublicKey& key)
    : name_(std::move(name)),
      key_(key),
      key_id_(Vkey{name_, SignatureType::cosignature_v1, key_}.key_id()) {
  MUSTER_CHECK(is_key_name(name_));
}

Result<CosignerKey> CosignerKey::parse(std::string_view text) {
  MUSTER_TRY_ASSIGN(Vkey vkey, Vkey::parse(text, SignatureType::cosignature_v1));
  return CosignerKey(std::move(vkey.name), vkey.key);
}

std::string CosignerKey::to_string() const {
  return Vkey{name_, SignatureType::cosignature_v1, key_}.to_string();
}

NoteSignature cosign(std::string_view checkpoint_text, const Cosigner& cosigner,
                     std::uint64_t second) {
  MUSTER_CHECK(second > 0 && second <= last_cosignature_second);
  const auto signature = cosigner.signer->sign(cosigned_message(checkpoint_text, second));
  Bytes timestamped;
  append_u64be(timestamped, second);
  append(timestamped, signature);
  return {cosigner.name, cosigner.verifier_key().key_id(), std::move(timestamped)};
}

CosignatureVerdict judge_cosignature(const Note& note, const CosignerKey& key) {
  CosignatureVerdict verdict;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != key.name() || signature.key_id != key.key_id()) continue;
    const auto second = cosigned_second(note, signature.signature, key.key());
    if (!second) return {NoteVerdict::bad, 0};
    const bool first = verdict.verdict == NoteVerdict::unknown;
    verdict = {NoteVerdict::good, first ? *second : std::min(verdict.second, *second)};
  }
  return verdict;
}

}  // namespace muster::ledger
