#include "ledger/note.hpp"

#include <algorithm>

#include "ledger/base/base64.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/utf8.hpp"

namespace muster::ledger {
namespace {

constexpr std::string_view signature_start = "\xE2\x80\x94 ";  // em dash, space
constexpr std::size_t key_id_bytes = 4;

std::uint32_t read_u32be(ByteView bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < key_id_bytes; ++i) value = (value << 8U) | bytes[i];
  return value;
}

tl::unexpected<Error> not_a_note(const std::string& why) {
  return failure(Errc::invalid_input, "signed note: " + why);
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return c >= 0 && c < 0x20 && c != '\n'; });
}

Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (!line.starts_with(signature_start)) return not_a_note("signature line without its dash");
  line.remove_prefix(signature_start.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return not_a_note("signature line without a signature");
  const auto name = line.substr(0, space);
  if (!is_key_name(name)) return not_a_note("signature line without a key name");
  const auto bytes = bytes_from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= key_id_bytes) {
    return not_a_note("signature of " + std::string(name) + ": want base64 of 5 bytes or more");
  }
  return NoteSignature{std::string(name), read_u32be(*bytes),
                       to_bytes(ByteView(*bytes).subspan(key_id_bytes))};
}

}  // namespace

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > max_note_bytes) return not_a_note("longer than 65536 bytes");
  if (!is_utf8(bytes) || has_control_character(bytes)) {
    return not_a_note("not UTF-8, or with a control character");
  }
  const auto end = bytes.rfind("\n\n");
  if (end == std::string_view::npos) return not_a_note("no empty line before the signatures");
  Note note{std::string(bytes.substr(0, end + 1)), {}};
  std::string_view lines = bytes.substr(end + 2);
  if (lines.empty()) return not_a_note("no signature");
  while (!lines.empty()) {
    const auto newline = lines.find('\n');
    if (newline == std::string_view::npos) return not_a_note("no newline at the end");
    MUSTER_TRY_ASSIGN(auto signature, parse_signature_line(lines.substr(0, newline)));
    note.signatures.push_back(std::move(signature));
    if (note.signatures.size() > max_note_signatures) return not_a_note("over 100 signatures");
    lines.remove_prefix(newline + 1);
  }
  return note;
}

std::string encode_signature_line(const NoteSignature& signature) {
  Bytes bytes;
  append_u32be(bytes, signature.key_id);
  append(bytes, signature.signature);
  return std::string(signature_start) + signature.name + " " + to_base64(bytes) + "\n";
}

std::string encode_note(const Note& note) {
  std::string text = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) text += encode_signature_line(signature);
  return text;
}

VerifierKey::VerifierKey(std::string name, const crypto::Ed25519PublicKey& key)
    : name_(std::move(name)),
      key_(key),
      key_id_(Vkey{name_, SignatureType::ed25519, key_}.key_id()) {
  MUSTER_CHECK(is_key_name(name_));
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
  MUSTER_TRY_ASSIGN(Vkey vkey, Vkey::parse(text, SignatureType::ed25519));
  return VerifierKey(std::move(vkey.name), vkey.key);
}

std::string VerifierKey::to_string() const {
  return Vkey{name_, SignatureType::ed25519, key_}.to_string();
}

Note sign_note(std::string text, const std::string& key_name, const crypto::Ed25519Signer& signer) {
  MUSTER_CHECK(text.ends_with('\n') && is_utf8(text) && !has_control_character(text));
  const auto signature = signer.sign(as_bytes(text));
  const VerifierKey key(key_name, signer.public_key());
  NoteSignature line{key_name, key.key_id(), to_bytes(signature)};
  return Note{std::move(text), {std::move(line)}};
}

NoteVerdict judge_note(const Note& note, const VerifierKey& key) {
  NoteVerdict verdict = NoteVerdict::unknown;
  for (const NoteSignature& signature : note.signatures) {
    if (signature.name != key.name() || signature.key_id != key.key_id()) continue;
    if (!crypto::ed25519_verifies(key.key(), as_bytes(note.text), signature.signature)) {
      return NoteVerdict::bad;
    }
    verdict = NoteVerdict::good;
  }
  return verdict;
}

}  // namespace muster::ledger
