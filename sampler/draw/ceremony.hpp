#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "ledger/base/hash.hpp"

namespace muster::draw {

// A public value made by parties of which none trusts another: each commits to a nonce, then all
// are revealed. Who reveals last can only refuse, which everybody sees.

using CeremonyNonce = std::array<std::uint8_t, 32>;

enum class CeremonyRole { prover, verifier };

[[nodiscard]] std::string_view role_name(CeremonyRole role);

/// SHA-256("muster/ceremony/commit/v1\n" || role || "\n" || plan || nonce), `plan` being the hash
/// of the plan's document. The role is in it, so that a Prover and a Verifier cannot commit to what
/// one copied from the other.
[[nodiscard]] Hash ceremony_commit(CeremonyRole role, const Hash& plan, const CeremonyNonce& nonce);

/// SHA-256("muster/ceremony/value/v1\n" || plan || nonces of the Provers || nonce of the Verifier).
/// A pooled plan has several Provers: theirs stand by rising party id.
[[nodiscard]] Hash ceremony_value(const Hash& plan, std::span<const CeremonyNonce> provers,
                                  const CeremonyNonce& verifier);

}  // namespace muster::draw
