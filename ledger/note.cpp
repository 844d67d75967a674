#include "ledger/note.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/base64.hpp"
#include "ledger/base/check.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/utf8.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::ledger {
namespace {

constexpr std::string_view signature_start = "\xE2\x80\x94 ";  // em dash, space
constexpr std::uint8_t ed25519_type = 0x01;
constexpr std::size_t key_id_bytes = 4;

/// The characters of Unicode's White_Space that are not ASCII.
constexpr std::array<std::string_view, 19> wide_spaces{
    "\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
    "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
    "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};

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

std::uint32_t key_id_of(std::string_view name, const crypto::Ed25519PublicKey& key) {
  const std::array<std::uint8_t, 1> type{ed25519_type};
  const Hash hash = crypto::sha256({as_bytes(name), as_bytes("\n"), type, key.bytes()});
  return read_u32be(hash.view());
}

}  // namespace

bool is_key_name(std::string_view name) {
  const auto is_plain = [](char c) { return (c < 0 || c > 0x20) && c != '+' && c != 0x7F; };
  return !name.empty() && std::ranges::all_of(name, is_plain) && is_utf8(name) &&
         std::ranges::none_of(wide_spaces, [name](std::string_view space) {
           return name.find(space) != std::string_view::npos;
         });
}

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

std::string encode_note(const Note& note) {
  std::string text = note.text + "\n";
  for (const NoteSignature& signature : note.signatures) {
    Bytes bytes;
    append_u32be(bytes, signature.key_id);
    append(bytes, signature.signature);
    text += std::string(signature_start) + signature.name + " " + to_base64(bytes) + "\n";
  }
  return text;
}

VerifierKey::VerifierKey(std::string name, const crypto::Ed25519PublicKey& key)
    : name_(std::move(name)), key_(key), key_id_(key_id_of(name_, key)) {
  MUSTER_CHECK(is_key_name(name_));
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
  const auto wrong = [](const std::string& why) {
    return failure(Errc::invalid_input, "verifier key: " + why);
  };
  const auto first = text.find('+');
  const auto second = text.find('+', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return wrong("want name+id+key");
  const auto name = text.substr(0, first);
  const auto id = text.substr(first + 1, second - first - 1);
  if (!is_key_name(name)) return wrong("got a name that cannot name a key");
  const auto bytes = bytes_from_base64(text.substr(second + 1));
  if (!bytes || bytes->empty()) return wrong("the part after the second '+' is not base64");
  if (bytes->front() != ed25519_type) {
    return wrong("got signature type " + std::to_string(bytes->front()) + ", want 1 (Ed25519)");
  }
  auto key = crypto::Ed25519PublicKey::from_bytes(ByteView(*bytes).subspan(1));
  if (!key) return failure(std::move(key).error().during("verifier key"));
  VerifierKey verifier(std::string(name), *key);
  if (verifier.to_string() != text) {
    return wrong("got key id " + std::string(id) + ", which does not follow from name and key");
  }
  return verifier;
}

std::string VerifierKey::to_string() const {
  Bytes id;
  append_u32be(id, key_id_);
  Bytes typed{ed25519_type};
  append(typed, key_.bytes());
  return name_ + "+" + to_hex(id) + "+" + to_base64(typed);
}

Note sign_note(std::string text, const std::string& key_name, const crypto::Ed25519Signer& signer) {
  MUSTER_CHECK(is_key_name(key_name));
  MUSTER_CHECK(text.ends_with('\n') && is_utf8(text) && !has_control_character(text));
  const auto signature = signer.sign(as_bytes(text));
  NoteSignature line{key_name, key_id_of(key_name, signer.public_key()), to_bytes(signature)};
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
