#include "cli/demo/cast.hpp"

#include <algorithm>

#include "ledger/base/check.hpp"
#include "ledger/crypto/sha256.hpp"

namespace muster::cli::demo {

Hash world_secret(const Hash& world_seed, std::string_view label) {
  return crypto::sha256(
      {as_bytes("muster/demo/v1\n"), world_seed.view(), as_bytes("/"), as_bytes(label)});
}

Cast::Cast(const FleetBook& book, const Hash& world_seed) {
  const auto add = [&](const std::string& id, const std::string& name, const char* country,
                       std::vector<std::string> roles) {
    const crypto::Ed25519Signer signer(world_secret(world_seed, "party/" + id).bytes);
    actors_.push_back({id, name, country, std::move(roles), signer});
  };
  add(registrar_id, "Registry Office", home_country, {"registrar"});
  add(maker_id, "North Foundry", home_country, {"designer", "fab", "packager", "test_house"});
  add(assembler_id, "Meridian Systems", home_country, {"distributor"});
  add(customs_id, "Border Agency", home_country, {"authority"});
  add(carrier_id, "Pelagic Freight", home_country, {"carrier"});
  add(witness_id, "Assay Office", home_country, {"witness", "destroyer"});
  add(inspectorate_id, "Inspectorate", abroad_country, {"verifier", "inspector", "authority"});
  for (const Fleet& fleet : book.fleets) {
    add(fleet.prover.text(), fleet.name, abroad_country, {"prover"});
  }
}

const Actor* Cast::find(const std::string& id) const {
  const auto found = std::ranges::find(actors_, id, &Actor::id);
  return found == actors_.end() ? nullptr : &*found;
}

const crypto::Ed25519Signer& Cast::signer(const std::string& id) const {
  const Actor* actor = find(id);
  MUSTER_CHECK(actor != nullptr);
  return actor->signer;
}

}  // namespace muster::cli::demo
