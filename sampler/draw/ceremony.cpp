#include "sampler/draw/ceremony.hpp"

#include "ledger/crypto/sha256.hpp"

namespace muster::draw {
namespace {

constexpr std::string_view commit_domain = "muster/ceremony/commit/v1\n";
constexpr std::string_view value_domain = "muster/ceremony/value/v1\n";

}  // namespace

std::string_view role_name(CeremonyRole role) {
  return role == CeremonyRole::prover ? "prover" : "verifier";
}

Hash ceremony_commit(CeremonyRole role, const Hash& plan, const CeremonyNonce& nonce) {
  return crypto::sha256({as_bytes(commit_domain), as_bytes(role_name(role)), as_bytes("\n"),
                         plan.view(), ByteView(nonce)});
}

Hash ceremony_value(const Hash& plan, std::span<const CeremonyNonce> provers,
                    const CeremonyNonce& verifier) {
  crypto::Sha256 hash;
  hash.update(value_domain).update(plan.view());
  for (const CeremonyNonce& nonce : provers) hash.update(ByteView(nonce));
  hash.update(ByteView(verifier));
  return hash.finish();
}

}  // namespace muster::draw
