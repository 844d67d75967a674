#pragma once

#include <vector>

#include "cli/http/message.hpp"
#include "cli/serve/settings.hpp"

namespace muster::serve {

/// Rules of access, as problems name them.
inline constexpr const char* rule_no_credential = "access.no_credential";
inline constexpr const char* rule_unknown_credential = "access.unknown_credential";
inline constexpr const char* rule_forbidden = "access.forbidden";

/// Says who calls. Knows tokens by their SHA-256 alone; compares with all of them, each in constant
/// time, so that neither a hit nor its place can be told by how long it took.
class Doorkeeper final {
 public:
  Doorkeeper(std::vector<Credential> tokens, std::vector<Credential> certificates)
      : tokens_(std::move(tokens)), certificates_(std::move(certificates)) {}

  /// By the bearer token, if there is one, else by the certificate, else everyone.
  /// Errors: `refused` with `access.unknown_credential` for a token that is not known or expired,
  /// and for a header `Authorization` of another form; an unknown certificate is nobody's.
  Result<Principal> identify(const http::Request& request, Timestamp now) const;

 private:
  std::vector<Credential> tokens_;
  std::vector<Credential> certificates_;
};

/// Whether two digests are equal, in a time that does not depend on where they differ.
[[nodiscard]] bool same_digest(const Hash& a, const Hash& b);

}  // namespace muster::serve
