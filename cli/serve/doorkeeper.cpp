#include "cli/serve/doorkeeper.hpp"

#include <algorithm>

#include "ledger/crypto/sha256.hpp"

namespace muster::serve {
namespace {

constexpr std::size_t longest_token = 512;

/// Looks at every credential, whichever fits.
const Credential* credential_of(const std::vector<Credential>& list, const Hash& sha256) {
  const Credential* found = nullptr;
  for (const Credential& one : list) {
    if (same_digest(one.sha256, sha256)) found = &one;
  }
  return found;
}

bool is_valid(const Credential& one, Timestamp now) { return !one.expires || now < *one.expires; }

bool is_bearer(std::string_view scheme) {
  constexpr std::string_view bearer = "bearer";
  return std::ranges::equal(scheme, bearer, {}, [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
}

}  // namespace

bool same_digest(const Hash& a, const Hash& b) {
  volatile std::uint8_t difference = 0;
  for (std::size_t i = 0; i < Hash::size_bytes; ++i) {
    difference = static_cast<std::uint8_t>(difference | (a.bytes[i] ^ b.bytes[i]));
  }
  return difference == 0;
}

Result<Principal> Doorkeeper::identify(const http::Request& request, Timestamp now) const {
  const std::string_view header = request.header("Authorization");
  if (!header.empty()) {
    const auto space = header.find(' ');
    const std::string_view token =
        space == std::string_view::npos ? std::string_view() : header.substr(space + 1);
    if (!is_bearer(header.substr(0, space)) || token.empty() || token.size() > longest_token) {
      return refusal(rule_unknown_credential, "Authorization: want Bearer and a token");
    }
    const Credential* known = credential_of(tokens_, crypto::sha256(token));
    if (known != nullptr && is_valid(*known, now)) return known->principal;
    return refusal(rule_unknown_credential, "the token is not known here, or not any more");
  }
  if (!request.peer_certificate.empty()) {
    const auto sha256 = Hash::from_hex(request.peer_certificate);
    const Credential* known = sha256 ? credential_of(certificates_, *sha256) : nullptr;
    if (known != nullptr && is_valid(*known, now)) return known->principal;
  }
  return Principal{};
}

}  // namespace muster::serve
