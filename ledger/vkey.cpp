#include "ledger/vkey.hpp"

#include <algorithm>
#include <array>

#include "ledger/base/base64.hpp"
#include "ledger/base/hex.hpp"
#include "ledger/base/utf8.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::ledger {
namespace {

/// The characters of Unicode's White_Space that are not ASCII.
constexpr std::array<std::string_view, 19> wide_spaces{
    "\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
    "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
    "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};

std::uint8_t type_byte(SignatureType type) { return static_cast<std::uint8_t>(type); }

std::string type_text(SignatureType type) {
  return type == SignatureType::ed25519 ? "1 (Ed25519, of a log)" : "4 (cosignature, of a witness)";
}

tl::unexpected<Error> wrong_vkey(const std::string& why) {
  return failure(Errc::invalid_input, "verifier key: " + why);
}

}  // namespace

bool is_key_name(std::string_view name) {
  const auto is_plain = [](char c) { return (c < 0 || c > 0x20) && c != '+' && c != 0x7F; };
  return !name.empty() && std::ranges::all_of(name, is_plain) && is_utf8(name) &&
         std::ranges::none_of(wide_spaces, [name](std::string_view space) {
           return name.find(space) != std::string_view::npos;
         });
}

Result<Vkey> Vkey::parse(std::string_view text, SignatureType want) {
  const auto first = text.find('+');
  const auto second = text.find('+', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return wrong_vkey("want name+id+key");
  const auto name = text.substr(0, first);
  const auto id = text.substr(first + 1, second - first - 1);
  if (!is_key_name(name)) return wrong_vkey("got a name that cannot name a key");
  const auto bytes = bytes_from_base64(text.substr(second + 1));
  if (!bytes || bytes->empty()) return wrong_vkey("the part after the second '+' is not base64");
  if (bytes->front() != type_byte(want)) {
    return wrong_vkey("got signature type " + std::to_string(bytes->front()) + ", want " +
                      type_text(want));
  }
  auto key = crypto::Ed25519PublicKey::from_bytes(ByteView(*bytes).subspan(1));
  if (!key) return failure(std::move(key).error().during("verifier key"));
  Vkey vkey{std::string(name), want, *key};
  if (vkey.to_string() != text) {
    return wrong_vkey("got key id " + std::string(id) +
                      ", which does not follow from name and key");
  }
  return vkey;
}

std::uint32_t Vkey::key_id() const {
  const std::array<std::uint8_t, 1> byte{type_byte(type)};
  const Hash hash = crypto::sha256({as_bytes(name), as_bytes("\n"), byte, key.bytes()});
  std::uint32_t id = 0;
  for (std::size_t i = 0; i < 4; ++i) id = (id << 8U) | hash.bytes[i];
  return id;
}

std::string Vkey::to_string() const {
  Bytes id;
  append_u32be(id, key_id());
  Bytes typed{type_byte(type)};
  append(typed, key.bytes());
  return name + "+" + to_hex(id) + "+" + to_base64(typed);
}

}  // namespace muster::ledger
