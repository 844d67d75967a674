#pragma once

#include <compare>
#include <functional>
#include <string>

#include "ledger/crypto/public_key.hpp"

namespace muster::crypto {

/// Names a public key: the first 32 hex digits of
/// SHA-256("muster/key/v1\n" || algorithm || "\n" || key bytes). In an envelope it is a hint for
/// look-up, never authority.
class KeyId final {
 public:
  /// Errors: `invalid_input` unless 32 lower-case hex digits.
  static Result<KeyId> parse(std::string_view text);
  static KeyId of(const PublicKey& key);
  [[nodiscard]] const std::string& text() const { return text_; }
  friend auto operator<=>(const KeyId&, const KeyId&) = default;

 private:
  explicit KeyId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace muster::crypto

template <>
struct std::hash<muster::crypto::KeyId> {
  std::size_t operator()(const muster::crypto::KeyId& id) const noexcept {
    return std::hash<std::string>{}(id.text());
  }
};
