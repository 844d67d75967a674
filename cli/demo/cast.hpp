#pragma once

#include <string>
#include <vector>

#include "cli/demo/fleets.hpp"
#include "ledger/base/hash.hpp"
#include "ledger/crypto/ed25519.hpp"

namespace muster::cli::demo {

// The parties of the simulated world. Every key follows from the world's seed. Countries are codes
// that ISO 3166 leaves to its users, so that nobody takes them for real ones.

inline constexpr const char* registrar_id = "registry-office";
inline constexpr const char* maker_id = "north-foundry";
inline constexpr const char* assembler_id = "meridian-systems";
inline constexpr const char* customs_id = "border-agency";
inline constexpr const char* carrier_id = "pelagic-freight";
inline constexpr const char* witness_id = "assay-office";
inline constexpr const char* inspectorate_id = "inspectorate";

inline constexpr const char* home_country = "XA";    ///< where chips are made
inline constexpr const char* abroad_country = "XB";  ///< where Provers keep them

inline constexpr const char* foundry_site = "north-foundry.fab1";
inline constexpr const char* hall_site = "meridian-systems.hall1";
inline constexpr const char* chokepoint_site = "border-agency.pier4";

/// A party with its key.
struct Actor {
  std::string id;
  std::string name;
  std::string country;
  std::vector<std::string> roles;
  crypto::Ed25519Signer signer;
};

/// All parties of a world: those above, and a Prover for each fleet.
class Cast final {
 public:
  Cast(const FleetBook& book, const Hash& world_seed);

  [[nodiscard]] const std::vector<Actor>& actors() const { return actors_; }
  /// Null for a party that does not play.
  [[nodiscard]] const Actor* find(const std::string& id) const;
  /// Requires: a party that plays.
  [[nodiscard]] const crypto::Ed25519Signer& signer(const std::string& id) const;

 private:
  std::vector<Actor> actors_;
};

/// The secret that `label` has in a world: SHA-256("muster/demo/v1\n" || seed || "/" || label).
[[nodiscard]] Hash world_secret(const Hash& world_seed, std::string_view label);

}  // namespace muster::cli::demo
