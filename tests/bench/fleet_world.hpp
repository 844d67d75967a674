#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "ledger/base/clock.hpp"
#include "ledger/crypto/ed25519.hpp"
#include "ledger/crypto/seeded_random.hpp"
#include "registry/registry.hpp"
#include "registry/statement.hpp"

namespace muster::bench {

/// A world in which lots of chips go from a fab across a border into a datacentre: die lots, ids,
/// packages, device keys, tests, release under licence, arrival, acceptance, installation. Every
/// step of a lot is one signed statement about all of its chips.
class FleetWorld final {
 public:
  static constexpr const char* origin = "bench.example/fleet";
  static constexpr std::size_t chips_per_slot_row = 64;

  /// Takes what is signed, in order. It is recorded before the next is made.
  using Sink = std::function<void(const registry::Submission&)>;

  /// The time of `clock` is moved. Borrows everything. The lots go to `provers` Provers in turn.
  FleetWorld(FixedClock& clock, Sink sink, std::uint64_t provers = 1);

  /// Parties, sites, the product, the licence for `chips` chips and what its use asks for.
  void found(const registry::State& state, std::uint64_t chips);

  /// Lot `number` of `count` chips, from the wafer to the rack.
  void ship(const registry::State& state, std::uint64_t number, std::size_t count);

  /// Whose a lot becomes.
  [[nodiscard]] std::string prover_of(std::uint64_t number) const;

  /// Writes the secret key of everybody who signed, and the log operator's, into the folder.
  void write_keys(const std::filesystem::path& folder);

  /// The chips of a lot.
  [[nodiscard]] static std::vector<ChipId> chips_of(std::uint64_t number, std::size_t count);

 private:
  void say(const registry::State& state, const std::string& party, registry::Draft draft,
           const std::string& co_signer = {});
  void add_party(const registry::State& state, const std::string& party, const char* country,
                 const std::vector<std::string>& roles, const char* site_kind);
  void make(const registry::State& state, std::uint64_t number, const std::vector<ChipId>& chips);
  void deliver(const registry::State& state, std::uint64_t number,
               const std::vector<ChipId>& chips);
  const crypto::Ed25519Signer& signer(const std::string& party);

  FixedClock& clock_;
  Sink sink_;
  std::uint64_t provers_;
  crypto::SeededRandom random_{"fleet"};
  std::map<std::string, crypto::Ed25519Signer> signers_;
};

}  // namespace muster::bench
